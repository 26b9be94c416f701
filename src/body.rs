//! Reads the body of a `Request` or `Response` as text, to its end, but not beyond what any answer of the service can
//! need. Not by `text()`, which takes whatever comes: a hundred megabytes from a wrong URL too.

use js_sys::{JsString, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{TextDecodeOptions, TextDecoder};

use crate::fetch::Reply;
use crate::wire::Json;

/// The largest real answer is a few KB; a provider's record that embeds a lot stays far below this.
pub(crate) const MAX_BYTES: usize = 1_048_576;

/// What a chunk counts for at the least: a stream of empty chunks would never end, and one of single bytes would hold
/// up everything else for seconds.
const LEAST_CHUNK: usize = 64;

#[wasm_bindgen]
extern "C" {
    /// A `Request` or `Response`, or a stand-in for one. No member is taken for granted.
    type Message;
    #[wasm_bindgen(method, structural, getter, catch)]
    fn body(this: &Message) -> Result<Stream, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn text(this: &Message) -> Result<JsValue, JsValue>;

    type Stream;
    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    fn reader(this: &Stream) -> Result<Reader, JsValue>;

    #[derive(Clone)]
    type Reader;
    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;
}

/// The text of a response's body; `None` when it is larger than any answer of the service.
pub(crate) async fn read_reply(reply: &Reply) -> Result<Option<String>, JsValue> {
    let length = reply.header("content-length").map_or(f64::NAN, |length| JsValue::from(length).number());
    if length > MAX_BYTES as f64 {
        return Ok(None);
    }
    read_text(reply).await
}

/// The text of whatever has a body as a `Request` has it, or a `text()` at the least; `None` when it is too large.
pub(crate) async fn read_text(message: &JsValue) -> Result<Option<String>, JsValue> {
    let message: &Message = message.unchecked_ref();
    let body = message.body()?;
    if body.is_null() {
        return Ok(Some(String::new()));
    }
    let Ok(reader) = body.reader() else {
        // A stand-in may have no stream, only `text()`.
        let text = settled(&message.text()?).await?.dyn_into::<JsString>()?;
        return Ok((text.length() as usize <= MAX_BYTES).then(|| text.into()));
    };
    let mut open = Open { reader, ended: false };
    // UTF-8, with a byte order mark left out and replacement characters for what is broken, as `text()` does it.
    let decoder = TextDecoder::new()?;
    let more = TextDecodeOptions::new();
    more.set_stream(true);
    let mut text = String::new();
    let mut counted = 0;
    loop {
        let chunk = settled(&open.reader.read()?).await?;
        open.ended = Reflect::get(&chunk, &"done".into())?.is_truthy();
        if open.ended {
            text.push_str(&decoder.decode()?);
            return Ok(Some(text));
        }
        let bytes = Reflect::get(&chunk, &"value".into())?;
        if !bytes.is_object() {
            return Err(bytes);
        }
        // Not by `instanceof`: in Jest, the `fetch` is of another realm than the script.
        let bytes: js_sys::Object = bytes.unchecked_into();
        let length = Reflect::get(&bytes, &"byteLength".into())?.as_f64().unwrap_or_default() as usize;
        counted += length.clamp(LEAST_CHUNK, MAX_BYTES + 1);
        if counted > MAX_BYTES {
            return Ok(None);
        }
        text.push_str(&decoder.decode_with_buffer_source_and_options(&bytes, &more)?);
    }
}

/// What a value settles as: a promise's outcome, anything else as itself.
async fn settled(value: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(value)).await
}

/// A reader that is cancelled when it is dropped before the end, so that nothing more is fetched.
struct Open {
    reader: Reader,
    ended: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.ended
            && let Ok(cancelled) = self.reader.cancel()
        {
            // A body that broke rejects once more, which would end a Node process.
            spawn_local(async move {
                let _ = settled(&cancelled).await;
            });
        }
    }
}
