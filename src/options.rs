//! How a call is made: one field an option, with the defaults that `api.md` fixes, and the checks
//! that refuse a value before any request.

use crate::error::Issue;
use crate::input::{address_problem, after};

/// The service itself.
pub const SERVICE: &str = "https://api.cometapi.com";

/// The longest time that any option may name: 24 days, the most that a timer of any runtime takes.
pub const MAX_MS: f64 = 2_147_483_647.0;

/// What belongs to one message alone, and is taken along where the headers of another are passed on: Node's `fetch` fails
/// on it without a word of which header it was.
const OF_ONE_MESSAGE: [&str; 5] = ["content-length", "transfer-encoding", "expect", "keep-alive", "upgrade"];

/// How the other side can tell that a create is a repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdempotencyKey {
    /// A key of the caller's own, for one create.
    Own(String),
    /// A fresh one for each create.
    Fresh,
}

/// The options of every call. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Sent as the Bearer token; needed for the service itself, left out behind a proxy.
    pub api_key: Option<String>,
    /// Sent as `Idempotency-Key` with creates, by a proxy that honours it: a create in doubt is repeated with it. The
    /// service itself does not honour it.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The account's access token (not the key): for the list of the account's tasks, and for finding there the task of
    /// a create whose answer was lost.
    pub access_token: Option<String>,
    /// Nobody else creates Runway tasks, of any kind, on this account meanwhile: a single new task in the list may be
    /// taken for the lost one.
    pub sole_creator: bool,
    /// The service, or a proxy that speaks its routes.
    pub base_url: String,
    /// `X-Runway-Version`; not sent when `None`.
    pub runway_version: Option<String>,
    /// For inputs that have none.
    pub callback_url: Option<String>,
    /// Further request headers, name and value.
    pub headers: Vec<(String, String)>,
    /// For one HTTP exchange, body included.
    pub request_timeout: f64,
    /// Further tries of one exchange that is safe to repeat.
    pub max_retries: u32,
    /// Also repeat creates that may have been processed: each repeat can cost one more task.
    pub retry_creates: bool,
    /// For the whole wait; infinite for none. An hour by default: a sibling gateway calls 10 to 20 minutes typical for
    /// Act-One.
    pub timeout: f64,
    /// A fixed time between reads, in place of the adaptive schedule.
    pub poll_interval: Option<f64>,
    /// After submission, how long "task_not_exist" means "not yet".
    pub not_found_grace: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            api_key: None,
            idempotency_key: None,
            access_token: None,
            sole_creator: false,
            base_url: SERVICE.into(),
            runway_version: None,
            callback_url: None,
            headers: Vec::new(),
            request_timeout: 30_000.0,
            max_retries: 4,
            retry_creates: false,
            timeout: 3_600_000.0,
            poll_interval: None,
            not_found_grace: 30_000.0,
        }
    }
}

impl Options {
    /// What is wrong with the values.
    pub fn check(&self) -> Vec<Issue> {
        let is_bad = |value: &str| !is_visible_ascii(value) || value.len() > 255;
        let has_bad_version = self.runway_version.as_deref().is_some_and(is_bad);
        let has_bad_key = matches!(&self.idempotency_key, Some(IdempotencyKey::Own(key)) if is_bad(key));
        let has_useless_key = self.idempotency_key.is_some() && self.is_service();
        let is_own = |name: &str| OF_ONE_MESSAGE.iter().any(|own| name.eq_ignore_ascii_case(own));
        let is_bad_header = |(name, value): &(String, String)| {
            !is_header_name(name) || !is_header_value(value) || is_own(name)
        };
        let has_bad_header = self.headers.iter().any(is_bad_header);
        let has_no_time = !(1.0..=MAX_MS).contains(&self.request_timeout);
        let timeout = if self.timeout == f64::INFINITY { 0.0 } else { self.timeout };
        Issue::list(&[
            ("apiKey", self.api_key.as_deref().and_then(token_problem)),
            ("accessToken", self.access_token.as_deref().and_then(token_problem)),
            ("runwayVersion", has_bad_version.then_some("is no version. Give a date such as 2024-11-06")),
            ("idempotencyKey", has_bad_key.then_some(BAD_IDEMPOTENCY_KEY)),
            ("idempotencyKey", has_useless_key.then_some(USELESS_IDEMPOTENCY_KEY)),
            ("headers", has_bad_header.then_some(BAD_HEADER)),
            (
                "requestTimeout",
                has_no_time.then_some("must be a number of milliseconds from 1 to 2147483647"),
            ),
            ("pollInterval", self.poll_interval.and_then(time_problem)),
            ("notFoundGrace", time_problem(self.not_found_grace)),
            ("timeout", time_problem(timeout)),
            // Beyond this it is a mistake, not a wish.
            ("maxRetries", (self.max_retries > 100).then_some("must be a whole number from 0 to 100")),
            ("baseUrl", self.base_url_problem()),
            ("callbackUrl", self.callback_url.as_deref().and_then(address_problem)),
        ])
    }

