//! Tasks as JavaScript sees them: plain data, out and back in after a reload.

use js_sys::{Function, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::Task;
use crate::error::Issue;
use crate::task::Status;
use crate::web::fetch::settle;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error, catch)]
    fn report(what: &str, thrown: &JsValue) -> Result<(), JsValue>;
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    id: &'a str,
    status: &'static str,
    progress: Option<f64>,
    video_url: Option<&'a str>,
    poster_url: Option<&'a str>,
    last_frame_url: Option<&'a str>,
    fail_reason: Option<&'a str>,
    submitted_at: Option<f64>,
    started_at: Option<f64>,
    finished_at: Option<f64>,
    checked_at: f64,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    raw: JsValue,
}

/// The task as a JavaScript object.
pub(super) fn to_js(task: &Task) -> JsValue {
    serialize(&Fields {
        id: &task.id,
        status: task.status.as_str(),
        progress: task.progress,
        video_url: task.video_url.as_deref(),
        poster_url: task.poster_url.as_deref(),
        last_frame_url: task.last_frame_url.as_deref(),
        fail_reason: task.fail_reason.as_deref(),
        submitted_at: task.submitted_at,
        started_at: task.started_at,
        finished_at: task.finished_at,
        checked_at: task.checked_at,
        raw: task.raw.clone(),
    })
}

/// Plain data as a JavaScript object, with null for what is absent.
pub(super) fn serialize(fields: &impl Serialize) -> JsValue {
    // Structs of strings, numbers and preserved values have nothing that could fail.
    fields.serialize(&Serializer::new().serialize_missing_as_null(true)).unwrap_or(JsValue::NULL)
}

/// A task that JavaScript hands back. Only the id must be right: the rest is what a caller kept, and
/// the next read replaces it.
pub(super) fn from_js(value: &JsValue) -> Result<Task, Issue> {
    let issue = |message: &str| Issue::new("task", message);
    if !value.is_object() {
        return Err(issue("is no task. Pass a task, as another call gave it"));
    }
    let get = |name: &str| Reflect::get(value, &name.into()).map_err(|_| issue("cannot be read: it throws"));
    let text = |name: &str| get(name).map(|value| value.as_string());
    let number = |name: &str| get(name).map(|value| value.as_f64().filter(|number| number.is_finite()));
    Ok(Task {
        id: text("id")?
            .filter(|id| is_id(id))
            .ok_or_else(|| issue("has no id. Pass a task, or the id of one"))?,
        status: text("status")?.and_then(|word| Status::from_word(&word)).unwrap_or(Status::Queued),
        progress: number("progress")?.filter(|progress| (0.0..=1.0).contains(progress)),
        video_url: text("videoUrl")?,
        poster_url: text("posterUrl")?,
        last_frame_url: text("lastFrameUrl")?,
        fail_reason: text("failReason")?,
        submitted_at: number("submittedAt")?,
        started_at: number("startedAt")?,
        finished_at: number("finishedAt")?,
        // Kept by something that dropped it: as if just read.
        checked_at: number("checkedAt")?.unwrap_or_else(crate::web::now),
        raw: get("raw")?,
    })
}

/// A task's id.
pub(super) fn id_from_js(value: &JsValue) -> Result<String, Issue> {
    value
        .as_string()
        .filter(|id| is_id(id))
        .ok_or_else(|| Issue::new("taskId", "is no task id. Pass the id that submit gave"))
}

fn is_id(id: &str) -> bool {
    !id.trim().is_empty() && id.len() <= 1024
}

/// Calls `onUpdate`. What it throws is the caller's to see, but no reason to lose a paid result.
pub(super) fn tell(on_update: &Function, task: &Task) {
    match on_update.call1(&JsValue::UNDEFINED, &to_js(task)) {
        // An async function's rejection would otherwise end a Node process.
        Ok(given) if given.is_object() => wasm_bindgen_futures::spawn_local(async move {
            if let Err(thrown) = settle(&given).await {
                complain(&thrown);
            }
        }),
        Ok(_) => {}
        Err(thrown) => complain(&thrown),
    }
}

fn complain(thrown: &JsValue) {
    let _ = report("act-one: onUpdate threw; the wait goes on.", thrown);
}
