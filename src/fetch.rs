//! One request out, one response in: requests by gloo-net, sent through the caller's `fetch` or the global one.
//! Decides nothing about retries, and reads no bodies.
//!
//! Not gloo-net's own `send`: it drops what the `fetch` threw, whose code can prove that a create never left, and it
//! hangs for ever where a `fetch` rejects with something that is no `Error`, or gives no `Response`.

use std::cell::OnceCell;

use gloo_net::http::{Headers, Request};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestInit, RequestRedirect};

use crate::wire::Json;

#[wasm_bindgen]
extern "C" {
    /// What a `fetch` resolved with: a `Response`, one of another realm, or a test's stand-in for one. No member is
    /// taken for granted.
    #[derive(Clone)]
    pub(crate) type Reply;
    #[wasm_bindgen(method, structural, getter, catch, js_name = status)]
    fn any_status(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, getter, catch, js_name = type)]
    fn any_type(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, getter, catch)]
    fn headers(this: &Reply) -> Result<ReplyHeaders, JsValue>;

    /// Throws where there is none: Safari before 17.4, Node before 20.3.
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = any)]
    fn any_of(signals: &Array) -> Result<AbortSignal, JsValue>;

    type ReplyHeaders;
    #[wasm_bindgen(method, structural, catch)]
    fn get(this: &ReplyHeaders, name: &str) -> Result<JsValue, JsValue>;
}

impl Reply {
    /// The HTTP status; `None` where this is no response at all.
    pub(crate) fn http_status(&self) -> Option<u16> {
        let status = self.any_status().ok()?.as_f64()?;
        (0.0..1000.0).contains(&status).then_some(status as u16)
    }

    /// Whether it is of this type: "opaqueredirect" where a browser kept an answer back because it redirects, "cors" where
    /// it is another origin's, of whose headers a browser hides most.
    pub(crate) fn is_of_type(&self, wanted: &str) -> bool {
        self.any_type().is_ok_and(|kind| kind.as_string().as_deref() == Some(wanted))
    }

    /// A response header; `None` also where a browser hides it.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers().ok()?.get(name).ok()?.as_string()
    }

    /// `Retry-After`, in ms: seconds, or an HTTP date (RFC 9110, section 10.2.3).
    pub(crate) fn retry_after(&self, wall_clock: f64) -> Option<f64> {
        let text = self.header("retry-after")?;
        // A date has letters, or it is none of HTTP's.
        let is_number = !text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let value = JsValue::from(text);
        let ms = if is_number { value.number() * 1000.0 } else { value.date() - wall_clock };
        (!ms.is_nan()).then_some(ms.max(0.0))
    }
}

/// What a request takes along.
#[derive(Clone, Copy)]
pub(crate) enum Payload<'a> {
    /// Nothing: it is a GET.
    None,
    Json(&'a str),
    /// A file, which becomes the body of the POST as it is sent.
    File,
}

/// A request with a signal, answered by no cache, as far as this runtime's `Request` takes either.
pub(crate) fn request(
    url: &str,
    headers: web_sys::Headers,
    payload: Payload<'_>,
    redirect: RequestRedirect,
    signal: &AbortSignal,
) -> Result<Request, JsValue> {
    let takes = Takes::of_this_runtime(signal);
    let request = if let Payload::None = payload { Request::get(url) } else { Request::post(url) };
    let mut request = request.headers(Headers::from_raw(headers)).redirect(redirect);
    if takes.cache {
        // A framework's cache (Next.js) would answer reads with old news, and creates with another caller's task.
        request = request.cache(RequestCache::NoStore);
    }
    if takes.signal {
        request = request.abort_signal(Some(signal));
    }
    let built = if let Payload::Json(json) = payload { request.body(json) } else { request.build() };
    built.map_err(|error| {
        let message = match error {
            gloo_net::Error::JsError(error) => error.message,
            gloo_net::Error::GlooError(message) => message,
        };
        js_sys::Error::new(&message).into()
    })
}

/// What the runtime's `Request` takes besides method, headers and body.
#[derive(Clone, Copy)]
struct Takes {
    /// Older workerd throws.
    cache: bool,
    /// Test environments that replace `AbortController` but not `fetch` (jsdom) have two kinds of signals.
    signal: bool,
}

impl Takes {
    /// Asked once. Not of gloo-net's builder, which panics where what is thrown is an `Error` of another realm.
    fn of_this_runtime(signal: &AbortSignal) -> Self {
        thread_local!(static KNOWN: OnceCell<Takes> = const { OnceCell::new() });
        let takes = |init: &RequestInit| {
            web_sys::Request::new_with_str_and_init("https://act-one.invalid/", init).is_ok()
        };
        let ask = || {
            let (cache, abortable) = (RequestInit::new(), RequestInit::new());
            cache.set_cache(RequestCache::NoStore);
            abortable.set_signal(Some(signal));
            Takes { cache: takes(&cache), signal: takes(&abortable) }
        };
        KNOWN.with(|known| *known.get_or_init(ask))
    }
}

/// The global `fetch`, looked up at each request: a page or a test may have replaced it.
///
/// # Errors
/// Where there is none.
pub(crate) fn global() -> Result<Function, JsValue> {
    let fetch = Reflect::get(&js_sys::global(), &"fetch".into())?;
    fetch
        .dyn_into()
        .map_err(|_| js_sys::Error::new("this runtime has no fetch; pass one as the fetch option").into())
}

/// Sends `request` through `fetch`.
///
/// # Errors
/// What the `fetch` threw.
pub(crate) async fn send(request: Request, fetch: &Function) -> Result<Reply, JsValue> {
    let promise = fetch.call1(&JsValue::UNDEFINED, &web_sys::Request::from(request))?;
    reply(Promise::resolve(&promise)).await
}

/// What a request's promise resolves with.
pub(crate) async fn reply(promise: Promise) -> Result<Reply, JsValue> {
    Ok(JsFuture::from(promise).await?.unchecked_into())
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

    /// The flight's own signal, joined with the caller's.
    pub(crate) fn signal(&self, other: Option<&AbortSignal>) -> AbortSignal {
        let own = self.controller.signal();
        match other {
            // The caller's alone is enough: what the flight's own would cancel, nobody waits for any more.
            Some(other) => any_of(&Array::of2(&own, other)).unwrap_or_else(|_| other.clone()),
            None => own,
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