    /// What keeps these options from opening the service itself. A proxy's access is its own matter, and a download goes
    /// to neither.
    pub fn check_key(&self) -> Vec<Issue> {
        Issue::list(&[("apiKey", self.lacks(&self.api_key).then_some(NO_KEY))])
    }

    /// What keeps these options from reading the account's task list.
    pub fn check_token(&self) -> Vec<Issue> {
        Issue::list(&[("accessToken", self.lacks(&self.access_token).then_some(NO_TOKEN))])
    }

    /// Whether the service would be asked without this credential, and without any other.
    fn lacks(&self, credential: &Option<String>) -> bool {
        let is_authorization = |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
        credential.is_none() && self.is_service() && !self.headers.iter().any(is_authorization)
    }

    fn base_url_problem(&self) -> Option<&'static str> {
        let has = |wanted: u8| self.base_url.bytes().any(|byte| byte == wanted);
        let problem = address_problem(&self.base_url);
        if problem.is_some() {
            problem
        } else if has(b'?') || has(b'#') {
            Some("has a query or fragment. Give the URL that the routes are appended to")
        } else if has(b'@') {
            Some("has a user name or password in it. Pass credentials in headers")
        } else if self.is_service() && after(&self.base_url, "https:").is_none() {
            Some("would send the key unencrypted. Write https://api.cometapi.com")
        } else {
            None
        }
    }

    /// What the routes are appended to: the base URL without slashes at its end, and for the service also without the
    /// version that other clients have there. A proxy may have one of its own.
    pub fn root(&self) -> &str {
        let mut root = self.base_url.as_str();
        loop {
            let version = if self.is_service() {
                root.strip_suffix("/v1").or_else(|| root.strip_suffix("/v1beta"))
            } else {
                None
            };
            match root.strip_suffix('/').or(version) {
                Some(shorter) => root = shorter,
                None => return root,
            }
        }
    }

    /// Whether requests go to the service itself, which takes none without a key.
    pub(crate) fn is_service(&self) -> bool {
        let authority = self.base_url.as_bytes().split(|byte| *byte == b'/').nth(2).unwrap_or_default();
        // The port and the dot of the root may be spelled out.
        let host = authority.split(|byte| *byte == b':').next().unwrap_or_default();
        host.strip_suffix(b".").unwrap_or(host).eq_ignore_ascii_case(b"api.cometapi.com")
    }
}

/// A key or token as it is sent: without white space around it, and without a leading `Bearer `, both of which are
/// often copied along.
pub fn bare_token(given: &str) -> &str {
    let token = given.trim();
    after(token, "bearer ").map_or(token, str::trim_start)
}

/// Servers take no longer headers, and of what is still longer only the beginning is read.
const MAX_TOKEN_LENGTH: usize = 8192;

/// What keeps a key or token from being sent in a header.
pub(crate) fn token_problem(token: &str) -> Option<&'static str> {
    let has = |wanted: fn(u8) -> bool| token.bytes().any(wanted);
    if token.is_empty() {
        Some("is empty. Check that the environment variable that it comes from is set")
    } else if has(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\')) {
        Some("has a quote or a backslash in it. Pass what is between the quotes")
    } else if is_placeholder(token) {
        Some("is not the key or token itself, but what stands for it. Pass its value")
    } else if has(|byte| byte.is_ascii_whitespace()) || token.len() > MAX_TOKEN_LENGTH {
        Some("is too long, or has a space or a line break in it. Pass the key or token alone")
    } else if !is_visible_ascii(token) {
        Some("has a character in it that no key or token has. Copy it again")
    } else {
        None
    }
}

