//! The few questions that the wire reader asks of a decoded JSON value. In WebAssembly they are put
//! to the runtime's own values (`JSON.parse` is there already, a parser in Wasm would be bytes), in
//! native tests to `serde_json`'s.

/// A decoded JSON value.
pub trait Json: Clone {
    /// The member of an object; `None` where it is absent or null, or where this is no object.
    fn get(&self, key: &str) -> Option<Self>;
    /// The first element of an array.
    fn first(&self) -> Option<Self>;
    /// Whether this is an object (and not an array).
    fn is_object(&self) -> bool;
    /// A number as itself, a string as the number it starts with ("30%" is 30).
    fn number(&self) -> Option<f64>;
    /// A string as itself, a number in its shortest decimal form: the gateway writes ids, codes and
    /// statuses either way.
    fn text(&self) -> Option<String>;
    /// The time that a date string names, in ms since the epoch.
    fn date(&self) -> Option<f64>;
}
