//! Answers that refuse: by HTTP status, by the error envelope, or by a `code` within HTTP 200
//! (`protocol.md`, "Errors"). Says what a person should do about each.

use super::json::any;
use super::{Body, Json, bad_response, is_success, record};
use crate::error::{Code, Error, without_stop};

/// Where an error's words stand. `error` itself may be the text, and so may `data`.
const MESSAGE: &[&str] = &["error.message", "error.msg", "error", "message", "msg", "data"];

/// The refusal that a decoded answer is, if it is one.
pub(super) fn read<J: Json>(http: u16, answer: &J) -> Option<Error<J>> {
    let code = answer.first_text(&["error.code", "code"], any);
    let number = answer.get("code").number();
    let accepted = is_success(http);
    let error = answer.get("error");
    let names_error = error.is_object() || any(&error.text());
    let refuses = !accepted || names_error || !code_accepts(&code) || number >= 400.0;
    if !refuses {
        return None;
    }
    // The status within HTTP 200 counts as if it were HTTP's.
    let effective = if accepted && (400.0..600.0).contains(&number) { number as u16 } else { http };
    let said = answer.first_text(MESSAGE, any);
    let mut error = classify(effective, &code, &said);
    error.status = Some(http);
    error.request_id = request_id(&said).map(Into::into);
    // Not `id`, which may be a request's.
    error.task_id = Some(record::locate(answer).get("task_id").text()).filter(|id| any(id));
    Some(error)
}

/// The error for an answer that could not be decoded.
pub(super) fn without_json<J>(http: u16, body: &Body<J>) -> Error<J> {
    // A status that speaks for itself needs no body: rate limits and gateways often send none.
    if matches!(http, 401 | 403 | 408 | 429 | 500..) {
        let mut error = classify(http, "", "");
        error.status = Some(http);
        return error;
    }
    let what = match body {
        Body::Redirect => {
            return bad_response(
                http,
                &["The address redirects, and a redirect is not followed because it would \
                carry the key elsewhere. Set baseUrl to the address that it leads to."],
            );
        }
        Body::TooLarge => {
            return bad_response(
                http,
                &["The answer is larger than any answer of the service (over 1 MiB) and was not \
                read to its end. Check baseUrl."],
            );
        }
        Body::Html => "an HTML page",
        Body::Empty => "nothing",
        Body::Garbled | Body::Json(_) => "text that is not complete JSON",
    };
    let mut error = bad_response(
        http,
        &[
            "The answer is not the service's: ",
            what,
            " where JSON was due. Check that baseUrl is the address of the service, or of a proxy \
             that speaks its routes.",
        ],
    );
    // Cut short or empty, it may be whole the next time; a page for people is a wrong address.
    error.retryable = is_success(http) && !matches!(body, Body::Html);
    error
}

/// Whether a `code` is one of those that accept: 200 as number or digits, the word, or none.
fn code_accepts(code: &str) -> bool {
    code.eq_ignore_ascii_case("success") || code.bytes().all(|byte| byte.is_ascii_digit())
}

fn classify<J>(status: u16, code: &str, said: &str) -> Error<J> {
    const REJECTED: (Code, &str, &str) =
        (Code::Rejected, "The service refused the request", "Correct the request; repeating it cannot help");
    let unknown_task = code == "task_not_exist" || said == "task_not_exist";
    let (kind, what, advice) = match status {
        _ if unknown_task => (
            Code::TaskNotFound,
            "The service does not know this task id",
            "Check the id, and that the key belongs to the account that created the task",
        ),
        401 => (Code::Unauthorized, "The service refused the key", "Check apiKey"),
        403 => (
            Code::Forbidden,
            "The service refused access",
            "Check that the key may use Act-One and that the account has credit",
        ),
        429 => (
            Code::RateLimited,
            "The service was told too much at once",
            "Wait a while, or send less at a time",
        ),
        500 if code == "invalid_request" => REJECTED,
        408 | 500.. => {
            (Code::ServerError, "The service or its provider failed", "Such failures usually pass")
        }
        _ => REJECTED,
    };
    let (colon, said) = if said.is_empty() || unknown_task { ("", "") } else { (": ", without_stop(said)) };
    Error::new(kind, &[what, colon, said, ". ", advice, "."])
}

/// The id in "(request id: ...)", with which `error.message` usually ends.
fn request_id(message: &str) -> Option<&str> {
    const BEFORE: &str = "(request id:";
    let found = message.as_bytes().windows(BEFORE.len()).rposition(|window| window == BEFORE.as_bytes())?;
    let rest = message.get(found + BEFORE.len()..)?;
    let end = rest.bytes().position(|byte| byte == b')')?;
    Some(rest.get(..end)?.trim_ascii())
}
