//! Reading a response's body to its end, but not beyond what any answer of the service can need.
//! Not `Response.text()`, which takes whatever comes: a hundred megabytes of a wrong address too.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::TextDecoder;

use super::bell::{ignore, settle};
use super::fetch::Reply;
use super::json;
use super::value::{at, construct1, get, invoke0, invoke1};
use crate::wire::{Body, Json};

/// The largest real answer is a few KB; a provider's record that embeds a lot stays far below this.
pub(crate) const MAX_BYTES: f64 = 1_048_576.0;

/// What a chunk counts for at the least.
const LEAST_CHUNK: f64 = 64.0;

const NOTHING: JsValue = JsValue::UNDEFINED;

thread_local! {
    /// UTF-8, with a byte order mark left out, as `Response.text()` does it. Every runtime has it.
    static DECODER: JsValue = TextDecoder::new().map_or(NOTHING, Into::into);
}

/// What a body held, as text; `None` when it is too large.
pub(crate) async fn read_text(reply: &Reply) -> Result<Option<JsString>, JsValue> {
    if reply.header("content-length").number() > MAX_BYTES {
        return Ok(None);
    }
    let body = get(&reply.0, "body")?;
    if body.is_null() {
        return Ok(Some("".into()));
    }
    let Ok(reader) = invoke0(&body, "getReader") else {
        // A double's response may have no stream, only `text()`.
        let text = settle(&invoke0(&reply.0, "text")?).await?.dyn_into::<JsString>()?;
        return Ok(if f64::from(text.length()) > MAX_BYTES { None } else { Some(text) });
    };
    let mut open = Open { reader, ended: false };
    let chunks = Array::new();
    let mut length = 0.0;
    loop {
        let chunk = settle(&invoke0(&open.reader, "read")?).await?;
        open.ended = get(&chunk, "done")?.is_truthy();
        if open.ended {
            break;
        }
        let bytes = get(&chunk, "value")?;
        // A stream of empty chunks would never end, and of single bytes hold up all else for seconds.
        length += get(&bytes, "byteLength")?.as_f64().unwrap_or(0.0).max(LEAST_CHUNK);
        if length > MAX_BYTES {
            return Ok(None);
        }
        chunks.push(&bytes);
    }
    // Most bodies are one chunk, for which one decoder serves all; a blob has as many as there are.
    let text = if at(&chunks, 1).is_undefined() && length > 0.0 {
        DECODER.with(|decoder| invoke1(decoder, "decode", &at(&chunks, 0)))?
    } else {
        let blob = construct1("Blob", &chunks)?;
        settle(&invoke0(&blob, "text")?).await?
    };
    text.dyn_into().map(Some)
}

/// Decodes a body's text.
pub(crate) fn decode(text: &JsString) -> Body<JsValue> {
    // Trimming takes a byte order mark along.
    let start = text.trim_start();
    let first = start.char_code_at(0);
    if first.is_nan() {
        Body::Empty
    } else if first == f64::from(b'<') {
        Body::Html
    } else {
        json::parse(&start).map_or(Body::Garbled, Body::Json)
    }
}

/// A reader that is cancelled when it is dropped before the end, so that nothing more is fetched.
struct Open {
    reader: JsValue,
    ended: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.ended
            && let Ok(cancelled) = invoke0(&self.reader, "cancel")
        {
            ignore(&cancelled);
        }
    }
}
