//! Whether an answer to the request for a whole video has it as its body, as far as its status and headers tell; and the
//! errors where it does not. Servers of files say much that is wrong of them: only what no video has is refused. They are
//! a third party's: neither the key nor `baseUrl` has to do with it.

use super::{answered, bad_response};
use crate::error::{Code, Error};
use crate::resume::is_all;
use crate::secret::around;

/// The error for an answer to the request for a whole video that, by its status and headers, does not have all of it as
/// its body; `None` if it does. Of types, only those are refused that no video has: servers of files name many others.
pub fn no_whole_download<J>(http: u16, header: &dyn Fn(&str) -> Option<String>) -> Option<Error<J>> {
    match http {
        200 | 203 => {}
        206 if header("content-range").is_some_and(|range| is_all(&range)) => {}
        206 => {
            return Some(bad_response(
                http,
                &["The video's URL answers with HTTP 206, a part of the video, which was not asked for. \
                 Look for a fetch or a proxy that adds a Range header."],
            ));
        }
        // 204 and 205 have no body, 201 and 202 have something else.
        _ => return Some(no_download(http)),
    }
    let given = header("content-type").unwrap_or_default();
    let given = around(&given, ";").map_or(given.as_str(), |(kind, _)| kind).trim_ascii();
    if let Some(kind) = ["text/html", "application/json"].iter().find(|kind| given.eq_ignore_ascii_case(kind))
    {
        let parts =
            ["The video's URL answers with ", kind, ", not with a video: it may have expired. ", FRESH];
        return Some(bad_response(http, &parts));
    }
    let is_empty = header("content-length").is_some_and(|length| length.trim_ascii() == "0");
    is_empty.then(empty_download)
}

/// The error for a video's URL whose file ends without a byte.
pub fn empty_download<J>() -> Error<J> {
    bad_response(200, &["The file at the video's URL is empty. ", FRESH])
}

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
    answered(http, code, &[message])
}

const FRESH: &str = "Read the task again with getTask for a fresh URL.";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn refused(http: u16, headers: &[(&str, &str)]) -> Option<Error<Value>> {
        let header =
            |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        no_whole_download(http, &header)
    }

    #[test]
    fn a_whole_video_may_be_of_any_type_but_those_that_no_video_has() {
        for kind in ["video/mp4", "application/octet-stream", "binary/octet-stream", "text/plain", ";", ""] {
            assert!(refused(200, &[("content-type", kind)]).is_none(), "{kind}");
        }
        assert!(refused(203, &[]).is_none());
        for kind in ["text/html", "TEXT/HTML;charset=utf-8", " application/json ; x"] {
            let error = refused(200, &[("content-type", kind)]).unwrap();
            assert_eq!((error.code, error.retryable, error.status), (Code::BadResponse, false, Some(200)));
        }
    }

    #[test]
    fn a_part_that_was_not_asked_for_is_no_whole_video() {
        assert!(refused(206, &[("content-range", "bytes 0-9/10")]).is_none());
        for headers in [&[("content-range", "bytes 0-8/10")] as &[_], &[("content-length", "10")], &[]] {
            let error = refused(206, headers).unwrap();
            assert_eq!((error.code, error.status), (Code::BadResponse, Some(206)), "{headers:?}");
        }
    }

    #[test]
    fn an_empty_file_is_no_video() {
        assert!(refused(200, &[("content-length", "0")]).unwrap().message.contains("empty"));
        assert!(refused(200, &[("content-length", "10")]).is_none());
    }
}
