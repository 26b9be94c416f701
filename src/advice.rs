//! What to do about a refusal that the options explain better than the answer does. Pure functions of both.

use crate::error::{Code, Error};
use crate::options::Options;
use crate::secret::Secrets;

/// What other clients have at the end of their base URL, and this one's routes; the longest first.
const NOT_OF_A_BASE_URL: [&str; 7] =
    ["/runway/pro/act_one", "/runway/pro", "/runway/feed", "/runway", "/api/task/self", "/v1beta", "/v1"];

/// Adds to the message of `error` what the options tell of its cause. `by_token` says that the request was sent with the
/// access token, not with the key.
pub fn add<V>(error: &mut Error<V>, options: &Options, secrets: &Secrets, by_token: bool) {
    if by_token && error.code == Code::Unauthorized {
        error.message.push_str(" This was accessToken: the account's access token, from the console.");
    }
    let is_refused = matches!(error.code, Code::Unauthorized | Code::Forbidden);
    if is_refused && secrets.any(|secret| secret.starts_with("key_")) {
        error.message.push_str(
            " A key that begins with key_ is one of Runway's own API. This takes the key of a CometAPI account.",
        );
    }
    if error.status == Some(404)
        && let Some((rest, end)) = without_route(options.root())
    {
        let parts = [" baseUrl ends with ", end, ", which is no part of it. Try ", rest, "."];
        error.message.push_str(&parts.concat());
    }
}

/// The base URL without what does not belong to it, and what that is.
fn without_route(base_url: &str) -> Option<(&str, &str)> {
    NOT_OF_A_BASE_URL.into_iter().find_map(|end| Some((base_url.strip_suffix(end)?, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, code: Code, base_url: &str, api_key: &str) -> String {
        let options =
            Options { api_key: Some(api_key.into()), base_url: base_url.into(), ..Options::default() };
        let mut error: Error<()> = Error::new(code, &["Refused."]);
        error.status = Some(status);
        add(&mut error, &options, &Secrets::of(&options), false);
        error.message.clone()
    }

    #[test]
    fn a_404_says_what_the_base_url_should_be() {
        for (base_url, end, rest) in [
            ("https://proxy.example/v1", "/v1", "https://proxy.example"),
            ("https://proxy.example/v1/", "/v1", "https://proxy.example"),
            (
                "https://proxy.example/act/runway/pro/act_one",
                "/runway/pro/act_one",
                "https://proxy.example/act",
            ),
            ("https://api.cometapi.com/runway/feed", "/runway/feed", "https://api.cometapi.com"),
        ] {
            let advice = format!("Refused. baseUrl ends with {end}, which is no part of it. Try {rest}.");
            assert_eq!(told(404, Code::Rejected, base_url, "sk-secret"), advice);
        }
    }

    #[test]
    fn nothing_is_said_of_a_base_url_that_looks_right_or_of_another_refusal() {
        assert_eq!(told(404, Code::Rejected, "https://proxy.example/act", "sk-secret"), "Refused.");
        assert_eq!(told(400, Code::Rejected, "https://proxy.example/v1", "sk-secret"), "Refused.");
    }

    #[test]
    fn a_key_of_runways_own_is_known_where_it_is_refused() {
        assert!(told(401, Code::Unauthorized, "https://a.example", "key_0123").contains("Runway's own API"));
        assert_eq!(told(401, Code::Unauthorized, "https://a.example", "sk-key_0123"), "Refused.");
        assert_eq!(told(500, Code::ServerError, "https://a.example", "key_0123"), "Refused.");
    }
}
