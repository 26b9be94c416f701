//! Whether one failed exchange is sent again, and after how long. Pure functions: the clock, the dice
//! and the network are the caller's.
//!
//! Not taken from a library: `backon` (alive, the nearest fit) adds jitter on top of a delay where full
//! jitter draws from zero up, and keeps a random generator of its own beside the runtime's.

use crate::error::Error;

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
