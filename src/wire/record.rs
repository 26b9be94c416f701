//! One task's record, out of whichever envelope, in any of its shapes. Weighs what the record says
//! against itself: status word, result address, error text.

use super::json::any;
use super::status::{Claim, claim};
use super::{Json, bad_response};
use crate::error::Error;
use crate::input::is_result_address;
use crate::task::{Status, Task};

// Where each fact stands, the first that has it wins. Under `data` is the provider's own record.
const ID: &[&str] = &["task_id", "id"];
const ADDRESS: &[&str] = &["result_url", "video_url", "data.video_url", "data.output.0", "data.url"];
// The last is Runway's own task record: https://docs.dev.runwayml.com/api/ ("failure").
const ERROR: &[&str] = &["fail_reason", "msg", "data.failure"];
const POSTER: &[&str] = &["poster"];
const LAST_FRAME: &[&str] = &["last_frame"];
const SUBMITTED: &[&str] = &["submit_time", "create_time", "data.createdAt"];
const STARTED: &[&str] = &["start_time", "data.startedAt"];
const FINISHED: &[&str] = &["finish_time"];
const UPDATED: &[&str] = &["update_time"];

/// Reads the task that a decoded answer (which does not refuse) tells of.
pub(super) fn read<J: Json>(answer: J, now: f64, http: u16) -> Result<Box<Task<J>>, Error<J>> {
    let record = locate(&answer);
    let id = record.first_text(ID, any);
    if id.is_empty() {
        let message = "The service accepted the request, but its answer names no task id. \
                       Check baseUrl; if it is right, the service has changed its answers.";
        return Err(bad_response(http, &[message]));
    }
    let address = record.first_text(ADDRESS, is_result_address);
    let error = record.first_text(ERROR, is_error);
    let progress = progress(&record);
    let started_at = time(&record, STARTED);
    let (status, awaits_address) = match claim_of(&record) {
        // "A record that carries a result address and no error is done, whatever its number says."
        _ if any(&address) && error.is_empty() => (Status::Succeeded, false),
        Claim::Says(Status::Succeeded) | Claim::Numbered(Status::Succeeded) if any(&address) => {
            (Status::Succeeded, false)
        }
        // The page that swaps the numbers: an error or a refund, and nothing to show for it.
        Claim::Numbered(Status::Succeeded) if any(&error) || record.get("refund").number() == 1.0 => {
            (Status::Failed, false)
        }
        Claim::Says(Status::Succeeded) | Claim::Numbered(Status::Succeeded) => (Status::Running, true),
        Claim::Says(status) | Claim::Numbered(status) => (status, false),
        Claim::Unknown if started_at.is_some() || progress > Some(0.0) => (Status::Running, false),
        Claim::Unknown => (Status::Queued, false),
    };
    let finished_at = time(&record, FINISHED);
    Ok(Box::new(Task {
        id,
        status,
        progress: if status == Status::Succeeded { Some(1.0) } else { progress },
        video_url: present(address),
        poster_url: present(record.first_text(POSTER, is_result_address)),
        last_frame_url: present(record.first_text(LAST_FRAME, is_result_address)),
        fail_reason: if status == Status::Failed { present(error) } else { None },
        submitted_at: time(&record, SUBMITTED),
        started_at,
        finished_at: if status.is_final() { finished_at.or(time(&record, UPDATED)) } else { finished_at },
        checked_at: now,
        raw: answer,
        awaits_address,
    }))
}

/// The record within an answer: the answer itself when flat, else what is under `data`. A flat
/// record has a `data` too (the provider's), so the id decides.
pub(super) fn locate<J: Json>(answer: &J) -> J {
    let data = answer.get("data");
    if data.is_object() && answer.get("task_id").is_null() { data } else { answer.clone() }
}

/// The gateway's word, under either name; the provider's only where the gateway says nothing at all.
fn claim_of<J: Json>(record: &J) -> Claim {
    let (status, state) = (record.get("status").text(), record.get("state").text());
    if status.is_empty() && state.is_empty() {
        return claim(&record.at("data.status").text());
    }
    match claim(&status) {
        Claim::Unknown => claim(&state),
        known => known,
    }
}

fn progress<J: Json>(record: &J) -> Option<f64> {
    let mut fraction = record.get("progress").number() / 100.0;
    if fraction.is_nan() {
        fraction = record.at("data.progress").number();
        // The provider's record counts 0 to 1; what lies above can only be per cent.
        if fraction > 1.0 {
            fraction /= 100.0;
        }
    }
    if fraction.is_nan() { None } else { Some(fraction.clamp(0.0, 1.0)) }
}

/// Unix seconds, as number or digit string, or a date; 0 means not yet. Milliseconds are told apart by
/// their size: as seconds they would lie beyond the year 5000.
fn time<J: Json>(record: &J, places: &[&'static str]) -> Option<f64> {
    places.iter().find_map(|place| {
        let value = record.at(place);
        let number = if place.starts_with("data.") { value.date() } else { value.number() };
        let time = if number < 1e11 { number * 1000.0 } else { number };
        if time > 0.0 && time < 1e14 { Some(time) } else { None }
    })
}

/// Whether this is the text of an error; "success" is what some siblings write under `msg` when there is none.
fn is_error(text: &str) -> bool {
    any(text.trim_ascii()) && !text.eq_ignore_ascii_case("success")
}

fn present(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}
