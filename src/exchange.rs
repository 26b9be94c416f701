//! One HTTP exchange and its repeats: takes its turn, sends, reads the whole answer within the time
//! allowed, and asks `retry` whether to try again. Knows nothing of tasks; what an answer means is
//! told by the `read` that the caller passes.

use core::cell::RefCell;
use core::pin::{Pin, pin};
use std::rc::Rc;

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Code, joined};
use crate::options::Options;
use crate::pace::{Pace, Ticket, Turn};
use crate::retry::{self, Exchange};
use crate::web::fetch::{Flight, Question, Reply};
use crate::web::network::no_answer;
use crate::web::race::race;
use crate::web::secret::Secret;
use crate::web::timer::sleep;
use crate::web::{body, now, random, wall_clock};
use crate::wire::{self, Body, Json};
use crate::{Error, Task};

/// Finds a task in an answer.
pub(crate) type Read<'a> = dyn Fn(u16, Body<JsValue>) -> Result<Task, Error> + 'a;

/// What is asked for.
pub(crate) enum Wanted<'a> {
    /// A task, as `read` finds it in the answer to `body`, sent to one of the service's routes.
    Task { path: &'static str, body: JsValue, read: &'a Read<'a> },
    /// The response with a file, its body unread. It is not the service that has it: the pace is not asked.
    /// `signal` cancels it for as long as its body is being read.
    File { url: &'a str, signal: &'a JsValue },
}

/// What is asked for, and how persistently.
pub(crate) struct Ask<'a> {
    pub(crate) wanted: Wanted<'a>,
    pub(crate) exchange: Exchange,
    pub(crate) max_retries: u32,
    /// When it is given up, in ms since the Unix epoch.
    pub(crate) deadline: f64,
}

/// What was wanted.
pub(crate) enum Found {
    Task(Task),
    File(JsValue),
}

impl Found {
    pub(crate) fn task(self) -> Result<Task, Error> {
        if let Found::Task(task) = self { Ok(task) } else { Err(no_response()) }
    }

    pub(crate) fn file(self) -> Result<JsValue, Error> {
        if let Found::File(response) = self { Ok(response) } else { Err(no_response()) }
    }
}

/// An answer: the whole of it, or of a file what came before its body.
struct Answer {
    http: u16,
    body: Body<JsValue>,
    reply: Reply,
}

/// The way to one base address.
pub(crate) struct Line {
    pub(crate) options: Box<Options>,
    /// A function, or undefined for the global one: an option of a function would be twice as large.
    pub(crate) fetch: JsValue,
    pace: Rc<RefCell<Pace>>,
}

impl Line {
    pub(crate) fn new(options: Box<Options>, fetch: JsValue) -> Self {
        let pace = pace_of(&options);
        Line { options, fetch, pace }
    }

