//! The errors for a video's URL that answers with something else than the video. It is a third party's: neither the key
//! nor `baseUrl` has to do with it.

use crate::error::{Code, Error};

/// The error for a video's URL that answers with this HTTP status.
pub fn no_download<J>(http: u16) -> Error<J> {
    let (code, message) = match http {
        401 | 403 => (
            Code::Rejected,
            "The video's URL wants credentials or has expired: result URLs are temporary. \
             Read the task again with getTask for a fresh one.",
        ),
        408 => {
            (Code::ServerError, "The server of the video's URL ran out of time. Such failures usually pass.")
        }
        429 => (Code::RateLimited, "The video's URL was asked too often. Wait a while."),
        400..500 => (
            Code::Rejected,
            "The video is no longer at its URL: result URLs are temporary. \
             Read the task again with getTask for a fresh one.",
        ),
        501 | 505 => {
            (Code::Rejected, "The server of the video's URL does not take downloads. Check the URL.")
        }
        500..600 => (Code::ServerError, "The server of the video's URL failed. Such failures usually pass."),
        301..=303 | 307 | 308 => (
            Code::BadResponse,
            "The video's URL redirects, but does not say where to. \
             Read the task again with getTask for a fresh one.",
        ),
        _ => (
            Code::BadResponse,
            "The video's URL answers with something else than the video. \
             Read the task again with getTask for a fresh one.",
        ),
    };
    let mut error = Error::new(code, &[message]);
    error.status = Some(http);
    error
}
