//! The wait: reads a task until it has ended, at the times that the schedule names, through outages, grace periods
//! and sleeping tabs.

use crate::decoded::{Error, Task};
use crate::error::{Code, without_stop};
use crate::exchange::Line;
use crate::feed;
use crate::held::{HeldPlace, Trust, is_early, offered};
use crate::runtime::{may_panic, now, sleep, sleep_unless_woken, wall_clock};
use crate::schedule::{Snapshot, next_poll_delay};
use crate::task::Status;

/// After "done", how long the URL of the result may lag behind before the wait gives up on it.
const URL_GRACE_MS: f64 = 20_000.0;

/// Waking up reads at once, but a page that flickers between visible and hidden does not poll faster than this.
const LEAST_BETWEEN_READS_MS: f64 = 1_000.0;

/// The longest pause after a read that told nothing of the task: it may have been done for long.
const MOST_BETWEEN_READS_MS: f64 = 60_000.0;

/// A snapshot no older than this is what the other side has too.
const JUST_READ_MS: f64 = 1_000.0;

/// A `fetch` that answers out of memory would leave no turn of the event loop to anybody else; so one is taken after
/// as many reads. A read from memory takes a twentieth of a ms, and a turn as much again.
const READS_IN_A_TURN: u32 = 64;

/// What a wait starts from: an id alone, or a task as another call returned it.
#[derive(Clone, Debug)]
pub struct TaskRef {
    pub(crate) id: String,
    pub(crate) known: Option<Task>,
}

impl From<&str> for TaskRef {
    fn from(id: &str) -> Self {
        TaskRef { id: id.into(), known: None }
    }
}

impl From<Task> for TaskRef {
    fn from(task: Task) -> Self {
        TaskRef { id: task.id.clone(), known: Some(task) }
    }
}

/// Reads until the task has ended. `on_update` is called with each snapshot that differs from the one before, and
/// with the last one always.
pub(crate) async fn wait(
    line: &Line,
    from: TaskRef,
    on_update: &mut dyn FnMut(&Task),
) -> Result<Task, Error> {
    let mut wait = Wait::new(line, from);
    let outcome = wait.run(on_update).await;
    outcome.map_err(|error| {
        let mut error = error.about(&wait.id);
        error.task = wait.known;
        error
    })
}

/// A wait under way. All times are by the clock of `runtime::now`.
struct Wait<'a> {
    line: &'a Line,
    id: String,
    known: Option<Task>,
    started: f64,
    deadline: f64,
    /// When what is known was read.
    known_at: f64,
    next_read: f64,
    /// Since when the service has said "done" without a URL; infinite while it has not.
    done_since: f64,
    /// How many reads in a row brought no news.
    without_news: u32,
    reads: u32,
    /// Whether the next read may leave at once, to be held: only directly after an answer, because news that came in
    /// between would not end it.
    may_hold: bool,
    trust: Trust,
}

impl<'a> Wait<'a> {
    fn new(line: &'a Line, TaskRef { id, known }: TaskRef) -> Self {
        let started = now();
        let age = known.as_ref().map_or(0.0, |task| (wall_clock() - task.checked_at).max(0.0));
        let mut wait = Wait {
            line,
            id,
            known,
            started,
            deadline: started + line.options.timeout,
            known_at: started - age,
            next_read: started,
            done_since: f64::INFINITY,
            without_news: 0,
            reads: 0,
            may_hold: false,
            trust: Trust::default(),
        };
        if let Some(task) = &wait.known {
            wait.next_read = wait.known_at + wait.delay_after(task);
            wait.may_hold = age < JUST_READ_MS && !task.status.is_final();
        }
        wait
    }

