//! What npm/calls.js keeps of each call under way: what it ends with is said there, and none of them is left hanging if
//! the Rust panics. A panic cannot be caught in WebAssembly, but a hook runs before it ends the instance.

use std::panic;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::handler::schedule_reinit;
use wasm_bindgen::prelude::*;

use super::outgoing;
use super::reader::Reader;
use crate::decoded::Error;
use crate::error::Issue;
use crate::exchange::Watch;

#[wasm_bindgen(raw_module = "../calls.js")]
extern "C" {
    /// Rejects every call under way.
    fn panicked(message: &str);

    /// One call under way: a plain object of npm/calls.js.
    #[derive(Clone)]
    pub type CallRecord;
    /// What is wrong with the names in the call's arguments: `{ path, message }` each.
    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn issues(this: &CallRecord) -> Array;
    /// Has the files of the input checked, where the caller wants that: a promise of issues as above.
    #[wasm_bindgen(method, structural, js_name = checkMedia)]
    pub(super) fn check_media(this: &CallRecord) -> Option<Promise>;
    /// Ends the call.
    #[wasm_bindgen(method, structural)]
    pub(super) fn resolve(this: &CallRecord, value: &JsValue);
    /// Ends the call.
    #[wasm_bindgen(method, structural)]
    pub(super) fn reject(this: &CallRecord, reason: &JsValue);
    #[wasm_bindgen(method, structural, getter, js_name = taskId)]
    fn task_id(this: &CallRecord) -> Option<String>;
    #[wasm_bindgen(method, structural, setter, js_name = taskId)]
    pub(super) fn set_task_id(this: &CallRecord, id: &str);
    #[wasm_bindgen(method, structural, setter, js_name = createSentAt)]
    fn set_create_sent_at(this: &CallRecord, sent_at: Option<f64>);
}

/// What npm/ has found wrong: `{ path, message }` each.
pub(super) fn issues_in(found: &Array) -> impl Iterator<Item = Issue> {
    found.iter().map(|issue| {
        let given = Reader { from: &issue, issues: &mut Vec::new() };
        let text = |name| given.get(name).as_string().unwrap_or_default();
        Issue { path: text("path").into(), message: text("message") }
    })
}

/// Keeps the record of a call, and tells the caller of its retries.
pub(super) struct CallWatch {
    pub(super) record: CallRecord,
    pub(super) on_retry: Option<Function>,
}

impl Watch for CallWatch {
    fn create_in_doubt(&self, sent_at: Option<f64>) {
        self.record.set_create_sent_at(sent_at);
    }

    fn retrying(&self, error: Error, attempt: u32, delay: f64) {
        let Some(on_retry) = &self.on_retry else { return };
        let error = match self.record.task_id() {
            Some(id) => error.about(&id),
            None => error,
        };
        outgoing::call(on_retry, "onRetry", &outgoing::retry_to_js(error, attempt, delay));
    }
}

/// From now on a panic rejects every call under way, and the next call starts on a fresh instance.
pub(super) fn reject_all_on_panic() {
    panic::set_hook(Box::new(|info| {
        schedule_reinit();
        panicked(&info.to_string());
    }));
}
