//! Answers that refuse: by HTTP status, by the error envelope, or by a `code` within HTTP 200
//! (`protocol.md`, "Errors"). Says what a person should do about each.

use super::{Body, Json, bad_response, record};
use crate::error::{Code, Error};

/// The refusal that a decoded answer is, if it is one.
pub(super) fn read<J: Json>(http: u16, answer: &J) -> Option<Error<J>> {
    let envelope = answer.get("error");
    let source = envelope.as_ref().unwrap_or(answer);
    let code = source.get("code").and_then(|code| code.text()).unwrap_or_default();
    let coded = answer.get("code").and_then(|code| code.number()).filter(|code| *code >= 400.0);
    let refuses =
        !(200..300).contains(&http) || envelope.is_some() || coded.is_some() || !code_accepts(&code);
    if !refuses {
        return None;
    }
    // The status within HTTP 200 counts as if it were HTTP's.
    let effective = match coded {
        Some(code) if (200..300).contains(&http) && code < 600.0 => code as u16,
        _ => http,
    };
    let said = message(source, answer);
    let mut error = Error { status: Some(http), ..classify(effective, &code, &said) };
    error.request_id = request_id(&said).map(Into::into);
    error.task_id = record::task_id(answer);
    Some(error)
}

/// The error for an answer that could not be decoded.
pub(super) fn without_json<J>(http: u16, body: &Body<J>) -> Error<J> {
    let what = match body {
        Body::Redirect => {
            return bad_response(
                http,
                "The address redirects, and a redirect is not followed because it would \
            carry the key elsewhere. Set baseUrl to the address that it leads to.",
            );
        }
        Body::TooLarge => {
            return bad_response(
                http,
                "The answer is larger than any answer of the service (over 1 MiB) and was not \
            read to its end. Check baseUrl.",
            );
        }
        Body::Html => "an HTML page",
        Body::Empty => "nothing",
        Body::Garbled | Body::Json(_) => "text that is not complete JSON",
    };
    // A status that speaks for itself needs no body: rate limits and gateways often send none.
    if matches!(http, 401 | 403 | 408 | 429) || http >= 500 {
        return Error { status: Some(http), ..classify(http, "", "") };
    }
    let mut message = String::from("The answer is not the service's: ");
    message.push_str(what);
    message.push_str(
        " where JSON was due. Check that baseUrl is the address of the service, or of a proxy \
                      that speaks its routes.",
    );
    let mut error = bad_response(http, message);
    // Cut short or empty, it may be whole the next time; a page for people is a wrong address.
    error.retryable = (200..300).contains(&http) && !matches!(body, Body::Html);
    error
}

/// Whether a `code` is one of those that accept: 200 as number or digits, the word, or none.
fn code_accepts(code: &str) -> bool {
    code.is_empty() || code.eq_ignore_ascii_case("success") || code.bytes().all(|byte| byte.is_ascii_digit())
}

fn message<J: Json>(source: &J, answer: &J) -> String {
    ["message", "msg"]
        .iter()
        .filter_map(|key| source.get(key).and_then(|text| text.text()))
        .find(|text| !text.is_empty())
        // `error` itself may be the text.
        .or_else(|| source.text())
        .or_else(|| answer.get("data").and_then(|data| data.text()))
        .unwrap_or_default()
}

fn classify<J>(status: u16, code: &str, said: &str) -> Error<J> {
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
        500 if code == "invalid_request" => (
            Code::Rejected,
            "The service refused the request",
            "Correct the request; repeating it cannot help",
        ),
        408 | 500.. => {
            (Code::ServerError, "The service or its provider failed", "Such failures usually pass")
        }
        _ => (
            Code::Rejected,
            "The service refused the request",
            "Correct the request; repeating it cannot help",
        ),
    };
    let mut message = String::from(what);
    if !said.is_empty() && !unknown_task {
        message.push_str(": ");
        message.push_str(said.trim_end_matches('.'));
    }
    message.push_str(". ");
    message.push_str(advice);
    message.push('.');
    Error::new(kind, message)
}

/// The id in "(request id: ...)", with which `error.message` usually ends.
fn request_id(message: &str) -> Option<&str> {
    let (_, rest) = message.rsplit_once("(request id:")?;
    let (id, _) = rest.split_once(')')?;
    Some(id.trim())
}
