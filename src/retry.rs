//! Whether one failed exchange is sent again, and after how long. Pure functions: the clock, the dice
//! and the network are the caller's.
//!
//! Not taken from a library: `backon` (alive, the nearest fit) adds jitter on top of a delay where full
//! jitter draws from zero up, and keeps a random generator of its own beside the runtime's.

use crate::error::{Code, Error};

/// The delay of the first repeat, before jitter.
const BASE_DELAY_MS: f64 = 500.0;

/// Where the exponential growth ends: a service that was down is found up again within this time.
const MAX_DELAY_MS: f64 = 30_000.0;

/// The longest `Retry-After` that is believed. A wait has a timeout of its own; an hour named by a
/// confused gateway must not outlast it unseen.
const MAX_RETRY_AFTER_MS: f64 = 120_000.0;

/// What kind of exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// Creates a paid task.
    Create {
        /// Whether what may have been processed may be sent again: by the caller's explicit consent, or because the
        /// other side tells a repeat by its `Idempotency-Key`.
        may_repeat_in_doubt: bool,
    },
    /// Free, and the same however often it is sent: reads, and uploads, of which one copy more costs nothing.
    Read,
}

/// Whether sending the same request again is both safe and worthwhile.
pub fn may_repeat<V>(exchange: Exchange, error: &Error<V>) -> bool {
    match exchange {
        // What is not there yet is for the caller to ask for again: no try failed.
        Exchange::Read => error.retryable && !error.nothing_yet,
        // Only what proves that no task was made: the service turned it away, or never had it.
        Exchange::Create { may_repeat_in_doubt } => {
            error.turned_away() || error.never_sent || (may_repeat_in_doubt && error.task_may_exist)
        }
    }
}

/// What the tries of one exchange have come to so far.
#[derive(Default)]
pub struct Tries {
    /// How many followed a failed one.
    pub repeated: u32,
    /// Whether one of these went with another key, because its own was refused.
    was_key_refused: bool,
    /// How many brought an answer that is not the service's.
    odd_answers: u32,
}

/// How often an exchange may be tried again.
#[derive(Clone, Copy)]
pub struct Allowance {
    /// How often.
    pub max_retries: u32,
    /// How often where the answer is not the service's: an outage passes, a wrong base URL does not.
    pub max_odd_answers: u32,
    /// Whether another key can be had in place of one that was refused.
    pub another_key: bool,
}

impl Tries {
    /// Ms to the next try, where one is allowed and worthwhile after `error`.
    pub fn pause_after<V>(
        &mut self,
        exchange: Exchange,
        error: &Error<V>,
        allowed: Allowance,
        random: f64,
    ) -> Option<f64> {
        self.odd_answers += u32::from(error.code == Code::BadResponse);
        if allowed.another_key
            && error.code == Code::Unauthorized
            && error.task_id.is_none()
            && !self.was_key_refused
        {
            // Not one of the retries: nothing has failed, a short-lived key has expired.
            self.was_key_refused = true;
            return Some(0.0);
        }
        let retries = self.repeated.saturating_sub(u32::from(self.was_key_refused));
        let is_allowed = retries < allowed.max_retries && self.odd_answers <= allowed.max_odd_answers;
        (is_allowed && may_repeat(exchange, error)).then(|| delay(retries, error.retry_after, random))
    }
}

