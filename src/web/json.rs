//! Decoded JSON as the runtime holds it: the answers to the wire reader's questions. The values come
//! out of `JSON.parse`, so reading a member runs no foreign code.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::value::{invoke_of, is_absent, property};
use crate::wire::Json;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_text(text: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Date, js_name = parse)]
    fn parse_date(text: &JsValue) -> f64;
    #[wasm_bindgen(js_name = parseFloat)]
    fn parse_float(text: &JsValue) -> f64;
}

/// What `text` decodes to, if it is JSON.
pub(crate) fn parse(text: &JsValue) -> Option<JsValue> {
    parse_text(text).ok()
}

/// The text that decodes to `value`, if there is one.
pub(crate) fn stringify(value: &JsValue) -> Option<JsString> {
    invoke_of("JSON", "stringify", value).ok()?.dyn_into().ok()
}

impl Json for JsValue {
    fn get(&self, key: &'static str) -> Self {
        property(self, key)
    }

    fn is_null(&self) -> bool {
        is_absent(self)
    }

    fn is_object(&self) -> bool {
        JsValue::is_object(self) && !js_sys::Array::is_array(self)
    }

    fn number(&self) -> f64 {
        let number = match self.as_f64() {
            Some(number) => number,
            None if self.is_string() => parse_float(self),
            None => f64::NAN,
        };
        if number.is_finite() { number } else { f64::NAN }
    }

    fn text(&self) -> String {
        // Most of what is asked for is not there, and this is the quickest question.
        if self.is_undefined() {
            return String::new();
        }
        match self.as_string() {
            Some(text) => text,
            None if self.as_f64().is_some() => {
                stringify(self).and_then(|text| text.as_string()).unwrap_or_default()
            }
            None => String::new(),
        }
    }

    fn date(&self) -> f64 {
        if self.is_string() { parse_date(self) } else { f64::NAN }
    }
}
