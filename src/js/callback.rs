//! Callbacks as JavaScript receives them. A callback is unsigned: what is read here is a hint to read
//! the feed, never proof.

use js_sys::{JSON, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::Issue;
use crate::web::{body, now};
use crate::wire::{self, Body};
use crate::{Error, Task};

/// The task that a callback tells of.
pub(super) async fn read(from: JsValue) -> Result<Task, Error> {
    let body = if let Some(text) = from.dyn_ref::<JsString>() {
        bounded(text)
    } else if from.is_object() && has_text(&from) {
        let text = body::read_text(from.unchecked_ref()).await;
        match text
            .map_err(|_| unreadable("its body cannot be read, perhaps because it has been read already"))?
        {
            Some(text) => body::decode(&text),
            None => Body::TooLarge,
        }
    } else if from.is_object() {
        // There and back: afterwards it is plain data, whatever it was.
        let text = JSON::stringify(&from).ok().filter(|text| text.is_string());
        bounded(&text.ok_or_else(|| unreadable("it is no plain object"))?)
    } else {
        return Err(unreadable("it is neither"));
    };
    wire::read_callback(body, now()).map(|reading| reading.task)
}

fn bounded(text: &JsString) -> Body<JsValue> {
    // UTF-16 units, as many as bytes at the least.
    if text.length() > body::MAX_BYTES { Body::TooLarge } else { body::decode(text) }
}

fn has_text(value: &JsValue) -> bool {
    Reflect::get(value, &"text".into()).is_ok_and(|method| method.is_function())
}

fn unreadable(why: &str) -> Error {
    let mut message = String::from("must be the Request, its text, or the decoded JSON object: ");
    message.push_str(why);
    Error::invalid(vec![Issue::new("callback", &message)])
}
