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

/// Reads the record that was found in the decoded answer `raw`. `is_refused`: its envelope says that something went
/// wrong.
pub(super) fn read<J: Json>(found: Found<J>, raw: J, is_refused: bool, now: f64) -> Box<Task<J>> {
    let claim = claim_of(&found);
    let (status, video_url) = weigh(&found, claim, is_refused);
    let finished_at = time(&found, FINISHED);
    Box::new(Task {
        status,
        progress: if status == Status::Succeeded { Some(1.0) } else { progress(&found) },
        video_url,
        poster_url: present(result_url::poster(&found)),
        last_frame_url: present(result_url::last_frame(&found)),
        fail_reason: if status == Status::Failed { present(reason(&found)) } else { None },
        submitted_at: time(&found, SUBMITTED),
        started_at: time(&found, STARTED),
        finished_at: if status.is_final() { finished_at.or(time(&found, UPDATED)) } else { finished_at },
        checked_at: now,
        raw,
        awaits_address: status == Status::Running && claim.status() == Some(Status::Succeeded),
        id: found.id,
    })
}

/// Whether the record of this task says by itself that it has ended, done without a URL included.
pub(super) fn has_ended<J>(task: &Task<J>) -> bool {
    task.status.is_final() || task.awaits_address
}

/// Whether the record's own word says that the task is waiting or being worked on.
pub(super) fn is_under_way<J: Json>(found: &Found<J>) -> bool {
    claim_of(found).status().is_some_and(|status| !status.is_final())
}

/// Where the task stands, and the result's URL if it has succeeded: what else has a URL is not the result's. Done without a
/// URL still runs.
fn weigh<J: Json>(found: &Found<J>, claim: Claim, is_refused: bool) -> (Status, Option<String>) {
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
        return (Status::Succeeded, Some(url));
    }
    let status = match claim {
        // The page that swaps the numbers: an error or a refund, and nothing to show for it.
        Claim::Numbered(Status::Succeeded) if has_error || is_refused || is_refunded(found) => Status::Failed,
        _ if says_done => Status::Running,
        Claim::Says(status) | Claim::Numbered(status) => status,
        Claim::Unknown if time(found, STARTED).is_some() || progress(found) > Some(0.0) => Status::Running,
        Claim::Unknown => Status::Queued,
    };
    (status, None)
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
