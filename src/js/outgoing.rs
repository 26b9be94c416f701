//! Tasks and errors as JavaScript sees them, and the caller's listeners.

use js_sys::{Function, Object, Promise, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::decoded::{Error, Task};
use crate::listing::TaskList;

#[wasm_bindgen(raw_module = "../error.js")]
extern "C" {
    /// The package's own class, which a Wasm export cannot be.
    type ActOneError;
    #[wasm_bindgen(constructor)]
    fn new(fields: &JsValue) -> ActOneError;
}

pub(super) fn task_to_js(task: &Task) -> JsValue {
    let object = to_js(task);
    set(&object, "raw", &task.raw);
    object
}

pub(super) fn list_to_js(list: &TaskList) -> JsValue {
    let object = js_sys::Object::new();
    set(&object, "tasks", &tasks_to_js(&list.tasks));
    set(&object, "total", &list.total.map_or(JsValue::NULL, JsValue::from));
    object.into()
}

fn tasks_to_js(tasks: &[Task]) -> JsValue {
    tasks.iter().map(task_to_js).collect::<js_sys::Array>().into()
}

pub(super) fn error_to_js(error: Error) -> JsValue {
    let fields = to_js(&*error);
    if let Some(task) = &error.task {
        set(&fields, "task", &task_to_js(task));
    }
    if let Some(candidates) = &error.candidates {
        set(&fields, "candidates", &tasks_to_js(candidates));
    }
    if let Some(cause) = &error.cause {
        set(&fields, "cause", cause);
    }
    set(&fields, "untraced", &JsValue::TRUE);
    ActOneError::new(&fields).into()
}

pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    // Whatever a task or an error holds has a form in JavaScript.
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Of a plain object of our own, which takes any property.
    let _ = Reflect::set(object, &name.into(), value);
}

/// What `onRetry` is called with.
pub(super) fn retry_to_js(error: Error, attempt: u32, delay: f64) -> JsValue {
    let retry: JsValue = Object::new().into();
    set(&retry, "error", &error_to_js(error));
    set(&retry, "attempt", &attempt.into());
    set(&retry, "delay", &delay.into());
    retry
}

/// Calls `onUpdate`.
pub(super) fn tell(on_update: &Option<Function>, task: &Task) {
    if let Some(on_update) = on_update {
        call(on_update, "onUpdate", &task_to_js(task));
    }
}

/// Calls a listener. What it throws is for the caller to see, but no reason to lose a paid result.
pub(super) fn call(listener: &Function, name: &'static str, told: &JsValue) {
    match listener.call1(&JsValue::UNDEFINED, told) {
        // An async function's rejection would otherwise end a Node process.
        Ok(given) if given.is_object() => spawn_local(async move {
            if let Err(thrown) = JsFuture::from(Promise::resolve(&given)).await {
                complain(name, &thrown);
            }
        }),
        Ok(_) => {}
        Err(thrown) => complain(name, &thrown),
    }
}

fn complain(name: &str, thrown: &JsValue) {
    let message = ["act-one: ", name, " threw; the call goes on."].concat();
    web_sys::console::error_2(&message.into(), thrown);
}
