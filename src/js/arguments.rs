//! Reading what a caller passed: types here, ranges and meaning in `options` and `input`. Every value
//! may be hostile (a throwing getter, a proxy), so every property is read once and guarded.

use wasm_bindgen::prelude::*;

use super::signal::Signal;
use super::{error, task};
use crate::client::{Client, TaskRef};
use crate::error::Issue;
use crate::input::{Input, check_address, is_result_address, is_web_address};
use crate::options::Options;
use crate::web::value::{
    at, construct1, construct2, get, global, invoke_of, invoke2, is_absent, property, text,
};
use crate::{Error, Task};

/// The arguments of one call, with all that is wrong with them.
pub(super) struct Arguments {
    options: Box<Options>,
    fetch: JsValue,
    on_update: JsValue,
    signal: Signal,
    issues: Vec<Issue>,
}

/// A call that may start.
pub(super) struct Call {
    pub(super) client: Client,
    on_update: JsValue,
}

impl Arguments {
    /// Reads the `options` object.
    pub(super) fn read(from: &JsValue) -> Self {
        let mut issues = Vec::new();
        if !from.is_object() && !is_absent(from) {
            issues.push(Issue::new("options", "is no object. Pass options as { name: value }"));
        }
        let mut reader = Reader { from, issues: &mut issues };
        let mut options = Box::<Options>::default();
        reader.text("apiKey", &mut options.api_key);
        reader.text("runwayVersion", &mut options.runway_version);
        reader.address("callbackUrl", &mut options.callback_url);
        reader.base_url(&mut options.base_url);
        reader.headers(&mut options.headers);
        reader.number("requestTimeout", &mut options.request_timeout);
        reader.number("notFoundGrace", &mut options.not_found_grace);
        reader.poll_interval(&mut options.poll_interval);
        reader.timeout(&mut options.timeout);
        reader.retries(&mut options.max_retries);
        reader.flag("retryCreates", &mut options.retry_creates);
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
        let mut input = Input::default();
        reader.file("video", &mut input.video);
        reader.file("image", &mut input.image);
        reader.address("callbackUrl", &mut input.callback_url);
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
        let mut url = from.as_string().or_else(|| text(from, "href"));
        if url.is_none() {
            reader.text("videoUrl", &mut url);
        }
        let url = url.unwrap_or_default();
        let mut found = Vec::new();
        if url.is_empty() {
            let message = "is missing. Pass a task that has succeeded, or the address of its video";
            found.push(Issue::new("videoUrl", message));
        } else if !is_result_address(&url) {
            check_address("videoUrl", &url, &mut found);
        }
        self.add(found);
        url
    }

