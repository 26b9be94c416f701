//! The status vocabularies: four of them, in any letter case (`protocol.md`, "Status"). Knows
//! words only; what else a record says about its status is weighed in the record reader.

use crate::task::Status;

/// What one status word claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// A word on one of the lists.
    Says(Status),
    /// A number: one published page swaps "2" and "3", so the rest of the record decides what they mean.
    Numbered(Status),
    /// A word on no list, or none at all. Not an end: keep polling.
    Unknown,
}

impl Claim {
    /// Where the task stands, by a word or by a number.
    pub(super) fn status(self) -> Option<Status> {
        match self {
            Claim::Says(status) | Claim::Numbered(status) => Some(status),
            Claim::Unknown => None,
        }
    }
}

/// The vocabularies of gateway, provider and siblings, merged: no word means two things.
const WORDS: [(&str, Status); 29] = [
    ("NOT_START", Status::Queued),
    ("SUBMITTED", Status::Queued),
    ("QUEUED", Status::Queued),
    ("IN_QUEUE", Status::Queued),
    ("PENDING", Status::Queued),
    ("THROTTLED", Status::Queued),
    ("排队中", Status::Queued),
    ("IN_PROGRESS", Status::Running),
    ("RUNNING", Status::Running),
    ("PROCESSING", Status::Running),
    ("处理中", Status::Running),
    ("生成中", Status::Running),
    ("进行中", Status::Running),
    ("FAILURE", Status::Failed),
    ("FAILED", Status::Failed),
    ("FAIL", Status::Failed),
    ("ERROR", Status::Failed),
    ("CANCELLED", Status::Failed),
    ("CANCELED", Status::Failed),
    ("EXPIRED", Status::Failed),
    ("REJECTED", Status::Failed),
    ("TIMEOUT", Status::Failed),
    ("TIMED_OUT", Status::Failed),
    ("SUCCESS", Status::Succeeded),
    ("SUCCEEDED", Status::Succeeded),
    ("SUCCEED", Status::Succeeded),
    ("COMPLETED", Status::Succeeded),
    ("COMPLETE", Status::Succeeded),
    ("DONE", Status::Succeeded),
];

const NUMBERS: [(&str, Status); 4] =
    [("0", Status::Queued), ("1", Status::Running), ("2", Status::Failed), ("3", Status::Succeeded)];

/// What a status word claims.
pub(super) fn claim(word: &str) -> Claim {
    let status_of = |list: &[(&str, Status)]| {
        list.iter().find(|(known, _)| is_same_word(known, word)).map(|(_, status)| *status)
    };
    match status_of(&NUMBERS) {
        Some(status) => Claim::Numbered(status),
        None => status_of(&WORDS).map_or(Claim::Unknown, Claim::Says),
    }
}

/// Whether a text only says that a task is under way, or done.
pub(super) fn is_remark(text: &str) -> bool {
    matches!(claim(text), Claim::Says(status) if status != Status::Failed)
}

/// Whether two words are the same but for letter case and what joins their parts: "in queue" is "IN_QUEUE".
pub(super) fn is_same_word(a: &str, b: &str) -> bool {
    let normal = |byte: u8| if matches!(byte, b' ' | b'-') { b'_' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| normal(a) == normal(b))
}
