//! Waking up: browsers throttle the timers of hidden tabs and stop them in sleep, so a page's waits
//! read at once when the tab becomes visible again or the network comes back. The two listeners are
//! there only while somebody sleeps.

use core::cell::Cell;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use super::timer;

thread_local! {
    static SLEEPERS: Cell<u32> = const { Cell::new(0) };
    static ON_EVENT: Closure<dyn Fn()> = Closure::new(on_event);
}

/// One more sleeper that wants to be woken.
pub(super) fn listen() {
    let sleepers = SLEEPERS.get();
    SLEEPERS.set(sleepers + 1);
    if sleepers == 0 {
        each_listener("addEventListener");
    }
}

/// One less.
pub(super) fn unlisten() {
    let sleepers = SLEEPERS.get().saturating_sub(1);
    SLEEPERS.set(sleepers);
    if sleepers == 0 {
        each_listener("removeEventListener");
    }
}

fn on_event() {
    let state = property(&document(), "visibilityState");
    if state != "hidden" {
        timer::ring_wakeable();
    }
}

/// Calls `method` for both events, in pages only: elsewhere a tab is never hidden, and in a Worker one
/// request must not be woken by another.
fn each_listener(method: &str) {
    let document = document();
    if !document.is_object() {
        return;
    }
    for (target, event) in [(js_sys::global().into(), "online"), (document, "visibilitychange")] {
        if let Ok(method) = property(&target, method).dyn_into::<Function>() {
            let _ = ON_EVENT.with(|callback| method.call2(&target, &event.into(), callback.as_ref()));
        }
    }
}

fn document() -> JsValue {
    property(&js_sys::global(), "document")
}

/// A property, or undefined where there is none to be had.
fn property(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
