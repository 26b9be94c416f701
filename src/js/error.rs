//! Errors as JavaScript sees them: instances of the package's own class, which a Wasm export cannot be.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::task::{self, nullable};
use crate::Error;
use crate::web::value::object;

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
        issues.push(&object(&[("path", issue.path.into()), ("message", issue.message.as_str().into())]));
    }
    let status = error.status.filter(|status| *status > 0);
    let fields = object(&[
        ("code", error.code.as_str().into()),
        ("message", error.message.as_str().into()),
        ("issues", issues.into()),
        ("status", status.map_or(JsValue::NULL, Into::into)),
        ("requestId", nullable(&error.request_id)),
        ("taskId", nullable(&error.task_id)),
        ("task", error.task.as_ref().map_or(JsValue::NULL, task::to_js)),
        ("retryable", error.retryable.into()),
        ("taskMayExist", error.task_may_exist.into()),
        ("cause", error.cause.take().unwrap_or(JsValue::UNDEFINED)),
    ]);
    ActOneError::new(&fields).into()
}
