//! What touches the runtime: fetch, timers, decoded values. Thin on purpose; whatever decides
//! anything is outside and tested without a browser.

#[cfg_attr(not(feature = "exports"), allow(dead_code))]
pub(crate) mod bell;
pub(crate) mod body;
pub(crate) mod fetch;
#[cfg_attr(not(feature = "exports"), allow(dead_code))]
pub(crate) mod jobs;
pub(crate) mod json;
pub(crate) mod network;
pub(crate) mod race;
pub(crate) mod secret;
pub(crate) mod timer;
pub(crate) mod value;
mod wake;

/// The local clock, in ms since the Unix epoch.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// A number from 0 up to 1.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}
