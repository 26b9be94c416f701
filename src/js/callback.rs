//! Callbacks as JavaScript receives them: a `Request`, text, bytes, or a decoded object.

use js_sys::{JSON, JsString, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::TextDecoder;

use crate::body::{MAX_BYTES, read_text};
use crate::decoded::{Error, Task, decode};
use crate::runtime::{may_panic, wall_clock};
use crate::wire::{self, Body};

/// The task that a callback tells of.
pub(super) async fn read(from: JsValue) -> Result<Task, Error> {
    may_panic("in a callback");
    let text = if let Some(text) = from.dyn_ref::<JsString>() {
        bounded(text)
    } else if let Some(bytes) = from.dyn_ref::<Uint8Array>() {
        // Of whatever held them, npm/snapshot.js has made this.
        let is_whole = bytes.length() as usize <= MAX_BYTES;
        let decoder = if is_whole { TextDecoder::new().ok() } else { None };
        decoder.and_then(|decoder| decoder.decode_with_buffer_source(bytes).ok())
    } else if !from.is_object() {
        return Err(unreadable("it is neither"));
    } else if Reflect::get(&from, &"text".into()).is_ok_and(|text| text.is_function()) {
        let message = "its body cannot be read, perhaps because it has been read already";
        read_text(&from).await.map_err(|_| unreadable(message))?
    } else {
        // There and back: afterwards it is plain data, whatever it was.
        let text = JSON::stringify(&from).ok().filter(|text| text.is_string());
        bounded(&text.ok_or_else(|| unreadable("it is no plain object"))?)
    };
    let body = text.map_or(Body::TooLarge, |text| decode(&text));
    wire::read_callback(body, wall_clock())
}

/// The text, unless it is too long to be copied into the Wasm's memory.
fn bounded(text: &JsString) -> Option<String> {
    (text.length() as usize <= MAX_BYTES).then(|| text.into())
}

fn unreadable(why: &str) -> Error {
    let message = ["must be the Request, its text, its bytes, or the decoded JSON object: ", why].concat();
    Error::invalid_at("callback", &message)
}
