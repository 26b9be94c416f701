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
    /// It has come to its end without a byte.
    Empty,
    /// The rest is asked for, with these headers; without any the whole file, of which nothing has been handed on.
    Rest(Vec<(&'static str, String)>),
    /// More has come than was announced.
    TooMuch,
    /// The file could have changed, and nothing would show it.
    Unprovable,
}

/// What an answer to the request for the rest is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rest {
    /// The rest, or its beginning: a server may send less than it was asked for. With the length of the whole file, as
    /// far as that is known now.
    Here(Option<f64>),
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
    /// What an answer that has a whole file as its body says of it by its headers.
    pub(crate) fn of(cross_origin: bool, header: impl Fn(&str) -> Option<String>) -> Self {
        let encoding = header("content-encoding");
        let is_encoded =
            encoding.is_some_and(|encoding| !encoding.trim_ascii().eq_ignore_ascii_case("identity"));
        if is_encoded {
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
        if self.bytes == 0.0 {
            return if *total == Some(0.0) { Next::Empty } else { Next::Rest(Vec::new()) };
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
                    // The answers before were of unknown length.
                    (None, _) => true,
                    (Some(_), None) => !self.file.cross_origin,
                };
                if !fits || !self.is_same_file(header) {
                    return Rest::Other;
                }
                // A hidden range may end before the file does: its length says nothing of the file's.
                Rest::Here(self.file.total.or(range.and_then(|range| range.total)))
            }
            416 => match range {
                Some(ContentRange { start: None, total: Some(total), .. }) if total == self.bytes => {
                    Rest::Nothing
                }
                // Another origin does not show where the file ends. That it ends here contradicts nothing.
                None if self.file.cross_origin && self.file.total.is_none() => Rest::Nothing,
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
    end: Option<f64>,
    total: Option<f64>,
}

impl ContentRange {
    fn read(text: &str) -> Option<Self> {
        let (unit, rest) = around(text.trim_ascii(), " ")?;
        let (range, total) = around(rest, "/")?;
        let (start, end) = match around(range, "-") {
            Some((start, end)) => (number(start), number(end)),
            None => (None, None),
        };
        let is_readable = unit.eq_ignore_ascii_case("bytes") && (start.is_some() || range == "*");
        is_readable.then(|| ContentRange { start, end, total: number(total) })
    }
}

/// Whether a part of a file is all of it, by the part's `Content-Range`.
pub(crate) fn is_all(content_range: &str) -> bool {
    ContentRange::read(content_range).is_some_and(|range| {
        range.start == Some(0.0) && range.end.is_some_and(|end| range.total == Some(end + 1.0))
    })
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
        Place { bytes, file: FileHead::of(cross_origin, headers(first)) }
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
        assert_eq!(at(0.0, false, TAGGED).next(), Next::Rest(vec![]));
        assert_eq!(at(0.0, false, &[]).next(), Next::Rest(vec![]));
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
    }

    #[test]
    fn a_part_is_the_whole_file_only_from_its_first_byte_to_its_last() {
        assert!(is_all("bytes 0-9/10"));
        for part in [
            "bytes 0-8/10",
            "bytes 1-9/10",
            "bytes 0-10/10",
            "bytes 0-9/*",
            "bytes 0-/*",
            "bytes */10",
            "bytes */*",
            "lines 0-9/10",
            "",
        ] {
            assert!(!is_all(part), "{part}");
        }
    }

    #[test]
    fn a_break_after_the_last_byte_breaks_nothing() {
        assert_eq!(at(10.0, false, TAGGED).next(), Next::Done);
        assert_eq!(at(11.0, false, TAGGED).next(), Next::TooMuch);
        // Perhaps it was encoded, which a page is not told of other origins.
        assert_eq!(at(11.0, true, TAGGED).next(), Next::Done);
    }

    #[test]
    fn a_file_that_ends_without_a_byte_is_not_asked_for_again() {
        assert_eq!(at(0.0, false, &[("content-length", "0")]).next(), Next::Empty);
    }

    #[test]
    fn the_rest_tells_the_length_that_was_unknown_so_far() {
        const TAG: &[(&str, &str)] = &[("etag", "\"a\"")];
        let judge = |pairs| at(4.0, false, TAG).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-range", "bytes 4-6/10")]), Rest::Here(Some(10.0)));
        assert_eq!(judge(&[("content-range", "bytes 4-6/*")]), Rest::Here(None));
        let with_length = at(4.0, false, TAGGED).judge(206, headers(&[("content-range", "bytes 4-6/*")]));
        assert_eq!(with_length, Rest::Here(Some(10.0)));
    }

    #[test]
    fn across_origins_a_file_of_unknown_length_ends_where_nothing_more_can_be_sent() {
        const DATE: &[(&str, &str)] = &[("last-modified", "Mon")];
        let place = at(4.0, true, DATE);
        let rest = headers(&[("content-length", "6"), ("last-modified", "Mon")]);
        assert_eq!(place.judge(206, rest), Rest::Here(None));
        assert_eq!(place.judge(416, headers(&[])), Rest::Nothing);
        assert_eq!(place.judge(416, headers(&[("content-range", "bytes */3")])), Rest::Other);
        assert_eq!(at(4.0, true, DATED).judge(416, headers(&[])), Rest::Other);
    }

    #[test]
    fn the_rest_has_the_right_start_length_and_name() {
        let judge = |pairs| at(4.0, false, TAGGED).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-range", "bytes 4-9/10"), ("etag", "\"a\"")]), Rest::Here(Some(10.0)));
        assert_eq!(judge(&[("content-range", "bytes 4-9/*")]), Rest::Here(Some(10.0)));
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
        assert_eq!(
            judge(&[("content-range", "bytes 4-9/10"), ("last-modified", "Mon")]),
            Rest::Here(Some(10.0))
        );
        assert_eq!(judge(&[("content-range", "bytes 4-9/10"), ("last-modified", "Tue")]), Rest::Other);
        assert_eq!(judge(&[("content-range", "bytes 4-9/10")]), Rest::Other);
    }

    #[test]
    fn across_origins_the_length_of_the_rest_stands_in_for_its_hidden_range() {
        let judge = |pairs| at(4.0, true, DATED).judge(206, headers(pairs));
        assert_eq!(judge(&[("content-length", "6"), ("last-modified", "Mon")]), Rest::Here(Some(10.0)));
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
