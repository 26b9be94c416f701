//! What comes of a request in place of an answer, and how that is told.

use wasm_bindgen::JsValue;

use crate::decoded::Error;
use crate::error::Code;
use crate::exchange::Outgoing;

/// How far a request has come.
#[derive(PartialEq)]
pub(crate) enum Stage {
    Prepared,
    Sent,
    Answered,
}

/// Why there is no answer.
pub(crate) enum Trouble {
    /// What the `fetch`, or the reading of the body, threw.
    Thrown(JsValue),
    /// The `fetch` gave something else.
    NoResponse,
}

impl From<JsValue> for Trouble {
    fn from(thrown: JsValue) -> Self {
        Trouble::Thrown(thrown)
    }
}

pub(crate) fn no_response() -> Error {
    let message =
        "The fetch option gave something that is no Response. Pass a function like the global fetch.";
    Error::new(Code::BadResponse, &[message])
}

/// The error as the caller is told it: that of a create in doubt may have made a task all the same.
pub(crate) fn told(mut error: Error, in_doubt_since: Option<f64>) -> Error {
    if in_doubt_since.is_none() {
        return error;
    }
    error.task_may_exist = true;
    error.sent_at = in_doubt_since;
    error.retryable = false;
    error.message.push_str(
        " A paid task may have been created all the same: check the account before submitting again.",
    );
    error
}

pub(crate) fn timed_out(outgoing: &Outgoing<'_>) -> Error {
    let message = match outgoing {
        Outgoing::Upload(_) => {
            "The upload has stalled: nothing of it moved for a minute, or no whole answer came."
        }
        _ => "No whole answer in time. Allow more by requestTimeout, or check the network.",
    };
    Error::new(Code::Timeout, &[message])
}
