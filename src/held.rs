//! Held reads: a proxy that offers it may keep a read open until something changes, which saves a wait most of its
//! requests. What has been offered, how many reads may be held at once, and when a wait stops asking for it. Sends
//! nothing and knows no clock.
//!
//! The offer is the response header `Act-One-Wait: <seconds>`; a read asks for it by `Prefer: wait=<seconds>` (RFC 7240,
//! section 4.3).

use std::cell::RefCell;

use crate::bounded;
use crate::options::Options;

/// A browser has six connections to an origin over HTTP/1.1; held reads leave half of them to everything else.
const MAX_HELD: usize = 3;

/// How many base URLs are remembered. More than most programs have; a bound all the same.
const MAX_OFFERS: usize = 32;

/// An answer that took less than this share of the time asked for came back early.
const EARLY: f64 = 0.9;

/// So many early answers without news in a row say that the other side does not hold reads after all.
const MOST_EARLY: u32 = 2;

thread_local! {
    /// Base URL and seconds.
    static OFFERS: RefCell<Vec<(String, u32)>> = const { RefCell::new(Vec::new()) };
    /// The origin of each read that is held right now.
    static HELD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Remembers what an answer from `base_url` has offered in its header, or that it has offered nothing.
pub(crate) fn remember(base_url: &str, header: Option<&str>) {
    let seconds = header.and_then(|header| header.trim_ascii().parse().ok()).unwrap_or(0);
    OFFERS.with_borrow_mut(|offers| {
        offers.retain(|(other, _)| other != base_url);
        if seconds > 0 {
            bounded::push(offers, (base_url.into(), seconds), MAX_OFFERS);
        }
    });
}

/// The seconds that a read may ask for: what has been offered, but never longer than half of the time that a request is
/// given. None where reads are to be at a fixed interval.
pub(crate) fn offered(options: &Options) -> Option<u32> {
    let offer = OFFERS.with_borrow(|offers| {
        offers.iter().find(|(base_url, _)| *base_url == options.base_url).map(|(_, seconds)| *seconds)
    })?;
    let seconds = offer.min((options.request_timeout / 2_000.0) as u32);
    (seconds > 0 && options.poll_interval.is_none()).then_some(seconds)
}

/// A place among the reads that are held at once; given back when dropped.
pub(crate) struct HeldPlace {
    origin: String,
}

impl HeldPlace {
    /// A place at the origin of `base_url`, if one is free.
    pub(crate) fn take(base_url: &str) -> Option<Self> {
        let origin: String = base_url.split('/').take(3).collect::<Vec<_>>().join("/").to_ascii_lowercase();
        HELD.with_borrow_mut(|held| {
            if held.iter().filter(|other| **other == origin).count() >= MAX_HELD {
                return None;
            }
            held.push(origin.clone());
            Some(HeldPlace { origin })
        })
    }
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        HELD.with_borrow_mut(|held| {
            if let Some(index) = held.iter().position(|other| *other == self.origin) {
                held.swap_remove(index);
            }
        });
    }
}

/// Whether one wait still asks for held reads.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    early: u32,
}

impl Trust {
    /// Whether the next read may be held.
    pub(crate) fn holds(&self) -> bool {
        self.early < MOST_EARLY
    }

    /// Learns from the answer to a read that was to be held for `seconds` and took `ms`.
    pub(crate) fn learn(&mut self, seconds: u32, ms: f64, is_news: bool) {
        self.early = if is_early(seconds, ms) && !is_news { self.early + 1 } else { 0 };
    }
}

/// Whether an answer after `ms` came before the `seconds` that were asked for.
pub(crate) fn is_early(seconds: u32, ms: f64) -> bool {
    ms < f64::from(seconds) * 1_000.0 * EARLY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered_at(base_url: &str, request_timeout: f64) -> Option<u32> {
        offered(&Options { base_url: base_url.into(), request_timeout, ..Options::default() })
    }

    #[test]
    fn an_offer_counts_until_an_answer_comes_without_one() {
        let url = "https://offers.example";
        assert_eq!(offered_at(url, 30_000.0), None);
        remember(url, Some(" 20 "));
        assert_eq!(offered_at(url, 60_000.0), Some(20));
        remember(url, Some("5"));
        assert_eq!(offered_at(url, 60_000.0), Some(5));
        assert_eq!(offered_at("https://other.example", 60_000.0), None);
        for nothing in [None, Some(""), Some("soon"), Some("-1"), Some("0"), Some("1e9")] {
            remember(url, Some("20"));
            remember(url, nothing);
            assert_eq!(offered_at(url, 60_000.0), None, "{nothing:?}");
        }
    }

    #[test]
    fn no_read_is_held_for_longer_than_half_of_its_timeout() {
        let url = "https://timeouts.example";
        remember(url, Some("60"));
        assert_eq!(offered_at(url, 30_000.0), Some(15));
        assert_eq!(offered_at(url, 2_000.0), Some(1));
        assert_eq!(offered_at(url, 1_999.0), None);
        let fixed = Options { base_url: url.into(), poll_interval: Some(1_000.0), ..Options::default() };
        assert_eq!(offered(&fixed), None);
    }

    #[test]
    fn many_base_urls_leave_only_the_latest_remembered() {
        for index in 0..100 {
            remember(&format!("https://many-{index}.example"), Some("20"));
        }
        assert_eq!(offered_at("https://many-0.example", 30_000.0), None);
        assert_eq!(offered_at("https://many-99.example", 30_000.0), Some(15));
    }

    #[test]
    fn three_reads_are_held_at_an_origin_at_once_and_more_elsewhere() {
        let take = |url: &str| HeldPlace::take(url);
        let held = [
            take("https://places.example/a"),
            take("https://PLACES.example/b"),
            take("https://places.example"),
        ];
        assert!(held.iter().all(Option::is_some));
        assert!(take("https://places.example/a").is_none());
        assert!(take("https://elsewhere.example").is_some());
        drop(held);
        assert!(take("https://places.example/a").is_some());
    }

    #[test]
    fn two_early_answers_in_a_row_without_news_end_the_use_of_it() {
        let mut trust = Trust::default();
        trust.learn(15, 100.0, false);
        trust.learn(15, 15_000.0, false);
        trust.learn(15, 100.0, false);
        trust.learn(15, 100.0, true);
        assert!(trust.holds());
        trust.learn(15, 100.0, false);
        trust.learn(15, 100.0, false);
        assert!(!trust.holds());
    }
}
