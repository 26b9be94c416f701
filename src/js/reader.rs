//! Reading the properties of one object that a caller passed, each as the type that it must have. npm/snapshot.js has
//! made plain data of it, so reading it runs no code of the caller's.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

use super::order::Medium;
pub(super) use crate::credential::text_of;
use crate::error::Issue;
use crate::input::is_web_address;
use crate::options::bare_token;

/// Reads the properties of one object, and complains about those of the wrong type. Undefined and null count as absent.
pub(super) struct Reader<'a> {
    pub(super) from: &'a JsValue,
    pub(super) issues: &'a mut Vec<Issue>,
}

impl Reader<'_> {
    pub(super) fn get(&self, name: &'static str) -> JsValue {
        // Of anything else, it throws.
        if !self.from.is_object() {
            return JsValue::UNDEFINED;
        }
        Reflect::get(self.from, &name.into()).unwrap_or_default()
    }

    /// As `read`, and the message shows what was given: not for what may be secret.
    pub(super) fn shown<T>(
        &mut self,
        name: &'static str,
        problem: &str,
        understand: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Option<T> {
        let problem = [problem, &shown(&self.get(name))].concat();
        self.read(name, &problem, understand)
    }

    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        problem: &str,
        understand: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name);
        let understood = understand(&value);
        if understood.is_none() && !value.is_undefined() && !value.is_null() {
            // npm/snapshot.js puts a symbol in place of what throws as it is read.
            let problem = if value.is_symbol() { "is a symbol, or throws as it is read" } else { problem };
            self.issues.push(Issue::new(name, problem));
        }
        understood
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, "is no string", text_of)
    }

    /// A key or token, or the function that returns it.
    pub(super) fn credential(&mut self, name: &'static str) -> (Option<String>, Option<Function>) {
        let value = self.get(name);
        if let Ok(function) = value.dyn_into::<Function>() {
            return (None, Some(function));
        }
        let token = self.read(name, "is neither a string nor a function that returns one", text_of);
        (token.map(|token| bare_token(&token).into()), None)
    }

    /// A URL: npm/snapshot.js has made text of `URL` objects.
    pub(super) fn url(&mut self, name: &'static str) -> Option<String> {
        let given =
            self.read(name, "is neither a string nor a URL. Give an absolute http(s) URL", text_of)?;
        self.need_valid(name, &given);
        Some(given)
    }

    /// What only looks like a URL: its port or its host is none. The service would take it, and its payment.
    fn need_valid(&mut self, name: &'static str, given: &str) {
        if is_web_address(given) && Url::new(given).is_err() {
            self.issues.push(Issue::new(name, "is no valid URL"));
        }
    }

    /// A URL or a file: npm/files.js has made parcels of files, and `false` of every other object.
    pub(super) fn medium(&mut self, name: &'static str) -> Medium {
        let problem = "is neither a URL nor a file. Pass an absolute https URL, a Blob, a File, or its bytes";
        let medium = self.read(name, problem, |value| {
            if value.is_object() {
                return Some(Medium::File(value.clone().unchecked_into()));
            }
            text_of(value).map(Medium::Url)
        });
        if let Some(Medium::Url(url)) = &medium {
            self.need_valid(name, url);
        }
        medium.unwrap_or(Medium::Url(String::new()))
    }

    /// In a page, a URL relative to it; elsewhere what was given, for the check to refuse.
    pub(super) fn base_url(&mut self) -> Option<String> {
        let given = self.url("baseUrl")?;
        if is_web_address(&given) {
            return Some(given);
        }
        let page = Reflect::get(&js_sys::global(), &"location".into())
            .and_then(|location| Reflect::get(&location, &"href".into()))
            .ok()
            .and_then(|href| href.as_string());
        let resolved = page.and_then(|page| Url::new_with_base(&given, &page).ok());
        Some(resolved.filter(|_| !given.is_empty()).map_or(given, |url| url.href()))
    }

    pub(super) fn number(&mut self, name: &'static str) -> Option<f64> {
        self.shown(name, "must be a number of milliseconds", JsValue::as_f64)
    }

    pub(super) fn whole_number(&mut self, name: &'static str) -> Option<u32> {
        let problem = "must be a whole number";
        let number = self.shown(name, problem, JsValue::as_f64)?;
        if number.fract() != 0.0 {
            self.shown(name, problem, |_| None::<()>);
        }
        // Saturates, so that what is out of range stays so.
        Some(if number < 0.0 { u32::MAX } else { number as u32 })
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.shown(name, "must be true or false", JsValue::as_bool)
    }

    pub(super) fn instance<T: JsCast>(&mut self, name: &'static str, problem: &str) -> Option<T> {
        self.read(name, problem, |value| value.clone().dyn_into().ok())
    }

    /// Pairs of name and value: npm/snapshot.js has read whatever `new Headers()` finds any in.
    pub(super) fn headers(&mut self) -> Vec<(String, String)> {
        let problem = "cannot be read as headers. Pass { name: value }";
        let pairs = self.read("headers", problem, |value| {
            let pairs = value.dyn_ref::<Array>()?.iter();
            let text = |pair: &JsValue, index| Reflect::get_u32(pair, index).ok()?.as_string();
            pairs.map(|pair| Some((text(&pair, 0)?, text(&pair, 1)?))).collect()
        });
        pairs.unwrap_or_default()
    }
}

/// What was given, where it is short and plain.
pub(super) fn shown(value: &JsValue) -> String {
    let text = match value.as_string() {
        Some(text) if text.len() > 40 => return String::new(),
        _ if value.is_object() || value.is_symbol() => return String::new(),
        Some(text) => js_sys::JSON::stringify(&text.into()).map(String::from).unwrap_or_default(),
        None => value
            .as_f64()
            .map(|number| {
                js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
            })
            .unwrap_or_default(),
    };
    if text.is_empty() { text } else { [", got ", &text].concat() }
}
