//! Errors as JavaScript sees them: instances of the package's own class, which a Wasm export cannot be.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::task::{self, set_nullable};
use crate::Error;
use crate::web::value::{object, set, set_text};

#[wasm_bindgen(raw_module = "../error.js")]
extern "C" {
    type ActOneError;
    #[wasm_bindgen(constructor)]
    fn new(fields: &JsValue) -> ActOneError;
}

/// The error as a JavaScript object.
pub(super) fn to_js(mut error: Error) -> JsValue {
    let issues = Array::new();
    for issue in &error.issues {
        let told = object();
        set_text(&told, "path", issue.path);
        set_text(&told, "message", &issue.message);
        issues.push(&told);
    }
    // What is left out, the class fills in.
    let fields = object();
    set_text(&fields, "code", error.code.as_str());
    set_text(&fields, "message", &error.message);
    set(&fields, "issues", &issues);
    if let Some(status) = error.status.filter(|status| *status > 0) {
        set(&fields, "status", &status.into());
    }
    set_nullable(&fields, "requestId", &error.request_id);
    set_nullable(&fields, "taskId", &error.task_id);
    if let Some(task) = &error.task {
        set(&fields, "task", &task::to_js(task));
    }
    set(&fields, "retryable", &error.retryable.into());
    set(&fields, "taskMayExist", &error.task_may_exist.into());
    if let Some(cause) = error.cause.take() {
        set(&fields, "cause", &cause);
    }
    ActOneError::new(&fields).into()
}
