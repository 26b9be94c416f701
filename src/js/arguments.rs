//! Reading what a caller passed: types here, ranges and meaning in `options` and `input`. Every value
//! may be hostile (a throwing getter, a proxy), so every property is read once and guarded.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::signal::Signal;
use super::{error, task};
use crate::client::{Client, TaskRef};
use crate::error::Issue;
use crate::input::{Input, check_address, is_web_address};
use crate::options::Options;
use crate::web::value::{at, construct, get, global, invoke, is_absent, property, text};
use crate::{Error, Task};

/// The arguments of one call, with all that is wrong with them.
pub(super) struct Arguments {
    options: Box<Options>,
    fetch: Option<Function>,
    on_update: Option<Function>,
    signal: Signal,
    issues: Vec<Issue>,
}

/// A call that may start.
pub(super) struct Call {
    pub(super) client: Client,
    /// For work that goes on after the call.
    pub(super) signal: Signal,
    on_update: Option<Function>,
}

impl Arguments {
    /// Reads the `options` object.
    pub(super) fn read(from: &JsValue) -> Self {
        let mut issues = Vec::new();
        if !from.is_object() && !is_absent(from) {
            issues.push(Issue::new("options", "is no object. Pass options as { name: value }"));
        }
        let mut reader = Reader { from, issues: &mut issues };
        let defaults = Options::default();
        let options = Box::new(Options {
            api_key: reader.text("apiKey"),
            runway_version: reader.text("runwayVersion"),
            callback_url: reader.address("callbackUrl"),
            base_url: reader.base_url().unwrap_or(defaults.base_url),
            headers: reader.headers(),
            request_timeout: reader.number("requestTimeout", defaults.request_timeout),
            not_found_grace: reader.number("notFoundGrace", defaults.not_found_grace),
            poll_interval: reader.poll_interval(),
            timeout: reader.timeout(defaults.timeout),
            max_retries: reader.retries(defaults.max_retries),
            retry_creates: reader.flag("retryCreates"),
        });
        let fetch = reader.function("fetch");
        let on_update = reader.function("onUpdate");
        let signal = reader.signal();
        let mut arguments = Arguments { options, fetch, on_update, signal, issues };
        arguments.check(Options::check);
        arguments
    }

    /// The call goes to the service, which takes none without a key.
    pub(super) fn need_key(&mut self) {
        self.check(Options::check_key);
    }

    /// Reads the first argument of `submit` and `run`.
    pub(super) fn input(&mut self, from: &JsValue) -> Input {
        if !from.is_object() {
            self.issue("input", "is no object. Pass { video, image } with the addresses of both files");
            return Input::default();
        }
        let mut reader = Reader { from, issues: &mut self.issues };
        let input = Input {
            video: reader.address("video").unwrap_or_default(),
            image: reader.address("image").unwrap_or_default(),
            callback_url: reader.address("callbackUrl"),
        };
        let mut found = Vec::new();
        input.check(&mut found);
        self.add(found);
        input
    }

    /// Reads a task's id.
    pub(super) fn task_id(&mut self, from: &JsValue) -> String {
        let id = from.as_string().filter(|id| task::is_id(id));
        if id.is_none() {
            self.issue("taskId", "is no task id. Pass the id that submit gave");
        }
        id.unwrap_or_default()
    }

    /// Reads a task or its id.
    pub(super) fn task_ref(&mut self, from: &JsValue) -> TaskRef {
        if from.is_object() { self.snapshot(from) } else { TaskRef::Id(self.task_id(from)) }
    }

    /// Reads a task.
    pub(super) fn snapshot(&mut self, from: &JsValue) -> TaskRef {
        match task::from_js(from) {
            Ok(task) => TaskRef::Snapshot(task),
            Err(issue) => {
                self.issues.push(issue);
                TaskRef::Id(String::new())
            }
        }
    }

    /// Reads the address of a finished video, or takes it from its task.
    pub(super) fn video_url(&mut self, from: &JsValue) -> String {
        let mut reader = Reader { from, issues: &mut self.issues };
        let url = address_text(from).or_else(|| reader.text("videoUrl")).unwrap_or_default();
        if url.is_empty() {
            self.issue("videoUrl", "is missing. Pass a task that has succeeded, or the address of its video");
        } else {
            check_address("videoUrl", &url, &mut self.issues);
        }
        url
    }

    /// The call, unless it must not start: aborted already, or something is wrong.
    pub(super) fn call(self) -> Result<Call, JsValue> {
        if let Some(reason) = self.signal.reason_if_aborted() {
            return Err(reason);
        }
        if !self.issues.is_empty() {
            return Err(error::to_js(Error::invalid(self.issues)));
        }
        let client = Client::checked(self.options, self.fetch);
        Ok(Call { client, on_update: self.on_update, signal: self.signal })
    }

    fn issue(&mut self, path: &'static str, message: &str) {
        self.issues.push(Issue::new(path, message));
    }

