//! Reading a response's body to its end, but not beyond what any answer of the service can need.
//! Not `Response.text()`, which takes whatever comes: a hundred megabytes of a wrong address too.

use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::TextDecoder;

use super::bell::{ignore, settle};
use super::fetch::Reply;
use super::json;
use super::value::{get, invoke, object, set};
use crate::wire::{Body, Json};

/// The largest real answer is a few KB; a provider's record that embeds a lot stays far below this.
pub(crate) const MAX_BYTES: f64 = 1_048_576.0;

const NOTHING: JsValue = JsValue::UNDEFINED;

thread_local! {
    static DECODER: JsValue = decoder();
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
    match invoke(&body, "getReader", &NOTHING, &NOTHING) {
        Ok(reader) => read_all(Open { reader, ended: false }).await,
        // A double's response may have no stream, only `text()`.
        Err(_) => {
            let text =
                settle(&invoke(&reply.0, "text", &NOTHING, &NOTHING)?).await?.dyn_into::<JsString>()?;
            Ok(if f64::from(text.length()) > MAX_BYTES { None } else { Some(text) })
        }
    }
}

/// Decodes a body's text.
pub(crate) fn decode(text: &JsString) -> Body<JsValue> {
    // Trimming takes a byte order mark along.
    let start = text.trim_start();
    // Looked at before it is parsed: a parser that throws costs a slot of the table that Wasm keeps JavaScript's
    // values in, because wasm-bindgen does not free what an import gives besides an exception.
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
            && let Ok(cancelled) = invoke(&self.reader, "cancel", &NOTHING, &NOTHING)
        {
            ignore(&cancelled);
        }
    }
}

async fn read_all(mut open: Open) -> Result<Option<JsString>, JsValue> {
    let mut earlier = None;
    let mut length = 0.0;
    let mut last = NOTHING;
    loop {
        let chunk = settle(&invoke(&open.reader, "read", &NOTHING, &NOTHING)?).await?;
        open.ended = get(&chunk, "done")?.is_truthy();
        if open.ended {
            return end(earlier, &last).map(Some);
        }
        let next = get(&chunk, "value")?;
        if length > 0.0 {
            earlier.get_or_insert_with(Decoded::default).add(&last)?;
        }
        // An empty chunk counts too: a stream of nothing else would never end.
        length += get(&next, "byteLength")?.as_f64().unwrap_or(0.0).max(1.0);
        if length > MAX_BYTES {
            return Ok(None);
        }
        last = next;
    }
}

/// UTF-8, with a byte order mark left out, as `Response.text()` does it. Every runtime has it.
fn decoder() -> JsValue {
    TextDecoder::new().map_or(NOTHING, Into::into)
}

/// The text of a body of many chunks, as far as it is decoded.
struct Decoded {
    decoder: JsValue,
    more_follows: JsValue,
    text: JsString,
}

impl Default for Decoded {
    fn default() -> Self {
        let more_follows = object();
        set(&more_follows, "stream", &true.into());
        Decoded { decoder: decoder(), more_follows, text: "".into() }
    }
}

impl Decoded {
    fn add(&mut self, bytes: &JsValue) -> Result<(), JsValue> {
        let part = invoke(&self.decoder, "decode", bytes, &self.more_follows)?;
        self.text = self.text.concat(&part);
        Ok(())
    }
}

/// The whole text, with its last bytes. Most bodies are one chunk, for which one decoder serves all.
fn end(earlier: Option<Decoded>, last: &JsValue) -> Result<JsString, JsValue> {
    match earlier {
        Some(decoded) => Ok(decoded.text.concat(&invoke(&decoded.decoder, "decode", last, &NOTHING)?)),
        None => DECODER.with(|decoder| invoke(decoder, "decode", last, &NOTHING)).map(JsCast::unchecked_into),
    }
}
