//! Aborting: the caller's `AbortSignal` as a future that ends with the signal's own reason. The
//! listener lives exactly as long as the future.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use wasm_bindgen::prelude::*;

use crate::web::bell::Bell;
use crate::web::value::{invoke2, known, property};

/// Something that behaves like an `AbortSignal`, or undefined, which never aborts.
pub(super) struct Signal(pub(super) JsValue);

impl Signal {
    /// Whether it is a signal. Not by `instanceof`: polyfills and other realms have theirs.
    pub(super) fn is_sound(&self) -> bool {
        property(&self.0, "addEventListener").is_function()
            && property(&self.0, "removeEventListener").is_function()
            && property(&self.0, "aborted").as_bool().is_some()
    }

    /// The reason, any kind of value, if the signal has aborted.
    fn reason_if_aborted(&self) -> Option<JsValue> {
        if property(&self.0, "aborted").is_truthy() { Some(property(&self.0, "reason")) } else { None }
    }

    /// # Errors
    /// The reason, if it has aborted.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        self.reason_if_aborted().map_or(Ok(()), Err)
    }

    /// Ends with the reason once the signal has aborted.
    pub(super) fn aborted(self) -> Aborted {
        let bell = if self.0.is_object() { Some(Bell::hang(false)) } else { None };
        let listener = bell.as_ref().map_or(JsValue::UNDEFINED, Bell::ringer);
        let aborted = Aborted { signal: self, bell, listener };
        aborted.listen("addEventListener");
        aborted
    }
}

/// See [`Signal::aborted`].
pub(super) struct Aborted {
    pub(super) signal: Signal,
    bell: Option<Bell>,
    listener: JsValue,
}

impl Aborted {
    /// Adds or removes the listener.
    fn listen(&self, method: &'static str) {
        if self.bell.is_some() {
            // A signal that throws here cannot abort; the operation goes on without it.
            let _ = invoke2(&self.signal.0, method, known("abort"), &self.listener);
        }
    }
}

impl Future for Aborted {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<JsValue> {
        while self.bell.as_mut().is_some_and(|bell| Pin::new(bell).poll(context).is_ready()) {
            // An event alone proves nothing.
            if let Some(reason) = self.signal.reason_if_aborted() {
                return Poll::Ready(reason);
            }
        }
        Poll::Pending
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        self.listen("removeEventListener");
    }
}
