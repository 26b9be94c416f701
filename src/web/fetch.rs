//! One request out, one response in, through whatever `fetch` the caller has. Not by gloo-net's own functions:
//! `RequestBuilder` costs 2.3 KB and makes two requests and an address for each, and where a page or a test
//! double gives something odd (`Headers` that throw, a `fetch` that gives no `Response` or rejects with no
//! `Error`), they panic, which would take the whole module with it.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::bell::{Bell, settle};
use super::json;
use super::value::{
    global, invoke_of, invoke0, invoke1, is_absent, known, object, property, set, set_header, set_text, text,
};
use crate::error::joined;
use crate::options::Options;

#[wasm_bindgen]
extern "C" {
    type Request;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &JsValue, init: &JsValue) -> Result<Request, JsValue>;
}

/// Whatever a `fetch` resolved with: hopefully a `Response`.
pub(crate) struct Reply(pub(crate) JsValue);

impl Reply {
    /// The HTTP status; `None` where this is no response at all.
    pub(crate) fn http_status(&self) -> Option<u16> {
        let status = property(&self.0, "status").as_f64()?;
        if (0.0..1000.0).contains(&status) { Some(status as u16) } else { None }
    }

    /// Whether a browser kept an answer back because it redirects.
    pub(crate) fn is_opaque_redirect(&self) -> bool {
        text(&self.0, "type").as_deref() == Some("opaqueredirect")
    }

    /// A response header; null also where a browser hides it.
    pub(crate) fn header(&self, name: &'static str) -> JsValue {
        let headers = property(&self.0, "headers");
        invoke1(&headers, "get", known(name)).unwrap_or(JsValue::NULL)
    }
}

/// What a `fetch` is called with.
pub(crate) struct Question {
    url: JsValue,
    init: JsValue,
    /// A signal of the caller's own that cancels it too, for as long as the response's body is being read.
    signal: JsValue,
}

impl Question {
    /// One to the service, with the headers that `options` ask for and `body` as JSON.
    pub(crate) fn post(url: &str, options: &Options, body: &JsValue) -> Self {
        let headers = object();
        for (name, value) in &options.headers {
            // In lower case, as the ones below, which replace them.
            set_header(&headers, &name.to_ascii_lowercase(), value);
        }
        set(&headers, "content-type", known("application/json"));
        if let Some(key) = &options.api_key {
            set_text(&headers, "authorization", &joined(&["Bearer ", key]));
        }
        if let Some(version) = &options.runway_version {
            set_text(&headers, "x-runway-version", version);
        }
        let init = object();
        set(&init, "method", known("POST"));
        set(&init, "headers", &headers);
        // Texts and numbers always have a JSON form.
        set(&init, "body", &json::stringify(body).unwrap_or_default());
        // A redirect would carry the key to another address, or turn the POST into a GET.
        set(&init, "redirect", known("manual"));
        Question { url: url.into(), init, signal: JsValue::UNDEFINED }
    }

    /// A plain download, with nothing of the caller's in it: result addresses are a third party's.
    pub(crate) fn get(url: &str, signal: &JsValue) -> Self {
        Question { url: url.into(), init: object(), signal: signal.clone() }
    }

    /// Ready to be sent through the caller's `fetch` or, where that is undefined, the global one. Dropping `flight`
    /// cancels the request.
    ///
    /// # Errors
    /// What proves that nothing can be sent.
    pub(crate) fn prepare(self, fetch: &JsValue, flight: &Flight) -> Result<Prepared, JsValue> {
        let Question { url, init, signal } = self;
        set(&init, "signal", &flight.signal(&signal));
        if !fetch.is_undefined() {
            let request = Request::new(&url, &init)?.into();
            return Ok(Prepared { fetch: fetch.clone(), input: request, init: JsValue::UNDEFINED });
        }
        let fetch = global("fetch");
        if !fetch.is_function() {
            return Err("this runtime has no fetch".into());
        }
        // No `Request`, which costs as much CPU time as all else that a poll does: options have been checked for
        // what it would refuse.
        Ok(Prepared { fetch, input: url, init })
    }
}

/// A `fetch` and what to call it with.
pub(crate) struct Prepared {
    fetch: JsValue,
    input: JsValue,
    init: JsValue,
}

impl Prepared {
    /// Ends with what the `fetch` resolved with.
    ///
    /// # Errors
    /// What it threw.
    pub(crate) fn send(self) -> Result<Bell, JsValue> {
        Ok(settle(&self.fetch.unchecked_ref::<Function>().call2(
            &JsValue::UNDEFINED,
            &self.input,
            &self.init,
        )?))
    }
}

/// A request on its way: cancelled when dropped, unless it has landed.
pub(crate) struct Flight {
    controller: JsValue,
    landed: bool,
}

impl Flight {
    pub(crate) fn start() -> Result<Self, JsValue> {
        Ok(Flight { controller: AbortController::new()?.into(), landed: false })
    }

    /// The flight's own signal, joined with the caller's where the runtime can (`AbortSignal.any`).
    fn signal(&self, other: &JsValue) -> JsValue {
        let own = property(&self.controller, "signal");
        if is_absent(other) {
            return own;
        }
        invoke_of("AbortSignal", "any", &Array::of2(&own, other)).unwrap_or(own)
    }

    /// Nothing is left to cancel, or it is somebody else's now.
    pub(crate) fn land(mut self) {
        self.landed = true;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            let _ = invoke0(&self.controller, "abort");
        }
    }
}
