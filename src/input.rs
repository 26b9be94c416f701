//! What a caller passes in, and what is refused before any request leaves. All problems of one call
//! are collected, so that they are mended in one go.

use std::net::{IpAddr, Ipv4Addr};

use crate::error::Issue;

/// What an act-one task is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The performance: absolute http(s) URL of a 16:9 video.
    pub video: String,
    /// The character: absolute http(s) URL of a 16:9 still image.
    pub image: String,
    /// Where the service POSTs the outcome. `None`: the option's, else a URL that never resolves.
    pub callback_url: Option<String>,
}

/// What a poll-only submission sends, because the service requires a URL and its documented
/// default would hand the result to a stranger. The name never resolves (RFC 6761).
pub const NO_CALLBACK: &str = "https://callback.invalid/act-one";

/// The longest URL that is sent. Browsers and proxies start to cut at about this length.
const MAX_ADDRESS_LENGTH: usize = 8192;

impl Input {
    /// What is wrong with the URLs.
    pub fn check(&self) -> Vec<Issue> {
        Issue::list(&[
            ("video", medium_problem(&self.video)),
            ("image", medium_problem(&self.image)),
            ("callbackUrl", self.callback_url.as_deref().and_then(address_problem)),
        ])
    }
}

/// What keeps `address` from being a video's or image's; what is on this computer is passed as a file.
pub fn medium_problem(address: &str) -> Option<&'static str> {
    local_problem(address).or_else(|| address_problem(address))
}

/// What to pass in place of a path, or of a URL that only this program knows.
pub fn local_problem(address: &str) -> Option<&'static str> {
    let has_scheme = |name: &str| after(address, name).is_some();
    if has_scheme("blob:") || has_scheme("data:") {
        return Some(
            "is a blob: or data: URL, which only this program can read. \
             Pass the file itself: await (await fetch(url)).blob()",
        );
    }
    let is_path = match address.as_bytes() {
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        // A URL without its scheme.
        [b'/', b'/', ..] => false,
        [first, ..] => {
            matches!(first, b'/' | b'.' | b'~' | b'\\')
                || has_scheme("file:")
                || !address.as_bytes().contains(&b':')
        }
        [] => false,
    };
    is_path.then_some(
        "is a path, or a relative URL. Pass an absolute https URL, or the file itself, \
         in Node with await fs.openAsBlob(path)",
    )
}

/// What is wrong with a URL whose host [`is_out_of_reach`].
pub const OUT_OF_REACH: &str = "is on this computer or a private network, where the service cannot fetch it. Put the file at a public URL";

/// Whether the service can never reach this host: loopback, private and link-local addresses, and names that only a
/// local network knows. `host` is as the `URL` class spells it.
pub fn is_out_of_reach(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => is_private(address),
        Ok(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
        Err(_) => {
            let is_single_label = !host.bytes().any(|byte| byte == b'.');
            is_single_label || [".localhost", ".local", ".internal"].iter().any(|end| host.ends_with(end))
        }
    }
}

fn is_private(address: Ipv4Addr) -> bool {
    // 100.64.0.0/10 is shared by a provider's customers (RFC 6598).
    let is_shared = matches!(address.octets(), [100, 64..=127, ..]);
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || is_shared
        || address.octets()[0] == 0
}

/// The longest id that is sent. Those of the service are UUIDs.
const MAX_ID_LENGTH: usize = 1024;

/// The task's id in what a caller passed for one, without the white space around it, which often comes along from a
/// terminal or a file; else what is wrong with it.
pub fn task_id(given: &str) -> Result<&str, &'static str> {
    // JavaScript counts the byte order mark as white space.
    let id = given.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let breaks = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    if id.is_empty() {
        Err(NO_ID)
    } else if id.chars().any(breaks) {
        Err("has a line break or another control character in it. Pass the id of one task, as submit gave it")
    } else if id.len() > MAX_ID_LENGTH {
        Err("is too long for a task id. Pass the id that submit gave")
    } else {
        Ok(id)
    }
}

/// The same of an id that a caller wrote as text, which may be what JavaScript makes of a value that is not there, of a
/// promise, or of a task. Those that the service gave count whatever they are.
pub fn written_task_id(given: &str) -> Result<&str, &'static str> {
    let id = task_id(given)?;
    let is_accident = ["undefined", "null", "NaN"].contains(&id) || id.starts_with(['{', '[']);
    if is_accident { Err(NO_ID) } else { Ok(id) }
}

const NO_ID: &str = "is no task id. Pass the id that submit gave, or the task itself";

/// Whether this is an absolute http(s) URL.
pub fn is_web_address(address: &str) -> bool {
    address_problem(address).is_none()
}

/// Whether a result can be at this URL. Not asked for more: one with a space in it plays, and has been paid for.
pub fn is_result_address(address: &str) -> bool {
    let has_host_after = |scheme| after(address, scheme).is_some_and(|rest| has_host(rest.as_bytes()));
    has_host_after("https") || has_host_after("http")
}

/// What follows `start`, if `text` starts with that in any letter case.
pub(crate) fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// What keeps the file at a result's URL from being fetched.
pub fn download_problem(address: &str) -> Option<&'static str> {
    // Beyond what `is_result_address` has found to be there.
    let authority = || address.split(['/', '?', '#']).nth(2).unwrap_or_default();
    if address.is_empty() {
        Some("is missing. Pass a task that has succeeded, or the URL of its video")
    } else if !is_result_address(address) {
        address_problem(address)
    } else if authority().contains('@') {
        Some("has a user name or password in it, which fetch refuses. Pass a URL without them")
    } else {
        None
    }
}

