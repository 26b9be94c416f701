//! Keeps the API key out of whatever is handed back: a gateway may quote it in a message, a runtime in
//! what it throws.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::json;
use super::value::{construct1, known, property, set};
use crate::options::Options;

/// How far a chain of causes is followed.
const MAX_CAUSES: u32 = 3;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = JsString)]
    type Text;
    #[wasm_bindgen(method)]
    fn includes(this: &Text, what: &JsValue) -> bool;
    #[wasm_bindgen(method, js_name = replaceAll)]
    fn replace_all(this: &Text, what: &JsValue, by: &str) -> JsString;
}

/// What is to be kept out: the key, and a credential among the caller's own headers.
pub(crate) struct Secret<'a>(pub(crate) &'a Options);

impl Secret<'_> {
    /// Calls `with` for each of them.
    fn each(&self, mut with: impl FnMut(&str)) {
        let headers = self.0.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        for value in self.0.api_key.iter().chain(headers.map(|(_, value)| value)) {
            let start =
                value.bytes().rposition(|byte| matches!(byte, b' ' | b'\t')).map_or(0, |space| space + 1);
            // A very short key (a placeholder in a test) stands in ordinary text by chance.
            if value.len() - start >= 6 {
                with(&value[start..]);
            }
        }
    }

    /// `text` without the key.
    pub(crate) fn scrub(&self, mut text: JsString) -> JsString {
        self.each(|key| {
            let key = &JsValue::from(key);
            text = blot_out(&text, key);
            // JSON can spell the key with escapes; written anew it has none left but those it needs.
            if includes(&text, known("\\"))
                && let Some(value) = json::parse(&text)
                && let Some(plain) = json::stringify(&value)
                && includes(&plain, key)
            {
                text = blot_out(&plain, key);
            }
        });
        text
    }

    /// What was thrown, told anew: an error object can hold the request, and with it the key, anywhere. With
    /// no key there is nothing to hide, and the thing itself is given.
    pub(crate) fn scrub_thrown(&self, thrown: JsValue) -> JsValue {
        let mut keys = 0;
        self.each(|_| keys += 1);
        if keys == 0 { thrown } else { self.retell(thrown, MAX_CAUSES) }
    }

    fn retell(&self, thrown: JsValue, causes: u32) -> JsValue {
        if let Some(text) = thrown.dyn_ref::<JsString>() {
            return self.scrub(text.clone()).into();
        }
        if !thrown.is_object() && !thrown.is_function() {
            // A symbol has a text of its own.
            return if thrown.is_symbol() { JsValue::UNDEFINED } else { thrown };
        }
        let Ok(told) = construct1("Error", known("")) else { return JsValue::UNDEFINED };
        for name in ["message", "name", "code", "stack"] {
            if let Ok(text) = property(&thrown, name).dyn_into::<JsString>() {
                set(&told, name, &self.scrub(text));
            }
        }
        let cause = property(&thrown, "cause");
        if causes > 0 && !cause.is_undefined() {
            set(&told, "cause", &self.retell(cause, causes - 1));
        }
        told
    }
}

pub(super) fn includes(text: &JsString, what: &JsValue) -> bool {
    text.unchecked_ref::<Text>().includes(what)
}

fn blot_out(text: &JsString, key: &JsValue) -> JsString {
    if includes(text, key) { text.unchecked_ref::<Text>().replace_all(key, "[apiKey]") } else { text.clone() }
}

/// The `message` of something thrown, or the thing itself if it is text; else empty.
pub(crate) fn message_of(thrown: &JsValue) -> String {
    thrown.as_string().or_else(|| super::value::text(thrown, "message")).unwrap_or_default()
}
