//! No answer came: what the runtime threw, and what that proves. Only runtimes outside browsers say
//! why; of those, some name failures that lie before the first byte of the request.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::secret::{Secret, message_of};
use crate::error::{Code, Error};

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
pub(crate) fn no_answer(thrown: JsValue, base_url: &str, secret: &Secret) -> Error<JsValue> {
    let thrown = secret.scrub_thrown(thrown);
    let mut message = String::from("No answer from ");
    message.push_str(base_url);
    if let Some(said) = message_of(&thrown).filter(|said| !said.is_empty()) {
        message.push_str(" (");
        message.push_str(&said);
        message.push(')');
    }
    message.push_str(if in_browser() {
        ". If the address is right and reachable, the likely cause is CORS: the other side does not allow \
         calls from this page. Set baseUrl to a proxy of your own that holds the key."
    } else {
        ". Check the address and the network."
    });
    Error {
        never_sent: proves_never_sent(&thrown),
        cause: Some(thrown),
        ..Error::new(Code::Network, message)
    }
}

fn proves_never_sent(thrown: &JsValue) -> bool {
    let is_listed = |holder: &JsValue| {
        property(holder, "code").as_string().is_some_and(|code| NEVER_SENT.contains(&code.as_str()))
    };
    is_listed(thrown)
        || is_listed(&property(thrown, "cause"))
        || message_of(thrown).is_some_and(|message| message.contains(NEVER_SENT_IN_MESSAGE))
}

fn in_browser() -> bool {
    let global = js_sys::global();
    // Pages have the first, their workers the second; neither is in Node, Deno or workerd.
    property(&global, "document").is_object() || property(&global, "importScripts").is_function()
}

fn property(holder: &JsValue, name: &str) -> JsValue {
    if !holder.is_object() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(holder, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
