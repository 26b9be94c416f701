//! A request that got no answer: what the runtime threw, in words, and what that proves. Only runtimes outside of
//! browsers say why; some of their codes name failures that lie before the first byte of the request.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Code, Error};
use crate::secret::{Secrets, around};

/// Codes of failures to reach the host at all. Node (libuv, undici) and Bun.
const NEVER_SENT: [&str; 14] = [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
    "FailedToOpenSocket",
    // Certificates are checked before the request is written.
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    // A handshake with what does not speak TLS: https on an http port.
    "ERR_SSL_WRONG_VERSION_NUMBER",
];

/// How Deno's HTTP client (hyper) names the same in its message.
const NEVER_SENT_IN_MESSAGE: &str = "client error (Connect)";

/// How far a chain of causes is followed.
const MAX_CAUSES: u32 = 3;

/// The error for a `fetch`, the caller's own or not, or the reading of its body, that threw.
pub(crate) fn no_answer(thrown: JsValue, url: &str, is_own: bool, secrets: &Secrets) -> Error<JsValue> {
    // A network's failure has a cause, where it is a `TypeError` at all.
    let is_mistake =
        is_own && thrown.is_instance_of::<js_sys::TypeError>() && property(&thrown, "cause").is_undefined();
    let thrown = retold(thrown, secrets);
    let mut said = message_of(&thrown);
    // Node's own says no more than "fetch failed".
    let cause = property(&thrown, "cause");
    let code = text(&cause, "code").unwrap_or_default();
    let reason = if code.is_empty() { text(&cause, "message").unwrap_or_default() } else { code.clone() };
    if (1..60).contains(&reason.len()) && around(&said, &reason).is_none() {
        said = [&said, ": ", &reason].concat();
    }
    if code == "ERR_SSL_WRONG_VERSION_NUMBER" {
        said.push_str(", the port speaks http, not https");
    }
    let advice = if is_mistake {
        ". The fetch option is called with one Request, as fetch(request), not as fetch(url, init)."
    } else if in_browser() {
        ". If the URL is right and reachable, the likely cause is CORS: the other side does not allow \
         calls from this page. Set baseUrl to a proxy of your own that holds the key."
    } else {
        ". Check the URL and the network."
    };
    let mut error = Error::new(Code::Network, &["No answer from ", url, &in_brackets(&said), advice]);
    error.never_sent = proves_never_sent(&thrown);
    error.cause = Some(thrown);
    error
}

fn proves_never_sent(thrown: &JsValue) -> bool {
    let is_listed =
        |holder: &JsValue| text(holder, "code").is_some_and(|code| NEVER_SENT.contains(&code.as_str()));
    is_listed(thrown)
        || is_listed(&property(thrown, "cause"))
        || text(thrown, "message").is_some_and(|message| around(&message, NEVER_SENT_IN_MESSAGE).is_some())
}

pub(crate) fn in_browser() -> bool {
    // Pages have the first, their workers the second; neither is in Node, Deno or workerd.
    let global = js_sys::global();
    property(&global, "document").is_object() || property(&global, "importScripts").is_function()
}

/// What was thrown, without the key: an error object can hold the request, and with it the key, anywhere.
pub(crate) fn retold(thrown: JsValue, secrets: &Secrets) -> JsValue {
    if secrets.is_empty() { thrown } else { without_secrets(thrown, secrets, MAX_CAUSES) }
}

/// What a thrown value says of itself, to go on with behind a sentence's words; nothing where it says nothing.
pub(crate) fn in_brackets(said: &str) -> String {
    if said.is_empty() { String::new() } else { [" (", said, ")"].concat() }
}

/// What a thrown value says of itself.
pub(crate) fn message_of(thrown: &JsValue) -> String {
    thrown.as_string().or_else(|| text(thrown, "message")).unwrap_or_default()
}

fn without_secrets(thrown: JsValue, secrets: &Secrets, causes: u32) -> JsValue {
    if let Some(text) = thrown.as_string() {
        return secrets.scrub(text).into();
    }
    if !thrown.is_object() && !thrown.is_function() {
        // A symbol has a text of its own.
        return if thrown.is_symbol() { JsValue::UNDEFINED } else { thrown };
    }
    let error = js_sys::Error::new("");
    for name in ["message", "name", "code", "stack"] {
        if let Some(text) = text(&thrown, name) {
            let _ = Reflect::set(&error, &name.into(), &secrets.scrub(text).into());
        }
    }
    let cause = property(&thrown, "cause");
    if causes > 0 && !cause.is_undefined() {
        let _ = Reflect::set(&error, &"cause".into(), &without_secrets(cause, secrets, causes - 1));
    }
    error.into()
}

/// A property of whatever this is, hostile or not.
fn property(holder: &JsValue, name: &str) -> JsValue {
    if !holder.is_object() && !holder.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(holder, &name.into()).unwrap_or_default()
}

fn text(holder: &JsValue, name: &str) -> Option<String> {
    property(holder, name).as_string()
}
