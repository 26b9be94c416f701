//! JavaScript's values, read, called and made by name. Few ways for all of them, because every imported
//! function costs bytes in the Wasm and again around it. Nothing here panics, whatever a value does: what
//! throws is an `Err`.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get(target: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set, catch)]
    fn reflect_set(target: &JsValue, name: &str, value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set, catch)]
    fn reflect_set_text(target: &JsValue, name: &str, value: &str) -> Result<bool, JsValue>;
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
}

/// A property of an object; undefined of anything else.
///
/// # Errors
/// What its getter throws.
pub(crate) fn get(target: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    // A function is asked for none of its properties anywhere.
    if target.is_object() { reflect_get(target, name) } else { Ok(JsValue::UNDEFINED) }
}

/// The same, where what throws counts as not there.
pub(crate) fn property(target: &JsValue, name: &str) -> JsValue {
    get(target, name).unwrap_or(JsValue::UNDEFINED)
}

/// A text property, if it is one.
pub(crate) fn text(target: &JsValue, name: &str) -> Option<String> {
    property(target, name).as_string()
}

/// A global, or undefined.
pub(crate) fn global(name: &str) -> JsValue {
    GLOBAL.with(|global| property(global, name))
}

/// Calls a method. Those of the platform take no notice of an argument too many.
///
/// # Errors
/// What it throws, and a `TypeError` where there is no such method.
pub(crate) fn invoke(target: &JsValue, name: &str, first: &JsValue, second: &JsValue) -> Result<JsValue, JsValue> {
    get(target, name)?.unchecked_ref::<Function>().call2(target, first, second)
}

/// Sets a property of an object that was made here.
pub(crate) fn set(target: &JsValue, name: &str, value: &JsValue) {
    // A plain object or a new error takes any property.
    let _ = reflect_set(target, name, value);
}

/// The same for a text.
pub(crate) fn set_text(target: &JsValue, name: &str, value: &str) {
    let _ = reflect_set_text(target, name, value);
}

/// A plain object without properties.
pub(crate) fn object() -> JsValue {
    js_sys::Object::new().into()
}

/// Whether this is undefined or null: what a caller left out.
pub(crate) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}
