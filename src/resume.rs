//! Whether the rest of a file can be asked for after its connection broke, and whether an answer is that rest. Rules over
//! headers alone (RFC 9110, sections 13.1.5 and 14): sends nothing and sees no byte.

use serde::Serialize;

use crate::secret::around;

/// What an answer says of the file that is its body.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileHead {
    /// How long it is, in bytes; `None` where that is not said, or where the body is decoded as it comes.
    pub(crate) total: Option<f64>,
    /// Only a strong one: a weak one stays the same for bytes that differ.
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// A page's answer from another origin, of whose headers most are hidden. There, `If-Range` would need a preflight,
    /// and a `Content-Encoding` goes unseen.
    pub(crate) cross_origin: bool,
}

/// Where a download has come to when its connection broke.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Place {
    /// So many bytes have been handed on.
    pub(crate) bytes: f64,
    pub(crate) file: FileHead,
}

/// What can be done when the connection has broken.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// All of it has come already.
    Done,
    /// Nothing has been handed on: the whole file is asked for again.
    Whole,
    /// The rest is asked for, with these headers.
    Rest(Vec<(&'static str, String)>),
    /// More has come than was announced.
    TooMuch,
    /// The file could have changed, and nothing would show it.
    Unprovable,
}

/// What an answer to the request for the rest is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rest {
    /// The rest.
    Here,
    /// There is none: the file ends where the connection broke.
    Nothing,
    /// The whole file. It cannot follow what has been handed on.
    Whole,
    /// Part of another file, or another part.
    Other,
    /// An answer without a file.
    NoFile,
}

impl FileHead {
    /// What an answer of this HTTP status says by its headers.
    pub(crate) fn of(http: u16, cross_origin: bool, header: impl Fn(&str) -> Option<String>) -> Self {
        let encoding = header("content-encoding");
        let is_encoded =
            encoding.is_some_and(|encoding| !encoding.trim_ascii().eq_ignore_ascii_case("identity"));
        if is_encoded || !matches!(http, 200 | 203) {
            return FileHead { cross_origin, ..FileHead::default() };
        }
        FileHead {
            total: header("content-length").and_then(|length| number(&length)),
            etag: strong_etag(&header),
            last_modified: header("last-modified"),
            cross_origin,
        }
    }
}

impl Place {
    /// What to do now that the connection has broken.
    pub(crate) fn next(&self) -> Next {
        let FileHead { total, etag, last_modified, cross_origin } = &self.file;
        if self.bytes == 0.0 && *total != Some(0.0) {
            return Next::Whole;
        }
        match total {
            Some(total) if *total == self.bytes => return Next::Done,
            // Of another origin's file, the length may be that of its encoded form.
            Some(total) if *total < self.bytes => {
                return if *cross_origin { Next::Done } else { Next::TooMuch };
            }
            _ => {}
        }
        if etag.is_none() && last_modified.is_none() {
            return Next::Unprovable;
        }
        let mut headers = vec![("range", ["bytes=", &(self.bytes as u64).to_string(), "-"].concat())];
        if let Some(etag) = etag
            && !cross_origin
        {
            headers.push(("if-range", etag.clone()));
        }
        Next::Rest(headers)
    }

    /// What an answer to the request for the rest is.
    pub(crate) fn judge(&self, http: u16, header: impl Fn(&str) -> Option<String>) -> Rest {
        let range = header("content-range").and_then(|range| ContentRange::read(&range));
        match http {
            200 | 203 => Rest::Whole,
            206 => {
                // Where another origin does not show the range, its length must be that of the rest.
                let length = header("content-length").and_then(|length| number(&length));
                let total = match &range {
                    Some(range) if range.start == Some(self.bytes) => range.total,
                    Some(_) => return Rest::Other,
                    None if self.file.cross_origin => length.map(|length| self.bytes + length),
                    None => return Rest::Other,
                };
                let fits = match (self.file.total, total) {
                    (Some(before), Some(now)) => before == now,
                    // Only the first answer was of unknown length.
                    (None, _) => true,
                    (Some(_), None) => !self.file.cross_origin,
                };
                if fits && self.is_same_file(header) { Rest::Here } else { Rest::Other }
            }
            416 => match range {
                Some(ContentRange { start: None, total: Some(total) }) if total == self.bytes => {
                    Rest::Nothing
                }
                _ => Rest::Other,
            },
            _ => Rest::NoFile,
        }
    }

    fn is_same_file(&self, header: impl Fn(&str) -> Option<String>) -> bool {
        let FileHead { etag, last_modified, cross_origin, .. } = &self.file;
        match (etag, strong_etag(&header)) {
            (Some(before), Some(now)) => return *before == now,
            // The server has compared it: `If-Range` was sent.
            (Some(_), None) if !cross_origin => return true,
            _ => {}
        }
        last_modified.is_some() && *last_modified == header("last-modified")
    }
}

/// `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`.
struct ContentRange {
    start: Option<f64>,
    total: Option<f64>,
}

impl ContentRange {
    fn read(text: &str) -> Option<Self> {
        let (unit, rest) = around(text.trim_ascii(), " ")?;
        let (range, total) = around(rest, "/")?;
        let start = around(range, "-").and_then(|(start, _)| number(start));
        let is_readable = unit.eq_ignore_ascii_case("bytes") && (start.is_some() || range == "*");
        is_readable.then(|| ContentRange { start, total: number(total) })
    }
}

