//! Tasks as JavaScript sees them: plain data, out and back in after a reload.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::Task;
use crate::error::Issue;
use crate::task::{self, Status};
use crate::web::bell::settle;
use crate::web::jobs::spawn;
use crate::web::value::{global, invoke2, known, object, property, set, set_text, text};
use crate::web::wall_clock;

/// The task as a JavaScript object.
pub(super) fn to_js(task: &Task) -> JsValue {
    let told = object();
    set_text(&told, "id", &task.id);
    set_text(&told, "status", task.status.as_str());
    set_number(&told, "progress", task.progress);
    set_nullable(&told, "videoUrl", &task.video_url);
    set_nullable(&told, "posterUrl", &task.poster_url);
    set_nullable(&told, "lastFrameUrl", &task.last_frame_url);
    set_nullable(&told, "failReason", &task.fail_reason);
    set_number(&told, "submittedAt", task.submitted_at);
    set_number(&told, "startedAt", task.started_at);
    set_number(&told, "finishedAt", task.finished_at);
    set_number(&told, "checkedAt", Some(task.checked_at));
    set(&told, "raw", &task.raw);
    told
}

/// Sets a text, or null for what is absent.
pub(super) fn set_nullable(target: &JsValue, name: &'static str, text: &Option<String>) {
    match text {
        Some(text) => set_text(target, name, text),
        None => set(target, name, &JsValue::NULL),
    }
}

fn set_number(target: &JsValue, name: &'static str, number: Option<f64>) {
    set(target, name, &number.map_or(JsValue::NULL, JsValue::from_f64));
}

/// A task that JavaScript hands back. Only the id must be right: the rest is what a caller kept, and
/// the next read replaces it.
pub(super) fn from_js(value: &JsValue) -> Result<Task, Issue> {
    let number = |name: &'static str| property(value, name).as_f64().filter(|number| number.is_finite());
    let id = text(value, "id").unwrap_or_default();
    if !is_id(&id) {
        return Err(Issue::new("task", "has no id. Pass a task, as another call gave it, or the id of one"));
    }
    Ok(Box::new(task::Task {
        id,
        status: text(value, "status").and_then(|word| Status::from_word(&word)).unwrap_or(Status::Queued),
        progress: number("progress").filter(|progress| (0.0..=1.0).contains(progress)),
        video_url: text(value, "videoUrl"),
        poster_url: text(value, "posterUrl"),
        last_frame_url: text(value, "lastFrameUrl"),
        fail_reason: text(value, "failReason"),
        submitted_at: number("submittedAt"),
        started_at: number("startedAt"),
        finished_at: number("finishedAt"),
        // Kept by something that dropped it: as if just read.
        checked_at: number("checkedAt").unwrap_or_else(wall_clock),
        raw: property(value, "raw"),
        awaits_address: false,
    }))
}

/// Whether this can be a task's id.
pub(super) fn is_id(id: &str) -> bool {
    !id.trim_ascii().is_empty() && id.len() <= 1024
}

/// Calls `onUpdate`. What it throws is the caller's to see, but no reason to lose a paid result.
pub(super) fn tell(on_update: &Function, task: &Task) {
    match on_update.call1(&JsValue::UNDEFINED, &to_js(task)) {
        // An async function's rejection would otherwise end a Node process.
        Ok(given) if given.is_object() => spawn(async move {
            if let Err(thrown) = settle(&given).await {
                complain(&thrown);
            }
        }),
        Ok(_) => {}
        Err(thrown) => complain(&thrown),
    }
}

fn complain(thrown: &JsValue) {
    let _ = invoke2(&global("console"), "error", known("act-one: onUpdate threw; the wait goes on."), thrown);
}
