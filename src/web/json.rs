//! Decoded JSON as the runtime holds it: the answers to the wire reader's questions. The values come
//! out of `JSON.parse`, so reading a member runs no foreign code.

use wasm_bindgen::prelude::*;

use crate::wire::Json;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_text(text: &js_sys::JsString) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn member(object: &JsValue, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Date, js_name = parse)]
    fn parse_date(text: &JsValue) -> f64;
    #[wasm_bindgen(js_name = parseFloat, catch)]
    fn parse_float(text: &JsValue) -> Result<f64, JsValue>;
    #[wasm_bindgen(js_name = String, catch)]
    fn number_text(number: &JsValue) -> Result<String, JsValue>;
}

/// What `text` decodes to, if it is JSON.
pub(crate) fn parse(text: &js_sys::JsString) -> Option<JsValue> {
    parse_text(text).ok()
}

impl Json for JsValue {
    fn get(&self, key: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        member(self, key).ok().filter(|value| !value.is_null() && !value.is_undefined())
    }

    fn first(&self) -> Option<Self> {
        self.get("0")
    }

    fn is_object(&self) -> bool {
        JsValue::is_object(self) && !js_sys::Array::is_array(self)
    }

    fn number(&self) -> Option<f64> {
        let number = match self.as_f64() {
            Some(number) => number,
            None if self.is_string() => parse_float(self).ok()?,
            None => return None,
        };
        if number.is_finite() { Some(number) } else { None }
    }

    fn text(&self) -> Option<String> {
        match self.as_f64() {
            Some(_) => number_text(self).ok(),
            None => self.as_string(),
        }
    }

    fn date(&self) -> Option<f64> {
        let time = if self.is_string() { parse_date(self) } else { f64::NAN };
        if time.is_nan() { None } else { Some(time) }
    }
}