/// What a shell, a template or an example has in a key's place, and what JavaScript makes of a variable that is not set.
fn is_placeholder(token: &str) -> bool {
    let known = ["undefined", "null", "bearer", "[object Object]", "[object Promise]"];
    known.iter().any(|word| word.eq_ignore_ascii_case(token))
        || ["$", "<", "{", "process.env", "import.meta", "cometapi_", "your-", "your_"]
            .iter()
            .any(|start| after(token, start).is_some())
        || token.ends_with("...")
}

fn time_problem(ms: f64) -> Option<&'static str> {
    (!(0.0..=MAX_MS).contains(&ms)).then_some("must be a number of milliseconds from 0 to 2147483647")
}

const NO_KEY: &str =
    "is missing. Pass the key of your CometAPI account, or set baseUrl to a proxy that holds it";
const NO_TOKEN: &str =
    "is missing. The task list takes the account's access token (from the console), not the API key";
const BAD_HEADER: &str = "has a name or value in it that HTTP does not allow, or one such as content-length, for the runtime to set";
const BAD_IDEMPOTENCY_KEY: &str =
    "must be 1 to 255 visible ASCII characters, or true for a fresh key each call";
const USELESS_IDEMPOTENCY_KEY: &str = "needs a baseUrl whose server honours Idempotency-Key. The service itself would create a second paid task";

/// What a Bearer token is made of (RFC 6750), and more that keys have; but nothing that JSON spells with a backslash, or
/// an answer that quotes the key would not be known by it. Also keeps `Headers` from throwing, whose message would
/// quote the key.
fn is_visible_ascii(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

/// RFC 9110, section 5.6.2 ("token").
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}')
        })
}

