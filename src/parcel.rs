//! A file on its way to where the service can fetch it. What is sent along and when it has stalled is decided here; the
//! bytes are moved by npm/parcel.js.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Request};

use crate::decoded::Error;
use crate::error::Issue;
use crate::options::is_header_value;
use crate::runtime::{sleep, wall_clock};

/// After so long without a byte, an upload counts as broken. What a socket still holds of the last bytes may take as long.
const STALL_MS: f64 = 60_000.0;

/// How often it is looked whether the next stage has begun.
const LOOK_AGAIN_MS: f64 = 1_000.0;

#[wasm_bindgen]
extern "C" {
    /// A file on its way: an object of npm/parcel.js.
    pub(crate) type Parcel;
    /// Which file it is: `video`, `image` or `file`.
    #[wasm_bindgen(method, structural, getter)]
    pub(crate) fn path(this: &Parcel) -> String;
    /// Sends a request with the file as its body.
    #[wasm_bindgen(method, structural)]
    pub(crate) fn send(this: &Parcel, request: &Request, fetch: &Function) -> Promise;
    /// Hands the file to the caller's own `upload`.
    #[wasm_bindgen(method, structural, js_name = handOver)]
    pub(crate) fn hand_over(this: &Parcel, upload: &Function, signal: &AbortSignal) -> Promise;
    #[wasm_bindgen(method, structural, getter, js_name = type)]
    fn media_type(this: &Parcel) -> String;
    #[wasm_bindgen(method, structural, getter, js_name = encodedName)]
    fn encoded_name(this: &Parcel) -> Option<String>;
    #[wasm_bindgen(method, structural, getter)]
    fn problem(this: &Parcel) -> Option<String>;
    /// Begins a stage, now.
    #[wasm_bindgen(method, structural)]
    pub(crate) fn enter(this: &Parcel, stage: &str);
    #[wasm_bindgen(method, structural, getter)]
    fn stage(this: &Parcel) -> String;
    #[wasm_bindgen(method, structural, getter, js_name = movedAt)]
    fn moved_at(this: &Parcel) -> f64;
}

impl Parcel {
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let media_type = Some(self.media_type()).filter(|text| !text.is_empty() && is_header_value(text));
        let media_type = media_type.unwrap_or_else(|| "application/octet-stream".into());
        let name = self.encoded_name().map(|name| ("act-one-filename", name));
        [("content-type", media_type)].into_iter().chain(name).collect()
    }

    /// Ends once nothing has moved for too long, as far as the runtime lets that be seen.
    pub(crate) async fn stalled(&self, request_timeout: f64) {
        loop {
            let limit = match self.stage().as_str() {
                "moving" => STALL_MS,
                "sent" => request_timeout.max(STALL_MS),
                "prepared" | "answered" => request_timeout,
                _ => f64::INFINITY,
            };
            let rest = self.moved_at() + limit - wall_clock();
            if rest <= 0.0 {
                return;
            }
            // The next stage may have a shorter time.
            sleep(rest.min(request_timeout).min(LOOK_AGAIN_MS)).await;
        }
    }

    /// The error for a file whose content the runtime does not give out, if that is so.
    pub(crate) fn unreadable(&self) -> Option<Error> {
        let path = self.path();
        let message = [&path, " ", &self.problem()?, "."].concat();
        Some(Error::invalid(vec![Issue { path: path.into(), message }]))
    }
}
