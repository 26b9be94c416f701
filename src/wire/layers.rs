//! An answer's layers: envelopes, the task's record, the provider's record within. Finds the one that is the record,
//! and its id; what the record says is read elsewhere.

use super::json::any;
use super::{Json, status, words};

/// What can hold another layer: the envelopes' `data` and `task`, and `result` for what is under it.
const WRAPPERS: &[&str] = &["data", "task", "result"];

/// More than any published answer has; a bound for those that nest without end.
const MAX_LAYERS: usize = 12;

const TASK_IDS: &[&str] = &["task_id", "taskId"];
const IDS: &[&str] = &["task_id", "taskId", "id"];

/// Where an answer tells of a task.
pub(super) struct Found<J> {
    /// The task's id.
    pub(super) id: String,
    /// Whether the id is surely a task's. An `id` at the top of an answer that refuses may be a request's.
    pub(super) is_certain: bool,
    /// Whether it is called a task's id, or stands beside a status: proof enough even where the server broke down.
    pub(super) is_named: bool,
    /// The record, then what it holds. None where the id stands alone.
    pub(super) record: Vec<J>,
    /// What is around the record.
    pub(super) around: Vec<J>,
}

/// Finds the record in a decoded answer. The outermost id wins: one further inside is the provider's.
pub(super) fn find<J: Json>(answer: &J) -> Option<Found<J>> {
    let around = layers(answer);
    let at = around
        .iter()
        .position(|layer| has_task_id(layer) || (has_id(layer) && !is_envelope(layer) && has_status(layer)))
        .or_else(|| {
            around.iter().position(|layer| has_id(layer) && (!is_envelope(layer) || is_innermost(layer)))
        });
    match at {
        Some(at) => found_at(around, at),
        None => bare_id(answer),
    }
}

/// The same in an answer about the task `id`: its record wins, wherever it stands.
pub(super) fn find_task<J: Json>(answer: &J, id: &str) -> Option<Found<J>> {
    let is_its = |layer: &J| IDS.iter().any(|name| layer.get(name).word() == id);
    find_rather(answer, |found| found.id == id, is_its)
}

/// The same in an answer whose task is not known beforehand: an id that is called a task's wins.
pub(super) fn find_named<J: Json>(answer: &J) -> Option<Found<J>> {
    find_rather(answer, |found| found.record.first().is_some_and(has_task_id), has_task_id)
}

/// The record, if it is the one that is meant, else the first layer that is.
fn find_rather<J: Json>(
    answer: &J,
    is_meant: impl Fn(&Found<J>) -> bool,
    means: impl Fn(&J) -> bool,
) -> Option<Found<J>> {
    let found = find(answer)?;
    if is_meant(&found) {
        return Some(found);
    }
    let around = layers(answer);
    match around.iter().position(means) {
        Some(at) => found_at(around, at),
        None => Some(found),
    }
}

fn found_at<J: Json>(mut around: Vec<J>, at: usize) -> Option<Found<J>> {
    let record = around.split_off(at);
    let own = record.first()?;
    let is_named = has_task_id(own) || has_status(own);
    Some(Found { id: id_of(own), is_certain: at > 0 || is_named, is_named, record, around })
}

impl<J: Json> Found<J> {
    /// What the first of the record's layers has that has it.
    pub(super) fn first(&self, read: fn(&J) -> String) -> String {
        self.record.iter().map(read).find(|text| any(text)).unwrap_or_default()
    }
}

/// Whether the answer is an envelope in which nothing tells of a task (yet).
pub(super) fn is_hollow<J: Json>(answer: &J) -> bool {
    is_envelope(answer) && !layers(answer).iter().any(has_status)
}

/// The object in a value: itself, one that a text holds, or the first of a list, because some keep one in a list.
pub(super) fn object_in<J: Json>(value: &J) -> J {
    let value = value.parsed();
    if value.is_object() { value } else { value.get("0").parsed() }
}

/// All layers, outermost first.
fn layers<J: Json>(answer: &J) -> Vec<J> {
    let mut layers = vec![answer.clone()];
    let mut next = 0;
    while let Some(layer) = layers.get(next).cloned() {
        next += 1;
        for wrapper in WRAPPERS {
            let inner = object_in(&layer.get(wrapper));
            if inner.is_object() && layers.len() < MAX_LAYERS {
                layers.push(inner);
            }
        }
    }
    layers
}

/// The oldest of the open gateway's routes answer with the id as `data`, those for Midjourney as `result`.
fn bare_id<J: Json>(answer: &J) -> Option<Found<J>> {
    let id = answer.first_word(&["data", "result"], is_token);
    let id = if any(&id) { id } else { answer.get("data").get("0").word() };
    if !is_token(&id) {
        return None;
    }
    let around = vec![answer.clone()];
    Some(Found { id, is_certain: true, is_named: false, record: Vec::new(), around })
}

/// A sign or a bracket begins -1, {} and []; and a word may also be why the answer refuses.
fn is_token(id: &str) -> bool {
    id.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
        && id.bytes().any(|byte| byte.is_ascii_digit())
        && id.len() <= 128
        && words::is_said(id)
}

fn has_task_id<J: Json>(layer: &J) -> bool {
    any(&layer.first_word(TASK_IDS, is_id))
}

/// 0 is what a refusal has where an id was due.
fn is_id(word: &str) -> bool {
    any(word) && word != "0"
}

fn has_id<J: Json>(layer: &J) -> bool {
    any(&id_of(layer))
}

fn id_of<J: Json>(layer: &J) -> String {
    layer.first_word(IDS, is_id)
}

/// Whether it says where a task stands.
fn has_status<J: Json>(layer: &J) -> bool {
    let word = layer.first_word(status::NAMES, any);
    any(&word) && !is_http(&word)
}

/// Whether a status is a number of three digits: HTTP's.
pub(super) fn is_http(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_envelope<J: Json>(layer: &J) -> bool {
    ["code", "success"].iter().any(|name| !layer.get(name).is_null())
}

fn is_innermost<J: Json>(layer: &J) -> bool {
    !WRAPPERS.iter().any(|wrapper| layer.get(wrapper).parsed().is_object())
}
