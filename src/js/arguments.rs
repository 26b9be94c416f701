//! The arguments of each call, made of what a caller passed: `reader` reads the types, `options` and `input` judge
//! ranges and meaning.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::calls::{CallRecord, CallWatch, issues_in};
use super::order::{Medium, Order, is_beyond_reach};
use super::reader::{Reader, shown, text_of};
use crate::client::Client;
use crate::credential::Functions;
use crate::decoded::{Error, Task};
use crate::error::{Issue, refuse, without_stop};
use crate::exchange::Given;
use crate::input::{
    OUT_OF_REACH, address_problem, download_problem, local_problem, medium_problem, task_id, written_task_id,
};
use crate::listing::TaskFilter;
use crate::options::{IdempotencyKey, Options};
use crate::parcel::Parcel;
use crate::runtime::wall_clock;
use crate::task::{self, Status};
use crate::wait::TaskRef;

/// The largest time that a `Date` can hold.
const MAX_TIME: f64 = 8.64e15;
const NO_COUNT: &str = "must be a whole number: how many reads in a row brought no news";
const NO_STATUS: &str = "must be one of queued, running, succeeded, failed";
const NO_CHECK: &str = "is no function. Write import { checkMedia } from \"act-one/media\" and pass that";
const NO_PLACE: &str = "is a file, and the service itself takes only URLs. Set baseUrl to a proxy that takes uploads, such as \
     this package's Worker, or pass the upload option";

/// The arguments of one call, with all that is wrong with them.
pub(super) struct Arguments {
    options: Options,
    functions: Given,
    on_update: Option<Function>,
    upload: Option<Function>,
    signal: Option<AbortSignal>,
    pub(super) record: CallRecord,
    issues: Vec<Issue>,
}

/// A call that may start.
pub(super) struct Call {
    pub(super) client: Client,
    pub(super) on_update: Option<Function>,
    pub(super) upload: Option<Function>,
    pub(super) signal: Option<AbortSignal>,
    pub(super) record: CallRecord,
}

impl Arguments {
    /// Reads the `options` object.
    pub(super) fn read(from: &JsValue, record: CallRecord) -> Self {
        let mut issues = Vec::new();
        if !from.is_object() && !from.is_undefined() && !from.is_null() {
            issues.push(Issue::new(
                "options",
                "must be an object, such as { apiKey: process.env.COMETAPI_KEY }, and no promise of one",
            ));
        }
        issues.extend(issues_in(&record.issues()));
        let mut given = Reader { from, issues: &mut issues };
        let default = Options::default();
        let (api_key, key_function) = given.credential("apiKey");
        let (access_token, token_function) = given.credential("accessToken");
        let credentials = Functions { api_key: key_function, access_token: token_function };
        let options = Options {
            api_key,
            idempotency_key: given.read(
                "idempotencyKey",
                "must be a string, or true for a fresh key each call",
                |value| match value.as_bool() {
                    Some(true) => Some(IdempotencyKey::Fresh),
                    Some(false) => None,
                    None => text_of(value).map(IdempotencyKey::Own),
                },
            ),
            access_token,
            sole_creator: given.flag("soleCreator").unwrap_or_default(),
            base_url: given.base_url().unwrap_or(default.base_url),
            runway_version: given.text("runwayVersion"),
            callback_url: given.url("callbackUrl"),
            headers: given.headers(),
            request_timeout: given.number("requestTimeout").unwrap_or(default.request_timeout),
            max_retries: given.whole_number("maxRetries").unwrap_or(default.max_retries),
            retry_creates: given.flag("retryCreates").unwrap_or(default.retry_creates),
            timeout: given.number("timeout").unwrap_or(default.timeout),
            poll_interval: given.number("pollInterval"),
            not_found_grace: given.number("notFoundGrace").unwrap_or(default.not_found_grace),
        };
        let fetch = given.instance("fetch", "is no function");
        let on_update = given.instance("onUpdate", "is no function");
        let watch =
            CallWatch { record: record.clone(), on_retry: given.instance("onRetry", "is no function") };
        let functions = Given { fetch, credentials, watch: Some(Rc::new(watch)) };
        let upload = given.instance("upload", "is no function. Pass (file) => url");
        // These are called by npm/.
        given.instance::<Function>("onProgress", "is no function");
        given.instance::<Function>("checkMedia", NO_CHECK);
        let signal = given.instance("signal", "is no AbortSignal. Pass the signal of an AbortController");
        let mut arguments = Arguments { options, functions, on_update, upload, signal, record, issues };
        let mut found = arguments.options.check();
        for issue in &mut found {
            // A key is text, so only numbers are shown here.
            let value = Reflect::get(from, &JsValue::from_str(&issue.path)).unwrap_or_default();
            if value.as_f64().is_some() {
                issue.message = [without_stop(&issue.message), &shown(&value), "."].concat();
            }
        }
        arguments.add(found);
        arguments
    }

