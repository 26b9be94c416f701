//! What the Rust and npm/download.js tell each other of the connections of a download.

use wasm_bindgen::JsValue;

use super::outgoing::{set, to_js};
use super::reader::Reader;
use crate::download::{Broken, Part};
use crate::resume::{FileHead, Place};

/// A connection: its response, and what is known of the file.
pub(super) fn part_to_js(part: &Part) -> JsValue {
    let object = to_js(&part.file);
    set(&object, "response", &part.response);
    object
}

/// A connection that broke; nothing for the first one of a download.
pub(super) fn broken(from: &JsValue) -> Option<Broken> {
    let mut given = Reader { from, issues: &mut Vec::new() };
    let place = Place {
        bytes: given.number("bytes")?,
        file: FileHead {
            total: given.number("total"),
            etag: given.text("etag"),
            last_modified: given.text("lastModified"),
            cross_origin: given.flag("crossOrigin").unwrap_or_default(),
        },
    };
    Some(Broken { place, idle: given.whole_number("idle").unwrap_or_default(), thrown: given.get("thrown") })
}