fn strong_etag(header: impl Fn(&str) -> Option<String>) -> Option<String> {
    header("etag").filter(|etag| etag.starts_with('"'))
}

/// A count of bytes; `None` for what is no plain number.
fn number(text: &str) -> Option<f64> {
    let digits = text.trim_ascii().as_bytes();
    let is_count = (1..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_count.then(|| digits.iter().fold(0.0, |sum, digit| sum * 10.0 + f64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_string())
    }

    fn at(bytes: f64, cross_origin: bool, first: &'static [(&str, &str)]) -> Place {
        Place { bytes, file: FileHead::of(200, cross_origin, headers(first)) }
    }

    const TAGGED: &[(&str, &str)] = &[("content-length", "10"), ("etag", "\"a\"")];
    const DATED: &[(&str, &str)] = &[("content-length", "10"), ("last-modified", "Mon")];

    #[test]
    fn the_rest_is_asked_for_with_if_range_where_there_is_a_strong_etag() {
        let range = || ("range", String::from("bytes=4-"));
        assert_eq!(at(4.0, false, TAGGED).next(), Next::Rest(vec![range(), ("if-range", "\"a\"".into())]));
        assert_eq!(at(4.0, false, DATED).next(), Next::Rest(vec![range()]));
        // A preflight would be needed, which few servers of files answer.
        assert_eq!(at(4.0, true, TAGGED).next(), Next::Rest(vec![range()]));
    }

    #[test]
    fn a_file_of_which_nothing_was_handed_on_is_asked_for_anew() {
        assert_eq!(at(0.0, false, TAGGED).next(), Next::Whole);
        assert_eq!(at(0.0, false, &[]).next(), Next::Whole);
    }

    #[test]
    fn nothing_is_asked_for_where_the_file_could_have_changed_unseen() {
        for first in [
            &[("content-length", "10")] as &[_],
            &[("content-length", "10"), ("etag", "W/\"a\"")],
            // A body that is decoded as it comes has another length than its parts.
            &[("content-encoding", "gzip"), ("content-length", "10"), ("etag", "\"a\"")],
        ] {
            assert_eq!(at(4.0, false, first).next(), Next::Unprovable, "{first:?}");
        }
        assert_eq!(
            Place { bytes: 4.0, file: FileHead::of(206, false, headers(TAGGED)) }.next(),
            Next::Unprovable
        );
    }

    #[test]
    fn a_break_after_the_last_byte_breaks_nothing() {
        assert_eq!(at(10.0, false, TAGGED).next(), Next::Done);
        assert_eq!(at(0.0, false, &[("content-length", "0")]).next(), Next::Done);
        assert_eq!(at(11.0, false, TAGGED).next(), Next::TooMuch);
        // Perhaps it was encoded, which a page is not told of other origins.
        assert_eq!(at(11.0, true, TAGGED).next(), Next::Done);
    }

    #[test]
    fn the_rest_has_the_right_start_length_and_name() {
        let judge = |pairs| at(4.0, false, TAGGED).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-range", "bytes 4-9/10"), ("etag", "\"a\"")]), Rest::Here);
        assert_eq!(judge(&[("content-range", "bytes 4-9/*")]), Rest::Here);
        for other in [
            &[("content-range", "bytes 4-9/10"), ("etag", "\"b\"")] as &[_],
            &[("content-range", "bytes 3-9/10"), ("etag", "\"a\"")],
            &[("content-range", "bytes 4-10/11"), ("etag", "\"a\"")],
            &[("content-range", "lines 4-9/10"), ("etag", "\"a\"")],
            &[("content-range", "bytes x-9/10"), ("etag", "\"a\"")],
            &[("content-length", "6"), ("etag", "\"a\"")],
        ] {
            assert_eq!(judge(other), Rest::Other, "{other:?}");
        }
    }

    #[test]
    fn without_if_range_the_rest_must_prove_itself() {
        let judge = |pairs| at(4.0, false, DATED).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-range", "bytes 4-9/10"), ("last-modified", "Mon")]), Rest::Here);
        assert_eq!(judge(&[("content-range", "bytes 4-9/10"), ("last-modified", "Tue")]), Rest::Other);
        assert_eq!(judge(&[("content-range", "bytes 4-9/10")]), Rest::Other);
    }

    #[test]
    fn across_origins_the_length_of_the_rest_stands_in_for_its_hidden_range() {
        let judge = |pairs| at(4.0, true, DATED).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-length", "6"), ("last-modified", "Mon")]), Rest::Here);
        assert_eq!(judge(&[("content-length", "7"), ("last-modified", "Mon")]), Rest::Other);
        assert_eq!(judge(&[("content-length", "6")]), Rest::Other);
        assert_eq!(judge(&[("last-modified", "Mon")]), Rest::Other);
    }

    #[test]
    fn other_answers_are_no_rest() {
        let judge = |http, pairs| at(4.0, false, TAGGED).judge(http, headers(pairs));
        assert_eq!(judge(200, TAGGED), Rest::Whole);
        assert_eq!(judge(416, &[("content-range", "bytes */4")]), Rest::Nothing);
        assert_eq!(judge(416, &[("content-range", "bytes */3")]), Rest::Other);
        assert_eq!(judge(416, &[]), Rest::Other);
        assert_eq!(judge(403, &[]), Rest::NoFile);
    }
}
