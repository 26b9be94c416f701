//! An answer's layers: envelopes, the task's record, the provider's record within. Finds the one that is the record,
//! and its id; what the record says is read elsewhere.

use super::json::any;
use super::status::is_same_word;
use super::{Json, words};

/// What can hold another layer: the envelopes' `data` and `task`, and `result` for what is under it.
const WRAPPERS: &[&str] = &["data", "task", "result"];

/// More than any published answer has; a bound for those that nest without end.
const MAX_LAYERS: usize = 12;

const IDS: &[&str] = &["task_id", "id"];

/// Where an answer tells of a task.
pub(super) struct Found<J> {
    /// The task's id.
    pub(super) id: String,
    /// Whether the id is surely a task's. An `id` at the top of an answer that refuses may be a request's.
    pub(super) is_certain: bool,
    /// The record, then what it holds. None where the id stands alone.
    pub(super) record: Vec<J>,
    /// What is around the record.
    pub(super) around: Vec<J>,
}

/// Finds the record in a decoded answer. The outermost id wins: one further inside is the provider's.
pub(super) fn find<J: Json>(answer: &J) -> Option<Found<J>> {
    let mut around = layers(answer);
    let has_task_id = |layer: &J| any(&layer.get("task_id").word());
    let has_id = |layer: &J| any(&id_of(layer));
    let at = around
        .iter()
        .position(|layer| has_task_id(layer) || (has_id(layer) && !is_envelope(layer) && has_status(layer)))
        .or_else(|| {
            around.iter().position(|layer| has_id(layer) && (!is_envelope(layer) || is_innermost(layer)))
        });
    let Some(at) = at else { return bare_id(answer) };
    let record = around.split_off(at);
    let own = record.first()?;
    let is_certain = at > 0 || has_task_id(own) || has_status(own);
    Some(Found { id: id_of(own), is_certain, record, around })
}

impl<J: Json> Found<J> {
    /// What the first of the record's layers has that has it.
    pub(super) fn first(&self, read: fn(&J) -> String) -> String {
        for layer in &self.record {
            let text = read(layer);
            if any(&text) {
                return text;
            }
        }
        String::new()
    }
}

/// Whether the answer is an envelope in which nothing tells of a task (yet).
pub(super) fn is_hollow<J: Json>(answer: &J) -> bool {
    is_envelope(answer) && !layers(answer).iter().any(has_status)
}

/// All layers, outermost first.
fn layers<J: Json>(answer: &J) -> Vec<J> {
    // A callback may come as a list of one.
    let outermost = if answer.is_object() { answer.clone() } else { answer.get("0").parsed() };
    let mut layers = vec![outermost];
    let mut next = 0;
    while let Some(layer) = layers.get(next).cloned() {
        next += 1;
        for wrapper in WRAPPERS {
            let inner = layer.get(wrapper).parsed();
            // Some keep one record in a list.
            let inner = if inner.is_object() { inner } else { inner.get("0").parsed() };
            if inner.is_object() && layers.len() < MAX_LAYERS {
                layers.push(inner);
            }
        }
    }
    layers
}

/// The oldest of the open gateway's routes answer with the id as `data`.
fn bare_id<J: Json>(answer: &J) -> Option<Found<J>> {
    let id = answer.get("data").word();
    let is_token = id.bytes().all(|byte| byte.is_ascii_graphic()) && id.len() <= 128 && id != "0";
    // One word may also be why the answer refuses.
    let is_certain = id.bytes().any(|byte| byte.is_ascii_digit());
    let is_address = id.bytes().any(|byte| byte == b'/');
    if !words::is_said(&id) || !is_token || is_address || is_same_word(&id, "task_not_exist") {
        return None;
    }
    Some(Found { id, is_certain, record: Vec::new(), around: vec![answer.clone()] })
}

fn id_of<J: Json>(layer: &J) -> String {
    layer.first_word(IDS, any)
}

fn has_status<J: Json>(layer: &J) -> bool {
    any(&layer.first_word(&["status", "state"], any))
}

fn is_envelope<J: Json>(layer: &J) -> bool {
    ["code", "success"].iter().any(|name| !layer.get(name).is_null())
}

fn is_innermost<J: Json>(layer: &J) -> bool {
    !WRAPPERS.iter().any(|wrapper| layer.get(wrapper).parsed().is_object())
}
