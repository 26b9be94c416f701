//! The operations: submit, get, wait, run, download. Each is a few exchanges put together; what an
//! answer means, whether to repeat and when to look next is asked of the modules that know.

use core::future::Future;

use gloo_net::http::Response;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Code, Issue, joined, without_stop};
use crate::exchange::{Ask, Found, Line, Read, Wanted};
use crate::input::{Input, NO_CALLBACK};
use crate::options::Options;
use crate::retry::Exchange;
use crate::schedule::{Phase, Snapshot, next_poll_delay_after};
use crate::task::Status;
use crate::web::timer::sleep;
use crate::web::value::{object, set_text};
use crate::web::{now, wall_clock};
use crate::wire;
use crate::{Error, Task};

/// After "done", how long the result's address may lag behind before the wait gives up on it.
const ADDRESS_GRACE_MS: f64 = 20_000.0;

/// Waking up reads at once, but a page that flickers between visible and hidden does not poll faster
/// than this.
const LEAST_BETWEEN_READS_MS: f64 = 1_000.0;

/// A read of what is in memory takes a twentieth of a ms; a turn of the event loop as much again.
const READS_IN_A_TURN: u32 = 64;

/// What a wait starts from: an id alone, or a snapshot of before.
#[derive(Clone, Debug)]
pub enum TaskRef {
    /// The id alone: where nothing else was kept.
    Id(String),
    /// A task as another call gave it.
    Snapshot(Task),
}

impl TaskRef {
    fn id(&self) -> &str {
        match self {
            TaskRef::Id(id) => id,
            TaskRef::Snapshot(task) => &task.id,
        }
    }

    fn task(&self) -> Option<&Task> {
        if let TaskRef::Snapshot(task) = self { Some(task) } else { None }
    }
}

impl From<&str> for TaskRef {
    fn from(id: &str) -> Self {
        TaskRef::Id(id.into())
    }
}

impl From<Task> for TaskRef {
    fn from(task: Task) -> Self {
        TaskRef::Snapshot(task)
    }
}

/// A client of the service. Dropping the future of an operation cancels it, with its request and timers.
pub struct Client {
    line: Line,
}