    /// How many reads in a row brought no news, for the schedule.
    pub(super) fn unchanged(&mut self, from: &JsValue) -> u32 {
        let mut given = Reader { from, issues: &mut self.issues };
        let unchanged = given.shown("unchanged", NO_COUNT, JsValue::as_f64).unwrap_or_default();
        if !(0.0..=MAX_TIME).contains(&unchanged) || unchanged.fract() != 0.0 {
            self.issue("unchanged", NO_COUNT);
        }
        // Saturates: so many are as good as any more.
        unchanged as u32
    }

    /// The call goes to the service, which takes none without a key.
    pub(super) fn need_key(&mut self) {
        if self.functions.credentials.api_key.is_none() {
            self.add(self.options.check_key());
        }
    }

    /// The call goes to the task list.
    pub(super) fn need_token(&mut self) {
        if self.functions.credentials.access_token.is_none() {
            self.add(self.options.check_token());
        }
    }

    /// Reads the first argument of `listTasks`.
    pub(super) fn filter(&mut self, from: &JsValue) -> TaskFilter {
        if !from.is_object() && !from.is_undefined() && !from.is_null() {
            self.issue("filter", "must be an object, such as { since: Date.now() - 3600000 }");
        }
        let mut given = Reader { from, issues: &mut self.issues };
        let filter = TaskFilter {
            since: given.number("since"),
            until: given.number("until"),
            status: given.read("status", NO_STATUS, |value| Status::from_word(&text_of(value)?)),
            page: given.whole_number("page"),
            page_size: given.whole_number("pageSize"),
            all: given.flag("all").unwrap_or_default(),
        };
        for (path, time) in [("since", filter.since), ("until", filter.until)] {
            if time.is_some_and(|time| !(0.0..=MAX_TIME).contains(&time)) {
                self.issue(path, "must be a time in milliseconds since 1970, such as Date.now()");
            }
        }
        for (path, number, most) in [("page", filter.page, 1_000_000), ("pageSize", filter.page_size, 100)] {
            if number.is_some_and(|number| !(1..=most).contains(&number)) {
                let message = ["must be a whole number from 1 to ", &most.to_string()].concat();
                self.issue(path, &message);
            }
        }
        filter
    }

    /// Reads the first argument of `submit` and `run`.
    pub(super) fn order(&mut self, from: &JsValue) -> Order {
        if !from.is_object() || self.is_refused("input") {
            self.issue(
                "input",
                "must be an object: run({ video, image }, { apiKey }), both as https URLs or as files",
            );
            let nothing = || Medium::Url(String::new());
            return Order { video: nothing(), image: nothing(), callback_url: None };
        }
        let mut given = Reader { from, issues: &mut self.issues };
        let (video, image) = (given.medium("video"), given.medium("image"));
        let order = Order { video, image, callback_url: given.url("callbackUrl") };
        let problem = |medium: &Medium| match medium {
            Medium::Url(url) => medium_problem(url),
            Medium::File(_) => self.place_problem(),
        };
        let is_service = self.options.is_service();
        let reach =
            |url: Option<&str>| (is_service && url.is_some_and(is_beyond_reach)).then_some(OUT_OF_REACH);
        let callback_url = order.callback_url.as_deref();
        self.add(Issue::list(&[
            ("video", problem(&order.video)),
            ("image", problem(&order.image)),
            ("callbackUrl", callback_url.and_then(address_problem)),
            ("video", reach(order.video.url())),
            ("image", reach(order.image.url())),
            ("callbackUrl", reach(callback_url)),
        ]));
        order
    }