/// Ms to wait before repeat number `repeat` (the first is 0): exponential backoff with full jitter
/// (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>), never less than the
/// service asked for. `random` is from 0 up to 1.
pub fn delay(repeat: u32, retry_after: Option<f64>, random: f64) -> f64 {
    // 2^6 × 500 ms is past the cap already.
    let ceiling = (BASE_DELAY_MS * f64::from(1u32 << repeat.min(6))).min(MAX_DELAY_MS);
    let asked = retry_after.unwrap_or(0.0).clamp(0.0, MAX_RETRY_AFTER_MS);
    // Where the service named a time, the jitter comes on top, lest all who were told come at once.
    asked + random * if asked > 0.0 { ceiling.min(BASE_DELAY_MS) } else { ceiling }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    const CREATE: Exchange = Exchange::Create { may_repeat_in_doubt: false };
    const CREATE_AT_ANY_PRICE: Exchange = Exchange::Create { may_repeat_in_doubt: true };

    fn error(code: Code) -> Error<()> {
        Error::new(code, &[])
    }

    #[test]
    fn a_create_is_repeated_only_on_proof_that_no_task_was_made() {
        assert!(may_repeat(CREATE, &error(Code::RateLimited)));
        assert!(!may_repeat(CREATE_AT_ANY_PRICE, &error(Code::RateLimited).about("paid")));
        let mut refused = error(Code::Network);
        refused.never_sent = true;
        assert!(may_repeat(CREATE, &refused));
        for code in [Code::Network, Code::Timeout, Code::ServerError, Code::BadResponse] {
            let mut open = error(code);
            open.task_may_exist = true;
            assert!(!may_repeat(CREATE, &open), "{code:?}");
            assert!(may_repeat(CREATE_AT_ANY_PRICE, &open), "{code:?}");
        }
        assert!(!may_repeat(CREATE_AT_ANY_PRICE, &error(Code::Rejected)));
    }

    #[test]
    fn a_read_is_repeated_on_whatever_may_pass() {
        for code in [Code::RateLimited, Code::Network, Code::Timeout, Code::ServerError] {
            assert!(may_repeat(Exchange::Read, &error(code)), "{code:?}");
        }
        for code in
            [Code::Unauthorized, Code::Forbidden, Code::Rejected, Code::TaskNotFound, Code::BadResponse]
        {
            assert!(!may_repeat(Exchange::Read, &error(code)), "{code:?}");
        }
    }

    /// How many tries follow the first one, where each ends with an error of this code.
    fn tries_after(code: Code, allowed: Allowance) -> u32 {
        let mut tries = Tries::default();
        while tries.repeated < 100 && tries.pause_after(Exchange::Read, &error(code), allowed, 0.0).is_some()
        {
            tries.repeated += 1;
        }
        tries.repeated
    }

    #[test]
    fn an_outage_is_retried_for_longer_than_a_base_url_with_odd_answers() {
        let mut odd = error(Code::BadResponse);
        odd.retryable = true;
        let allowed = Allowance { max_retries: u32::MAX, max_odd_answers: 3, another_key: false };
        let mut tries = Tries::default();
        for _ in 0..3 {
            assert!(tries.pause_after(Exchange::Read, &odd, allowed, 0.0).is_some());
        }
        assert!(tries.pause_after(Exchange::Read, &odd, allowed, 0.0).is_none());
        assert_eq!(tries_after(Code::ServerError, allowed), 100);
        assert_eq!(tries_after(Code::ServerError, Allowance { max_retries: 2, ..allowed }), 2);
    }

    #[test]
    fn a_refused_key_is_replaced_once_and_uses_up_no_retry() {
        let allowed = Allowance { max_retries: 2, max_odd_answers: 2, another_key: true };
        assert_eq!(tries_after(Code::Unauthorized, allowed), 1);
        assert_eq!(tries_after(Code::Unauthorized, Allowance { another_key: false, ..allowed }), 0);
        let mut tries = Tries::default();
        assert_eq!(tries.pause_after(Exchange::Read, &error(Code::Unauthorized), allowed, 1.0), Some(0.0));
        for retry in 0..2 {
            tries.repeated += 1;
            let pause = tries.pause_after(Exchange::Read, &error(Code::ServerError), allowed, 1.0);
            assert_eq!(pause, Some(delay(retry, None, 1.0)));
        }
        tries.repeated += 1;
        assert!(tries.pause_after(Exchange::Read, &error(Code::ServerError), allowed, 1.0).is_none());
    }

    #[test]
    fn delays_grow_up_to_the_cap_and_jitter_reaches_down_to_zero() {
        let longest: Vec<f64> = (0..10).map(|repeat| delay(repeat, None, 1.0)).collect();
        assert!(longest.is_sorted());
        assert_eq!(longest[0], BASE_DELAY_MS);
        assert_eq!(longest[9], MAX_DELAY_MS);
        assert_eq!(delay(u32::MAX, None, 1.0), MAX_DELAY_MS);
        assert_eq!(delay(3, None, 0.0), 0.0);
    }

    #[test]
    fn what_the_service_asks_for_is_honoured_within_reason() {
        assert!(delay(0, Some(7_000.0), 0.0) >= 7_000.0);
        assert!(delay(9, Some(7_000.0), 1.0) <= 7_000.0 + BASE_DELAY_MS);
        assert_eq!(delay(0, Some(1e12), 0.0), MAX_RETRY_AFTER_MS);
        assert_eq!(delay(0, Some(-5.0), 0.0), 0.0);
    }
}
