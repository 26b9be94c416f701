//! Answers that refuse: by HTTP status, by the error envelope, or by a `code` within HTTP 200
//! (`protocol.md`, "Errors"). Says what a person should do about each.

use std::slice;

use super::json::any;
use super::layers::{Found, is_http};
use super::status::{Claim, claim, is_one_of, is_remark};
use super::words::{is_error, is_said, is_unknown_task, means_no_error, request_id, words};
use super::{Body, Json, Route, answered, bad_response, is_success};
use crate::error::{Code, Error, without_stop};
use crate::task::Status;

/// What an envelope's `code` says.
enum Verdict {
    /// Nothing is wrong: there is none, or it is 200, or a word for success.
    Accepts,
    /// A number that no page explains: siblings use 0, 1 and 201 either way, so an id or words tell.
    Odd,
    /// A status from 400 on, or another word.
    Refuses,
}

/// The refusal that a decoded answer is, if it is one. `found` is the task that it tells of, if it does; the record's own
/// `error` is the task's where `is_under_way`. Of several envelopes around a record, each can refuse.
pub(super) fn read<J: Json>(
    http: u16,
    answer: &J,
    found: Option<&Found<J>>,
    is_under_way: bool,
    route: Route,
) -> Option<Error<J>> {
    // The outermost one is the answer.
    let around = found.map(|found| found.around.as_slice()).filter(|around| !around.is_empty());
    let envelopes = around.unwrap_or(slice::from_ref(answer));
    envelopes.iter().find_map(|envelope| told(http, envelope, found, is_under_way, route))
}

fn told<J: Json>(
    http: u16,
    answer: &J,
    found: Option<&Found<J>>,
    is_under_way: bool,
    route: Route,
) -> Option<Error<J>> {
    let envelope_error = answer.get("error").parsed();
    let code_value = code_of(answer, found);
    let (code, error_code) = (code_value.word(), envelope_error.get("code").word());
    // Asked for only where it matters: an answer has many places for words, most of them empty.
    let says_more = || {
        let said = said(answer);
        any(&said) && !is_remark(&said)
    };
    let is_unknown = || route == Route::Feed && names_unknown_task(answer, &envelope_error);
    let accepted = is_success(http);
    let refuses = !accepted
        || (is_error(&envelope_error) && !is_under_way)
        || denies(&answer.get("success"))
        || match verdict(&code) {
            Verdict::Refuses => true,
            Verdict::Odd => match route {
                Route::Create => found.is_none(),
                Route::Feed => found.is_none() && says_more(),
                Route::Callback => !is_under_way && says_more(),
                // Siblings use these either way; whether there is a list tells.
                Route::List | Route::Upload => false,
            },
            Verdict::Accepts => found.is_none() && is_unknown(),
        };
    if !refuses {
        return None;
    }
    let said = said(answer);
    let mut error = if is_unknown() {
        unknown_task(http, &said)
    } else {
        let number = code_value.number();
        let number = if number.is_nan() { envelope_error.get("code").number() } else { number };
        classify(http, effective_status(http, number, route), &error_code, &said)
    };
    error.request_id = request_id(&said).map(Into::into);
    // Where the server broke down, a bare id may be that of the request.
    let is_broken = error.code == Code::ServerError;
    let names_task = |found: &&Found<J>| if is_broken { found.is_named } else { found.is_certain };
    error.task_id = found.filter(names_task).map(|found| found.id.clone());
    Some(error)
}

/// The error for an answer that could not be decoded.
pub(super) fn without_json<J>(http: u16, body: &Body<J>) -> Error<J> {
    // A status that speaks for itself needs no body: rate limits and gateways often send none.
    if matches!(http, 401 | 402 | 403 | 408 | 413 | 415 | 429 | 451 | 500..) {
        return classify(http, http, "", "");
    }
    const REDIRECT: &str = "The URL redirects, and a redirect is not followed because it would carry the key elsewhere. \
         Set baseUrl to the URL that it leads to.";
    const TOO_LARGE: &str = "The answer is larger than any answer of the service (over 1 MiB) and was not read to its end. \
         Check baseUrl.";
    let what = match body {
        Body::Redirect => return bad_response(http, &[REDIRECT]),
        Body::TooLarge => return bad_response(http, &[TOO_LARGE]),
        Body::Html => "an HTML page",
        Body::Empty => "nothing",
        Body::Garbled | Body::Json(_) => "text that is not complete JSON",
    };
    let mut error = bad_response(
        http,
        &[
            "The answer is not the service's: ",
            what,
            " where JSON was due. Check that baseUrl is the URL of the service, or of a proxy that speaks its routes.",
        ],
    );
    // Cut short or empty, it may be whole the next time; a page for people is a wrong URL.
    error.retryable = is_success(http) && !matches!(body, Body::Html);
    error
}

