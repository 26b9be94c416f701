//! The wire reader: from an answer of the gateway to a [`Task`] or an [`Error`]. Every shape and rule
//! of `protocol.md` is here and nowhere else; a new shape is a change in this folder. Sends nothing,
//! repeats nothing, knows no browser.

mod json;
mod record;
mod refusal;
mod status;

pub use json::Json;

use crate::error::{Code, Error};
use crate::task::Task;

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

/// Reads the answer to a create. An error says by `task_may_exist` whether the answer leaves open
/// that a task was made.
pub fn read_create<J: Json>(http: u16, body: Body<J>, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let read = accepted(http, body).and_then(|answer| record::read(answer, now, http));
    match read {
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
            if error.code == Code::TaskNotFound {
                error.code = Code::Rejected;
            }
            Err(error)
        }
    }
}

/// Reads the answer to a feed request for the task `id`.
pub fn read_feed<J: Json>(http: u16, body: Body<J>, id: &str, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let task = accepted(http, body).and_then(|answer| record::read(answer, now, http))?;
    if task.id != id {
        let message = "The service answered with another task than the one asked for. Check baseUrl, and what may keep answers on the way.";
        return Err(bad_response(http, &[message]));
    }
    Ok(task)
}

/// Reads the body of a callback, in any of its shapes: a bare record, a flat one, or a feed answer.
pub fn read_callback<J: Json>(body: Body<J>, now: f64) -> Result<Box<Task<J>>, Error<J>> {
    let read = accepted(200, body).and_then(|answer| record::read(answer, now, 200));
    read.map_err(|_| {
        Error::new(
            Code::BadResponse,
            &["This is no callback of the service: no task could be read from its body. \
               Pass the Request, its text, or the decoded JSON object."],
        )
    })
}

/// Whether this HTTP status says that what was asked for is there.
pub fn is_success(http: u16) -> bool {
    (200..300).contains(&http)
}

/// The error for a result address that answers `http` in place of the video.
pub fn no_download<J>(http: u16) -> Error<J> {
    if matches!(http, 400..=428) {
        let message = "The video is not at its address any more: result addresses are temporary. \
                       Read the task again with getTask for a fresh one.";
        let mut error = Error::new(Code::Rejected, &[message]);
        error.status = Some(http);
        return error;
    }
    refusal::without_json(http, &Body::<J>::Garbled)
}

/// The decoded answer, unless it refuses.
fn accepted<J: Json>(http: u16, body: Body<J>) -> Result<J, Error<J>> {
    match body {
        Body::Json(answer) => match refusal::read(http, &answer) {
            Some(error) => Err(error),
            None => Ok(answer),
        },
        other => Err(refusal::without_json(http, &other)),
    }
}

fn bad_response<J>(http: u16, message: &[&str]) -> Error<J> {
    let mut error = Error::new(Code::BadResponse, message);
    error.status = Some(http);
    error
}

#[cfg(test)]
mod tests;