    /// Reads the first argument of `upload`: npm/files.js has made a parcel of it.
    pub(super) fn parcel(&mut self, from: &JsValue) -> Option<Parcel> {
        if from.is_object() {
            self.add(Issue::list(&[("file", self.place_problem())]));
            return Some(from.clone().unchecked_into());
        }
        let problem = text_of(from).and_then(|text| local_problem(&text));
        self.issue(
            "file",
            problem.unwrap_or("is no file. Pass a Blob, a File, a Uint8Array or an ArrayBuffer"),
        );
        None
    }

    /// A file needs a place to go to, and the service has none.
    fn place_problem(&self) -> Option<&'static str> {
        (self.upload.is_none() && self.options.is_service()).then_some(NO_PLACE)
    }

    /// Reads a task's id.
    pub(super) fn task_id(&mut self, from: &JsValue) -> String {
        let id = text_of(from).unwrap_or_default();
        written_task_id(&id).map(String::from).unwrap_or_else(|problem| {
            self.issue("taskId", problem);
            String::new()
        })
    }

    /// Reads a task or its id.
    pub(super) fn task_ref(&mut self, from: &JsValue) -> TaskRef {
        if !from.is_object() {
            return TaskRef { id: self.task_id(from), known: None };
        }
        let is_dated =
            Reader { from, issues: &mut Vec::new() }.number("checkedAt").is_some_and(f64::is_finite);
        let task = self.snapshot(from);
        let id = task.as_ref().map(|task| task.id.clone()).unwrap_or_default();
        // What something dropped the time of may be of yesterday.
        TaskRef { id, known: task.filter(|_| is_dated) }
    }

    /// Reads a task that JavaScript hands back. Only the id must be right: the rest is what a caller kept, and the next
    /// read replaces it.
    pub(super) fn snapshot(&mut self, from: &JsValue) -> Option<Task> {
        let mut given = Reader { from, issues: &mut Vec::new() };
        let id = given.text("id").unwrap_or_default();
        let id = match task_id(&id) {
            Ok(id) => id.into(),
            Err(_) => {
                self.issue("task", "has no valid id. Pass a task that another call returned, or its id");
                return None;
            }
        };
        let finite = |number: &f64| number.is_finite();
        Some(Box::new(task::Task {
            id,
            status: given.text("status").and_then(|word| Status::from_word(&word)).unwrap_or(Status::Queued),
            progress: given.number("progress").filter(|progress| (0.0..=1.0).contains(progress)),
            video_url: given.text("videoUrl"),
            poster_url: given.text("posterUrl"),
            last_frame_url: given.text("lastFrameUrl"),
            fail_reason: given.text("failReason"),
            submitted_at: given.number("submittedAt").filter(finite),
            started_at: given.number("startedAt").filter(finite),
            finished_at: given.number("finishedAt").filter(finite),
            // Kept by something that dropped it: as if just read.
            checked_at: given.number("checkedAt").filter(finite).unwrap_or_else(wall_clock),
            raw: given.get("raw"),
            awaits_address: false,
        }))
    }

    /// Reads the URL of a finished video, or takes it from its task.
    pub(super) fn video_url(&mut self, from: &JsValue) -> String {
        let mut given = Reader { from, issues: &mut self.issues };
        let url = text_of(from).or_else(|| given.text("videoUrl")).unwrap_or_default();
        if let Some(problem) = download_problem(&url) {
            self.issue("videoUrl", problem);
        }
        url
    }

    /// The call, unless something is wrong.
    pub(super) fn call(self) -> Result<Call, Error> {
        refuse(self.issues)?;
        Ok(Call {
            client: Client::checked(self.options, self.functions),
            on_update: self.on_update,
            upload: self.upload,
            signal: self.signal,
            record: self.record,
        })
    }

    fn issue(&mut self, path: &'static str, message: &str) {
        self.add(vec![Issue::new(path, message)]);
    }

    fn is_refused(&self, path: &str) -> bool {
        self.issues.iter().any(|known| known.path == path)
    }

    /// Adds what a check found. What is of the wrong type is reported already; that it is missing too would only
    /// confuse.
    fn add(&mut self, found: Vec<Issue>) {
        for issue in found {
            if !self.is_refused(&issue.path) {
                self.issues.push(issue);
            }
        }
    }
}
