//! Reading a response's body to its end, but not beyond what any answer of the service can need.
//! Not `Response.text()`, which takes whatever comes: a hundred megabytes of a wrong address too.

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::fetch::{Reply, promise_of, settle};
use super::json;
use crate::wire::Body;

/// The largest real answer is a few KB; a provider's record that embeds a lot stays far below this.
pub(crate) const MAX_BYTES: u32 = 1 << 20;

#[wasm_bindgen]
extern "C" {
    type Stream;
    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    fn reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    type Chunk;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn done(this: &Chunk) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn value(this: &Chunk) -> Result<JsValue, JsValue>;

    /// Bytes whose buffer may have been taken away.
    #[wasm_bindgen(extends = Uint8Array)]
    type Whole;
    #[wasm_bindgen(method, catch)]
    fn set(this: &Whole, bytes: &Uint8Array, offset: u32) -> Result<(), JsValue>;

    type TextDecoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &Uint8Array) -> Result<JsString, JsValue>;
}

thread_local! {
    /// UTF-8, with a byte order mark left out, as `Response.text()` does it.
    static DECODER: TextDecoder = TextDecoder::new();
}

/// What a body held, as text; `None` when it is too large.
pub(crate) async fn read_text(reply: &Reply) -> Result<Option<JsString>, JsValue> {
    let length = reply.header("content-length").and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > u64::from(MAX_BYTES)) {
        return Ok(None);
    }
    let body = reply.body()?;
    if body.is_null() {
        return Ok(Some(JsString::from("")));
    }
    match body.unchecked_into::<Stream>().reader() {
        Ok(reader) => match read_all(Open { reader, ended: false }).await? {
            Some(bytes) => DECODER.with(|decoder| decoder.decode(&bytes)).map(Some),
            None => Ok(None),
        },
        // A double's response may have no stream, only `text()`.
        Err(_) => {
            let text = settle(&reply.text()?).await?;
            let text = text.dyn_into::<JsString>()?;
            Ok(if text.length() > MAX_BYTES { None } else { Some(text) })
        }
    }
}

/// Decodes a body's text.
pub(crate) fn decode(text: &JsString) -> Body<JsValue> {
    // Trimming takes a byte order mark along.
    let start = text.trim_start();
    // Looked at before it is parsed: a parser that throws costs a slot of the table that Wasm keeps JavaScript's
    // values in, because wasm-bindgen does not free what an import gives besides an exception.
    match start.char_at(0).as_string().as_deref() {
        Some("") | None => Body::Empty,
        Some("<") => Body::Html,
        _ => json::parse(&start).map_or(Body::Garbled, Body::Json),
    }
}

/// A reader that is cancelled when it is dropped before the end, so that nothing more is fetched.
struct Open {
    reader: Reader,
    ended: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if let Ok(cancelled) = self.reader.cancel() {
            // Its outcome is nobody's business, but left alone a rejection would be reported.
            drop(JsFuture::from(promise_of(&Array::of1(&cancelled))));
        }
    }
}

async fn read_all(mut open: Open) -> Result<Option<Uint8Array>, JsValue> {
    let mut chunks: Vec<Uint8Array> = Vec::new();
    let mut length = 0_u32;
    loop {
        let chunk = settle(&open.reader.read()?).await?.unchecked_into::<Chunk>();
        if chunk.done()?.is_truthy() {
            open.ended = true;
            return join(chunks).map(Some);
        }
        let bytes = chunk.value()?;
        // Not `instanceof`: in a test runner's sandbox the chunk can be of another realm.
        if !ArrayBuffer::is_view(&bytes) {
            return Err(JsValue::from("the response's body gave something else than bytes"));
        }
        let bytes = bytes.unchecked_into::<Uint8Array>();
        // An empty chunk counts too: a stream of nothing else would never end.
        length = length.saturating_add(bytes.byte_length().max(1));
        if length > MAX_BYTES {
            return Ok(None);
        }
        chunks.push(bytes);
    }
}

fn join(mut chunks: Vec<Uint8Array>) -> Result<Uint8Array, JsValue> {
    if chunks.len() == 1
        && let Some(only) = chunks.pop()
    {
        return Ok(only);
    }
    let length = chunks.iter().map(|chunk| chunk.byte_length()).sum();
    let whole = Uint8Array::new_with_length(length).unchecked_into::<Whole>();
    let mut offset = 0;
    for chunk in chunks {
        whole.set(&chunk, offset)?;
        offset += chunk.byte_length();
    }
    Ok(whole.into())
}
