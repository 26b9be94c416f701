//! The status vocabularies: four of them, in any letter case (`protocol.md`, "Status"). Knows
//! words only; what else a record says about its status is weighed in the record reader.

use crate::task::Status;

/// Under which names a status word stands.
pub(super) const NAMES: &[&str] = &["status", "state", "task_status"];

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
const WORDS: [(Status, &str); 4] = [
    (Status::Queued, "NOT_START SUBMITTED QUEUED IN_QUEUE PENDING THROTTLED WAITING 排队中"),
    (Status::Running, "IN_PROGRESS RUNNING PROCESSING GENERATING 处理中 生成中 进行中"),
    (
        Status::Failed,
        "FAILURE FAILED FAIL ERROR CANCELLED CANCELED CANCEL ABORTED EXPIRED REJECTED TIMEOUT TIMED_OUT 失败",
    ),
    (Status::Succeeded, "SUCCESS SUCCEEDED SUCCEED COMPLETED COMPLETE DONE FINISHED FINISH"),
];

const NUMBERS: [(Status, &str); 4] =
    [(Status::Queued, "0"), (Status::Running, "1"), (Status::Failed, "2"), (Status::Succeeded, "3")];

/// What a status word claims.
pub(super) fn claim(word: &str) -> Claim {
    let status_of = |lists: &[(Status, &str)]| {
        lists.iter().find(|(_, list)| is_one_of(list, word)).map(|(status, _)| *status)
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

/// Whether a word is one of those in a list, which white space parts.
pub(super) fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| is_same_word(known, word))
}

/// Whether two words are the same but for letter case and what joins their parts: "in queue" is "IN_QUEUE".
fn is_same_word(a: &str, b: &str) -> bool {
    let normal = |byte: u8| if matches!(byte, b' ' | b'-') { b'_' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| normal(a) == normal(b))
}
