//! Waking up: browsers throttle the timers of hidden tabs and stop them in sleep, so a page's waits
//! read at once when the tab becomes visible again or the network comes back. The two listeners are
//! there only while somebody sleeps.

use core::cell::Cell;
use wasm_bindgen::prelude::*;

use super::bell;
use super::value::{global, invoke, text};

thread_local! {
    static SLEEPERS: Cell<u32> = const { Cell::new(0) };
    static ON_EVENT: Closure<dyn FnMut(u32, u32, JsValue)> = Closure::new(|_, _, _| on_event());
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
    if text(&global("document"), "visibilityState").as_deref() != Some("hidden") {
        bell::ring_wakeable();
    }
}

/// Calls `method` for both events, in pages only: elsewhere a tab is never hidden, and in a Worker one
/// request must not be woken by another.
fn each_listener(method: &str) {
    let document = global("document");
    if !document.is_object() {
        return;
    }
    for (target, event) in [(global("globalThis"), "online"), (document, "visibilitychange")] {
        let _ = ON_EVENT.with(|callback| invoke(&target, method, &event.into(), callback.as_ref()));
    }
}
