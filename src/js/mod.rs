//! The JavaScript surface: the functions of `api.md`, each of which reads its arguments, calls the
//! client, and turns what comes back into JavaScript's own. Decides nothing.

mod arguments;
mod callback;
mod error;
mod signal;
mod task;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::client::snapshot_of;
use crate::schedule::next_poll_delay;
use arguments::Arguments;

/// Tells the module which class its errors are made of. Without it they are plain `Error`s with the
/// same properties.
#[wasm_bindgen(js_name = setErrorClass)]
pub fn set_error_class(class: Function) {
    error::set_class(class);
}

/// Creates a paid task; gives it as soon as the service has accepted it.
#[wasm_bindgen]
pub async fn submit(input: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let mut arguments = Arguments::read_for_service(&options);
    let input = arguments.input(&input);
    let call = arguments.call()?;
    call.until_aborted(call.client.submit(&input)).await.map(|task| task::to_js(&task))
}

/// Reads a task once.
#[wasm_bindgen(js_name = getTask)]
pub async fn get_task(task_id: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let mut arguments = Arguments::read_for_service(&options);
    let id = arguments.task_id(&task_id);
    let call = arguments.call()?;
    call.until_aborted(call.client.get_task(&id)).await.map(|task| task::to_js(&task))
}

/// Reads a task until it has ended; gives it when it has succeeded.
#[wasm_bindgen(js_name = waitForTask)]
pub async fn wait_for_task(task_or_id: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let mut arguments = Arguments::read_for_service(&options);
    let from = arguments.task_ref(&task_or_id);
    let call = arguments.call()?;
    let wait = call.client.wait_for_task(from, |task| call.update(task));
    call.until_aborted(wait).await.map(|task| task::to_js(&task))
}

/// Submits, then waits.
#[wasm_bindgen]
pub async fn run(input: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let mut arguments = Arguments::read_for_service(&options);
    let input = arguments.input(&input);
    let call = arguments.call()?;
    let run = call.client.run(&input, |task| call.update(task));
    call.until_aborted(run).await.map(|task| task::to_js(&task))
}

/// Fetches the finished video: a `Response` whose body is still to be read.
#[wasm_bindgen]
pub async fn download(task_or_url: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let mut arguments = Arguments::read(&options);
    let url = arguments.video_url(&task_or_url);
    let call = arguments.call()?;
    call.until_aborted(call.client.download(&url, call.signal())).await
}

/// Reads a task out of a callback: a `Request`, a string, or a decoded object.
#[wasm_bindgen(js_name = parseCallback)]
pub async fn parse_callback(request_or_body: JsValue) -> Result<JsValue, JsValue> {
    let task = callback::read(request_or_body).await.map_err(error::to_js)?;
    Ok(task::to_js(&task))
}

/// Ms from `task.checkedAt` until the next read is worth making.
#[wasm_bindgen(js_name = nextPollDelay)]
pub fn next_delay(task: JsValue) -> Result<f64, JsValue> {
    let task = task::from_js(&task).map_err(|issue| error::to_js(crate::Error::invalid(vec![issue])))?;
    Ok(next_poll_delay(&snapshot_of(&task)))
}