pub(crate) fn is_header_value(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'\t' || (b' '..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(options: Options) -> Vec<std::borrow::Cow<'static, str>> {
        let issues = options.check().into_iter().chain(options.check_key());
        issues.map(|issue| issue.path).collect()
    }

    fn behind_proxy() -> Options {
        Options { base_url: "https://proxy.example/act".into(), ..Options::default() }
    }

    #[test]
    fn a_key_loses_what_is_copied_along_with_it() {
        for given in ["sk-1", " sk-1\n", "Bearer sk-1", "bearer  sk-1 ", "\tBearer sk-1"] {
            assert_eq!(bare_token(given), "sk-1");
        }
        assert_eq!(bare_token("Bearer"), "Bearer");
        assert_eq!(bare_token("äöüäöü"), "äöüäöü");
    }

    #[test]
    fn what_is_wrong_with_a_key_is_named() {
        let problem = |token| token_problem(token).unwrap_or_default();
        assert_eq!(problem("sk-1"), "");
        assert!(problem("").contains("empty"));
        assert!(problem("\"sk-1\"").contains("quote"));
        for quoted in ["'sk-1'", "`sk-1`", "sk\\1"] {
            assert!(problem(quoted).contains("quote"), "{quoted}");
        }
        for placeholder in [
            "$COMETAPI_KEY",
            "${COMETAPI_KEY}",
            "process.env.COMETAPI_KEY",
            "COMETAPI_KEY=sk-1",
            "YOUR_API_KEY",
            "<key>",
            "sk-...",
            "undefined",
            "null",
            "Bearer",
        ] {
            assert!(problem(placeholder).contains("stands for it"), "{placeholder}");
        }
        assert!(problem("sk 1").contains("space"));
        assert!(problem("sk\u{200b}1").contains("no key"));
    }

    #[test]
    fn the_version_at_the_end_of_the_services_base_url_is_dropped_and_a_proxys_is_kept() {
        let root =
            |base_url: &str| Options { base_url: base_url.into(), ..Options::default() }.root().to_string();
        for base in ["", "/", "/v1", "/v1/", "/v1beta", "/v1//"] {
            assert_eq!(root(&[SERVICE, base].concat()), SERVICE);
        }
        assert_eq!(root("https://proxy.example/v1/"), "https://proxy.example/v1");
    }

    #[test]
    fn the_service_needs_a_key_and_a_proxy_does_not() {
        assert_eq!(paths(Options::default()), ["apiKey"]);
        assert_eq!(
            paths(Options { base_url: "https://API.cometapi.com/".into(), ..Options::default() }),
            ["apiKey"]
        );
        for spelled_out in [
            "https://api.cometapi.com:443",
            "https://api.cometapi.com./v1",
            "https://api.cometapi.com:443/v1",
        ] {
            let options = Options { base_url: spelled_out.into(), ..Options::default() };
            assert!(!options.root().ends_with("v1"));
            assert_eq!(paths(options), ["apiKey"], "{spelled_out}");
        }
        let unencrypted = Options {
            api_key: Some("sk-1".into()),
            base_url: "http://api.cometapi.com".into(),
            ..Options::default()
        };
        assert_eq!(paths(unencrypted), ["baseUrl"]);
        assert!(paths(Options { api_key: Some("sk-1".into()), ..Options::default() }).is_empty());
        assert!(paths(behind_proxy()).is_empty());
        let authorized =
            Options { headers: vec![("Authorization".into(), "Bearer x".into())], ..Options::default() };
        assert!(paths(authorized).is_empty());
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused_unquoted() {
        for key in ["", "sk 1", "sk-1\n", "schlüssel", "\"sk-1\"", "sk\\1"] {
            let issues = Options { api_key: Some(key.into()), ..Options::default() }.check();
            assert_eq!(issues[0].path, "apiKey");
            assert!(key.is_empty() || !issues[0].message.contains(key));
        }
    }

    #[test]
    fn an_idempotency_key_is_for_proxies_that_honour_it() {
        let with = |key: &str| Some(IdempotencyKey::Own(key.into()));
        assert!(paths(Options { idempotency_key: with("order-1"), ..behind_proxy() }).is_empty());
        assert!(paths(Options { idempotency_key: Some(IdempotencyKey::Fresh), ..behind_proxy() }).is_empty());
        for key in ["", "a b", "a\nb", "\u{e9}", &"x".repeat(256)] {
            assert_eq!(paths(Options { idempotency_key: with(key), ..behind_proxy() }), ["idempotencyKey"]);
        }
        let service = Options { api_key: Some("sk-1".into()), ..Options::default() };
        assert_eq!(paths(Options { idempotency_key: with("order-1"), ..service }), ["idempotencyKey"]);
    }

    #[test]
    fn times_out_of_range_are_refused_and_no_timeout_is_not() {
        assert_eq!(paths(Options { request_timeout: 0.0, ..behind_proxy() }), ["requestTimeout"]);
        assert_eq!(paths(Options { poll_interval: Some(-1.0), ..behind_proxy() }), ["pollInterval"]);
        assert_eq!(paths(Options { timeout: f64::NAN, ..behind_proxy() }), ["timeout"]);
        assert_eq!(paths(Options { not_found_grace: 1e10, ..behind_proxy() }), ["notFoundGrace"]);
        assert!(paths(Options { timeout: f64::INFINITY, ..behind_proxy() }).is_empty());
    }

    #[test]
    fn a_base_address_that_routes_cannot_be_appended_to_is_refused_once() {
        for address in ["", "proxy", "https://a/?b", "https://a/#b", "https://u:p@a/", "ftp://a"] {
            assert_eq!(
                paths(Options { base_url: address.into(), ..behind_proxy() }),
                ["baseUrl"],
                "{address}"
            );
        }
    }

    #[test]
    fn a_header_that_http_does_not_allow_is_refused() {
        for (name, value) in [("", "a"), ("a b", "c"), ("a", "b\r\nc: d"), ("a", "ü")] {
            let headers = vec![(name.into(), value.into())];
            assert_eq!(paths(Options { headers, ..behind_proxy() }), ["headers"]);
        }
    }
}
