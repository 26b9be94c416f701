//! The words of an answer: what it says is wrong, and which words say that nothing is. Finds and compares them;
//! what follows from them is decided in the readers of records and of refusals.

use super::Json;
use super::json::any;
use super::status::{Claim, claim, is_one_of};
use crate::task::Status;

/// Under which names an error's words stand, the plainest first. The first is that of Runway's web application; "code"
/// is better than nothing.
const NAMES: &[&str] = &["errorMessage", "message", "msg", "description", "detail", "reason", "code"];

/// What siblings write where there is no error, besides the status words for "done": published under `msg`, `code` and `error.code`.
const NO_ERROR: &str = "ok okay none null no_error no_errors n/a - false 0 200 正常 无 无错误 没有错误";

/// How a sentence ends that tells of success, such as "查询成功" ("query succeeded").
const DONE_IN_CHINESE: &str = "成功 成功了 完成 完成了 完毕";

/// What turns such a sentence around.
const DENIALS_IN_CHINESE: &str = "不 未 没 没有 失败 尚未";

/// The same in English, as a word of its own.
const DONE_IN_ENGLISH: &str = "successful successfully succeeded completed finished generated";

/// Words that turn such a sentence around, or tell of a failure beside it.
const DENIALS: &str = "not no never cannot isn't wasn't hasn't failed failure error";

/// How deep errors are in each other at the most.
const MAX_DEPTH: u32 = 4;

/// The words in a value: a text, or what an object (or the first of a list) says under one of the names, or its own
/// `error`: a gateway hands its provider's whole answer on as a message. Empty where they mean that there is no error.
pub(super) fn words<J: Json>(value: &J) -> String {
    let mut value = value.parsed();
    for _ in 0..MAX_DEPTH {
        if value.is_null() {
            break;
        }
        let mut text = value.word();
        if text.is_empty() {
            text = value.first_word(NAMES, is_said);
        }
        if any(&text) {
            return if is_said(&text) { text } else { String::new() };
        }
        value = value.get(if value.is_object() { "error" } else { "0" }).parsed();
    }
    String::new()
}

/// Whether a value says that something is wrong. Null, an empty text, object or list, and code 0 without words say
/// nothing.
pub(super) fn is_error<J: Json>(value: &J) -> bool {
    value.is(true) || any(&words(value))
}

/// Whether a text says anything but that there is no error.
pub(super) fn is_said(text: &str) -> bool {
    let text = text.trim_end_matches(['.', '!', '。', '！', ' ']);
    any(text) && !means_no_error(text)
}

/// Whether a text means that there is no error: one of the words, or a sentence that tells of success.
pub(super) fn means_no_error(text: &str) -> bool {
    let denies = |start: &str| DENIALS_IN_CHINESE.split_ascii_whitespace().any(|not| start.ends_with(not));
    let mut done = DONE_IN_CHINESE.split_ascii_whitespace();
    let is_done_in_chinese = done.any(|done| text.strip_suffix(done).is_some_and(|start| !denies(start)));
    is_one_of(NO_ERROR, text)
        || claim(text) == Claim::Says(Status::Succeeded)
        || is_done_in_chinese
        || is_done_in_english(text)
}

fn is_done_in_english(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    words.next_back().is_some_and(|last| is_one_of(DONE_IN_ENGLISH, last))
        && !words.any(|word| is_one_of(DENIALS, word.trim_end_matches([',', ';', ':'])))
}

/// The gateway's own words first.
const UNKNOWN_TASK: &str = "task_not_exist task_not_found task_does_not_exist 任务不存在";

/// Whether a code or message says that there is no such task; a message may end in a request id.
pub(super) fn is_unknown_task(text: &str) -> bool {
    let text = request_id_start(text).and_then(|start| text.get(..start)).unwrap_or(text);
    let text = text.trim_end_matches([' ', '.', ',', '，', '(', '（']).trim();
    is_one_of(UNKNOWN_TASK, text)
}

const BEFORE_REQUEST_ID: &str = "request id:";

/// The id in "(request id: ...)", with which `error.message` usually ends.
pub(super) fn request_id(message: &str) -> Option<&str> {
    let rest = message.get(request_id_start(message)? + BEFORE_REQUEST_ID.len()..)?;
    rest.split([')', '）']).next().map(str::trim).filter(|id| any(id))
}

fn request_id_start(message: &str) -> Option<usize> {
    let wanted = BEFORE_REQUEST_ID.as_bytes();
    message.as_bytes().windows(wanted.len()).rposition(|window| window.eq_ignore_ascii_case(wanted))
}