    async fn run(&mut self, on_update: &mut dyn FnMut(&Task)) -> Result<Task, Error> {
        loop {
            let held = self.held();
            self.sleep(held.is_some()).await;
            if now() >= self.deadline {
                return Err(timed_out(None));
            }
            self.reads += 1;
            let left = now();
            let hold = held.as_ref().map(|(seconds, _)| *seconds);
            let answer = feed::read(self.line, &self.id, u32::MAX, self.deadline, hold).await;
            let took = now() - left;
            match answer {
                Ok(task) => {
                    if let Some(task) = self.learn(task, on_update)? {
                        return Ok(task);
                    }
                    if let Some(seconds) = hold {
                        self.trust.learn(seconds, took, self.without_news == 0);
                    }
                    self.may_hold = self.trust.holds();
                }
                Err(error) if error.nothing_yet || self.is_not_yet(&error) => {
                    self.next_read = now() + self.delay_without_news(&error);
                    self.may_hold = hold.is_none_or(|seconds| !is_early(seconds, took));
                }
                // What may pass is retried until the deadline; so the deadline is what ended it.
                Err(error)
                    if error.retryable && (error.code != Code::BadResponse || now() >= self.deadline) =>
                {
                    return Err(timed_out(Some(error)));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The seconds to hold the next read for, and its place among those that are held, if it can be held.
    fn held(&self) -> Option<(u32, HeldPlace)> {
        let options = &self.line.options;
        let offer = offered(options).filter(|_| self.may_hold && self.trust.holds())?;
        // A task that is not there is held too: no longer than until its absence counts.
        let is_unseen = self.known_at <= self.started;
        let grace = ((self.known_at + options.not_found_grace - now()) / 1_000.0).ceil().max(0.0) as u32;
        let seconds = if is_unseen { offer.min(grace) } else { offer };
        if seconds == 0 { None } else { Some((seconds, HeldPlace::take(&options.base_url)?)) }
    }

    /// Takes in what a read has told; the task, when it has succeeded.
    fn learn(&mut self, mut task: Task, on_update: &mut dyn FnMut(&Task)) -> Result<Option<Task>, Error> {
        may_panic("in a wait");
        self.known_at = now();
        let is_news = self.known.as_ref().is_none_or(|last| {
            task.continue_from(last);
            task.differs_from(last)
        });
        self.without_news = if is_news { 0 } else { self.without_news + 1 };
        if is_news || task.status.is_final() {
            on_update(&task);
        }
        if task.status == Status::Succeeded {
            return Ok(Some(task));
        }
        self.next_read = self.known_at + self.delay_after(&task);
        self.done_since =
            if task.awaits_address { self.done_since.min(self.known_at) } else { f64::INFINITY };
        let failure = if task.status == Status::Failed {
            Some(failed(&task))
        } else if self.known_at - self.done_since >= URL_GRACE_MS {
            Some(no_url())
        } else {
            None
        };
        self.known = Some(task);
        failure.map_or(Ok(None), Err)
    }

    /// Until the next read is due, which is `at_once` for one that is held, or until the page wakes up; but then not for
    /// so short that it would poll too fast.
    async fn sleep(&self, at_once: bool) {
        let until = if at_once { now() } else { self.next_read.min(self.deadline) };
        let remaining = until - now();
        if remaining > 0.0 || self.reads % READS_IN_A_TURN == READS_IN_A_TURN - 1 {
            sleep_unless_woken(remaining).await;
        }
        let remaining = until.min(self.known_at + LEAST_BETWEEN_READS_MS) - now();
        if remaining > 0.0 {
            sleep(remaining).await;
        }
    }

    /// Whether a task that the service does not know may only not be visible yet.
    fn is_not_yet(&self, error: &Error) -> bool {
        error.code == Code::TaskNotFound && now() < self.known_at + self.line.options.not_found_grace
    }

    /// Ms to the next read after one that told nothing of the task.
    fn delay_without_news(&mut self, error: &Error) -> f64 {
        if let Some(interval) = self.line.options.poll_interval {
            return interval;
        }
        if !error.nothing_yet {
            return LEAST_BETWEEN_READS_MS;
        }
        self.without_news += 1;
        // There may be nothing until the timeout, so the reads are as far apart as for a task that is known.
        let unknown = Snapshot {
            status: Status::Queued,
            progress: None,
            submitted_at: None,
            started_at: None,
            checked_at: wall_clock(),
        };
        let known = self.known.as_ref();
        let snapshot =
            known.map_or(unknown, |task| Snapshot { checked_at: wall_clock(), ..snapshot_of(task) });
        self.scheduled(snapshot).clamp(LEAST_BETWEEN_READS_MS, MOST_BETWEEN_READS_MS)
    }

    /// Ms from a snapshot to the next read.
    fn delay_after(&self, task: &Task) -> f64 {
        if task.status.is_final() {
            // Handed in as ended, perhaps by a callback: a hint to read at once, never proof.
            return 0.0;
        }
        self.line.options.poll_interval.unwrap_or_else(|| self.scheduled(snapshot_of(task)))
    }

    /// The same by the schedule. A task that nobody says the age of is at least as old as the wait.
    fn scheduled(&self, snapshot: Snapshot) -> f64 {
        let began = snapshot.checked_at - (now() - self.started);
        let submitted_at = snapshot.submitted_at.or(Some(began));
        next_poll_delay(&Snapshot { submitted_at, ..snapshot }, self.without_news)
    }
}

/// What the schedule goes by.
pub(crate) fn snapshot_of(task: &Task) -> Snapshot {
    Snapshot {
        status: task.status,
        progress: task.progress,
        submitted_at: task.submitted_at,
        started_at: task.started_at,
        checked_at: task.checked_at,
    }
}

fn failed(task: &Task) -> Error {
    let reason = without_stop(task.fail_reason.as_deref().unwrap_or("the service gives no reason"));
    let advice = ". Change the video or the image accordingly, then submit a new task.";
    Error::new(Code::TaskFailed, &["The task failed: ", reason, advice])
}

fn no_url() -> Error {
    let message = "The service says that the task is done, but gives no URL of the video. \
                   Read the task again later, or ask the service's support with the task's id.";
    let mut error = Error::new(Code::BadResponse, &[message]);
    error.retryable = true;
    error
}

/// The end of a wait by its deadline, with what the last read said, if it did not succeed.
fn timed_out(last: Option<Error>) -> Error {
    let message = "The wait's timeout ran out. The task itself goes on: pick it up again with waitForTask(error.taskId)";
    match last {
        None => Error::new(Code::Timeout, &[message]),
        Some(mut error) => {
            error.message = [message, ". The last read did not succeed: ", &error.message].concat();
            error.code = Code::Timeout;
            error.retryable = true;
            error
        }
    }
}