    /// Asks until an answer has what is wanted, nothing speaks for another try, the retries are used up, or the
    /// time is.
    ///
    /// Boxed: a wait that sleeps keeps no room for it.
    pub(crate) fn exchange<'a>(
        &'a self,
        ask: Ask<'a>,
    ) -> Pin<Box<impl Future<Output = Result<Found, Error>>>> {
        Box::pin(async move {
            let mut task_may_exist = false;
            let mut repeat = 0;
            let mut odd_answers = 0;
            loop {
                let error = match self.once(&ask).await {
                    Ok(found) => return Ok(found),
                    Err(error) => error,
                };
                // A doubt that one try left is not lifted by what the next one says.
                task_may_exist |= error.task_may_exist;
                // An outage passes; a base address that gives odd answers gives them for ever.
                odd_answers += u32::from(error.code == Code::BadResponse);
                let worthwhile = repeat < ask.max_retries && odd_answers <= self.options.max_retries;
                let remaining = ask.deadline - now();
                if worthwhile && retry::may_repeat(ask.exchange, &error) && remaining > 0.0 {
                    let pause = retry::delay(repeat, error.retry_after, random());
                    sleep(pause.min(remaining), false).await;
                    if pause < remaining {
                        repeat += 1;
                        continue;
                    }
                }
                return Err(if task_may_exist { in_doubt(error) } else { error });
            }
        })
    }

    /// Sends once, and lets the pace learn from the answer. The time allowed begins when the request may
    /// leave, and covers the body.
    async fn once(&self, ask: &Ask<'_>) -> Result<Found, Error> {
        let mut place = None;
        if let Wanted::Task { .. } = ask.wanted {
            let waiting = place.insert(Place::enter(&self.pace));
            while let Some(ms) = self.ask_turn(waiting, ask.deadline)? {
                sleep(ms, false).await;
            }
        }
        let limit = self.options.request_timeout.min(ask.deadline - now());
        let mut stage = Stage::Prepared;
        // Boxed: thousands that wait for their turn keep no room for it.
        let mut sending = Box::pin(self.send(ask, &mut stage));
        let result = race(sending.as_mut(), pin!(sleep(limit, false))).await;
        drop(sending);
        let is_paced = place.is_some();
        drop(place);
        let mut error = match result {
            Ok(Ok(answer)) => {
                let found = self.judge(answer, &ask.wanted);
                if is_paced {
                    let now = now();
                    let mut pace = self.pace.borrow_mut();
                    match &found {
                        Err(error) if error.code == Code::RateLimited => pace.refused(now, error.retry_after),
                        _ => pace.accepted(now),
                    }
                }
                return found;
            }
            Ok(Err(Trouble::Thrown(thrown))) => no_answer(thrown, &self.url(&ask.wanted), &self.options),
            Ok(Err(Trouble::NoResponse)) => no_response(),
            Err(()) => timed_out(),
        };
        // What breaks while an answer is read may name the same failures: another connection's.
        error.never_sent &= stage != Stage::Answered;
        let may_be_there = stage != Stage::Prepared && !error.never_sent;
        error.task_may_exist = matches!(ask.exchange, Exchange::Create { .. }) && may_be_there;
        Err(error)
    }

    fn judge(&self, Answer { http, body, reply }: Answer, wanted: &Wanted<'_>) -> Result<Found, Error> {
        let found = match wanted {
            Wanted::Task { read, .. } => read(http, body).map(Found::Task),
            Wanted::File { .. } if wire::is_success(http) => return Ok(Found::File(reply.0)),
            Wanted::File { .. } => Err(wire::no_download(http)),
        };
        found.map_err(|mut error| {
            error.retry_after = retry_after(&reply);
            if error.request_id.is_none() {
                error.request_id = self.request_id(&reply);
            }
            error
        })
    }

    async fn send(&self, ask: &Ask<'_>, stage: &mut Stage) -> Result<Answer, Trouble> {
        let flight = Flight::start()?;
        let url = self.url(&ask.wanted);
        let question = match &ask.wanted {
            Wanted::Task { body, .. } => Question::post(&url, &self.options, body),
            Wanted::File { signal, .. } => Question::get(&url, signal),
        };
        let request = question.prepare(&self.fetch, &flight)?;
        *stage = Stage::Sent;
        let reply = Reply(request.send()?.await?);
        *stage = Stage::Answered;
        let http = reply.http_status().ok_or(Trouble::NoResponse)?;
        // What is left of a body that nobody will read is not fetched.
        let (body, is_left) = match (http, &ask.wanted) {
            // `Response.error()`, which says no more than that.
            (0, _) if !reply.is_opaque_redirect() => return Err(Trouble::Thrown("an error response".into())),
            (0 | 300..400, Wanted::Task { .. }) => (Body::Redirect, true),
            (_, Wanted::Task { .. }) => match body::read_text(&reply).await? {
                Some(text) => (body::decode(&Secret(&self.options).scrub(text)), false),
                None => (Body::TooLarge, true),
            },
            (_, Wanted::File { .. }) => (Body::Empty, !wire::is_success(http)),
        };
        if !is_left {
            flight.land();
        }
        Ok(Answer { http, body, reply })
    }

    fn url(&self, wanted: &Wanted<'_>) -> String {
        match wanted {
            Wanted::Task { path, .. } => {
                let mut base = self.options.base_url.as_str();
                while let Some(shorter) = base.strip_suffix("/") {
                    base = shorter;
                }
                joined(&[base, path])
            }
            Wanted::File { url, .. } => (*url).into(),
        }
    }

    /// Under the name that the open gateway (new-api) uses, or the common one.
    fn request_id(&self, reply: &Reply) -> Option<String> {
        let ids = ["x-oneapi-request-id", "x-request-id"].iter().map(|name| reply.header(name));
        let id = ids.filter_map(|id| id.dyn_into::<JsString>().ok()).next()?;
        Secret(&self.options).scrub(id).as_string()
    }

    /// Ms to sleep before it is asked again; none when the turn has come.
    fn ask_turn(&self, place: &mut Place, deadline: f64) -> Result<Option<f64>, Error> {
        // The platform is asked before anything is borrowed: should it throw, nothing stays so.
        let (now, random) = (now(), random());
        if now >= deadline {
            let message =
                "Requests were held back all the time: the service takes no more at once. Allow more time.";
            return Err(Error::new(Code::Timeout, &[message]));
        }
        let turn = self.pace.borrow_mut().ask(&mut place.ticket, now, self.options.request_timeout, random);
        Ok(match turn {
            Turn::Go => {
                place.in_flight = true;
                None
            }
            Turn::Sleep(ms) => Some(ms.min(deadline - now)),
        })
    }
}

