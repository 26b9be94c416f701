//! One HTTP exchange and its retries: takes its turn, sends, reads the whole answer within the time allowed, and asks
//! `retry` whether to try again. Knows nothing of tasks; what an answer means is told by the `read` that is passed.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::advice;
use crate::ask::{Ask, Outgoing, Question};
use crate::body::read_reply;
use crate::credential::{Functions, Kind, credential};
use crate::decoded::{Error, decode_without};
use crate::fetch::{self, Flight, Reply};
use crate::held;
use crate::no_answer::no_answer;
use crate::options::Options;
use crate::retry::{Allowance, Exchange, Tries};
use crate::runtime::{may_panic, now, race, random, sleep, wall_clock};
use crate::secret::Secrets;
use crate::trouble::{Stage, no_response, stalled, timed_out, told};
use crate::turn::Account;
use crate::wire::{self, Body};

/// An answer: the whole of it, or of a file what came before its body.
pub(crate) struct Answer {
    pub(crate) http: u16,
    pub(crate) body: Body<JsValue>,
    pub(crate) reply: Reply,
}

/// Is told what happens while an exchange is under way.
pub(crate) trait Watch {
    /// When a create left whose outcome is not known yet; nothing once it is.
    fn create_in_doubt(&self, sent_at: Option<f64>);

    /// An exchange has failed with `error` and is sent again after `delay` ms: for the `attempt`th time, from 1.
    fn retrying(&self, error: Error, attempt: u32, delay: f64);
}

/// The way to one base URL.
pub(crate) struct Line {
    pub(crate) options: Options,
    pub(crate) given: Given,
    pub(crate) secrets: Secrets,
    account: Account,
}

/// What a caller gives besides plain values.
#[derive(Default)]
pub(crate) struct Given {
    /// In place of the global one.
    pub(crate) fetch: Option<Function>,
    /// In place of a key and a token among the options.
    pub(crate) credentials: Functions,
    pub(crate) watch: Option<Rc<dyn Watch>>,
}

impl Line {
    pub(crate) fn new(options: Options, given: Given) -> Self {
        let account = Account::of(&options, options.api_key.as_deref());
        let secrets = Secrets::of(&options);
        Line { options, given, account, secrets }
    }

    /// Whether the account's task list can be read.
    pub(crate) fn has_token(&self) -> bool {
        self.given.credentials.access_token.is_some() || self.options.access_token.is_some()
    }

    /// Asks until `read` finds in an answer what is wanted, nothing speaks for another try, the retries are used up,
    /// or the time is.
    pub(crate) async fn exchange<T>(
        &self,
        ask: &Ask<'_>,
        read: impl Fn(Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut tries, mut in_doubt_since) = (Tries::default(), None);
        loop {
            // Boxed: thousands that wait for their turn keep no room for it.
            let found = match Box::pin(self.once(ask)).await {
                Ok((answer, account)) => self.judge(ask, answer, account, &read),
                Err(error) => Err(error),
            };
            match found {
                Ok(found) => {
                    self.watch_create(ask, None);
                    return Ok(found);
                }
                Err(error) => self.pause(ask, &mut tries, &mut in_doubt_since, error).await?,
            }
        }
    }

