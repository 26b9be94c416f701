//! A record's progress and times, in their several spellings (`protocol.md`, "Progress" and "Times").

use super::Json;
use super::json::any;
use super::layers::Found;

// Where each time stands: the gateway's names, those of the numeric records, the provider's.
pub(super) const SUBMITTED: &[&str] = &["submit_time", "create_time", "createdAt", "created_at"];
pub(super) const STARTED: &[&str] = &["start_time", "startedAt", "started_at"];
pub(super) const FINISHED: &[&str] = &["finish_time", "finishedAt", "completed_at", "completedAt", "endedAt"];
/// When a record last changed: when it ended, if it has.
pub(super) const UPDATED: &[&str] = &["update_time", "updatedAt", "updated_at"];

/// How much is done, from 0 to 1, as the first of the record's layers says that does.
pub(super) fn progress<J: Json>(found: &Found<J>) -> Option<f64> {
    found.record.iter().find_map(|layer| {
        // `progressRatio` is that of Runway's web application.
        let ratio = || fraction(&layer.get("progressRatio"), true);
        fraction(&layer.get("progress"), counts_to_one(layer)).or_else(ratio)
    })
}

/// The provider's records count from 0 to 1; the gateway's, and those of the OpenAI kind, per cent.
fn counts_to_one<J: Json>(layer: &J) -> bool {
    layer.get("task_id").word().is_empty() && layer.get("object").is_null()
}

fn fraction<J: Json>(value: &J, counts_to_one: bool) -> Option<f64> {
    let number = value.number();
    if number.is_nan() {
        return None;
    }
    let text = value.word();
    // Nothing counts in parts of one per cent, and what lies above 1 can only be per cent.
    let is_fraction = !text.ends_with('%') && (number < 1.0 || (number == 1.0 && counts_to_one));
    Some((if is_fraction { number } else { number / 100.0 }).clamp(0.0, 1.0))
}

/// The first time that one of the record's layers has under one of the names.
pub(super) fn time<J: Json>(found: &Found<J>, names: &[&'static str]) -> Option<f64> {
    found.record.iter().find_map(|layer| names.iter().find_map(|name| read_time(&layer.get(name))))
}

/// Unix seconds, as number or digit string, or a date; 0 means not yet. Milliseconds are told apart by
/// their size: as seconds they would lie beyond the year 5000.
fn read_time<J: Json>(value: &J) -> Option<f64> {
    let text = value.word();
    let is_number = any(&text) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = if is_number { value.number() } else { value.date() };
    let ms = if is_number && number < 1e11 { number * 1000.0 } else { number };
    (ms > 0.0 && ms < 1e14).then_some(ms)
}
