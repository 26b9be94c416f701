//! One request out, one response in, through whatever `fetch` the caller has. gloo-net builds the
//! route's request; its own `send` is not used, because it panics when a `fetch` (a test double, a
//! patched global) gives anything but a `Response` or rejects with anything but an `Error`, and a panic
//! would take the whole module with it.

use gloo_net::http::{Headers, Request};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestInit, RequestRedirect};

use crate::options::Options;

#[wasm_bindgen]
extern "C" {
    /// Whatever a `fetch` resolved with: hopefully a `Response`.
    pub(crate) type Reply;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn status(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch, js_name = type)]
    fn kind(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    pub(super) fn body(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    pub(super) fn text(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn headers(this: &Reply) -> Result<ReplyHeaders, JsValue>;

    type ReplyHeaders;
    #[wasm_bindgen(method, structural, catch)]
    fn get(this: &ReplyHeaders, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = AbortSignal, js_name = any, catch)]
    fn any_signal(signals: &Array) -> Result<AbortSignal, JsValue>;

    /// Takes the caller's promise (or thenable, or plain value) over into one that settles once and
    /// throws nothing synchronously.
    #[wasm_bindgen(js_namespace = Promise, js_name = race)]
    pub(super) fn promise_of(one: &Array) -> Promise;
}

impl Reply {
    /// The HTTP status; `None` where this is no response at all.
    pub(crate) fn http_status(&self) -> Option<u16> {
        if !self.is_object() {
            return None;
        }
        let status = self.status().ok()?.as_f64()?;
        if (0.0..1000.0).contains(&status) { Some(status as u16) } else { None }
    }

    /// Whether the service answered with a redirect, which is never followed.
    pub(crate) fn is_redirect(&self) -> bool {
        self.http_status().is_some_and(|status| (300..400).contains(&status))
            || self.kind().is_ok_and(|kind| kind == "opaqueredirect")
    }

    /// A response header; `None` also where a browser hides it.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers().ok().filter(|headers| headers.is_object())?.get(name).ok()?.as_string()
    }
}

/// Where requests go, made once for all requests of one route. Not a `Request` to make others from: some
/// frameworks' own `Request` (Next.js on the edge) keeps nothing of such a one but its address.
pub(crate) struct Route {
    url: String,
    init: RequestInit,
}

impl Route {
    /// A route of the service, with the headers that `options` ask for.
    pub(crate) fn post(options: &Options, path: &str) -> Result<Self, JsValue> {
        let mut url = String::from(options.base_url.trim_end_matches('/'));
        url.push_str(path);
        let headers = web_sys::Headers::new()?;
        for (name, value) in &options.headers {
            headers.set(name, value)?;
        }
        headers.set("content-type", "application/json")?;
        if let Some(key) = &options.api_key {
            let mut bearer = String::from("Bearer ");
            bearer.push_str(key);
            headers.set("authorization", &bearer)?;
        }
        if let Some(version) = &options.runway_version {
            headers.set("x-runway-version", version)?;
        }
        let request = Request::post(&url).headers(Headers::from_raw(headers)).build();
        let request = request.map_err(|_| JsValue::from("baseUrl is no valid address"))?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&request.headers().into_raw());
        // A redirect would carry the key to another address, or turn the POST into a GET.
        init.set_redirect(RequestRedirect::Manual);
        Ok(Route { url: request.url(), init })
    }

    /// A plain download, with nothing of the caller's in it: result addresses are a third party's.
    pub(crate) fn get(url: &str) -> Self {
        Route { url: url.into(), init: RequestInit::new() }
    }

    /// One request. Dropping `flight` cancels it, and so does `signal`, for as long as the response's body is
    /// being read.
    pub(crate) fn request(
        &self,
        body: Option<&str>,
        flight: &Flight,
        signal: Option<&JsValue>,
    ) -> Result<web_sys::Request, JsValue> {
        self.init.set_signal(Some(&flight.signal(signal)));
        if let Some(body) = body {
            self.init.set_body(&body.into());
        }
        web_sys::Request::new_with_str_and_init(&self.url, &self.init)
    }
}

/// Sends a request through the caller's `fetch` or the global one, and gives what that resolved with.
pub(crate) async fn send(fetch: Option<&Function>, request: &web_sys::Request) -> Result<Reply, JsValue> {
    let answer = match fetch {
        Some(fetch) => fetch.call1(&JsValue::UNDEFINED, request)?,
        None => {
            let fetch = Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into::<Function>()?;
            fetch.call1(&JsValue::UNDEFINED, request)?
        }
    };
    settle(&answer).await.map(JsCast::unchecked_into)
}

/// A request on its way: cancelled when dropped, unless it has landed.
pub(crate) struct Flight {
    controller: AbortController,
    landed: bool,
}

impl Flight {
    pub(crate) fn start() -> Result<Self, JsValue> {
        Ok(Flight { controller: AbortController::new()?, landed: false })
    }

    /// The flight's own signal, joined with the caller's where the runtime can (`AbortSignal.any`).
    fn signal(&self, other: Option<&JsValue>) -> AbortSignal {
        let own = self.controller.signal();
        match other.map(|other| any_signal(&Array::of2(&own, other))) {
            Some(Ok(joined)) => joined,
            _ => own,
        }
    }

    /// Nothing is left to cancel, or it is somebody else's now.
    pub(crate) fn land(mut self) {
        self.landed = true;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            self.controller.abort();
        }
    }
}

/// Waits for whatever a foreign function gave, promise or not.
pub(crate) async fn settle(value: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(promise_of(&Array::of1(value))).await
}
