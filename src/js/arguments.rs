//! Reading what a caller passed: types here, ranges and meaning in `options` and `input`. Every value
//! may be hostile (a throwing getter, a proxy), so every property is read once and guarded.

use core::future::Future;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::signal::Signal;
use super::{error, task};
use crate::client::{Client, TaskRef};
use crate::error::Issue;
use crate::input::{Input, check_address, is_web_address};
use crate::options::Options;
use crate::web::race::race;
use crate::{Error, Task};

/// The arguments of one call, with all that is wrong with them.
#[derive(Default)]
pub(super) struct Arguments {
    options: Options,
    fetch: Option<Function>,
    on_update: Option<Function>,
    signal: Option<Signal>,
    issues: Vec<Issue>,
}

/// A call that may start.
pub(super) struct Call {
    pub(super) client: Client,
    on_update: Option<Function>,
    signal: Option<Signal>,
}

/// A property as it was found.
enum Found {
    Absent,
    Null,
    Value(JsValue),
}

impl Arguments {
    /// Reads the `options` object.
    pub(super) fn read(options: &JsValue) -> Self {
        let mut arguments = Arguments::default();
        if options.is_object() {
            arguments.read_options(options);
        } else if !options.is_undefined() && !options.is_null() {
            arguments.issue("options", "is no object. Pass options as { name: value }");
        }
        let mut issues = Vec::new();
        arguments.options.check(&mut issues);
        arguments.add(issues);
        arguments
    }

    /// The call goes to the service, which takes none without a key.
    pub(super) fn need_key(&mut self) {
        let mut issues = Vec::new();
        self.options.check_key(&mut issues);
        self.add(issues);
    }

    fn read_options(&mut self, from: &JsValue) {
        self.options.api_key = self.text(from, "apiKey");
        self.options.runway_version = self.text(from, "runwayVersion");
        self.options.callback_url = self.address(from, "callbackUrl");
        if let Some(base) = self.address(from, "baseUrl") {
            self.options.base_url = self.absolute("baseUrl", base);
        }
        if let Found::Value(value) = self.get(from, "headers") {
            self.options.headers = self.headers(&value);
        }
        if let Some(ms) = self.number(from, "requestTimeout") {
            self.options.request_timeout = ms;
        }
        if let Some(ms) = self.number(from, "notFoundGrace") {
            self.options.not_found_grace = ms;
        }
        self.options.poll_interval = self.number(from, "pollInterval");
        self.read_timeout(from);
        self.read_retries(from);
        self.fetch = self.function(from, "fetch");
        self.on_update = self.function(from, "onUpdate");
        if let Found::Value(value) = self.get(from, "signal") {
            self.signal = Signal::read(value);
            if self.signal.is_none() {
                self.issue("signal", "is no AbortSignal. Pass the signal of an AbortController");
            }
        }
    }

    /// `timeout`, the one option for which null says something.
    fn read_timeout(&mut self, from: &JsValue) {
        match self.get(from, "timeout") {
            Found::Absent => {}
            Found::Null => self.options.timeout = f64::INFINITY,
            Found::Value(value) => {
                if let Some(ms) = self.as_number("timeout", &value) {
                    self.options.timeout = ms;
                }
            }
        }
    }

    fn read_retries(&mut self, from: &JsValue) {
        match self.number(from, "maxRetries") {
            None => {}
            Some(retries) if retries.fract() != 0.0 => self.issue("maxRetries", "is no whole number"),
            // Saturates, so that what is out of range stays so.
            Some(retries) => self.options.max_retries = if retries < 0.0 { u32::MAX } else { retries as u32 },
        }
        if let Found::Value(value) = self.get(from, "retryCreates") {
            match value.as_bool() {
                Some(value) => self.options.retry_creates = value,
                None => self.issue("retryCreates", "is neither true nor false"),
            }
        }
    }

    /// Reads the first argument of `submit` and `run`.
    pub(super) fn input(&mut self, from: &JsValue) -> Input {
        if !from.is_object() {
            self.issue("input", "is no object. Pass { video, image } with the addresses of both files");
            return Input::default();
        }
        let video = self.address(from, "video");
        let image = self.address(from, "image");
        let input = Input {
            video: video.unwrap_or_default(),
            image: image.unwrap_or_default(),
            callback_url: self.address(from, "callbackUrl"),
        };
        let mut issues = Vec::new();
        input.check(&mut issues);
        self.add(issues);
        input
    }

    /// Reads a task's id.
    pub(super) fn task_id(&mut self, from: &JsValue) -> String {
        task::id_from_js(from).unwrap_or_else(|issue| {
            self.issues.push(issue);
            String::new()
        })
    }

    /// Reads a task or its id.
    pub(super) fn task_ref(&mut self, from: &JsValue) -> TaskRef {
        if from.is_object() {
            match task::from_js(from) {
                Ok(task) => return task.into(),
                Err(issue) => self.issues.push(issue),
            }
            return TaskRef::Id(String::new());
        }
        TaskRef::Id(self.task_id(from))
    }

    /// Reads the address of a finished video, or takes it from its task.
    pub(super) fn video_url(&mut self, from: &JsValue) -> String {
        let found = match Found::of(from.clone()) {
            Found::Value(value) => match address_text(&value) {
                Some(text) => Some(text),
                None => self.text(&value, "videoUrl"),
            },
            Found::Absent | Found::Null => None,
        };
        let url = found.unwrap_or_default();
        if url.is_empty() {
            self.issue("videoUrl", "is missing. Pass a task that has succeeded, or the address of its video");
        } else {
            check_address("videoUrl", &url, &mut self.issues);
        }
        url
    }

