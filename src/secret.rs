//! Keeps credentials out of whatever is handed back: a gateway may quote the key in a message, a runtime in what it
//! throws.

use std::cell::RefCell;

use crate::bounded;
use crate::options::Options;

/// How many keys that functions have given are remembered: those of more than an hour, where each lives for five minutes.
const MAX_GIVEN: usize = 16;

/// A very short key (a placeholder in a test) stands in ordinary text by chance.
const MIN_LENGTH: usize = 6;

/// What is to be kept out: the key, the token, and a credential among the caller's own headers.
pub struct Secrets {
    known: Vec<String>,
    /// Those that a function has given.
    given: RefCell<Vec<String>>,
}

impl Secrets {
    /// Those in the options.
    pub fn of(options: &Options) -> Self {
        let headers = options.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let values =
            options.api_key.iter().chain(&options.access_token).chain(headers.map(|(_, value)| value));
        Secrets { known: values.flat_map(|value| spellings(value)).collect(), given: RefCell::default() }
    }

    /// One more, which a function has given.
    pub fn add(&self, value: &str) {
        let mut given = self.given.borrow_mut();
        for secret in spellings(value) {
            if !given.contains(&secret) {
                bounded::push(&mut given, secret, MAX_GIVEN);
            }
        }
    }

    /// Whether there is nothing to keep out.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && !self.has_given()
    }

    /// Whether a function has given one.
    pub fn has_given(&self) -> bool {
        !self.given.borrow().is_empty()
    }

    /// Whether one of them is like this.
    pub fn any(&self, is_like_this: impl Fn(&str) -> bool) -> bool {
        self.known.iter().chain(self.given.borrow().iter()).any(|secret| is_like_this(secret))
    }

    /// `text` without any of them.
    pub fn scrub(&self, mut text: String) -> String {
        for secret in self.known.iter().chain(self.given.borrow().iter()) {
            let mut told = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = around(rest, secret) {
                told.push_str(before);
                told.push_str("[apiKey]");
                rest = after;
            }
            told.push_str(rest);
            text = told;
        }
        text
    }
}

/// What is before and after the first `part` of `text`, if there is one. Not by `find` and slices, whose searcher and
/// panic messages are 4 KB of Wasm.
pub fn around<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// The secret part of a header's value, behind its scheme: as it is, as a URL spells it, and as nested JSON may.
fn spellings(value: &str) -> Vec<String> {
    let start = value.bytes().rposition(|byte| matches!(byte, b' ' | b'\t')).map_or(0, |space| space + 1);
    let Some(secret) = value.get(start..).filter(|secret| secret.len() >= MIN_LENGTH) else {
        return Vec::new();
    };
    let mut spellings = vec![String::from(secret)];
    for spelling in [percent_encoded(secret), nested(secret)] {
        if spelling != secret {
            spellings.push(spelling);
        }
    }
    spellings
}

/// As JSON spells it in a text that holds JSON, where slashes are escaped.
fn nested(secret: &str) -> String {
    let mut nested = String::new();
    for character in secret.chars() {
        if character == '/' {
            nested.push_str("\\\\");
        }
        nested.push(character);
    }
    nested
}

fn percent_encoded(secret: &str) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default().to_ascii_uppercase();
    let mut encoded = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let headers =
            vec![("Authorization".into(), "Basic user-secret".into()), ("x-a".into(), "visible".into())];
        Secrets::of(&Options { api_key: Some("sk-secret".into()), headers, ..Options::default() })
    }

    #[test]
    fn every_credential_is_replaced_wherever_it_stands() {
        let secrets = secrets();
        secrets.add("sk-given");
        let told =
            secrets.scrub("sk-secret, sk-secretsk-secret; Basic user-secret; visible; sk-given".into());
        assert_eq!(told, "[apiKey], [apiKey][apiKey]; Basic [apiKey]; visible; [apiKey]");
    }

    #[test]
    fn a_key_in_a_url_is_replaced_too() {
        let secrets = Secrets::of(&Options { api_key: Some("sk+ab/cd==ef12".into()), ..Options::default() });
        assert_eq!(secrets.scrub("?key=sk%2Bab%2Fcd%3D%3Def12&a=1".into()), "?key=[apiKey]&a=1");
    }

    #[test]
    fn a_key_in_a_text_that_holds_json_is_replaced_too() {
        let secrets = Secrets::of(&Options { api_key: Some("sk+ab/cd==ef12".into()), ..Options::default() });
        let text = r#"{"message":"{\"error\":\"bad sk+ab\\/cd==ef12\"}"}"#;
        assert_eq!(secrets.scrub(text.into()), r#"{"message":"{\"error\":\"bad [apiKey]\"}"}"#);
    }

    #[test]
    fn a_very_short_key_is_left_alone() {
        let secrets = Secrets::of(&Options { api_key: Some("sk".into()), ..Options::default() });
        assert_eq!(secrets.scrub("risk".into()), "risk");
        assert!(secrets.is_empty());
    }

    #[test]
    fn of_the_keys_that_functions_give_the_latest_are_remembered() {
        let secrets = secrets();
        for number in 0..1_000 {
            secrets.add(&format!("sk-given-{number:03}"));
        }
        assert!(secrets.any(|secret| secret == "sk-given-999"));
        assert!(secrets.any(|secret| secret == "sk-secret"));
        assert!(!secrets.any(|secret| secret == "sk-given-000"));
    }
}