/// What keeps `address` from being one that the service can fetch.
pub fn address_problem(address: &str) -> Option<&'static str> {
    let bytes = address.as_bytes();
    if bytes.is_empty() {
        return Some("is missing. Give an absolute http(s) URL");
    }
    if bytes.starts_with(b" ") || bytes.ends_with(b" ") {
        return Some("begins or ends with a space. Remove the space");
    }
    if bytes.iter().any(|byte| matches!(byte, 0..=b' ' | 0x7f | b'\\')) {
        return Some("has a space, a backslash or a control character in it. Percent-encode it");
    }
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let end = bytes.iter().position(|byte| !is_of_scheme(byte)).unwrap_or_default();
    let (scheme, rest) = bytes.split_at(end);
    if !rest.starts_with(b":") || !scheme.first().is_some_and(u8::is_ascii_alphabetic) {
        return Some("is a relative URL. Give the absolute one, starting with https://");
    }
    let is = |name: &[u8]| scheme.eq_ignore_ascii_case(name);
    if !is(b"http") && !is(b"https") {
        return Some("is not an http(s) URL. The service fetches media over the web: give an https URL");
    }
    if !has_host(rest) {
        return Some("has no host. Give the whole URL, like https://example.com/file");
    }
    if bytes.len() > MAX_ADDRESS_LENGTH {
        return Some("is longer than 8192 bytes. Give a shorter URL");
    }
    None
}

/// Whether what follows the scheme names a host: something before the port and the path, and after the
/// user's name and password.
fn has_host(rest: &[u8]) -> bool {
    let Some(rest) = rest.strip_prefix(b"://") else { return false };
    let mut found = None;
    for byte in rest {
        match byte {
            b'/' | b'?' | b'#' => break,
            b'@' => found = None,
            _ => found = found.or(Some(*byte != b':')),
        }
    }
    found == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_id_loses_the_white_space_around_it_and_may_have_no_control_character() {
        for given in ["task-1", " task-1\r\n", "\u{feff}task-1\u{a0}", "\u{3000}task-1\t"] {
            assert_eq!(task_id(given), Ok("task-1"), "{given:?}");
        }
        for given in ["", " \n", "task\n1", "task\u{2028}1", "task-1\0", "\u{1b}[1mtask", &"x".repeat(1025)] {
            assert!(task_id(given).is_err(), "{given:?}");
        }
        for accident in ["undefined", "null", "NaN", "[object Promise]", "{\"id\":1}"] {
            assert!(written_task_id(accident).is_err(), "{accident}");
            assert!(task_id(accident).is_ok(), "{accident}");
        }
        assert_eq!(written_task_id("aufgabe ü 1"), Ok("aufgabe ü 1"));
    }

    #[test]
    fn hosts_that_the_service_can_never_reach_are_told_from_public_ones() {
        for host in [
            "localhost",
            "app.localhost",
            "printer.local",
            "db.internal",
            "nas",
            "localhost.",
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.0.1",
            "100.64.0.1",
            "[::1]",
            "[::]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:7f00:1]",
        ] {
            assert!(is_out_of_reach(host), "{host}");
        }
        for host in
            ["example.com", "local.example", "8.8.8.8", "172.32.0.1", "[2606:4700::1]", "example.com."]
        {
            assert!(!is_out_of_reach(host), "{host}");
        }
    }

    #[test]
    fn a_path_and_an_address_of_this_program_are_told_how_to_pass_the_file() {
        let problem = |address| local_problem(address).unwrap_or_default();
        for path in [
            "C:\\clips\\a.mp4",
            "c:/clips/a.mp4",
            "/home/x/a.mp4",
            "./a.mp4",
            "../a.mp4",
            "~/a.mp4",
            "a.mp4",
            "\\\\nas\\a.mp4",
            "file:///a.mp4",
        ] {
            assert!(problem(path).contains("fs.openAsBlob(path)"), "{path}");
        }
        for local in ["blob:https://example.com/1", "data:video/mp4;base64,AA", "BLOB:x"] {
            assert!(problem(local).contains(".blob()"), "{local}");
        }
        for other in ["", "https://example.com/a.mp4", "//example.com/a.mp4", "ftp://a/b"] {
            assert_eq!(problem(other), "", "{other}");
        }
    }

    #[test]
    fn a_space_at_either_end_is_called_what_it_is() {
        assert!(problem(" https://a").contains("begins or ends with a space"));
    }

    fn problem(address: &str) -> &'static str {
        address_problem(address).unwrap_or("")
    }

    #[test]
    fn absolute_web_addresses_pass() {
        for address in [
            "https://example.com/a.mp4",
            "http://localhost:8080/a.mp4?b=c#d",
            "HTTPS://EXAMPLE.COM",
            "https://[::1]/a",
            "https://user:pass@host/ä",
        ] {
            assert_eq!(problem(address), "", "{address}");
        }
    }

    #[test]
    fn everything_else_is_told_what_to_do() {
        assert!(problem("").contains("missing"));
        for relative in ["a.mp4", "/a.mp4", "//example.com/a.mp4", "../a:b"] {
            assert!(problem(relative).contains("relative"), "{relative}");
        }
        for other in ["ftp://a/b", "file:///a", "javascript:alert(1)"] {
            assert!(problem(other).contains("not an http(s)"), "{other}");
        }
        for hostless in ["https:", "https://", "https:///a", "http://:80", "http:a", "https://user@"] {
            assert!(problem(hostless).contains("no host"), "{hostless}");
        }
        for spaced in [" https://a", "https://a b", "https://a\n", "https:\\\\a"] {
            assert!(problem(spaced).contains("space"), "{spaced}");
        }
        assert!(problem(&format!("https://a/{}", "x".repeat(9000))).contains("longer"));
    }
}
