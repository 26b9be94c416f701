//! One task's record, out of whichever envelope, in any of its shapes. Weighs what the record says
//! against itself: status word, result address, error text.

use super::status::{Claim, claim};
use super::{Json, Reading, bad_response};
use crate::error::Error;
use crate::task::{Status, Task};

/// Reads the task that a decoded answer (which does not refuse) tells of.
pub(super) fn read<J: Json>(answer: J, now: f64, http: u16) -> Result<Reading<J>, Error<J>> {
    let Some((id, reading)) = locate(&answer).and_then(|record| {
        let id = id_of(&record)?;
        Some((id, Facts::gather(&record)))
    }) else {
        let message = "The service accepted the request, but its answer names no task id. \
                       Check baseUrl; if it is right, the service has changed its answers.";
        return Err(bad_response(http, message));
    };
    Ok(reading.into_reading(id, answer, now))
}

/// The id of the task that an answer tells of, wherever it stands.
pub(super) fn task_id<J: Json>(answer: &J) -> Option<String> {
    locate(answer).and_then(|record| id_of(&record))
}

/// The record within an answer: the answer itself when flat, else what is under `data`. A flat
/// record has a `data` too (the provider's), so the id decides.
fn locate<J: Json>(answer: &J) -> Option<J> {
    if answer.get("task_id").is_none()
        && let Some(data) = answer.get("data").filter(J::is_object)
    {
        return Some(data);
    }
    Some(answer.clone())
}

fn id_of<J: Json>(record: &J) -> Option<String> {
    let id = record.get("task_id").or_else(|| record.get("id"))?.text()?;
    if id.is_empty() { None } else { Some(id) }
}

/// What a record says, each fact from the first field that has it.
struct Facts {
    claim: Claim,
    address: Option<String>,
    error: Option<String>,
    refunded: bool,
    poster: Option<String>,
    last_frame: Option<String>,
    progress: Option<f64>,
    submitted_at: Option<f64>,
    started_at: Option<f64>,
    finished_at: Option<f64>,
    updated_at: Option<f64>,
}

impl Facts {
    fn gather<J: Json>(record: &J) -> Self {
        let provider = record.get("data").filter(J::is_object);
        let provider = provider.as_ref();
        let of_provider = |key: &str| provider.and_then(|provider| provider.get(key));
        let time = |key: &str| record.get(key).and_then(|value| unix_time(&value));
        let provider_time = |key: &str| of_provider(key).and_then(|value| value.date());
        Facts {
            claim: claim_of(record, provider),
            address: address(record.get("result_url"))
                .or_else(|| address(record.get("video_url")))
                .or_else(|| address(of_provider("video_url")))
                .or_else(|| address(of_provider("output").and_then(|output| output.first())))
                .or_else(|| address(of_provider("url"))),
            error: error_text(record.get("fail_reason"))
                .or_else(|| error_text(record.get("msg")))
                // Runway's own task record: https://docs.dev.runwayml.com/api/ ("failure").
                .or_else(|| error_text(of_provider("failure"))),
            refunded: record.get("refund").and_then(|refund| refund.number()) == Some(1.0),
            poster: address(record.get("poster")),
            last_frame: address(record.get("last_frame")),
            progress: record
                .get("progress")
                .and_then(|value| fraction(value.number()? / 100.0))
                .or_else(|| of_provider("progress").and_then(|value| provider_fraction(value.number()?))),
            submitted_at: time("submit_time")
                .or_else(|| time("create_time"))
                .or_else(|| provider_time("createdAt")),
            started_at: time("start_time").or_else(|| provider_time("startedAt")),
            finished_at: time("finish_time"),
            updated_at: time("update_time"),
        }
    }

    /// The status that all facts together mean, and whether an address is still to come.
    fn status(&self) -> (Status, bool) {
        let has_address = self.address.is_some();
        // "A record that carries a result address and no error is done, whatever its number says."
        if has_address && self.error.is_none() {
            return (Status::Succeeded, false);
        }
        match self.claim {
            Claim::Says(Status::Succeeded) | Claim::Numbered(Status::Succeeded) if has_address => {
                (Status::Succeeded, false)
            }
            // The page that swaps the numbers: an error or a refund, and nothing to show for it.
            Claim::Numbered(Status::Succeeded) if self.error.is_some() || self.refunded => {
                (Status::Failed, false)
            }
            Claim::Says(Status::Succeeded) | Claim::Numbered(Status::Succeeded) => (Status::Running, true),
            Claim::Says(status) | Claim::Numbered(status) => (status, false),
            Claim::Unknown if self.started_at.is_some() || self.progress > Some(0.0) => {
                (Status::Running, false)
            }
            Claim::Unknown => (Status::Queued, false),
        }
    }

    fn into_reading<J>(self, id: String, raw: J, now: f64) -> Reading<J> {
        let (status, awaits_address) = self.status();
        let task = Task {
            id,
            status,
            progress: if status == Status::Succeeded { Some(1.0) } else { self.progress },
            video_url: self.address,
            poster_url: self.poster,
            last_frame_url: self.last_frame,
            fail_reason: if status == Status::Failed { self.error } else { None },
            submitted_at: self.submitted_at,
            started_at: self.started_at,
            finished_at: self.finished_at.or(if status.is_final() { self.updated_at } else { None }),
            checked_at: now,
            raw,
        };
        Reading { task, awaits_address }
    }
}

/// The gateway's word, under either name; the provider's only where the gateway says nothing at all.
fn claim_of<J: Json>(record: &J, provider: Option<&J>) -> Claim {
    let said =
        |holder: &J, key| holder.get(key).and_then(|value| value.text()).filter(|word| !word.is_empty());
    let status = said(record, "status");
    let state = said(record, "state");
    if status.is_none() && state.is_none() {
        let word = provider.and_then(|provider| said(provider, "status"));
        return word.map_or(Claim::Unknown, |word| claim(&word));
    }
    let first = status.map_or(Claim::Unknown, |word| claim(&word));
    match (first, state) {
        (Claim::Unknown, Some(word)) => claim(&word),
        (first, _) => first,
    }
}

/// An absolute http(s) address. Anything else (empty, `javascript:`) is no result to hand to a page.
fn address<J: Json>(value: Option<J>) -> Option<String> {
    value?.text().filter(|text| crate::input::is_web_address(text))
}

/// The text of an error; "success" is what some siblings write under `msg` when there is none.
fn error_text<J: Json>(value: Option<J>) -> Option<String> {
    value?.text().filter(|text| !text.trim().is_empty() && !text.eq_ignore_ascii_case("success"))
}

/// Unix seconds, as number or digit string; 0 means not yet. Milliseconds are told apart by their
/// size: as seconds they would lie beyond the year 5000.
fn unix_time<J: Json>(value: &J) -> Option<f64> {
    let time = value.number()?;
    if time <= 0.0 {
        None
    } else if time < 1e11 {
        Some(time * 1000.0)
    } else if time < 1e14 {
        Some(time)
    } else {
        None
    }
}

/// The provider's record counts 0 to 1; what lies above can only be per cent.
fn provider_fraction(value: f64) -> Option<f64> {
    fraction(if value > 1.0 { value / 100.0 } else { value })
}

fn fraction(value: f64) -> Option<f64> {
    if value.is_finite() { Some(value.clamp(0.0, 1.0)) } else { None }
}
