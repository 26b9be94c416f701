//! The connections of a download: the first one, and those that go on where one broke. What is done with the bytes is
//! the caller's affair.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use crate::ask::{Ask, Outgoing};
use crate::decoded::Error;
use crate::error::Code;
use crate::exchange::{Answer, Line};
use crate::no_answer::{in_browser, retold};
use crate::resume::{FileHead, Next, Place, Rest};
use crate::retry;
use crate::runtime::{random, sleep};
use crate::wire;

const UNPROVABLE: &str = " The rest cannot be asked for: the server names neither a strong ETag nor Last-Modified, so that \
     the file could change unseen. Download it again.";

/// A connection that has broken.
pub(crate) struct Broken {
    pub(crate) place: Place,
    /// How many connections in a row, up to this one, have brought nothing.
    pub(crate) idle: u32,
    /// What the reading of the body threw.
    pub(crate) thrown: JsValue,
}

impl Broken {
    fn error(&self, line: &Line, advice: &str) -> Error {
        let said = ["The connection broke in the middle of the video.", advice];
        let mut error = Error::new(Code::Network, &said);
        error.cause = Some(retold(self.thrown.clone(), &line.secrets));
        error
    }
}

/// One connection's answer, whose body is still to be read.
pub(crate) struct Part {
    pub(crate) response: web_sys::Response,
    #[cfg_attr(not(feature = "exports"), expect(dead_code, reason = "only npm/download.js goes on from it"))]
    pub(crate) file: FileHead,
}

/// Fetches the file at `url` from its start, or goes on where a connection has broken; `None` if nothing is missing there.
/// A file that keeps coming, however often it breaks, is fetched to its end.
pub(crate) async fn part(
    line: &Line,
    url: &str,
    broken: Option<Broken>,
    signal: Option<&AbortSignal>,
) -> Result<Option<Part>, Error> {
    let mut place = Place::default();
    let mut rest = Vec::new();
    if let Some(broken) = broken {
        match broken.place.next() {
            Next::Done => return Ok(None),
            Next::Empty => return Err(wire::empty_download()),
            Next::TooMuch => {
                return Err(spoiled("More came than the server of the video's URL had announced."));
            }
            Next::Unprovable => return Err(broken.error(line, UNPROVABLE)),
            Next::Rest(headers) => rest = headers,
        }
        if broken.idle > line.options.max_retries {
            return Err(
                broken.error(line, " Nothing more came by further connections. Download it again later.")
            );
        }
        let pause = if broken.idle == 0 { 0.0 } else { retry::delay(broken.idle - 1, None, random()) };
        if let Some(watch) = &line.given.watch {
            watch.retrying(broken.error(line, ""), broken.idle + 1, pause);
        }
        if pause > 0.0 {
            sleep(pause).await;
        }
        place = broken.place;
    }
    let ask = Ask::free(Outgoing::File { url, rest: &rest, signal }, line.options.max_retries);
    line.exchange(&ask, |answer| read(answer, if rest.is_empty() { None } else { Some(&place) })).await
}

/// What an answer is, to a question for the whole file or for the rest of it from `place` on.
fn read(answer: Answer, place: Option<&Place>) -> Result<Option<Part>, Error> {
    let Answer { http, reply, .. } = answer;
    let header = |name: &str| reply.header(name);
    let file = match place {
        None => match wire::no_whole_download(http, &header) {
            Some(error) => return Err(error),
            None => FileHead::of(reply.is_of_type("cors") && in_browser(), header),
        },
        Some(place) => match place.judge(http, header) {
            Rest::Here(total) => FileHead { total, ..place.file.clone() },
            Rest::Nothing => return Ok(None),
            Rest::Whole => {
                return Err(spoiled(
                    "The connection broke in the middle of the video, and the server of its URL does not send the \
                     rest alone, or the file has changed.",
                ));
            }
            Rest::Other => {
                return Err(spoiled(
                    "The connection broke in the middle of the video, and what its URL has now is another file.",
                ));
            }
            Rest::NoFile => return Err(wire::no_download(http)),
        },
    };
    Ok(Some(Part { response: reply.unchecked_into(), file }))
}

/// The error for a file whose parts do not fit together.
fn spoiled(message: &str) -> Error {
    Error::new(Code::BadResponse, &[message, " Download it again."])
}