    /// The call, unless it must not start: aborted already, or something is wrong.
    pub(super) fn call(self) -> Result<Call, JsValue> {
        if let Some(reason) = self.signal.as_ref().and_then(Signal::reason_if_aborted) {
            return Err(reason);
        }
        if !self.issues.is_empty() {
            return Err(error::to_js(Error::invalid(self.issues)));
        }
        let mut client = Client::new(self.options).map_err(error::to_js)?;
        if let Some(fetch) = self.fetch {
            client = client.with_fetch(fetch);
        }
        Ok(Call { client, on_update: self.on_update, signal: self.signal })
    }

    fn issue(&mut self, path: &'static str, message: &str) {
        self.issues.push(Issue::new(path, message));
    }

    /// Adds what a check found. What is of the wrong type is told already; that it is missing too would
    /// only confuse.
    fn add(&mut self, found: Vec<Issue>) {
        for issue in found {
            if !self.issues.iter().any(|known| known.path == issue.path) {
                self.issues.push(issue);
            }
        }
    }

    fn get(&mut self, from: &JsValue, name: &'static str) -> Found {
        match Reflect::get(from, &name.into()) {
            Ok(value) => Found::of(value),
            Err(_) => {
                self.issue(name, "cannot be read: it throws");
                Found::Absent
            }
        }
    }

    fn text(&mut self, from: &JsValue, name: &'static str) -> Option<String> {
        let Found::Value(value) = self.get(from, name) else { return None };
        let text = value.as_string();
        if text.is_none() {
            self.issue(name, "is no string");
        }
        text
    }

    /// A string or a `URL`.
    fn address(&mut self, from: &JsValue, name: &'static str) -> Option<String> {
        let Found::Value(value) = self.get(from, name) else { return None };
        let text = address_text(&value);
        if text.is_none() {
            let message = if is_file(&value) {
                "is a file. The service fetches media over the web: upload the file and give its https address"
            } else {
                "is neither a string nor a URL. Give an absolute http(s) address"
            };
            self.issue(name, message);
        }
        text
    }

    /// In a page, an address relative to it; elsewhere what was given, for the check to refuse.
    fn absolute(&mut self, path: &'static str, address: String) -> String {
        if is_web_address(&address) {
            if web_sys::Url::new(&address).is_err() {
                self.issue(path, "is no valid address");
            }
            return address;
        }
        let location = Reflect::get(&js_sys::global(), &"location".into()).and_then(|location| {
            if location.is_object() {
                Reflect::get(&location, &"href".into())
            } else {
                Ok(JsValue::UNDEFINED)
            }
        });
        match location.ok().and_then(|href| href.as_string()) {
            Some(here) if !address.is_empty() => {
                web_sys::Url::new_with_base(&address, &here).map(|url| url.href()).unwrap_or(address)
            }
            _ => address,
        }
    }

    fn number(&mut self, from: &JsValue, name: &'static str) -> Option<f64> {
        let Found::Value(value) = self.get(from, name) else { return None };
        self.as_number(name, &value)
    }

    fn as_number(&mut self, name: &'static str, value: &JsValue) -> Option<f64> {
        let number = value.as_f64();
        if number.is_none() {
            self.issue(name, "is no number");
        }
        number
    }

    fn function(&mut self, from: &JsValue, name: &'static str) -> Option<Function> {
        let Found::Value(value) = self.get(from, name) else { return None };
        let function = value.dyn_into::<Function>().ok();
        if function.is_none() {
            self.issue(name, "is no function");
        }
        function
    }

    /// Whatever `new Headers()` takes: an object, a list of pairs, `Headers`.
    fn headers(&mut self, from: &JsValue) -> Vec<(String, String)> {
        let pairs = web_sys::Headers::new_with_record_from_str_to_str(from.unchecked_ref());
        let Ok(pairs) = pairs else {
            self.issue("headers", "is nothing that new Headers() takes. Pass { name: value }");
            return Vec::new();
        };
        let pair = |pair: JsValue| {
            let pair: Array = pair.unchecked_into();
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        };
        Array::from(&pairs).iter().filter_map(pair).collect()
    }
}

impl Found {
    fn of(value: JsValue) -> Self {
        if value.is_undefined() {
            Found::Absent
        } else if value.is_null() {
            Found::Null
        } else {
            Found::Value(value)
        }
    }
}

impl Call {
    /// The call's signal, for work that goes on after the call.
    pub(super) fn signal(&self) -> Option<&JsValue> {
        self.signal.as_ref().map(Signal::as_js)
    }

    /// The outcome of `operation` in JavaScript's terms, or the signal's reason as soon as it aborts;
    /// the operation is dropped then, which cancels it.
    pub(super) async fn until_aborted<T>(
        &self,
        operation: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, JsValue> {
        let outcome = match &self.signal {
            Some(signal) => race(operation, signal.aborted()).await?,
            None => operation.await,
        };
        outcome.map_err(error::to_js)
    }

    /// Tells `onUpdate` of a snapshot.
    pub(super) fn update(&self, task: &Task) {
        if let Some(on_update) = &self.on_update {
            task::tell(on_update, task);
        }
    }
}

/// The text of a string, or of anything that has an `href` as `URL` does.
fn address_text(value: &JsValue) -> Option<String> {
    if !value.is_object() {
        return value.as_string();
    }
    Reflect::get(value, &"href".into()).ok()?.as_string()
}

/// Whether this is a `File` or `Blob`.
fn is_file(value: &JsValue) -> bool {
    value.is_object() && Reflect::get(value, &"arrayBuffer".into()).is_ok_and(|method| method.is_function())
}
