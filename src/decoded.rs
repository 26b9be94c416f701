//! The runtime's own JSON values, as the wire reader asks for them, and the types that hold them. They come out of
//! `JSON.parse`, so reading a member runs no code of anybody else's.

use std::cell::RefCell;

use js_sys::{Array, Date, JSON, JsString, Number, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::secret::{Secrets, around};
use crate::wire::{Body, Json};
use crate::{error, task};

/// A task whose `raw` is the runtime's own value. Boxed: it is handed through every layer.
pub type Task = Box<task::Task<JsValue>>;

/// An error whose `cause` is the runtime's own value.
pub type Error = error::Error<JsValue>;

/// Decodes the text of a body.
pub(crate) fn decode(text: &str) -> Body<JsValue> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii_start();
    match text.as_bytes().first() {
        None => Body::Empty,
        Some(b'<') => Body::Html,
        // An answer is an object, or at the least a JSON value; other text is not worth an exception.
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            JSON::parse(text).map_or(Body::Garbled, Body::Json)
        }
        Some(_) => Body::Garbled,
    }
}

/// Decodes the text of a body, without what is to be kept out. JSON can spell a key with escapes; written anew it has only
/// those that it needs, and a key needs none.
pub(crate) fn decode_without(secrets: &Secrets, text: String) -> Body<JsValue> {
    let text = secrets.scrub(text);
    if !secrets.is_empty()
        && text.bytes().any(|byte| byte == b'\\')
        && let Body::Json(value) = decode(&text)
        && let Ok(plain) = JSON::stringify(&value)
    {
        let plain = String::from(plain);
        if secrets.any(|secret| around(&plain, secret).is_some()) {
            return decode(&secrets.scrub(plain));
        }
    }
    decode(&text)
}

impl Json for JsValue {
    fn get(&self, key: &'static str) -> Self {
        // `Reflect.get` throws for anything else, which takes longer than the rest of a poll.
        if !JsValue::is_object(self) {
            return JsValue::UNDEFINED;
        }
        Reflect::get(self, &name(key)).unwrap_or_default()
    }

    fn is_null(&self) -> bool {
        JsValue::is_null(self) || self.is_undefined()
    }

    fn is_object(&self) -> bool {
        JsValue::is_object(self) && !Array::is_array(self)
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.dyn_ref::<Array>().map(|array| array.iter().collect())
    }

    fn is(&self, wanted: bool) -> bool {
        self.as_bool() == Some(wanted)
    }

    fn number(&self) -> f64 {
        if self.is_undefined() {
            return f64::NAN;
        }
        let number = self.as_f64().or_else(|| self.as_string().map(|text| Number::parse_float(&text)));
        number.filter(|number| number.is_finite()).unwrap_or(f64::NAN)
    }

    fn text(&self) -> String {
        // Most of what is asked for is not there, and asking costs more.
        if self.is_undefined() {
            return String::new();
        }
        let number = || self.as_f64().and_then(|_| JSON::stringify(self).ok()).map(String::from);
        self.as_string().or_else(number).unwrap_or_default()
    }

    fn date(&self) -> f64 {
        self.as_string().map_or(f64::NAN, |text| Date::parse(&text))
    }

    fn parsed(&self) -> Self {
        let Some(text) = self.dyn_ref::<JsString>().map(String::from) else { return self.clone() };
        let holds_more = matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'['));
        let parsed = if holds_more { JSON::parse(&text).ok() } else { None };
        parsed.unwrap_or_else(|| self.clone())
    }
}

/// A member's name as the runtime's own string. Each is made once: to make one costs more than to read the member.
fn name(key: &'static str) -> JsString {
    thread_local!(static NAMES: RefCell<Vec<(&'static str, JsString)>> = const { RefCell::new(Vec::new()) });
    NAMES.with_borrow_mut(|names| {
        let known = names.binary_search_by_key(&key, |(name, _)| *name);
        if let Ok(Some((_, name))) = known.map(|at| names.get(at)) {
            return name.clone();
        }
        let name = JsString::from(key);
        names.insert(known.unwrap_or_else(|at| at), (key, name.clone()));
        name
    })
}