    fn check(&mut self, check: fn(&Options, &mut Vec<Issue>)) {
        let mut found = Vec::new();
        check(&self.options, &mut found);
        self.add(found);
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
}

/// Reads the properties of one object, and complains about those of the wrong type. What is absent (null,
/// undefined) is `None`.
struct Reader<'a> {
    from: &'a JsValue,
    issues: &'a mut Vec<Issue>,
}

impl Reader<'_> {
    fn get(&mut self, name: &'static str) -> JsValue {
        get(self.from, name).unwrap_or_else(|_| {
            self.complain(name, "cannot be read: it throws");
            JsValue::UNDEFINED
        })
    }

    fn complain(&mut self, name: &'static str, message: &str) {
        self.issues.push(Issue::new(name, message));
    }

    /// Complains if a value is there and has not been understood.
    fn expect(&mut self, understood: bool, value: &JsValue, name: &'static str, message: &str) {
        if !understood && !is_absent(value) {
            self.complain(name, message);
        }
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.get(name);
        let text = value.as_string();
        self.expect(text.is_some(), &value, name, "is no string");
        text
    }

    fn number(&mut self, name: &'static str, default: f64) -> f64 {
        let value = self.get(name);
        self.as_number(name, &value).unwrap_or(default)
    }

    fn as_number(&mut self, name: &'static str, value: &JsValue) -> Option<f64> {
        let number = value.as_f64();
        self.expect(number.is_some(), value, name, "is no number");
        number
    }

    fn flag(&mut self, name: &'static str) -> bool {
        let value = self.get(name);
        let flag = value.as_bool();
        self.expect(flag.is_some(), &value, name, "is neither true nor false");
        flag.unwrap_or_default()
    }

    fn function(&mut self, name: &'static str) -> Option<Function> {
        let value = self.get(name);
        let is_function = value.is_function();
        self.expect(is_function, &value, name, "is no function");
        if is_function { Some(value.unchecked_into()) } else { None }
    }

    /// A string or a `URL`.
    fn address(&mut self, name: &'static str) -> Option<String> {
        let value = self.get(name);
        let text = address_text(&value);
        let message = if property(&value, "arrayBuffer").is_function() {
            "is a file. The service fetches media over the web: upload the file and give its https address"
        } else {
            "is neither a string nor a URL. Give an absolute http(s) address"
        };
        self.expect(text.is_some(), &value, name, message);
        text
    }

    /// In a page, an address relative to it; elsewhere what was given, for the check to refuse.
    fn base_url(&mut self) -> Option<String> {
        let address = self.address("baseUrl")?;
        let is_absolute = is_web_address(&address);
        let base = if is_absolute { JsValue::UNDEFINED } else { property(&global("location"), "href") };
        match construct("URL", &address.as_str().into(), &base) {
            Ok(url) if !is_absolute && !address.is_empty() => text(&url, "href").or(Some(address)),
            Err(_) if is_absolute => {
                self.complain("baseUrl", "is no valid address");
                None
            }
            _ => Some(address),
        }
    }

    /// `timeout`, the one option for which null says something.
    fn timeout(&mut self, default: f64) -> f64 {
        let value = self.get("timeout");
        if value.is_null() { f64::INFINITY } else { self.as_number("timeout", &value).unwrap_or(default) }
    }

    fn poll_interval(&mut self) -> Option<f64> {
        let value = self.get("pollInterval");
        self.as_number("pollInterval", &value)
    }

    fn retries(&mut self, default: u32) -> u32 {
        let retries = self.number("maxRetries", f64::from(default));
        if retries.fract() != 0.0 {
            self.complain("maxRetries", "is no whole number");
        }
        // Saturates, so that what is out of range stays so.
        if retries < 0.0 { u32::MAX } else { retries as u32 }
    }

    fn signal(&mut self) -> Signal {
        let signal = Signal(self.get("signal"));
        let message = "is no AbortSignal. Pass the signal of an AbortController";
        self.expect(signal.is_sound(), &signal.0, "signal", message);
        signal
    }

    /// Whatever `new Headers()` takes: an object, a list of pairs, `Headers`.
    fn headers(&mut self) -> Vec<(String, String)> {
        let value = self.get("headers");
        let mut headers = Vec::new();
        if is_absent(&value) {
            return headers;
        }
        let Ok(given) = construct("Headers", &value, &JsValue::UNDEFINED) else {
            self.complain("headers", "is nothing that new Headers() takes. Pass { name: value }");
            return headers;
        };
        let pairs = invoke(&global("Array"), "from", &given, &JsValue::UNDEFINED).unwrap_or_default();
        for index in 0.. {
            let pair = at(&pairs, index);
            let (Some(name), Some(value)) = (text(&pair, "0"), text(&pair, "1")) else { break };
            headers.push((name, value));
        }
        headers
    }
}

impl Call {
    /// Tells `onUpdate` of a snapshot.
    pub(super) fn update(&self, task: &Task) {
        if let Some(on_update) = &self.on_update {
            task::tell(on_update, task);
        }
    }
}

/// The text of a string, or of anything that has an `href` as `URL` does.
fn address_text(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| text(value, "href"))
}