    /// The call and what cancels it, unless it must not start: aborted already, or something is wrong.
    pub(super) fn call(self) -> Result<(Call, Signal), JsValue> {
        self.signal.check()?;
        if !self.issues.is_empty() {
            return Err(error::to_js(Error::invalid(self.issues)));
        }
        let client = Client::checked(self.options, self.fetch);
        Ok((Call { client, on_update: self.on_update }, self.signal))
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

/// Reads the properties of one object into their places, and complains about those of the wrong type. Where one is
/// absent (null, undefined), its place stays as it is.
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

    fn text(&mut self, name: &'static str, place: &mut Option<String>) {
        let value = self.get(name);
        *place = value.as_string();
        self.expect(place.is_some(), &value, name, "is no string");
    }

    fn number(&mut self, name: &'static str, place: &mut f64) {
        let value = self.get(name);
        *place = self.as_number(&value, name).unwrap_or(*place);
    }

    fn as_number(&mut self, value: &JsValue, name: &'static str) -> Option<f64> {
        let number = value.as_f64();
        self.expect(number.is_some(), value, name, "is no number");
        number
    }

    fn flag(&mut self, name: &'static str, place: &mut bool) {
        let value = self.get(name);
        let flag = value.as_bool();
        self.expect(flag.is_some(), &value, name, "is neither true nor false");
        *place = flag.unwrap_or_default();
    }

    /// Undefined where there is none.
    fn function(&mut self, name: &'static str) -> JsValue {
        let value = self.get(name);
        let is_function = value.is_function();
        self.expect(is_function, &value, name, "is no function");
        if is_function { value } else { JsValue::UNDEFINED }
    }

    /// A string or a `URL`.
    fn address(&mut self, name: &'static str, place: &mut Option<String>) {
        let value = self.get(name);
        *place = address_text(&value);
        let message = if property(&value, "arrayBuffer").is_function() {
            "is a file. The service fetches media over the web: upload the file and give its https address"
        } else {
            "is neither a string nor a URL. Give an absolute http(s) address"
        };
        self.expect(place.is_some(), &value, name, message);
    }

    /// The address of a file, for which there is no default.
    fn file(&mut self, name: &'static str, place: &mut String) {
        let mut address = None;
        self.address(name, &mut address);
        *place = address.unwrap_or_default();
    }

    /// In a page, an address relative to it; elsewhere what was given, for the check to refuse.
    fn base_url(&mut self, place: &mut String) {
        let mut given = None;
        self.address("baseUrl", &mut given);
        let Some(address) = given else { return };
        let parsed = construct2("URL", &address.as_str().into(), &property(&global("location"), "href"));
        let is_absolute = is_web_address(&address);
        if is_absolute && parsed.is_err() {
            self.complain("baseUrl", "is no valid address");
        }
        *place = match parsed {
            Ok(url) if !is_absolute && !address.is_empty() => text(&url, "href").unwrap_or_default(),
            _ => address,
        };
    }

    fn poll_interval(&mut self, place: &mut Option<f64>) {
        let value = self.get("pollInterval");
        *place = self.as_number(&value, "pollInterval");
    }

    /// `timeout`, the one option for which null says something.
    fn timeout(&mut self, place: &mut f64) {
        let value = self.get("timeout");
        let number = if value.is_null() { Some(f64::INFINITY) } else { self.as_number(&value, "timeout") };
        *place = number.unwrap_or(*place);
    }

    fn retries(&mut self, place: &mut u32) {
        let mut retries = f64::from(*place);
        self.number("maxRetries", &mut retries);
        if retries.fract() != 0.0 {
            self.complain("maxRetries", "is no whole number");
        }
        // Saturates, so that what is out of range stays so.
        *place = if retries < 0.0 { u32::MAX } else { retries as u32 };
    }

    fn signal(&mut self) -> Signal {
        let signal = Signal(self.get("signal"));
        let message = "is no AbortSignal. Pass the signal of an AbortController";
        self.expect(signal.is_sound(), &signal.0, "signal", message);
        signal
    }

    /// Whatever `new Headers()` takes: an object, a list of pairs, `Headers`.
    fn headers(&mut self, place: &mut Vec<(String, String)>) {
        let value = self.get("headers");
        if is_absent(&value) {
            return;
        }
        let Ok(given) = construct1("Headers", &value) else {
            self.complain("headers", "is nothing that new Headers() takes. Pass { name: value }");
            return;
        };
        let pairs = invoke_of("Array", "from", &given).unwrap_or_default();
        for index in 0.. {
            let pair = at(&pairs, index);
            let (Some(name), Some(value)) = (text(&pair, "0"), text(&pair, "1")) else { break };
            place.push((name, value));
        }
    }
}

impl Call {
    /// Tells `onUpdate` of a snapshot.
    pub(super) fn update(&self, task: &Task) {
        if !self.on_update.is_undefined() {
            task::tell(self.on_update.unchecked_ref(), task);
        }
    }
}

/// The text of a string, or of anything that has an `href` as `URL` does.
fn address_text(value: &JsValue) -> Option<String> {
    let address = if value.is_string() { value.clone() } else { property(value, "href") };
    // No more than shows that it is too long: a whole video in a data: address would stay in the Wasm's memory.
    if address.is_string() {
        invoke2(&address, "slice", &0.into(), &9_000.into()).ok()?.as_string()
    } else {
        None
    }
}
