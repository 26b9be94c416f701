//! Keeps the API key out of whatever is handed back: a gateway may quote it in a message, a runtime in
//! what it throws.

use js_sys::{JSON, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

const REDACTED: &str = "[apiKey]";

/// The key, as something to look for.
pub(crate) struct Secret {
    key: Option<JsString>,
}

impl Secret {
    pub(crate) fn new(key: Option<&str>) -> Self {
        // A very short key (a placeholder in a test) stands in ordinary text by chance.
        Secret { key: key.filter(|key| key.len() >= 6).map(JsString::from) }
    }

    /// `text` without the key.
    pub(crate) fn scrub(&self, text: JsString) -> JsString {
        let Some(key) = &self.key else { return text };
        let clean = self.blot_out(text, key);
        // JSON can spell the key with escapes; written anew it has none left but those it needs.
        if clean.includes("\\", 0)
            && let Some(value) = super::json::parse(&clean)
            && let Ok(plain) = JSON::stringify(&value)
            && plain.includes(&String::from(key), 0)
        {
            return self.blot_out(plain, key);
        }
        clean
    }

    /// What the runtime threw, unless the key stands in it.
    pub(crate) fn scrub_thrown(&self, thrown: JsValue) -> JsValue {
        let Some(key) = self.key.as_ref().map(String::from) else { return thrown };
        let quotes = |value: &JsValue| value.as_string().is_some_and(|text| text.contains(&key));
        let property = |name: &str| Reflect::get(&thrown, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let leaks = quotes(&thrown)
            || (thrown.is_object() && ["message", "stack"].iter().any(|name| quotes(&property(name))));
        if leaks {
            js_sys::Error::new("what was thrown quotes the API key and is left out").into()
        } else {
            thrown
        }
    }

    fn blot_out(&self, text: JsString, key: &JsString) -> JsString {
        let key = String::from(key);
        if !text.includes(&key, 0) {
            return text;
        }
        String::from(&text).replace(&key, REDACTED).into()
    }
}

/// The `message` of something thrown, or the thing itself if it is text.
pub(crate) fn message_of(thrown: &JsValue) -> Option<String> {
    if let Some(text) = thrown.as_string() {
        return Some(text);
    }
    if !thrown.is_object() {
        return None;
    }
    Reflect::get(thrown, &"message".into()).ok()?.dyn_into::<JsString>().ok().map(Into::into)
}
