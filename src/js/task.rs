//! Tasks as JavaScript sees them: plain data, out and back in after a reload.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::Task;
use crate::error::Issue;
use crate::task::{self, Status};
use crate::web::bell::settle;
use crate::web::now;
use crate::web::value::{get, object};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error, catch)]
    fn report(what: &str, thrown: &JsValue) -> Result<(), JsValue>;
}

/// The task as a JavaScript object.
pub(super) fn to_js(task: &Task) -> JsValue {
    object(&[
        ("id", task.id.as_str().into()),
        ("status", task.status.as_str().into()),
        ("progress", number(task.progress)),
        ("videoUrl", nullable(&task.video_url)),
        ("posterUrl", nullable(&task.poster_url)),
        ("lastFrameUrl", nullable(&task.last_frame_url)),
        ("failReason", nullable(&task.fail_reason)),
        ("submittedAt", number(task.submitted_at)),
        ("startedAt", number(task.started_at)),
        ("finishedAt", number(task.finished_at)),
        ("checkedAt", task.checked_at.into()),
        ("raw", task.raw.clone()),
    ])
}

/// A text, or null for what is absent.
pub(super) fn nullable(text: &Option<String>) -> JsValue {
    text.as_ref().map_or(JsValue::NULL, |text| text.as_str().into())
}

fn number(number: Option<f64>) -> JsValue {
    number.map_or(JsValue::NULL, JsValue::from_f64)
}

/// A task that JavaScript hands back. Only the id must be right: the rest is what a caller kept, and
/// the next read replaces it.
pub(super) fn from_js(value: &JsValue) -> Result<Task, Issue> {
    let issue = |message: &str| Issue::new("task", message);
    if !value.is_object() {
        return Err(issue("is no task. Pass a task, as another call gave it"));
    }
    let mut throws = false;
    let mut read = |name: &str| {
        get(value, name).unwrap_or_else(|_| {
            throws = true;
            JsValue::UNDEFINED
        })
    };
    let mut text = |name: &str| read(name).as_string();
    let id = text("id").filter(|id| is_id(id)).unwrap_or_default();
    let status = text("status").and_then(|word| Status::from_word(&word)).unwrap_or(Status::Queued);
    let (video_url, poster_url) = (text("videoUrl"), text("posterUrl"));
    let (last_frame_url, fail_reason) = (text("lastFrameUrl"), text("failReason"));
    let mut number = |name: &str| read(name).as_f64().filter(|number| number.is_finite());
    let task = Box::new(task::Task {
        progress: number("progress").filter(|progress| (0.0..=1.0).contains(progress)),
        submitted_at: number("submittedAt"),
        started_at: number("startedAt"),
        finished_at: number("finishedAt"),
        // Kept by something that dropped it: as if just read.
        checked_at: number("checkedAt").unwrap_or_else(now),
        raw: read("raw"),
        id,
        status,
        video_url,
        poster_url,
        last_frame_url,
        fail_reason,
    });
    if throws {
        Err(issue("cannot be read: it throws"))
    } else if task.id.is_empty() {
        Err(issue("has no id. Pass a task, or the id of one"))
    } else {
        Ok(task)
    }
}

/// Whether this can be a task's id.
pub(super) fn is_id(id: &str) -> bool {
    !id.trim_ascii().is_empty() && id.len() <= 1024
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
