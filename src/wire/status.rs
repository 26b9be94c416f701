//! The status vocabularies: four of them, in any letter case (`protocol.md`, "Status"). Knows
//! words only; what else a record says about its status is weighed in the record reader.

use crate::task::Status;

/// What one status word claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A word on one of the lists.
    Says(Status),
    /// "2" or "3": one published page swaps the two, so the record decides what they mean.
    Numbered(Status),
    /// A word on no list, or none at all. Not an end: keep polling.
    Unknown,
}

/// The vocabularies of gateway, provider and siblings, merged: no word means two things.
const WORDS: [(&str, Status); 19] = [
    ("NOT_START", Status::Queued),
    ("SUBMITTED", Status::Queued),
    ("QUEUED", Status::Queued),
    ("PENDING", Status::Queued),
    ("THROTTLED", Status::Queued),
    ("0", Status::Queued),
    ("IN_PROGRESS", Status::Running),
    ("RUNNING", Status::Running),
    ("PROCESSING", Status::Running),
    ("1", Status::Running),
    ("FAILURE", Status::Failed),
    ("FAILED", Status::Failed),
    ("CANCELLED", Status::Failed),
    ("ERROR", Status::Failed),
    ("2", Status::Failed),
    ("SUCCESS", Status::Succeeded),
    ("SUCCEEDED", Status::Succeeded),
    ("COMPLETED", Status::Succeeded),
    ("3", Status::Succeeded),
];

/// What `word` claims.
pub fn claim(word: &str) -> Claim {
    let word = word.trim_ascii();
    match WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
        Some((number, status)) if status.is_final() && number.len() == 1 => Claim::Numbered(*status),
        Some((_, status)) => Claim::Says(*status),
        None => Claim::Unknown,
    }
}
