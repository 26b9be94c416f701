//! The key or token of one request: text among the options, or what a function of the caller's own returns. A function
//! is asked before each request, because a wait can outlive a short-lived token.

use js_sys::{Function, JsString, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::decoded::Error;
use crate::error::Code;
use crate::no_answer::{message_of, retold};
use crate::options::{Options, bare_token, token_problem};
use crate::runtime::{race, sleep};
use crate::secret::Secrets;

/// Longer texts are cut: no key, option, URL or id is as long, and a whole video in a `data:` URL would stay in the Wasm's
/// memory.
const MAX_TEXT: u32 = 9_000;

/// Functions that return a key or token. Each returns a promise, whatever the caller's own does: npm/snapshot.js sees to
/// that.
#[derive(Default)]
pub(crate) struct Functions {
    pub(crate) api_key: Option<Function>,
    pub(crate) access_token: Option<Function>,
}

/// Which of the two a request is sent with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    ApiKey,
    AccessToken,
}

impl Functions {
    pub(crate) fn of(&self, kind: Kind) -> Option<&Function> {
        match kind {
            Kind::ApiKey => self.api_key.as_ref(),
            Kind::AccessToken => self.access_token.as_ref(),
        }
    }
}

/// The credential of the next request; none where it goes without, to a proxy. `secrets` learns it. A function has `within`
/// ms.
pub(crate) async fn credential(
    functions: &Functions,
    kind: Kind,
    options: &Options,
    secrets: &Secrets,
    within: f64,
) -> Result<Option<String>, Error> {
    let Some(function) = functions.of(kind) else {
        return Ok(match kind {
            Kind::ApiKey => options.api_key.clone(),
            Kind::AccessToken => options.access_token.clone(),
        });
    };
    let path = kind.option();
    let given = match race(asked(function), sleep(within)).await {
        Ok(Ok(given)) => given,
        Ok(Err(thrown)) => return Err(failed(path, thrown, secrets)),
        Err(()) => {
            let message = [path, " is a function that has returned nothing in time. Nothing was sent."];
            return Err(not_sent(Code::Timeout, &message));
        }
    };
    if (given.is_undefined() || given.is_null()) && !options.is_service() {
        return Ok(None);
    }
    let Some(text) = text_of(&given) else {
        return Err(Error::invalid_at(path, "is a function that returned no string"));
    };
    let token = bare_token(&text);
    match token_problem(token) {
        None => {
            secrets.add(token);
            Ok(Some(token.into()))
        }
        Some(problem) => {
            Err(Error::invalid_at(path, &["is a function, and what it returned ", problem].concat()))
        }
    }
}

/// The error where a function kept a request from being sent, which may pass.
fn not_sent(code: Code, message: &[&str]) -> Error {
    let mut error = Error::new(code, message);
    error.never_sent = true;
    error
}

impl Kind {
    fn option(self) -> &'static str {
        match self {
            Kind::ApiKey => "apiKey",
            Kind::AccessToken => "accessToken",
        }
    }
}

async fn asked(function: &Function) -> Result<JsValue, JsValue> {
    let promise = function.call0(&JsValue::UNDEFINED)?;
    match promise.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(value) => Ok(value),
    }
}

/// A function that has worked before fails as a network does: that passes. One that never has is a mistake.
fn failed(path: &'static str, thrown: JsValue, secrets: &Secrets) -> Error {
    let thrown = retold(thrown, secrets);
    let said = message_of(&thrown);
    let what = ["is a function that threw", if said.is_empty() { "" } else { ": " }, &said].concat();
    let mut error = if secrets.has_given() {
        not_sent(Code::Network, &["Nothing was sent. ", path, " ", &what])
    } else {
        Error::invalid_at(path, &what)
    };
    error.cause = Some(thrown);
    error
}

/// The text that a caller gave, if it is one.
pub(crate) fn text_of(value: &JsValue) -> Option<String> {
    value.dyn_ref::<JsString>().map(|text| text.slice(0, MAX_TEXT).into())
}
