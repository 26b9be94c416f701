//! Keeps credentials out of whatever is handed back: a gateway may quote the key in a message, a runtime in what it
//! throws.

use crate::options::Options;

/// `text` without the key and without a credential among the caller's own headers.
pub fn scrub(mut text: String, options: &Options) -> String {
    for secret in secrets(options) {
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

/// What is before and after the first `part` of `text`, if there is one. Not by `find` and slices, whose searcher and
/// panic messages are 4 KB of Wasm.
pub fn around<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// What is to be kept out.
pub fn secrets(options: &Options) -> impl Iterator<Item = &str> {
    let headers = options.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let values = options.api_key.iter().chain(&options.access_token).chain(headers.map(|(_, value)| value));
    // A very short key (a placeholder in a test) stands in ordinary text by chance.
    values.filter_map(|value| value.get(token_start(value)..)).filter(|secret| secret.len() >= 6)
}

fn token_start(value: &str) -> usize {
    value.bytes().rposition(|byte| matches!(byte, b' ' | b'\t')).map_or(0, |space| space + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let headers =
            vec![("Authorization".into(), "Basic user-secret".into()), ("x-a".into(), "visible".into())];
        Options { api_key: Some("sk-secret".into()), headers, ..Options::default() }
    }

    #[test]
    fn every_credential_is_replaced_wherever_it_stands() {
        let told = scrub("sk-secret, sk-secretsk-secret; Basic user-secret; visible".into(), &options());
        assert_eq!(told, "[apiKey], [apiKey][apiKey]; Basic [apiKey]; visible");
    }

    #[test]
    fn a_very_short_key_is_left_alone() {
        let options = Options { api_key: Some("sk".into()), ..Options::default() };
        assert_eq!(scrub("risk".into(), &options), "risk");
    }
}
