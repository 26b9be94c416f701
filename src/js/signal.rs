//! Aborting: the caller's `AbortSignal` as a future that ends with the signal's own reason. The
//! listener lives exactly as long as the future.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

/// Something that behaves like an `AbortSignal`.
pub(super) struct Signal {
    value: JsValue,
    add: Function,
    remove: Function,
}

impl Signal {
    /// The value as a signal, if it is one. Not by `instanceof`: polyfills and other realms have theirs.
    pub(super) fn read(value: JsValue) -> Option<Self> {
        if !value.is_object() {
            return None;
        }
        let method = |name: &str| Reflect::get(&value, &name.into()).ok()?.dyn_into::<Function>().ok();
        let add = method("addEventListener")?;
        let remove = method("removeEventListener")?;
        Reflect::get(&value, &"aborted".into()).ok()?.as_bool()?;
        Some(Signal { value, add, remove })
    }

    pub(super) fn as_js(&self) -> &JsValue {
        &self.value
    }

    /// The reason, any kind of value, if the signal has aborted.
    pub(super) fn reason_if_aborted(&self) -> Option<JsValue> {
        let aborted = Reflect::get(&self.value, &"aborted".into()).ok()?.is_truthy();
        if aborted {
            Some(Reflect::get(&self.value, &"reason".into()).unwrap_or(JsValue::UNDEFINED))
        } else {
            None
        }
    }

    /// Ends with the reason once the signal has aborted.
    pub(super) fn aborted(&self) -> Aborted<'_> {
        let waker = Rc::<RefCell<Option<Waker>>>::default();
        let listener = {
            let waker = Rc::clone(&waker);
            Closure::new(move || {
                let waker = waker.borrow_mut().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            })
        };
        let aborted = Aborted { signal: self, listener, waker };
        aborted.listen(&self.add);
        aborted
    }
}

/// See [`Signal::aborted`].
pub(super) struct Aborted<'a> {
    signal: &'a Signal,
    listener: Closure<dyn Fn()>,
    waker: Rc<RefCell<Option<Waker>>>,
}

impl Aborted<'_> {
    /// Adds or removes the listener.
    fn listen(&self, method: &Function) {
        // A signal that throws here cannot abort; the operation goes on without it.
        let _ = method.call2(&self.signal.value, &"abort".into(), self.listener.as_ref());
    }
}

impl Future for Aborted<'_> {
    type Output = JsValue;

    fn poll(self: Pin<&mut Self>, context: &mut Context) -> Poll<JsValue> {
        match self.signal.reason_if_aborted() {
            Some(reason) => Poll::Ready(reason),
            None => {
                *self.waker.borrow_mut() = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Aborted<'_> {
    fn drop(&mut self) {
        self.listen(&self.signal.remove);
    }
}