    /// What `read` finds in an answer; the pace learns from it.
    fn judge<T>(
        &self,
        ask: &Ask<'_>,
        answer: Answer,
        account: Option<Account>,
        read: impl Fn(Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let reply = answer.reply.clone();
        let found = read(answer).map_err(|error| self.explained(ask, error, &reply));
        if let Some(account) = account {
            account.learn(found.as_ref().err());
        }
        found
    }

    /// Sleeps until the next try, after one that failed.
    ///
    /// # Errors
    /// `error`, where there is no next try.
    async fn pause(
        &self,
        ask: &Ask<'_>,
        tries: &mut Tries,
        in_doubt_since: &mut Option<f64>,
        error: Error,
    ) -> Result<(), Error> {
        // A doubt that one try left is not lifted by what the next one refuses.
        if error.task_may_exist {
            *in_doubt_since = in_doubt_since.or(ask.sent_at.get());
        }
        self.watch_create(ask, *in_doubt_since);
        let allowed = Allowance {
            max_retries: ask.max_retries,
            max_odd_answers: self.options.max_retries,
            another_key: self.given.credentials.of(self.kind(ask)).is_some(),
        };
        let remaining = ask.deadline - now();
        let pause = tries.pause_after(ask.exchange, &error, allowed, random());
        let Some(pause) = pause.filter(|pause| *pause < remaining) else {
            if pause.is_some() {
                sleep(remaining).await;
            }
            return Err(told(error, *in_doubt_since));
        };
        tries.repeated += 1;
        if let Some(watch) = &self.given.watch {
            watch.retrying(told(error, *in_doubt_since), tries.repeated, pause);
        }
        sleep(pause).await;
        Ok(())
    }

    /// What an answer that is none of those wanted means to the caller.
    fn explained(&self, ask: &Ask<'_>, mut error: Error, reply: &Reply) -> Error {
        error.retry_after = reply.retry_after(wall_clock());
        error.request_id = error.request_id.take().or_else(|| self.request_id(reply));
        let by_token = self.kind(ask) == Kind::AccessToken;
        advice::add(&mut error, &self.options, &self.secrets, by_token);
        error
    }

    /// Sends once; with the answer comes the account whose pace learns from it. The time allowed begins when the request
    /// may leave, and covers the body.
    async fn once(&self, ask: &Ask<'_>) -> Result<(Answer, Option<Account>), Error> {
        let limit = self.options.request_timeout;
        let credential = match ask.outgoing {
            Outgoing::File { .. } => None,
            // Before the turn: whose turn it is may depend on it.
            _ => {
                let within = limit.min(ask.deadline - now());
                let functions = &self.given.credentials;
                credential(functions, self.kind(ask), &self.options, &self.secrets, within).await?
            }
        };
        let account = matches!(ask.outgoing, Outgoing::Question(_)).then(|| {
            let is_given = self.given.credentials.of(self.kind(ask)).is_some();
            if is_given { Account::of(&self.options, credential.as_deref()) } else { self.account.clone() }
        });
        let place = match &account {
            Some(account) => Some(account.turn(ask.deadline, limit).await?),
            None => None,
        };
        if let Outgoing::Upload(parcel) = ask.outgoing {
            parcel.enter("prepared");
        }
        let over = async {
            match ask.outgoing {
                Outgoing::Upload(parcel) => parcel.stalled(limit).await,
                _ => sleep(limit.min(ask.deadline - now())).await,
            }
        };
        let mut stage = Stage::Prepared;
        let result = race(self.send(ask, credential.as_deref(), &mut stage), over).await;
        drop(place);
        let mut error = match result {
            Ok(Ok(Some(answer))) => return Ok((answer, account)),
            Ok(Ok(None)) => no_response(),
            Ok(Err(thrown)) => {
                let by_own_fetch = self.given.fetch.is_some() && stage != Stage::Answered;
                no_answer(thrown, &ask.outgoing.url(&self.options), by_own_fetch, &self.secrets)
            }
            Err(()) if matches!(ask.outgoing, Outgoing::Upload(_)) => stalled(),
            Err(()) => timed_out(),
        };
        if let Outgoing::Upload(parcel) = ask.outgoing
            && let Some(unreadable) = parcel.unreadable()
        {
            return Err(unreadable);
        }
        // What breaks while an answer is read may name the same failures: another connection's.
        error.never_sent &= stage != Stage::Answered;
        let may_be_there = stage != Stage::Prepared && !error.never_sent;
        error.task_may_exist = matches!(ask.exchange, Exchange::Create { .. }) && may_be_there;
        Err(error)
    }

    /// The answer; none where the `fetch` gave something else.
    ///
    /// # Errors
    /// What the `fetch`, or the reading of the body, threw.
    async fn send(
        &self,
        ask: &Ask<'_>,
        credential: Option<&str>,
        stage: &mut Stage,
    ) -> Result<Option<Answer>, JsValue> {
        may_panic("before a request");
        let flight = Flight::start()?;
        let request = ask.outgoing.request(&self.options, credential, &flight)?;
        let fetch = match &self.given.fetch {
            Some(fetch) => fetch.clone(),
            None => fetch::global()?,
        };
        *stage = Stage::Sent;
        ask.sent_at.set(Some(wall_clock()));
        self.watch_create(ask, ask.sent_at.get());
        let reply = match ask.outgoing {
            Outgoing::Upload(parcel) => fetch::reply(parcel.send(&request.into(), &fetch)).await?,
            _ => fetch::send(request, &fetch).await?,
        };
        may_panic("after a request");
        *stage = Stage::Answered;
        let Some(http) = reply.http_status() else { return Ok(None) };
        if let Outgoing::Question(_) = ask.outgoing {
            held::remember(&self.options.base_url, reply.header("act-one-wait").as_deref());
        }
        // What is left of a body that nobody will read is not fetched.
        let (body, is_left) = match (http, &ask.outgoing) {
            // `Response.error()`, which says no more than that.
            (0, _) if !reply.is_of_type("opaqueredirect") => return Err("an error response".into()),
            (_, Outgoing::File { rest, .. }) => {
                let is_whole =
                    || wire::no_whole_download::<JsValue>(http, &|name| reply.header(name)).is_none();
                (Body::Empty, if rest.is_empty() { !is_whole() } else { http != 206 })
            }
            (0 | 300..400, _) => (Body::Redirect, true),
            (_, outgoing) => match read_reply(&reply).await? {
                // Of a file that is refused, the rest need not leave.
                Some(text) => (
                    decode_without(&self.secrets, text),
                    matches!(outgoing, Outgoing::Upload(_)) && !wire::is_success(http),
                ),
                None => (Body::TooLarge, true),
            },
        };
        if !is_left {
            flight.land();
        }
        Ok(Some(Answer { http, body, reply }))
    }

    /// Which credential the request is sent with.
    fn kind(&self, ask: &Ask<'_>) -> Kind {
        match ask.outgoing {
            Outgoing::Question(Question { by_token: true, .. }) if self.has_token() => Kind::AccessToken,
            _ => Kind::ApiKey,
        }
    }

    fn watch_create(&self, ask: &Ask<'_>, sent_at: Option<f64>) {
        if let (Exchange::Create { .. }, Some(watch)) = (ask.exchange, &self.given.watch) {
            watch.create_in_doubt(sent_at);
        }
    }

    /// Under the name that the open gateway (new-api) uses, or the common one.
    fn request_id(&self, reply: &Reply) -> Option<String> {
        let id = ["x-oneapi-request-id", "x-request-id"].iter().find_map(|name| reply.header(name))?;
        Some(self.secrets.scrub(id))
    }
}
