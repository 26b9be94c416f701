//! The wire reader: from an answer of the gateway to a [`Task`] or an [`Error`]. Every shape and rule
//! of `protocol.md` is here and nowhere else; a new shape is a change in this folder. Sends nothing,
//! retries nothing, knows no browser.

mod json;
mod layers;
mod list;
mod measures;
mod no_download;
mod record;
mod refusal;
mod result_url;
mod status;
mod upload;
mod words;

pub use json::Json;
pub use list::{List, Listed, read_list};
pub use no_download::{empty_download, no_download, no_whole_download};
pub use upload::{Uploaded, read_upload};

use crate::error::{Code, Error};
use crate::task::{Status, Task};

/// What came back for one request, as far as it could be decoded.
pub enum Body<J> {
    /// A decoded value.
    Json(J),
    /// A page for people, where JSON was due.
    Html,
    /// Nothing at all.
    Empty,
    /// Text that is no JSON, or JSON that stops in the middle.
    Garbled,
    /// Longer than any answer of the protocol; the rest was not read.
    TooLarge,
    /// A redirect. Not followed: it would carry the key somewhere else.
    Redirect,
}

/// What an answer is an answer to.
#[derive(Clone, Copy, PartialEq)]
enum Route {
    Create,
    Feed,
    Callback,
    List,
    Upload,
}

/// Reads the answer to a create. An error says by `task_may_exist` whether the answer leaves open
/// that a task was made.
pub fn read_create<J: Json>(http: u16, body: Body<J>, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    match read_accepted(http, body, now) {
        // The service's clock is not ours, and what counts from here on (the grace period, the
        // schedule's first look) counts from the moment of submission.
        Ok(mut task) => {
            task.submitted_at = Some(now);
            Ok(task)
        }
        Err(mut error) => {
            let unreadable = error.code == Code::BadResponse && is_success(http);
            error.task_may_exist = error.task_id.is_none() && (unreadable || error.code == Code::ServerError);
            error.retryable = error.turned_away();
            Err(error)
        }
    }
}

fn read_accepted<J: Json>(http: u16, body: Body<J>, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let raw = decoded(http, body)?;
    let answer = layers::object_in(&raw);
    let found = layers::find_named(&answer);
    if let Some(refusal) = refusal::read(http, &answer, found.as_ref(), false, Route::Create) {
        return Err(refusal);
    }
    let found = found.ok_or_else(|| no_task(http, &answer, NO_ID))?;
    Ok(record::read(found, raw, false, now))
}

/// Reads the answer to a feed request for the task `id`.
pub fn read_feed<J: Json>(http: u16, body: Body<J>, id: &str, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let raw = decoded(http, body)?;
    let answer = layers::object_in(&raw);
    let found = layers::find_task(&answer, id);
    let is_under_way = found.as_ref().is_some_and(|found| found.id == id && record::is_under_way(found));
    let refusal = refusal::read(http, &answer, found.as_ref(), is_under_way, Route::Feed);
    let Some(found) = found else {
        return Err(refusal.unwrap_or_else(|| nothing_found(http, &answer)));
    };
    let task = record::read(found, raw, refusal.is_some(), now);
    let is_asked_for = task.id == id;
    match refusal {
        // A record that says by itself how the task ended outweighs the envelope around it.
        Some(refusal) if !(is_asked_for && record::has_ended(&task)) => Err(refusal),
        _ if is_asked_for => Ok(task),
        _ => {
            let message = "The service answered with another task than the one asked for. \
                           Check baseUrl, and what may keep answers on the way.";
            Err(bad_response(http, &[message]))
        }
    }
}

/// Reads the body of a callback, in any of its shapes: a bare record, a flat one, a feed answer, or a failure that
/// only the envelope tells of.
pub fn read_callback<J: Json>(body: Body<J>, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let no_callback = || {
        Error::new(
            Code::BadResponse,
            &["This is no callback of the service: no task could be read from its body. \
               Pass the Request, its text, its bytes, or the decoded JSON object."],
        )
    };
    let Body::Json(raw) = body else { return Err(no_callback()) };
    let answer = layers::object_in(&raw);
    let found = layers::find_named(&answer).ok_or_else(no_callback)?;
    let is_under_way = record::is_under_way(&found);
    let refuses = refusal::read(200, &answer, Some(&found), is_under_way, Route::Callback).is_some();
    if refuses && !found.is_certain {
        return Err(no_callback());
    }
    let mut task = record::read(found, raw, refuses, now);
    if refuses && !record::has_ended(&task) {
        task.status = Status::Failed;
        // Where the id stands alone, it is no reason.
        task.fail_reason = Some(refusal::said(&answer)).filter(|said| !said.is_empty() && *said != task.id);
    }
    Ok(task)
}

/// Whether this HTTP status says that what was asked for is there.
pub fn is_success(http: u16) -> bool {
    (200..300).contains(&http)
}

fn decoded<J: Json>(http: u16, body: Body<J>) -> Result<J, Error<J>> {
    match body {
        Body::Json(answer) => Ok(answer),
        other => Err(refusal::without_json(http, &other)),
    }
}

/// The error for a feed answer that neither refuses nor tells of a task.
fn nothing_found<J: Json>(http: u16, answer: &J) -> Error<J> {
    if !layers::is_hollow(answer) {
        return no_task(http, answer, "The answer tells of no task");
    }
    let said = refusal::quoted(&refusal::said(answer));
    let message = ["The service has nothing to tell of this task yet", &said, ". Read it again later."];
    let mut error = bad_response(http, &message);
    error.retryable = true;
    error.nothing_yet = true;
    error
}

const NO_ID: &str = "The service accepted the request, but its answer names no task id";

fn no_task<J: Json>(http: u16, answer: &J, what: &str) -> Error<J> {
    let said = refusal::said(answer);
    let advice = ". Check baseUrl; if it is right, the service has changed its answers.";
    let mut error = bad_response(http, &[what, &refusal::quoted(&said), advice]);
    error.request_id = words::request_id(&said).map(Into::into);
    error
}

fn bad_response<J>(http: u16, message: &[&str]) -> Error<J> {
    answered(http, Code::BadResponse, message)
}

/// The error that an answer with this HTTP status is.
fn answered<J>(http: u16, code: Code, message: &[&str]) -> Error<J> {
    let mut error = Error::new(code, message);
    error.status = Some(http);
    error
}

#[cfg(test)]
mod tests;