impl Client {
    /// A client that sends through the global `fetch`.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for an option out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        let mut issues = Vec::new();
        options.check(&mut issues);
        refuse(issues)?;
        Ok(Client::checked(Box::new(options), JsValue::UNDEFINED))
    }

    /// A client of options that have been checked. `fetch` is a function, or undefined for the global one.
    pub(crate) fn checked(options: Box<Options>, fetch: JsValue) -> Self {
        Client { line: Line::new(options, fetch) }
    }

    /// The same client, sending through a function of the caller's own in place of the global `fetch`.
    /// It is called with one `Request`.
    pub fn with_fetch(mut self, fetch: Function) -> Self {
        self.line.fetch = fetch.into();
        self
    }

    /// Creates a paid task. It is sent again only if the answer proves that no task was made.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] before anything is sent; else see [`crate::error::Error::task_may_exist`].
    pub async fn submit(&self, input: &Input) -> Result<Task, Error> {
        let mut issues = Vec::new();
        input.check(&mut issues);
        refuse(issues)?;
        let options = &self.line.options;
        let callback = input.callback_url.as_deref().or(options.callback_url.as_deref());
        let body = object();
        set_text(&body, "video", &input.video);
        set_text(&body, "image", &input.image);
        set_text(&body, "callback_url", callback.unwrap_or(NO_CALLBACK));
        self.need_key()?;
        let read = |http, body| wire::read_create(http, body, wall_clock());
        let ask = Ask {
            wanted: Wanted::Task { path: "/runway/pro/act_one", body, read: &read },
            exchange: Exchange::Create { may_pay_twice: options.retry_creates },
            max_retries: options.max_retries,
            deadline: f64::INFINITY,
        };
        self.line.exchange(ask).await?.task()
    }

    /// Reads the task once.
    ///
    /// # Errors
    /// [`Code::TaskNotFound`] right after a submission too: only a wait has a grace period.
    pub async fn get_task(&self, id: &str) -> Result<Task, Error> {
        self.need_id_and_key(id)?;
        let read = |http, body| wire::read_feed(http, body, id, wall_clock());
        let ask = self.feed(id, &read, self.line.options.max_retries, f64::INFINITY);
        self.line.exchange(ask).await.and_then(Found::task).map_err(|error| error.about(id))
    }

    /// Reads the task until it has ended. `on_update` sees each snapshot that differs from the one
    /// before, the last one always.
    ///
    /// # Errors
    /// [`Code::TaskFailed`], [`Code::TaskNotFound`] after the grace period, [`Code::Timeout`], and what
    /// the service refuses for good. An outage of whatever length ends no wait before its timeout.
    // No async function, which would keep room for its arguments twice: a block uses what it captures in place.
    pub fn wait_for_task(
        &self,
        from: impl Into<TaskRef>,
        mut on_update: impl FnMut(&Task),
    ) -> impl Future<Output = Result<Task, Error>> {
        let mut known = from.into();
        async move {
            self.need_id_and_key(known.id())?;
            let options = &self.line.options;
            let started = now();
            let deadline = started + options.timeout;
            let age = known.task().map_or(0.0, |task| (wall_clock() - task.checked_at).max(0.0));
            let mut known_at = started - age;
            let mut next_read =
                known.task().map_or(started, |task| known_at + self.delay_after(task, 0, started));
            let mut done_since = f64::INFINITY;
            let mut without_news = 0;
            let mut reads = 0;
            let error = loop {
                // Until then, or until the page wakes up; but then not for so short that it would poll too fast.
                // Here and not in a function of its own, whose future is 0.1 KB of Wasm; no `for`, whose iterator is 32
                // bytes of each wait.
                let mut until = next_read.min(deadline);
                let mut wakeable = true;
                loop {
                    let remaining = until - now();
                    // Now and then in any case: a `fetch` that answers out of memory would leave no turn to anybody.
                    if remaining > 0.0 || (wakeable && reads % READS_IN_A_TURN == READS_IN_A_TURN - 1) {
                        sleep(remaining, wakeable).await;
                    }
                    if !wakeable {
                        break;
                    }
                    wakeable = false;
                    until = until.min(known_at + LEAST_BETWEEN_READS_MS);
                }
                if now() >= deadline {
                    break wait_timed_out(None);
                }
                let read = |http, body| wire::read_feed(http, body, known.id(), wall_clock());
                let ask = self.feed(known.id(), &read, u32::MAX, deadline);
                reads += 1;
                let mut task = match self.line.exchange(ask).await.and_then(Found::task) {
                    Ok(task) => task,
                    Err(error)
                        if error.code == Code::TaskNotFound && now() < known_at + options.not_found_grace =>
                    {
                        next_read = now() + options.poll_interval.unwrap_or(LEAST_BETWEEN_READS_MS);
                        continue;
                    }
                    // What may pass is repeated until the deadline; so the deadline is what ended it.
                    Err(error)
                        if error.retryable && (error.code != Code::BadResponse || now() >= deadline) =>
                    {
                        break wait_timed_out(Some(error));
                    }
                    Err(error) => break error,
                };
                known_at = now();
                let is_news = known.task().is_none_or(|last| {
                    task.continue_from(last);
                    task.differs_from(last)
                });
                without_news = if is_news { 0 } else { without_news + 1 };
                if is_news || task.status.is_final() {
                    on_update(&task);
                }
                if task.status == Status::Succeeded {
                    return Ok(task);
                }
                next_read = known_at + self.delay_after(&task, without_news, started);
                done_since = if task.awaits_address { done_since.min(known_at) } else { f64::INFINITY };
                let failure = if task.status == Status::Failed {
                    Some(failed(&task))
                } else if known_at - done_since >= ADDRESS_GRACE_MS {
                    Some(no_address())
                } else {
                    None
                };
                known = TaskRef::Snapshot(task);
                if let Some(failure) = failure {
                    break failure;
                }
            };
            let mut error = error.about(known.id());
            if let TaskRef::Snapshot(task) = known {
                error.task = Some(task);
            }
            Err(error)
        }
    }

    /// Submits, then waits. `on_update` sees the accepted task first: its id is what a wait can be
    /// picked up with.
    ///
    /// # Errors
    /// Those of [`Client::submit`] and [`Client::wait_for_task`].
    pub async fn run(&self, input: &Input, mut on_update: impl FnMut(&Task)) -> Result<Task, Error> {
        let task = self.submit(input).await?;
        on_update(&task);
        self.wait_for_task(task, on_update).await
    }

    /// Fetches a finished video. The key is not sent along: result addresses are a third party's.
    /// The time allowed covers the answer's arrival, not the body, which is the caller's to read;
    /// `signal` (or undefined) can cancel that too.
    ///
    /// # Errors
    /// [`Code::Rejected`] or [`Code::Forbidden`] where the address has expired.
    pub async fn download(&self, url: &str, signal: &JsValue) -> Result<Response, Error> {
        let ask = Ask {
            wanted: Wanted::File { url, signal },
            exchange: Exchange::Read,
            max_retries: self.line.options.max_retries,
            deadline: f64::INFINITY,
        };
        Ok(self.line.exchange(ask).await?.file()?.unchecked_into::<web_sys::Response>().into())
    }

    /// One read of a task; `read` finds it in the answer.
    fn feed<'a>(&self, id: &str, read: &'a Read<'a>, max_retries: u32, deadline: f64) -> Ask<'a> {
        let body = object();
        set_text(&body, "task_id", id);
        let wanted = Wanted::Task { path: "/runway/feed", body, read };
        Ask { wanted, exchange: Exchange::Read, max_retries, deadline }
    }

    fn need_id_and_key(&self, id: &str) -> Result<(), Error> {
        if id.trim_ascii().is_empty() {
            refuse(vec![Issue::new("taskId", "is empty. Pass the id of a task, or the task itself")])?;
        }
        self.need_key()
    }

    fn need_key(&self) -> Result<(), Error> {
        let mut issues = Vec::new();
        self.line.options.check_key(&mut issues);
        refuse(issues)
    }

    /// Ms from a snapshot to the next read, after so many reads that brought no news. A task that nobody
    /// says the age of is at least as old as the wait.
    fn delay_after(&self, task: &Task, without_news: u32, started: f64) -> f64 {
        if task.status.is_final() {
            // Handed in as ended, perhaps by a callback: a hint to read at once, never proof.
            return 0.0;
        }
        self.line.options.poll_interval.unwrap_or_else(|| {
            let mut snapshot = snapshot_of(task);
            snapshot.submitted_at = snapshot.submitted_at.or(Some(task.checked_at - (now() - started)));
            next_poll_delay_after(&snapshot, without_news)
        })
    }
}

