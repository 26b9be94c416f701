//! Waking up: browsers throttle the timers of hidden tabs and stop them in sleep, so a page's waits
//! read at once when the tab becomes visible again or the network comes back. The two listeners are
//! there only while somebody sleeps.

use core::cell::RefCell;
use wasm_bindgen::prelude::*;

use super::bell;
use super::value::{global, invoke2, known, text};

thread_local! {
    static LISTENING: RefCell<Listening> = const { RefCell::new(Listening { sleepers: 0, listener: JsValue::UNDEFINED }) };
}

struct Listening {
    sleepers: u32,
    listener: JsValue,
}

/// One more sleeper that wants to be woken.
pub(super) fn listen() {
    LISTENING.with_borrow_mut(|listening| {
        if listening.sleepers == 0 {
            listening.listener = bell::page_ringer();
            each_listener("addEventListener", &listening.listener);
        }
        listening.sleepers += 1;
    });
}

/// One less.
pub(super) fn unlisten() {
    LISTENING.with_borrow_mut(|listening| {
        listening.sleepers = listening.sleepers.saturating_sub(1);
        if listening.sleepers == 0 {
            each_listener("removeEventListener", &listening.listener);
        }
    });
}

/// Calls `method` for both events, in pages only: elsewhere a tab is never hidden, and in a Worker one
/// request must not be woken by another.
fn each_listener(method: &'static str, listener: &JsValue) {
    let document = global("document");
    if document.is_object() {
        let _ = invoke2(&global("globalThis"), method, known("online"), listener);
        let _ = invoke2(&document, method, known("visibilitychange"), listener);
    }
}

/// The tab was shown or hidden, or the network came back.
pub(super) fn on_event() {
    if text(&global("document"), "visibilityState").as_deref() != Some("hidden") {
        bell::ring_wakeable();
    }
}