/// How far a request has come.
#[derive(PartialEq)]
enum Stage {
    Prepared,
    Sent,
    Answered,
}

/// Why there is no answer.
enum Trouble {
    /// What the `fetch`, or the reading of the body, threw.
    Thrown(JsValue),
    /// The `fetch` gave something else.
    NoResponse,
}

fn no_response() -> Error {
    let message =
        "The fetch option gave something that is no Response. Pass a function like the global fetch.";
    Error::new(Code::BadResponse, &[message])
}

impl From<JsValue> for Trouble {
    fn from(thrown: JsValue) -> Self {
        Trouble::Thrown(thrown)
    }
}

/// A place in the queue, then in flight; given back when dropped.
struct Place<'a> {
    pace: &'a RefCell<Pace>,
    ticket: Ticket,
    in_flight: bool,
}

impl<'a> Place<'a> {
    fn enter(pace: &'a RefCell<Pace>) -> Self {
        Place { pace, ticket: pace.borrow_mut().enter(), in_flight: false }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut pace = self.pace.borrow_mut();
        if self.in_flight {
            pace.finish(self.ticket);
        } else {
            pace.leave(self.ticket);
        }
    }
}

/// The error of a create that may have made a task all the same.
fn in_doubt(mut error: Error) -> Error {
    error.task_may_exist = true;
    error.retryable = false;
    error.message.push_str(
        " A paid task may have been created all the same: check the account before submitting again.",
    );
    error
}

fn timed_out() -> Error {
    let message = "No whole answer in time. Allow more by requestTimeout, or check the network.";
    Error::new(Code::Timeout, &[message])
}

/// `Retry-After`, in ms: seconds, or an HTTP date (RFC 9110, section 10.2.3).
fn retry_after(reply: &Reply) -> Option<f64> {
    let value = reply.header("retry-after");
    let text = value.text();
    let is_number = text.trim_ascii().bytes().all(|byte| byte.is_ascii_digit());
    let ms = if is_number { value.number() * 1000.0 } else { value.date() - wall_clock() };
    if ms.is_nan() { None } else { Some(ms.max(0.0)) }
}

/// How many paces are remembered. More than most programs have; a bound all the same.
const MAX_PACES: usize = 32;

/// The pace of a key at a base address, the same for all calls of the module: what one account has used up is none of
/// another's.
fn pace_of(options: &Options) -> Rc<RefCell<Pace>> {
    thread_local! {
        static PACES: RefCell<Vec<(String, Rc<RefCell<Pace>>)>> = const { RefCell::new(Vec::new()) };
    }
    let whose = joined(&[&options.base_url, " ", options.api_key.as_deref().unwrap_or_default()]);
    PACES.with_borrow_mut(|paces| {
        if let Some((_, pace)) = paces.iter().find(|(other, _)| *other == whose) {
            return Rc::clone(pace);
        }
        if paces.len() >= MAX_PACES {
            paces.remove(0);
        }
        let pace = Rc::<RefCell<Pace>>::default();
        paces.push((whose, Rc::clone(&pace)));
        pace
    })
}
