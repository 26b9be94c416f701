//! Keeps the API key out of whatever is handed back: a gateway may quote it in a message, a runtime in
//! what it throws.

use js_sys::{JSON, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::options::Options;

/// How far a chain of causes is followed.
const MAX_CAUSES: u32 = 3;

const REDACTED: &str = "[apiKey]";

/// The key, as something to look for.
pub(crate) struct Secret {
    keys: Vec<JsString>,
}

impl Secret {
    /// What `options` authorize with: the key, and a credential among the caller's own headers.
    pub(crate) fn of(options: &Options) -> Self {
        let in_headers =
            options.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let credentials = in_headers.filter_map(|(_, value)| value.rsplit(' ').next());
        // A very short key (a placeholder in a test) stands in ordinary text by chance.
        let keys = options.api_key.as_deref().into_iter().chain(credentials).filter(|key| key.len() >= 6);
        Secret { keys: keys.map(JsString::from).collect() }
    }

    /// `text` without the key.
    pub(crate) fn scrub(&self, text: JsString) -> JsString {
        self.keys.iter().fold(text, |text, key| {
            let clean = blot_out(text, key);
            // JSON can spell the key with escapes; written anew it has none left but those it needs.
            if clean.includes("\\", 0)
                && let Some(value) = super::json::parse(&clean)
                && let Ok(plain) = JSON::stringify(&value)
                && plain.includes(&String::from(key), 0)
            {
                return blot_out(plain, key);
            }
            clean
        })
    }

    /// What was thrown, told anew: an error object can hold the request, and with it the key, anywhere. With
    /// no key there is nothing to hide, and the thing itself is given.
    pub(crate) fn scrub_thrown(&self, thrown: JsValue) -> JsValue {
        if self.keys.is_empty() { thrown } else { self.retell(&thrown, MAX_CAUSES) }
    }

    fn retell(&self, thrown: &JsValue, causes: u32) -> JsValue {
        if let Some(text) = thrown.dyn_ref::<JsString>() {
            return self.scrub(text.clone()).into();
        }
        if !thrown.is_object() && !thrown.is_function() {
            // A symbol has a text of its own.
            return if thrown.is_symbol() { JsValue::UNDEFINED } else { thrown.clone() };
        }
        let property = |name: &str| Reflect::get(thrown, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let text = |name: &str| property(name).dyn_into::<JsString>().ok().map(|text| self.scrub(text));
        let told = js_sys::Error::new(&text("message").map(String::from).unwrap_or_default());
        for name in ["name", "code", "stack"] {
            if let Some(text) = text(name) {
                // A new plain object takes any property.
                let _ = Reflect::set(&told, &name.into(), &text);
            }
        }
        let cause = property("cause");
        if causes > 0 && !cause.is_undefined() {
            let _ = Reflect::set(&told, &"cause".into(), &self.retell(&cause, causes - 1));
        }
        told.into()
    }
}

fn blot_out(text: JsString, key: &JsString) -> JsString {
    let key = String::from(key);
    if !text.includes(&key, 0) {
        return text;
    }
    String::from(&text).replace(&key, REDACTED).into()
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
