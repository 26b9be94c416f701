//! One task's record, in any of its shapes: weighs what it says against itself and against the envelope around it.

use super::Json;
use super::json::any;
use super::layers::Found;
use super::measures::{FINISHED, STARTED, SUBMITTED, UPDATED, progress, time};
use super::status::{Claim, claim, is_remark};
use super::{refusal, result_url, status, words};
use crate::input::is_result_address;
use crate::task::{Status, Task};

/// Where a record tells that something is wrong. `failure` is that of Runway's own
/// (<https://docs.dev.runwayml.com/api/>), `error` that of its web application.
const ERRORS: &[&str] = &["fail_reason", "failure", "error"];

/// Where a failed record's reason can stand.
const REASONS: &[&str] = &[
    "fail_reason",
    "failure",
    "error",
    "msg",
    "message",
    "description",
    "task_status_msg",
    "error_message",
    "failReason",
    "failMsg",
    "failureCode",
];

/// What a record has come to.
pub(super) struct Reading<J> {
    pub(super) task: Box<Task<J>>,
    /// Whether the record says by itself that the task has ended, done without a URL included.
    pub(super) has_ended: bool,
}

/// Reads the record that was found in the decoded answer `raw`. `is_refused`: its envelope says that something went
/// wrong.
pub(super) fn read<J: Json>(found: Found<J>, raw: J, is_refused: bool, now: f64) -> Reading<J> {
    let claim = claim_of(&found);
    let outcome = weigh(&found, claim, is_refused);
    let status = outcome.status;
    let finished_at = time(&found, FINISHED);
    let task = Box::new(Task {
        status,
        progress: if status == Status::Succeeded { Some(1.0) } else { progress(&found) },
        video_url: outcome.video_url,
        poster_url: present(result_url::poster(&found)),
        last_frame_url: present(result_url::last_frame(&found)),
        fail_reason: if status == Status::Failed { present(reason(&found)) } else { None },
        submitted_at: time(&found, SUBMITTED),
        started_at: time(&found, STARTED),
        finished_at: if status.is_final() { finished_at.or(time(&found, UPDATED)) } else { finished_at },
        checked_at: now,
        raw,
        awaits_address: outcome.awaits_url,
        id: found.id,
    });
    Reading { has_ended: status.is_final() || outcome.awaits_url, task }
}

/// Whether the record's own word says that the task is waiting or being worked on.
pub(super) fn is_under_way<J: Json>(found: &Found<J>) -> bool {
    claim_of(found).status().is_some_and(|status| !status.is_final())
}

struct Outcome {
    status: Status,
    /// Of a task that has succeeded. What else has a URL is not the result's.
    video_url: Option<String>,
    awaits_url: bool,
}

fn weigh<J: Json>(found: &Found<J>, claim: Claim, is_refused: bool) -> Outcome {
    let says_done = claim.status() == Some(Status::Succeeded);
    let says_failed = claim.status() == Some(Status::Failed);
    let mut url = result_url::plain(found);
    // A word knows better than a URL that may be another's.
    if url.is_empty() && (says_done || !matches!(claim, Claim::Says(_))) {
        url = result_url::vague(found);
    }
    if url.is_empty() && says_done {
        url = result_url::of_the_done(found);
    }
    let has_error = has_error(found, says_done) || (is_refused && says_failed);
    // "A record that carries a result URL and no error is done, whatever its number says."
    if any(&url) && (says_done || !has_error) {
        return Outcome { status: Status::Succeeded, video_url: Some(url), awaits_url: false };
    }
    let (status, awaits_url) = match claim {
        // The page that swaps the numbers: an error or a refund, and nothing to show for it.
        Claim::Numbered(Status::Succeeded) if has_error || is_refused || is_refunded(found) => {
            (Status::Failed, false)
        }
        Claim::Says(Status::Succeeded) | Claim::Numbered(Status::Succeeded) => (Status::Running, true),
        Claim::Says(status) | Claim::Numbered(status) => (status, false),
        Claim::Unknown if time(found, STARTED).is_some() || progress(found) > Some(0.0) => {
            (Status::Running, false)
        }
        Claim::Unknown => (Status::Queued, false),
    };
    Outcome { status, video_url: None, awaits_url }
}

/// The gateway's word, under any of the names; the provider's only where the gateway says nothing at all.
fn claim_of<J: Json>(found: &Found<J>) -> Claim {
    for layer in &found.record {
        let mut says_any = false;
        for name in status::NAMES {
            let word = layer.get(name).word();
            match claim(&word) {
                Claim::Unknown => says_any |= any(&word),
                known => return known,
            }
        }
        if says_any {
            break;
        }
    }
    Claim::Unknown
}

/// Whether the record says that something is wrong. Under `msg`, only the outermost counts: further inside it may be any
/// remark. Where the open gateway's record says "done", a URL in `fail_reason` is the result's.
fn has_error<J: Json>(found: &Found<J>, says_done: bool) -> bool {
    let is_error = |value: J| {
        let text = words::words(&value);
        any(&text) && !is_remark(&text) && !(says_done && is_result_address(&text))
    };
    found.record.first().is_some_and(|own| is_error(own.get("msg")))
        || found.record.iter().any(|layer| ERRORS.iter().any(|name| is_error(layer.get(name))))
}

fn is_refunded<J: Json>(found: &Found<J>) -> bool {
    found.record.first().is_some_and(|own| own.get("refund").number() == 1.0)
}

/// Why a failed task has failed: the record's words, else those of its envelope.
fn reason<J: Json>(found: &Found<J>) -> String {
    let own = found.first(|layer| {
        let words = REASONS.iter().map(|name| words::words(&layer.get(name)));
        words.into_iter().find(|text| any(text)).unwrap_or_default()
    });
    match found.around.first() {
        Some(envelope) if own.is_empty() => refusal::said(envelope),
        _ => own,
    }
}

fn present(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}
