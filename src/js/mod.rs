//! The JavaScript surface: the package's functions, each of which reads its arguments, calls the client, and turns
//! what comes back into JavaScript's own values. Decides nothing.
//!
//! What a call ends with goes through its record, and no function here returns a JavaScript value: Node 20 (V8 11.3)
//! ends the whole process where code that it has optimised is in the middle of a call that returns one
//! (`DoComputeBuiltinContinuation`, "unreachable code"; ten thousand waits were enough).

mod arguments;
mod callback;
mod calls;
mod files;
mod order;
mod outgoing;
mod parts;
mod reader;

use std::future::Future;

use futures_util::future::{LocalBoxFuture, ready};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::decoded::Error;
use crate::runtime::{next, race};
use crate::schedule;
use crate::wait::snapshot_of;
use arguments::{Arguments, Call};
use calls::CallRecord;
use outgoing::{error_to_js, list_to_js, task_to_js, to_js};

#[global_allocator]
static TALC: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Run once, as the Wasm is loaded.
#[wasm_bindgen(start)]
fn loaded() {
    calls::reject_all_on_panic();
}

/// Creates a paid task; resolves as soon as the service has accepted it.
#[wasm_bindgen]
pub fn submit(input: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    arguments.need_key();
    let order = arguments.order(&input);
    start(arguments, |call| async move { Ok(task_to_js(&call.submit(order).await?)) })
}

/// Reads a task once.
#[wasm_bindgen(js_name = getTask)]
pub fn get_task(task_or_id: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    arguments.need_key();
    let from = arguments.task_ref(&task_or_id);
    start(arguments, |call| async move {
        call.record.set_task_id(&from.id);
        Ok(task_to_js(&call.client.get_task(&from.id).await?))
    })
}

/// Reads a task until it has ended; resolves with it when it has succeeded.
#[wasm_bindgen(js_name = waitForTask)]
pub fn wait_for_task(task_or_id: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    arguments.need_key();
    let from = arguments.task_ref(&task_or_id);
    start(arguments, |call| async move {
        call.record.set_task_id(&from.id);
        let task = call.client.wait_for_task(from, |task| outgoing::tell(&call.on_update, task)).await?;
        Ok(task_to_js(&task))
    })
}

/// Submits, then waits.
#[wasm_bindgen]
pub fn run(input: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    arguments.need_key();
    let order = arguments.order(&input);
    start(arguments, |call| async move {
        let update = |task: &_| outgoing::tell(&call.on_update, task);
        let task = call.submit(order).await?;
        call.record.set_task_id(&task.id);
        update(&task);
        Ok(task_to_js(&call.client.wait_for_task(task, update).await?))
    })
}

/// Lists the account's own tasks.
#[wasm_bindgen(js_name = listTasks)]
pub fn list_tasks(filter: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    arguments.need_token();
    let filter = arguments.filter(&filter);
    start(arguments, |call| async move { Ok(list_to_js(&call.client.list_tasks(&filter).await?)) })
}

/// Puts a file where the service can fetch it.
#[wasm_bindgen]
pub fn upload(file: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    let parcel = arguments.parcel(&file);
    start(arguments, |call| async move {
        // Without one, the call has not started.
        let Some(parcel) = parcel else { return Ok(JsValue::UNDEFINED) };
        Ok(to_js(&call.upload(&parcel).await?))
    })
}

/// Opens a connection of a download; npm/download.js makes one body of them. Resolves with a `Response` and what is known of
/// its file; with undefined if nothing is missing after the connection that `broken` tells of.
#[wasm_bindgen]
pub fn download(task_or_url: JsValue, options: JsValue, record: CallRecord, broken: JsValue) {
    let mut arguments = Arguments::read(&options, record);
    let url = arguments.video_url(&task_or_url);
    let broken = parts::broken(&broken);
    start(arguments, |call| async move {
        let part = crate::download::part(&call.client.line, &url, broken, call.signal.as_ref()).await?;
        Ok(part.as_ref().map_or(JsValue::UNDEFINED, parts::part_to_js))
    })
}

/// Reads a task out of a callback: a `Request`, text, bytes, or a decoded object. A callback is unsigned: what is read is
/// a hint to read the feed, never proof.
#[wasm_bindgen(js_name = parseCallback)]
pub fn parse_callback(request_or_body: JsValue, _options: JsValue, record: CallRecord) {
    let arguments = Arguments::read(&JsValue::UNDEFINED, record);
    start(arguments, |_| async move { Ok(task_to_js(&callback::read(request_or_body).await?)) })
}

/// Ms from `task.checkedAt` until the next read is worth making. Of the options it is `unchanged` that counts.
#[wasm_bindgen(js_name = nextPollDelay)]
pub fn next_poll_delay(task: JsValue, options: JsValue, record: CallRecord) {
    let mut arguments = Arguments::read(&options, record);
    let unchanged = arguments.unchanged(&options);
    let task = arguments.snapshot(&task);
    let delay = task.map(|task| schedule::next_poll_delay(&snapshot_of(&task), unchanged));
    start(arguments, |_| ready(Ok(delay.into())))
}

/// Does what `operation` says until the signal aborts, unless something is wrong with the arguments.
fn start<F>(arguments: Arguments, operation: impl FnOnce(Call) -> F)
where
    F: Future<Output = Result<JsValue, Error>> + 'static,
{
    let record = arguments.record.clone();
    match arguments.call() {
        Ok(call) => {
            let signal = call.signal.clone();
            spawn_local(finish(Box::pin(operation(call)), signal, record));
        }
        Err(error) => record.reject(&error_to_js(error)),
    }
}

async fn finish(
    work: LocalBoxFuture<'static, Result<JsValue, Error>>,
    signal: Option<web_sys::AbortSignal>,
    record: CallRecord,
) {
    let outcome = match &signal {
        None => work.await.map_err(error_to_js),
        // It may have aborted since the call; then nothing is sent.
        Some(signal) if signal.aborted() => Err(signal.reason()),
        Some(signal) => match race(work, next(signal, "abort")).await {
            Ok(outcome) => outcome.map_err(error_to_js),
            Err(()) => Err(signal.reason()),
        },
    };
    match outcome {
        Ok(value) => record.resolve(&value),
        Err(reason) => record.reject(&reason),
    }
}
