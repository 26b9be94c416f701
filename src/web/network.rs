//! No answer came: what the runtime threw, and what that proves. Only runtimes outside browsers say
//! why; of those, some name failures that lie before the first byte of the request.

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use super::secret::{Secret, includes, message_of};
use super::value::{global, known, property, text};
use crate::error::{Code, Error};
use crate::options::Options;

/// Codes of failures to reach the host at all. Node (libuv, undici) and Bun.
const NEVER_SENT: [&str; 6] = [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
    "FailedToOpenSocket",
];

/// How Deno's HTTP client (hyper) names the same in its message.
const NEVER_SENT_IN_MESSAGE: &str = "client error (Connect)";

/// The error for a `fetch`, or the reading of its body, that threw.
pub(crate) fn no_answer(thrown: JsValue, url: &str, options: &Options) -> Error<JsValue> {
    let thrown = Secret(options).scrub_thrown(thrown);
    let said = message_of(&thrown);
    let (open, close) = if said.is_empty() { ("", "") } else { (" (", ")") };
    let advice = if in_browser() {
        ". If the address is right and reachable, the likely cause is CORS: the other side does not allow \
         calls from this page. Set baseUrl to a proxy of your own that holds the key."
    } else {
        ". Check the address and the network."
    };
    let mut error = Error::new(Code::Network, &["No answer from ", url, open, &said, close, advice]);
    error.never_sent = proves_never_sent(&thrown);
    error.cause = Some(thrown);
    error
}

fn proves_never_sent(thrown: &JsValue) -> bool {
    let is_listed =
        |holder: &JsValue| text(holder, "code").is_some_and(|code| NEVER_SENT.contains(&code.as_str()));
    is_listed(thrown)
        || is_listed(&property(thrown, "cause"))
        || property(thrown, "message")
            .dyn_ref::<JsString>()
            .is_some_and(|message| includes(message, known(NEVER_SENT_IN_MESSAGE)))
}

fn in_browser() -> bool {
    // Pages have the first, their workers the second; neither is in Node, Deno or workerd.
    global("document").is_object() || global("importScripts").is_function()
}
