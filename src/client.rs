//! The operations: submit, get, wait, run, download. Each is an exchange or a few; what an answer means, whether to
//! retry and when to look next is asked of the modules that know.

use gloo_net::http::Response;
use js_sys::Function;
use serde::Serialize;
use web_sys::AbortSignal;

use crate::ask::{Ask, Outgoing, Question};
use crate::decoded::{Error, Task};
use crate::download;
use crate::error::refuse;
use crate::exchange::{Given, Line};
use crate::feed;
use crate::input::{Input, NO_CALLBACK, task_id};
use crate::listing::{self, TaskFilter, TaskList};
use crate::options::{IdempotencyKey, Options};
use crate::parcel::Parcel;
use crate::retry::Exchange;
use crate::runtime::{random_characters, wall_clock};
use crate::search;
use crate::wait::{self, TaskRef};
use crate::wire;

/// A client of the service. Dropping the future of an operation cancels it, with its request and timers.
pub struct Client {
    pub(crate) line: Line,
}

#[derive(Serialize)]
struct CreateBody<'a> {
    video: &'a str,
    image: &'a str,
    callback_url: &'a str,
}

impl Client {
    /// A client that sends through the global `fetch`.
    ///
    /// # Errors
    /// [`Code::InvalidInput`](crate::error::Code::InvalidInput) for an option out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        refuse(options.check())?;
        Ok(Client::checked(options, Given::default()))
    }

    /// A client of options that have been checked.
    pub(crate) fn checked(options: Options, given: Given) -> Self {
        Client { line: Line::new(options, given) }
    }

    /// The same client, sending through a function of the caller's own in place of the global `fetch`. It is called
    /// with one `Request`.
    pub fn with_fetch(mut self, fetch: Function) -> Self {
        self.line.given.fetch = Some(fetch);
        self
    }

    /// Creates a paid task. It is sent again only if the answer proves that no task was made. With an access token, a
    /// task whose create was answered by nothing is looked for in the account's list.
    ///
    /// # Errors
    /// [`Code::InvalidInput`](crate::error::Code::InvalidInput) before anything is sent; else see
    /// [`Details::task_may_exist`](crate::error::Details::task_may_exist).
    pub async fn submit(&self, input: &Input) -> Result<Task, Error> {
        refuse(input.check())?;
        self.need_key()?;
        let options = &self.line.options;
        let callback = input.callback_url.as_deref().or(options.callback_url.as_deref());
        let callback_url = callback.map_or_else(no_callback, String::from);
        let pending = search::begin(&options.base_url, input, &callback_url);
        let mut tries = 0;
        loop {
            let mut error = match self.create(input, &callback_url).await {
                Ok(task) => {
                    search::settle(&pending, Some(&task.id));
                    return Ok(task);
                }
                Err(error) if !error.task_may_exist => {
                    search::settle(&pending, None);
                    return Err(error);
                }
                Err(error) => error,
            };
            if !self.line.has_token() {
                return Err(error);
            }
            match search::search(&self.line, &pending).await {
                search::Found::Task(task) => return Ok(task),
                search::Found::Unseen => {}
                search::Found::Candidates(candidates) => {
                    error.message.push_str(if candidates.is_empty() {
                        " The account's task list had none that could be it."
                    } else {
                        " The account's task list has some that may be it: see error.candidates."
                    });
                    error.candidates = Some(candidates);
                }
            }
            tries += 1;
            if !options.retry_creates || tries > options.max_retries {
                return Err(error);
            }
        }
    }

    /// One create, sent again where that is safe.
    async fn create(&self, input: &Input, callback_url: &str) -> Result<Task, Error> {
        let options = &self.line.options;
        let body = CreateBody { video: &input.video, image: &input.image, callback_url };
        let idempotency_key = match &options.idempotency_key {
            Some(IdempotencyKey::Own(key)) => Some(key.clone()),
            Some(IdempotencyKey::Fresh) => Some(random_characters(32)),
            None => None,
        };
        // Where the task list can be searched, a create that may pay twice waits for that.
        let may_pay_twice = options.retry_creates && !self.line.has_token();
        let exchange = Exchange::Create { may_repeat_in_doubt: may_pay_twice || idempotency_key.is_some() };
        let path = "/runway/pro/act_one".into();
        let json = Some(feed::to_json(&body));
        let question = Question { path, json, idempotency_key, ..Question::default() };
        let ask = Ask { exchange, ..Ask::free(Outgoing::Question(question), options.max_retries) };
        self.line.exchange(&ask, |answer| wire::read_create(answer.http, answer.body, wall_clock())).await
    }

    /// Lists the account's own tasks, or those of a proxy's caller, newest first.
    ///
    /// # Errors
    /// [`Code::InvalidInput`](crate::error::Code::InvalidInput) without an access token, to the service itself.
    pub async fn list_tasks(&self, filter: &TaskFilter) -> Result<TaskList, Error> {
        if !self.line.has_token() {
            refuse(self.line.options.check_token())?;
        }
        listing::list(&self.line, filter).await
    }

    /// Reads the task once.
    ///
    /// # Errors
    /// [`Code::TaskNotFound`](crate::error::Code::TaskNotFound) right after a submission too: only a wait has a
    /// grace period.
    pub async fn get_task(&self, id: &str) -> Result<Task, Error> {
        let id = id_in(id)?;
        self.need_key()?;
        search::rule_out(&self.line.options.base_url, id);
        let max_retries = self.line.options.max_retries;
        let read = feed::read(&self.line, id, max_retries, f64::INFINITY, None).await;
        read.map_err(|error| error.about(id))
    }

    /// Reads the task until it has ended. `on_update` is called with each snapshot that differs from the one before,
    /// and with the last one always.
    ///
    /// # Errors
    /// [`Code::TaskFailed`](crate::error::Code::TaskFailed),
    /// [`Code::TaskNotFound`](crate::error::Code::TaskNotFound) after the grace period,
    /// [`Code::Timeout`](crate::error::Code::Timeout), and what the service refuses for good. An outage of whatever
    /// length ends no wait before its timeout.
    pub async fn wait_for_task(
        &self,
        from: impl Into<TaskRef>,
        mut on_update: impl FnMut(&Task),
    ) -> Result<Task, Error> {
        let mut from = from.into();
        from.id = id_in(&from.id)?.to_string();
        self.need_key()?;
        search::rule_out(&self.line.options.base_url, &from.id);
        wait::wait(&self.line, from, &mut on_update).await
    }

    /// Submits, then waits. `on_update` is called with the accepted task first: its id is what a wait can be picked
    /// up with.
    ///
    /// # Errors
    /// Those of [`Client::submit`] and [`Client::wait_for_task`].
    pub async fn run(&self, input: &Input, mut on_update: impl FnMut(&Task)) -> Result<Task, Error> {
        let task = self.submit(input).await?;
        on_update(&task);
        self.wait_for_task(task, on_update).await
    }

    /// Fetches a finished video. The key is not sent along: the URLs of results are a third party's.
    /// The time allowed covers the answer's arrival, not the body, which is the caller's to read; `signal` can cancel
    /// that too. It is one connection: if it breaks, so does the body.
    ///
    /// # Errors
    /// [`Code::Rejected`](crate::error::Code::Rejected) where the URL has expired;
    /// [`Code::BadResponse`](crate::error::Code::BadResponse) where the answer is a web page, JSON, empty, or a part of
    /// the video that was not asked for.
    pub async fn download(&self, url: &str, signal: Option<&AbortSignal>) -> Result<Response, Error> {
        let part = download::part(&self.line, url, None, signal).await?;
        // Nothing is missing only where there was something before.
        part.map(|part| part.response.into()).ok_or_else(|| wire::no_download(204))
    }

    /// Puts a file into a proxy's place for files. Safe to repeat: of two copies, one is never fetched.
    #[cfg_attr(not(feature = "exports"), allow(dead_code, reason = "npm/parcel.js moves the bytes"))]
    pub(crate) async fn upload(&self, parcel: &Parcel) -> Result<wire::Uploaded, Error> {
        let ask = Ask::free(Outgoing::Upload(parcel), self.line.options.max_retries);
        self.line.exchange(&ask, |answer| wire::read_upload(answer.http, answer.body)).await
    }

    fn need_key(&self) -> Result<(), Error> {
        match self.line.given.credentials.api_key {
            Some(_) => Ok(()),
            None => refuse(self.line.options.check_key()),
        }
    }
}

/// The task's id in what a caller passed for one.
fn id_in(given: &str) -> Result<&str, Error> {
    task_id(given).map_err(|problem| Error::invalid_at("taskId", problem))
}

/// For submissions that only poll: under a name that never resolves, and new for each create, so that its task can be
/// recognised in the account's list (`protocol.md`, "Two routes").
fn no_callback() -> String {
    [NO_CALLBACK, "/", &random_characters(16)].concat()
}
