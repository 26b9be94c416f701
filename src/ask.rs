//! What is sent, and how persistently; and the request for it.

use std::cell::Cell;

use gloo_net::http::Request;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Headers, RequestRedirect};

use crate::fetch::{self, Flight, Payload};
use crate::held;
use crate::options::Options;
use crate::parcel::Parcel;
use crate::retry::Exchange;

/// What is sent.
pub(crate) enum Outgoing<'a> {
    Question(Question),
    /// A request for a file, whose body is handed on unread. It is not the service that has it, so it takes no turn.
    /// `signal` cancels it for as long as its body is being read. `rest` are headers that ask for a part of it.
    File {
        url: &'a str,
        rest: &'a [(&'static str, String)],
        signal: Option<&'a AbortSignal>,
    },
    /// A file for the proxy's place for files. It does not count for the pace of the service's routes.
    Upload(&'a Parcel),
}

/// A question to one of the service's routes, whose answer is JSON.
#[derive(Default)]
pub(crate) struct Question {
    /// The route, appended to the base URL, with its query.
    pub(crate) path: String,
    /// The body of a POST; without one it is a GET.
    pub(crate) json: Option<String>,
    /// Whether the account's access token is sent, in place of the key.
    pub(crate) by_token: bool,
    pub(crate) idempotency_key: Option<String>,
    /// For how many seconds the other side is asked to keep it open until there is news, while it offers that.
    pub(crate) hold: Option<u32>,
}

/// What is sent, and how persistently.
pub(crate) struct Ask<'a> {
    pub(crate) outgoing: Outgoing<'a>,
    pub(crate) exchange: Exchange,
    pub(crate) max_retries: u32,
    /// When it is given up, by the clock of `runtime::now`.
    pub(crate) deadline: f64,
    /// When it last left, by the wall clock; for errors that leave open whether a task was made.
    pub(crate) sent_at: Cell<Option<f64>>,
}

impl<'a> Ask<'a> {
    /// What is free to send, however often, until the retries are used up.
    pub(crate) fn free(outgoing: Outgoing<'a>, max_retries: u32) -> Self {
        let deadline = f64::INFINITY;
        Ask { outgoing, exchange: Exchange::Read, max_retries, deadline, sent_at: Cell::default() }
    }
}

impl Outgoing<'_> {
    pub(crate) fn url(&self, options: &Options) -> String {
        match self {
            Outgoing::Question(question) => [options.root(), &question.path].concat(),
            Outgoing::File { url, .. } => (*url).into(),
            Outgoing::Upload(_) => [options.root(), "/uploads"].concat(),
        }
    }

    /// The request for it, with `credential` as the Bearer token; `flight` cancels it.
    pub(crate) fn request(
        &self,
        options: &Options,
        credential: Option<&str>,
        flight: &Flight,
    ) -> Result<Request, JsValue> {
        let headers = Headers::new()?;
        // A download has nothing of the caller's in it: the URLs of results are a third party's.
        if !matches!(self, Outgoing::File { .. }) {
            for (name, value) in &options.headers {
                headers.set(name, value)?;
            }
            if let Some(credential) = credential {
                headers.set("authorization", &["Bearer ", credential].concat())?;
            }
            if let Some(version) = &options.runway_version {
                headers.set("x-runway-version", version)?;
            }
        }
        // A redirect would carry the key to another host, or turn the POST into a GET.
        let (mut payload, mut redirect, mut other_signal) = (Payload::None, RequestRedirect::Manual, None);
        match self {
            Outgoing::Question(question) => {
                if let Some(json) = &question.json {
                    headers.set("content-type", "application/json")?;
                    payload = Payload::Json(json);
                }
                if let Some(key) = &question.idempotency_key {
                    headers.set("idempotency-key", key)?;
                }
                // A retry comes after an answer that may have ended the offer.
                if let Some(seconds) = question.hold.filter(|_| held::offered(options).is_some()) {
                    headers.set("prefer", &["wait=", &seconds.to_string()].concat())?;
                }
            }
            Outgoing::Upload(parcel) => {
                for (name, value) in parcel.headers() {
                    headers.set(name, &value)?;
                }
                payload = Payload::File;
            }
            Outgoing::File { rest, signal, .. } => {
                for (name, value) in *rest {
                    headers.set(name, value)?;
                }
                (redirect, other_signal) = (RequestRedirect::Follow, *signal);
            }
        }
        fetch::request(&self.url(options), headers, payload, redirect, &flight.signal(other_signal))
    }
}