/// The words of an answer, each once, wherever they stand.
pub(super) fn said<J: Json>(answer: &J) -> String {
    let mut said = String::new();
    for name in ["error", "message", "msg", "description", "detail"] {
        let more = words(&answer.get(name));
        if said.is_empty() {
            said = more;
        } else if any(&more) && more != said {
            said = [without_stop(&said), ". ", &more].concat();
        }
    }
    if said.is_empty() { words(&answer.get("data")) } else { said }
}

/// Words to put after a sentence.
pub(super) fn quoted(said: &str) -> String {
    if is_said(said) { [": ", without_stop(said)].concat() } else { String::new() }
}

/// An envelope's code; without one, a `status` that refuses, by HTTP's numbers or a word, where that is no record's.
fn code_of<J: Json>(answer: &J, found: Option<&Found<J>>) -> J {
    let code = answer.get("code");
    if !code.is_null() || found.is_some_and(|found| found.around.is_empty()) {
        return code;
    }
    let status = answer.get("status");
    let word = status.word();
    let refuses = (is_http(&word) && *word >= *"400") || claim(&word) == Claim::Says(Status::Failed);
    if refuses { status } else { code }
}

/// Whether `success` says no, as a text or a number too.
fn denies<J: Json>(success: &J) -> bool {
    success.is(false) || is_one_of("false 0", &success.word())
}

fn verdict(code: &str) -> Verdict {
    match code.len() {
        0 => Verdict::Accepts,
        1..=3 if code.bytes().all(|byte| byte.is_ascii_digit()) => match code {
            "200" => Verdict::Accepts,
            _ if code.len() < 3 || code < "400" => Verdict::Odd,
            _ => Verdict::Refuses,
        },
        _ if means_no_error(code) => Verdict::Accepts,
        _ => Verdict::Refuses,
    }
}

/// The status within HTTP 200 counts as if it were HTTP's; but a create that an envelope refuses was not made, whatever
/// the number.
fn effective_status(http: u16, code: f64, route: Route) -> u16 {
    let is_status = is_success(http) && (400.0..600.0).contains(&code);
    match code as u16 {
        408 | 500.. if is_status && route == Route::Create => 400,
        code if is_status => code,
        _ => http,
    }
}

fn names_unknown_task<J: Json>(answer: &J, error: &J) -> bool {
    let names = ["code", "type", "message", "msg", "description", "detail", "error", "data"];
    let holds = |holder: &J| any(&holder.first_word(&names, is_unknown_task));
    let within = [answer.get("data"), answer.get("message"), error.get("error")];
    holds(answer) || holds(error) || within.iter().any(|holder| holds(&holder.parsed()))
}

fn unknown_task<J>(http: u16, said: &str) -> Error<J> {
    let said = if is_unknown_task(said) { String::new() } else { quoted(said) };
    let what = "The service does not know this task id";
    let advice = ". Check the id, and that the key belongs to the account that created the task.";
    answered(http, Code::TaskNotFound, &[what, &said, advice])
}

/// The error for an answer with this HTTP status, which means another `status` where its envelope says so.
fn classify<J>(http: u16, status: u16, error_code: &str, said: &str) -> Error<J> {
    const REJECTED: (Code, &str, &str) =
        (Code::Rejected, "The service refused the request", "Correct the request; retrying it cannot help");
    let (kind, what, advice) = match status {
        401 => (Code::Unauthorized, "The service refused the key", "Check apiKey"),
        402 | 403 => (
            Code::Forbidden,
            "The service refused access",
            "Check that the key may use Act-One and that the account has credit",
        ),
        429 => (
            Code::RateLimited,
            "The service was told too much at once",
            "Wait a while, or send less at a time",
        ),
        501 | 505 => (
            Code::Rejected,
            "The service does not offer this",
            "Check baseUrl, and that the account's plan has Act-One",
        ),
        408 | 500.. if error_code == "invalid_request" => REJECTED,
        408 | 500.. => {
            (Code::ServerError, "The service or its provider failed", "Such failures usually pass")
        }
        _ => REJECTED,
    };
    answered(http, kind, &[what, &quoted(said), ". ", advice, "."])
}
