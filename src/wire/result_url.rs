//! Where the URL of the result can stand (`protocol.md`, "Answers to feed" and "Status"), and the stills that come
//! with it. Knows places only; whether what is found there ends the task is weighed in the record reader.

use super::Json;
use super::json::any;
use super::layers::Found;
use crate::input::is_result_address;

/// Places of one kind of URL.
struct Places {
    /// Members that are one.
    named: &'static [&'static str],
    /// Members that hold some: a URL, a list of URLs, an object or a list of objects with `named` members.
    holders: &'static [&'static str],
}

/// Names that say that the URL is a result's. Runway's own record has `output`, that of its web application `artifacts`.
const PLAIN: Places = Places {
    named: &["result_url", "video_url", "raw_video_url"],
    holders: &["output", "result", "artifacts"],
};

/// Within what holds results, `url` says enough.
const HELD: Places =
    Places { named: &["result_url", "video_url", "raw_video_url", "url", "videoUrl"], holders: HOLDERS };

/// The same of what holds results in turn.
const HOLDERS: &[&str] = &["output", "result", "artifacts", "videos", "urls", "video_urls", "resultUrls"];

/// Elsewhere it can also lead to a page about the task.
const VAGUE: Places = Places { named: &["url"], holders: &["metadata"] };

/// Where only a record that says "done" has its result: there the open gateway keeps it when `result_url` is empty
/// (new-api, model/task.go), and siblings have names of their own. Each costs time, which every other poll is spared.
const KEPT: Places = Places {
    named: &["fail_reason", "data", "videoUrl", "resultUrl", "output_url", "download_url"],
    holders: &[
        "task_result",
        "videos",
        "urls",
        "video_urls",
        "result_urls",
        "resultUrls",
        "results",
        "outputs",
        "content",
        "response",
        "videoInfo",
    ],
};

const POSTER: Places = Places { named: &["poster"], holders: &["artifacts"] };
const PREVIEW: Places = Places { named: &[], holders: &["previewUrls"] };
const LAST_FRAME: Places = Places { named: &["last_frame"], holders: &[] };

/// How deep holders are in each other at the most.
const MAX_DEPTH: u32 = 4;

/// The elements of a list that are looked at.
const FIRST: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// The URL under a name that says that it is a result's, in the record or the provider's within.
pub(super) fn plain<J: Json>(found: &Found<J>) -> String {
    found.first(|layer| search(layer, &PLAIN, &HELD, MAX_DEPTH))
}

/// One under a name that says less.
pub(super) fn vague<J: Json>(found: &Found<J>) -> String {
    found.first(|layer| search(layer, &VAGUE, &HELD, MAX_DEPTH))
}

/// One where only a record that says "done" has it: where reasons stand, or beside the record, in its envelope.
pub(super) fn of_the_done<J: Json>(found: &Found<J>) -> String {
    let kept = found.first(|layer| search(layer, &KEPT, &HELD, MAX_DEPTH));
    match found.around.first() {
        Some(envelope) if kept.is_empty() => search(envelope, &HELD, &HELD, MAX_DEPTH),
        _ => kept,
    }
}

/// A still of the video.
pub(super) fn poster<J: Json>(found: &Found<J>) -> String {
    found.first(|layer| search(layer, &POSTER, &PREVIEW, MAX_DEPTH))
}

/// The video's last frame.
pub(super) fn last_frame<J: Json>(found: &Found<J>) -> String {
    found.first(|layer| search(layer, &LAST_FRAME, &LAST_FRAME, 1))
}

/// The first URL at these places of an object, or `within` what they hold: a name of one may hold a list of one too.
fn search<J: Json>(object: &J, at: &Places, within: &Places, depth: u32) -> String {
    if depth == 0 {
        return object.first_word(at.named, is_result_address);
    }
    let places = at.named.iter().chain(at.holders).map(|place| object.get(place).parsed());
    places.map(|holder| held(&holder, within, depth - 1)).find(|url| any(url)).unwrap_or_default()
}

/// The first URL in what holds some: itself, a member, or that of an element.
fn held<J: Json>(holder: &J, within: &Places, depth: u32) -> String {
    let url = holder.word();
    if any(&url) {
        return if is_result_address(&url) { url } else { String::new() };
    }
    if holder.is_null() {
        return url;
    }
    if holder.is_object() {
        return search(holder, within, within, depth);
    }
    if depth == 0 {
        return url;
    }
    let elements = FIRST.iter().map(|index| holder.get(index).parsed());
    elements.map(|element| held(&element, within, depth - 1)).find(|url| any(url)).unwrap_or_default()
}
