//! Errors as JavaScript sees them: instances of the class that the package registers.

use core::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::task;
use crate::Error;

thread_local! {
    static CLASS: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// See `setErrorClass`.
pub(super) fn set_class(class: Function) {
    CLASS.set(Some(class));
}

/// What the constructor is given.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    code: &'static str,
    message: &'a str,
    issues: Vec<IssueFields<'a>>,
    status: Option<u16>,
    request_id: Option<&'a str>,
    task_id: Option<&'a str>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    task: JsValue,
    retryable: bool,
    task_may_exist: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    cause: JsValue,
}

#[derive(Serialize)]
struct IssueFields<'a> {
    path: &'static str,
    message: &'a str,
}

/// The error as a JavaScript object.
pub(super) fn to_js(error: Error) -> JsValue {
    let issues = error.issues.iter().map(|issue| IssueFields { path: issue.path, message: &issue.message });
    let fields = Fields {
        code: error.code.as_str(),
        message: &error.message,
        issues: issues.collect(),
        status: error.status.filter(|status| *status > 0),
        request_id: error.request_id.as_deref(),
        task_id: error.task_id.as_deref(),
        task: error.task.as_deref().map_or(JsValue::NULL, task::to_js),
        retryable: error.retryable,
        task_may_exist: error.task_may_exist,
        cause: error.cause.unwrap_or(JsValue::UNDEFINED),
    };
    let fields = task::serialize(&fields);
    let class = CLASS.with_borrow(Clone::clone);
    let made = class.and_then(|class| Reflect::construct(&class, &Array::of1(&fields)).ok());
    made.unwrap_or_else(|| {
        let plain = js_sys::Error::new(&error.message);
        plain.set_name("ActOneError");
        if fields.is_object() {
            Object::assign(&plain, &fields.into());
        }
        plain.into()
    })
}
