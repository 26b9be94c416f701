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
    /// Whether this is that boolean.
    fn is(&self, wanted: bool) -> bool;
    /// A number as itself, a string as the number it starts with ("30%" is 30); else NaN.
    fn number(&self) -> f64;
    /// A string as itself, a number in its shortest decimal form: the gateway writes ids, codes and
    /// statuses either way. Else empty.
    fn text(&self) -> String;
    /// The time that a date string names, in ms since the epoch; else NaN.
    fn date(&self) -> f64;
    /// Where this is a string that holds a JSON object or array, that; else the value itself. Gateways keep
    /// what the provider said in a text column.
    fn parsed(&self) -> Self;

    /// The elements of an array; none where this is no array.
    fn items(&self) -> Option<Vec<Self>>;

    /// The text without the white space around it.
    fn word(&self) -> String {
        trimmed(self.text())
    }

    /// The first word that `counts` among the members with these names; else empty.
    fn first_word(&self, names: &[&'static str], counts: fn(&str) -> bool) -> String {
        if !self.is_object() {
            return String::new();
        }
        names.iter().map(|name| self.get(name).word()).find(|word| counts(word)).unwrap_or_default()
    }
}

/// Whether there is any text.
pub(super) fn any(text: &str) -> bool {
    !text.is_empty()
}

/// A text without the white space around it, which is that of Chinese texts too.
pub(super) fn trimmed(text: String) -> String {
    let trimmed = text.trim();
    if trimmed.len() == text.len() { text } else { trimmed.into() }
}
