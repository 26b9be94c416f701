//! The few questions that the wire reader asks of a decoded JSON value. In WebAssembly they are put
//! to the runtime's own values (`JSON.parse` is there already, a parser in Wasm would be bytes), in
//! native tests to `serde_json`'s. What is not there answers every question with nothing (an empty text,
//! NaN), which every reader of these has to refuse anyway.

/// A decoded JSON value.
pub trait Json: Clone {
    /// The member of an object, or the element of an array by its index in digits; null where there is none.
    fn get(&self, key: &'static str) -> Self;
    /// Whether this is null, or was not there.
    fn is_null(&self) -> bool;
    /// Whether this is an object (and not an array).
    fn is_object(&self) -> bool;
    /// A number as itself, a string as the number it starts with ("30%" is 30); else NaN.
    fn number(&self) -> f64;
    /// A string as itself, a number in its shortest decimal form: the gateway writes ids, codes and
    /// statuses either way. Else empty.
    fn text(&self) -> String;
    /// The time that a date string names, in ms since the epoch; else NaN.
    fn date(&self) -> f64;

    /// What stands at a path of names, such as `data.output.0`.
    fn at(&self, path: &'static str) -> Self {
        match path.bytes().position(|byte| byte == b'.') {
            Some(dot) => self.get(&path[..dot]).at(&path[dot + 1..]),
            None => self.get(path),
        }
    }

    /// The first text that `counts` among those at `places`; else empty.
    fn first_text(&self, places: &[&'static str], counts: fn(&str) -> bool) -> String {
        places.iter().map(|place| self.at(place).text()).find(|text| counts(text)).unwrap_or_default()
    }
}

/// Whether there is any text.
pub(super) fn any(text: &str) -> bool {
    !text.is_empty()
}
