//! Callbacks as JavaScript receives them. A callback is unsigned: what is read here is a hint to read
//! the feed, never proof.

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Issue, joined};
use crate::web::fetch::Reply;
use crate::web::value::property;
use crate::web::{body, json, wall_clock};
use crate::wire::{self, Body};
use crate::{Error, Task};

/// The task that a callback tells of.
pub(super) async fn read(from: JsValue) -> Result<Task, Error> {
    let text = if property(&from, "text").is_function() {
        body::read_text(&Reply(from))
            .await
            .map_err(|_| unreadable("its body cannot be read, perhaps because it has been read already"))?
    } else if from.is_object() {
        // There and back: afterwards it is plain data, whatever it was.
        Some(json::stringify(&from).ok_or_else(|| unreadable("it is no plain object"))?)
    } else {
        Some(from.dyn_into::<JsString>().map_err(|_| unreadable("it is neither"))?)
    };
    let body = match text {
        // UTF-16 units, as many as bytes at the least.
        Some(text) if f64::from(text.length()) <= body::MAX_BYTES => body::decode(&text),
        _ => Body::TooLarge,
    };
    wire::read_callback(body, wall_clock())
}

fn unreadable(why: &str) -> Error {
    let message = joined(&["must be the Request, its text, or the decoded JSON object: ", why]);
    Error::invalid(vec![Issue::new("callback", &message)])
}
