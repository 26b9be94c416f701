//! What comes of a request in place of an answer, and how that is told.

use crate::decoded::Error;
use crate::error::Code;

/// How far a request has come.
#[derive(PartialEq)]
pub(crate) enum Stage {
    Prepared,
    Sent,
    Answered,
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

pub(crate) fn timed_out() -> Error {
    let message = "No whole answer in time. Allow more by requestTimeout, or check the network.";
    Error::new(Code::Timeout, &[message])
}

/// The same of an upload, which has as long as something of it moves.
pub(crate) fn stalled() -> Error {
    let message = "The upload has stalled: nothing of it moved for a minute, or no whole answer came.";
    Error::new(Code::Timeout, &[message])
}
