//! JavaScript's values, read, called and made by name. Few ways for all of them, because every imported
//! function costs bytes in the Wasm and again around it. Nothing here panics, whatever a value does: what
//! throws is an `Err`.

use core::cell::Cell;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // The build driver makes `target?.[name]` of it.
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get(target: &JsValue, name: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set, catch)]
    fn reflect_set(target: &JsValue, name: &JsValue, value: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set, catch)]
    fn reflect_set_text(target: &JsValue, name: &JsValue, value: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = construct, catch)]
    fn reflect_construct(class: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
}

/// Room for more names than the crate has.
const NAMES: usize = 256;

/// A name as JavaScript's string. They are kept, because decoding one costs more than reading the property
/// (together a fifth of a poll), and found again by the place in the Wasm where they stand.
struct Known {
    name: &'static str,
    value: JsValue,
}

thread_local! {
    static KNOWN: [Cell<Option<&'static Known>>; NAMES] = const { [const { Cell::new(None) }; NAMES] };
}

/// A text of the crate's own as JavaScript's string.
pub(crate) fn known(name: &'static str) -> &'static JsValue {
    KNOWN.with(|known| {
        let mut place = name.as_ptr() as usize;
        for _ in 0..NAMES {
            match known.get(place % NAMES).and_then(Cell::get) {
                Some(known) if core::ptr::eq(known.name, name) => return &known.value,
                Some(_) => place += 1,
                None => break,
            }
        }
        let new: &'static Known = Box::leak(Box::new(Known { name, value: name.into() }));
        if let Some(place) = known.get(place % NAMES) {
            place.set(Some(new));
        }
        &new.value
    })
}

/// A property of whatever has it; undefined else, of undefined and null too.
///
/// # Errors
/// What its getter throws.
pub(crate) fn get(target: &JsValue, name: &'static str) -> Result<JsValue, JsValue> {
    reflect_get(target, known(name))
}

/// The same, where what throws counts as not there.
pub(crate) fn property(target: &JsValue, name: &'static str) -> JsValue {
    get(target, name).unwrap_or(JsValue::UNDEFINED)
}

/// A text property, if it is one.
pub(crate) fn text(target: &JsValue, name: &'static str) -> Option<String> {
    property(target, name).as_string()
}

/// An element of a list; undefined beyond its end.
pub(crate) fn at(list: &JsValue, index: u32) -> JsValue {
    reflect_get(list, &index.into()).unwrap_or_default()
}

/// A global, or undefined.
pub(crate) fn global(name: &'static str) -> JsValue {
    GLOBAL.with(|global| property(global, name))
}

/// Calls a method without arguments.
///
/// # Errors
/// What it throws, and a `TypeError` where there is no such method.
pub(crate) fn invoke0(target: &JsValue, name: &'static str) -> Result<JsValue, JsValue> {
    invoke1(target, name, &JsValue::UNDEFINED)
}

/// Calls a method with one argument. Those of the platform take no notice of one too many.
///
/// # Errors
/// See [`invoke0`].
pub(crate) fn invoke1(target: &JsValue, name: &'static str, first: &JsValue) -> Result<JsValue, JsValue> {
    invoke2(target, name, first, &JsValue::UNDEFINED)
}

/// Calls a method with two arguments.
///
/// # Errors
/// See [`invoke0`].
pub(crate) fn invoke2(
    target: &JsValue,
    name: &'static str,
    first: &JsValue,
    second: &JsValue,
) -> Result<JsValue, JsValue> {
    get(target, name)?.unchecked_ref::<Function>().call2(target, first, second)
}

/// Calls a function that belongs to a global.
///
/// # Errors
/// See [`invoke0`].
pub(crate) fn invoke_of(
    owner: &'static str,
    name: &'static str,
    argument: &JsValue,
) -> Result<JsValue, JsValue> {
    invoke1(&global(owner), name, argument)
}

/// Makes an object of one of the platform's classes.
///
/// # Errors
/// What that throws, and a `TypeError` where there is no such class.
pub(crate) fn construct1(class: &'static str, first: &JsValue) -> Result<JsValue, JsValue> {
    construct2(class, first, &JsValue::UNDEFINED)
}

/// The same with two.
///
/// # Errors
/// See [`construct1`].
pub(crate) fn construct2(class: &'static str, first: &JsValue, second: &JsValue) -> Result<JsValue, JsValue> {
    reflect_construct(&global(class), &Array::of2(first, second))
}

/// Sets a property of an object that was made here.
pub(crate) fn set(target: &JsValue, name: &'static str, value: &JsValue) {
    // A plain object or a new error takes any property.
    let _ = reflect_set(target, known(name), value);
}

/// The same for a text.
pub(crate) fn set_text(target: &JsValue, name: &'static str, value: &str) {
    let _ = reflect_set_text(target, known(name), value);
}

/// Sets a text under a name that is not among the crate's own.
pub(crate) fn set_header(headers: &JsValue, name: &str, value: &str) {
    let _ = reflect_set_text(headers, &name.into(), value);
}

/// A plain object without properties.
pub(crate) fn object() -> JsValue {
    js_sys::Object::new().into()
}

/// Whether this is undefined or null: what a caller left out.
pub(crate) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}
