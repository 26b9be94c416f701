//! The answer to an upload, which a proxy takes in place of the service: `{"url", "expires_at"}`.

use serde::Serialize;

use super::refusal::{quoted, read, said};
use super::{Body, Json, Route, bad_response, decoded};
use crate::error::{Code, Error};
use crate::input::is_web_address;

/// The largest time that a `Date` can hold, in ms since the Unix epoch.
const MAX_TIME: f64 = 8.64e15;

/// A file that the service can fetch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// Where it is.
    pub url: String,
    /// Until when, in ms since the Unix epoch; `None` where nobody says.
    pub expires_at: Option<f64>,
}

/// Reads the answer to an upload.
pub fn read_upload<J: Json>(http: u16, body: Body<J>) -> Result<Uploaded, Error<J>> {
    let answer = decoded(http, body).map_err(|error| told_of_the_file(error, ""))?;
    if let Some(refusal) = read(http, &answer, None, false, Route::Upload) {
        return Err(told_of_the_file(refusal, &said(&answer)));
    }
    let url = answer.get("url").word();
    if !is_web_address(&url) {
        let message = "The file was taken, but the answer has no absolute http(s) URL of it. Check baseUrl, \
                       and that what is behind it takes uploads.";
        return Err(bad_response(http, &[message]));
    }
    // A date in words would be read as its year.
    let seconds = answer.get("expires_at").word();
    let is_number = seconds.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let expires_at = answer.get("expires_at").number() * 1_000.0;
    Ok(Uploaded {
        url,
        expires_at: (is_number && (1.0..=MAX_TIME).contains(&expires_at)).then_some(expires_at),
    })
}

/// What is refused here is the file, unless there is no place for files at all.
fn told_of_the_file<J>(mut error: Error<J>, said: &str) -> Error<J> {
    if error.code == Code::Rejected {
        let advice = match error.status {
            Some(404 | 405 | 501) => {
                "baseUrl takes no uploads: set it to a proxy that does, or pass the upload option"
            }
            _ => "Pass another file",
        };
        error.message = ["The upload was refused", &quoted(said), ". ", advice, "."].concat();
    }
    error
}