/// What the schedule goes by.
pub(crate) fn snapshot_of(task: &Task) -> Snapshot {
    Snapshot {
        status: match task.status {
            Status::Queued => Phase::Queued,
            Status::Running => Phase::Running,
            Status::Succeeded | Status::Failed => Phase::Ended,
        },
        progress: task.progress,
        submitted_at: task.submitted_at,
        started_at: task.started_at,
        checked_at: task.checked_at,
    }
}

fn refuse(issues: Vec<Issue>) -> Result<(), Error> {
    if issues.is_empty() { Ok(()) } else { Err(Error::invalid(issues)) }
}

fn failed(task: &Task) -> Error {
    let reason = without_stop(task.fail_reason.as_deref().unwrap_or("the service gives no reason"));
    let advice = ". Change the video or the image accordingly, then submit a new task.";
    Error::new(Code::TaskFailed, &["The task failed: ", reason, advice])
}

fn no_address() -> Error {
    let message = "The service says that the task is done, but gives no address of the video. \
                   Read the task again later, or ask the service's support with the task's id.";
    let mut error = Error::new(Code::BadResponse, &[message]);
    error.retryable = true;
    error
}

/// The end of a wait by its deadline, with what the last read said, if it did not succeed.
fn wait_timed_out(last: Option<Error>) -> Error {
    let message = "The wait's timeout ran out. The task itself goes on: pick it up again with waitForTask(error.taskId)";
    match last {
        None => Error::new(Code::Timeout, &[message]),
        Some(mut error) => {
            error.message = joined(&[message, ". The last read did not succeed: ", &error.message]);
            error.code = Code::Timeout;
            error.retryable = true;
            error
        }
    }
}
