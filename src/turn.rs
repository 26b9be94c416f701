//! A request's turn: the pace of an account, the same for all calls of the module, and the place of one request in it.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bounded;
use crate::decoded::Error;
use crate::error::Code;
use crate::options::Options;
use crate::pace::{Pace, Ticket, Turn};
use crate::runtime::{now, random, sleep};

/// How many paces are remembered. More than most programs have; a bound all the same.
const MAX_PACES: usize = 32;

/// What one account may send at a base URL.
#[derive(Clone, Default)]
pub(crate) struct Account(Rc<RefCell<Pace>>);

impl Account {
    /// The account of a key at the base URL: what one has used up is none of another's.
    pub(crate) fn of(options: &Options, api_key: Option<&str>) -> Self {
        thread_local! {
            static ACCOUNTS: RefCell<Vec<(String, Account)>> = const { RefCell::new(Vec::new()) };
        }
        let whose = [&options.base_url, " ", api_key.unwrap_or_default()].concat();
        ACCOUNTS.with_borrow_mut(|accounts| {
            if let Some((_, account)) = accounts.iter().find(|(other, _)| *other == whose) {
                return account.clone();
            }
            let account = Account::default();
            bounded::push(accounts, (whose, account.clone()), MAX_PACES);
            account
        })
    }

    /// Waits for a turn to send, until `deadline`; the place is held for `lease` ms at most.
    pub(crate) async fn turn(&self, deadline: f64, lease: f64) -> Result<Place<'_>, Error> {
        let mut place = Place { pace: &self.0, ticket: self.0.borrow_mut().enter(), in_flight: false };
        loop {
            // The platform is asked before anything is borrowed: should it throw, nothing stays borrowed.
            let (now, random) = (now(), random());
            if now >= deadline {
                let message = "Requests were held back all the time: the service takes no more at once. Allow more time.";
                return Err(Error::new(Code::Timeout, &[message]));
            }
            let turn = self.0.borrow_mut().ask(&mut place.ticket, now, lease, random);
            match turn {
                Turn::Go => {
                    place.in_flight = true;
                    return Ok(place);
                }
                Turn::Sleep(ms) => sleep(ms.min(deadline - now)).await,
            }
        }
    }

    /// Learns from an answer: that it was a refusal, or none.
    pub(crate) fn learn(&self, refusal: Option<&Error>) {
        let now = now();
        let mut pace = self.0.borrow_mut();
        match refusal {
            Some(error) if error.code == Code::RateLimited => pace.refused(now, error.retry_after),
            _ => pace.accepted(now),
        }
    }
}

/// A place in the queue, then in flight; given back when dropped.
pub(crate) struct Place<'a> {
    pace: &'a RefCell<Pace>,
    ticket: Ticket,
    in_flight: bool,
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
