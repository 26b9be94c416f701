//! How fast one account's requests may leave, over all calls of the module: a bound on requests
//! in flight, and after the first 429 a rate that is found by additive increase and multiplicative
//! decrease, first come first served. Pure: the clock and the dice are the caller's.
//!
//! Nothing here wakes anybody. A caller asks for its turn and is told to go or how long to sleep
//! before asking again, because in a Worker one request must not resume another's work, and a
//! request that the platform drops never gives back what it held (so leases run out by themselves).

/// The most requests in flight. Six connections are what HTTP/1.1 browsers
/// open; over HTTP/2 this is a third of the streams that servers commonly allow (100).
const MAX_IN_FLIGHT: usize = 32;

/// After a 429 the rate falls to this share of itself…
const DECREASE: f64 = 0.9;
/// …or, where far fewer requests than that were let through, down to this share at once.
const STEEPEST_DECREASE: f64 = 0.5;
/// The first 429 is answered with a rate of so many requests a second for each one in flight, if no more have been let
/// through yet: a burst may be refused before anything of it is accepted.
const FIRST_SHARE: f64 = 0.5;
/// How long after a change of rate the answers still tell of the rate before it.
const SETTLING_MS: f64 = 1_000.0;
/// The rate grows by this share each second…
const INCREASE: f64 = 0.01;
/// …and for each quiet second since the last 429 by this much more, so that a rate that fell too
/// low is left behind within a minute.
const ACCELERATION: f64 = 0.002;
/// The slowest rate, in requests per ms: one in ten seconds.
const SLOWEST: f64 = 0.000_1;
/// Beyond this the rate is none, and a new limit would be found too late: halved once a second, it takes as many
/// seconds as there are powers of two in between.
const FASTEST: f64 = 1.0;
/// The longest `Retry-After` that all calls are held back for.
const MAX_HOLD_MS: f64 = 120_000.0;
/// The longest sleep before asking again: the rate may have risen meanwhile.
const MAX_SLEEP_MS: f64 = 2_000.0;

/// A place in the queue.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    number: f64,
    /// Tickets of before the rate was limited are worth nothing after.
    epoch: u32,
}

/// What a caller is told that asks for its turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Send now.
    Go,
    /// Ask again after this many ms.
    Sleep(f64),
}

/// The pace of one account at one base URL.
#[derive(Debug, Default)]
pub struct Pace {
    /// Requests per ms; `None` while no 429 has been seen.
    rate: Option<f64>,
    epoch: u32,
    issued: f64,
    /// Tickets below this number may leave.
    served: f64,
    served_at: f64,
    /// Whose holders have left before their turn.
    left: Vec<f64>,
    held_until: f64,
    changed_at: f64,
    slowed_at: f64,
    /// When the lease of each request in flight runs out, by ticket.
    in_flight: Vec<(f64, f64)>,
    waiting: f64,
    counting_since: f64,
    counted: f64,
    /// Requests per ms that were let through in the last full second.
    let_through: f64,
}

impl Pace {
    /// Joins the queue.
    pub fn enter(&mut self) -> Ticket {
        self.waiting += 1.0;
        self.ticket()
    }

    /// Asks whether the holder of `ticket` may send now. On [`Turn::Go`] a place in flight is taken,
    /// until [`Pace::finish`] or for `lease` ms at most. `random` is from 0 up to 1.
    pub fn ask(&mut self, ticket: &mut Ticket, now: f64, lease: f64, random: f64) -> Turn {
        if ticket.epoch != self.epoch {
            *ticket = self.ticket();
        }
        self.advance(now);
        if let Some(rate) = self.rate {
            let ahead = ticket.number + 1.0 - self.served;
            if ahead > 0.0 {
                let wait = ahead / rate + (self.held_until - now).max(0.0);
                return Turn::Sleep(wait.clamp(1.0, MAX_SLEEP_MS));
            }
        }
        self.in_flight.retain(|(_, runs_out)| *runs_out > now);
        if self.in_flight.len() >= MAX_IN_FLIGHT {
            // Spread by how many wait, so that a thousand waits do not ask a thousand times a turn.
            let crowd = 5.0 * self.waiting / MAX_IN_FLIGHT as f64;
            return Turn::Sleep(crowd.clamp(5.0, 500.0) * (0.5 + random));
        }
        self.in_flight.push((ticket.number, now + lease));
        self.waiting = (self.waiting - 1.0).max(0.0);
        Turn::Go
    }

    /// Leaves the queue without having sent. The turn, once it comes, goes to those behind.
    pub fn leave(&mut self, ticket: Ticket) {
        self.waiting = (self.waiting - 1.0).max(0.0);
        if ticket.epoch == self.epoch && self.rate.is_some() {
            self.left.push(ticket.number);
        }
    }

    /// Gives back the place in flight.
    pub fn finish(&mut self, ticket: Ticket) {
        if let Some(index) = self.in_flight.iter().position(|(number, _)| *number == ticket.number) {
            self.in_flight.swap_remove(index);
        }
    }

    /// Learns from an answer that was not a 429.
    pub fn accepted(&mut self, now: f64) {
        self.count(now);
        self.counted += 1.0;
        if let Some(rate) = self.rate
            && now - self.changed_at >= SETTLING_MS
        {
            let quiet_seconds = ((now - self.slowed_at) / 1000.0).max(0.0);
            self.advance(now);
            let faster = rate * (1.0 + INCREASE + ACCELERATION * quiet_seconds.min(100.0));
            self.rate = Some(faster.min(FASTEST));
            self.changed_at = now;
        }
    }

    /// Learns from a 429, and from the ms that it asked to wait.
    pub fn refused(&mut self, now: f64, retry_after: Option<f64>) {
        self.count(now);
        self.advance(now);
        if let Some(wait) = retry_after {
            self.held_until = self.held_until.max(now + wait.clamp(0.0, MAX_HOLD_MS));
        }
        // What has been let through in a second that is not over is the least the service takes.
        let measured = self.let_through.max(self.counted / SETTLING_MS);
        match self.rate {
            None => {
                let burst = self.in_flight.len() as f64 * FIRST_SHARE;
                self.rate = Some((measured * DECREASE).max(burst.max(1.0) / SETTLING_MS));
                self.epoch = self.epoch.wrapping_add(1);
                (self.issued, self.served) = (0.0, 0.0);
            }
            Some(rate) if now - self.slowed_at >= SETTLING_MS => {
                let slower = (rate * DECREASE).min(measured.max(rate * STEEPEST_DECREASE));
                self.rate = Some(slower.max(SLOWEST));
            }
            Some(_) => return,
        }
        (self.slowed_at, self.changed_at) = (now, now);
    }

    fn ticket(&mut self) -> Ticket {
        let ticket = Ticket { number: self.issued, epoch: self.epoch };
        self.issued += 1.0;
        ticket
    }

    /// Lets those through whose turn has come by `now`. Turns that nobody waits for are not saved up:
    /// they would leave as a burst.
    fn advance(&mut self, now: f64) {
        if let Some(rate) = self.rate {
            let since = self.served_at.max(self.held_until);
            if now > since {
                self.served = (self.served + (now - since) * rate).min(self.issued);
            }
            let mut served = self.served;
            self.left.retain(|number| {
                let was_due = *number < served;
                served += f64::from(u8::from(was_due));
                !was_due
            });
            self.served = served.min(self.issued);
        }
        self.served_at = now;
    }

    fn count(&mut self, now: f64) {
        let span = now - self.counting_since;
        if !(0.0..SETTLING_MS).contains(&span) {
            self.let_through = if span > 0.0 { self.counted / span } else { 0.0 };
            (self.counting_since, self.counted) = (now, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service that takes `limit` requests in each second of its clock.
    struct Service {
        limit: u32,
        second: u64,
        taken: u32,
    }

    impl Service {
        fn takes(&mut self, now: f64) -> bool {
            let second = now as u64 / 1000;
            if second != self.second {
                (self.second, self.taken) = (second, 0);
            }
            self.taken += 1;
            self.taken <= self.limit
        }
    }

    struct Outcome {
        sent_late: u32,
        refused_late: u32,
        /// For each wait, when its last request was let through.
        finished: Vec<f64>,
    }

    /// `waits` loops that each need `reads` accepted requests, 5 s apart, through one pace; a
    /// request takes 40 ms. "Late" is what happens after the first 10 s.
    fn simulate(waits: usize, reads: u32, limit: u32, retry_after: Option<f64>) -> Outcome {
        let mut pace = Pace::default();
        let mut service = Service { limit, second: 0, taken: 0 };
        let mut outcome = Outcome { sent_late: 0, refused_late: 0, finished: vec![0.0; waits] };
        let mut left = vec![reads; waits];
        let mut dice = 0.5_f64;
        // (when, wait, ticket in the queue, ticket in flight)
        let mut events: Vec<(f64, usize, Option<Ticket>, Option<Ticket>)> =
            (0..waits).map(|wait| (0.0, wait, None, None)).collect();
        while let Some(index) = (0..events.len()).min_by(|a, b| events[*a].0.total_cmp(&events[*b].0)) {
            let (now, wait, queued, flying) = events.swap_remove(index);
            assert!(now < 3_600_000.0, "a wait starves");
            dice = (dice * 9301.0 + 0.7) % 1.0;
            if let Some(ticket) = flying {
                pace.finish(ticket);
                let late = now > 10_000.0;
                outcome.sent_late += u32::from(late);
                if service.takes(now) {
                    pace.accepted(now);
                    left[wait] -= 1;
                    outcome.finished[wait] = now;
                    if left[wait] > 0 {
                        events.push((now + 5_000.0, wait, None, None));
                    }
                } else {
                    outcome.refused_late += u32::from(late);
                    pace.refused(now, retry_after);
                    events.push((now + 500.0 * dice, wait, None, None));
                }
                continue;
            }
            let mut ticket = queued.unwrap_or_else(|| pace.enter());
            match pace.ask(&mut ticket, now, 30_000.0, dice) {
                Turn::Go => events.push((now + 40.0, wait, None, Some(ticket))),
                Turn::Sleep(ms) => events.push((now + ms, wait, Some(ticket), None)),
            }
        }
        outcome
    }

    #[test]
    fn a_thousand_waits_share_twenty_requests_a_second() {
        for retry_after in [None, Some(1_000.0)] {
            let outcome = simulate(1_000, 4, 20, retry_after);
            let share = f64::from(outcome.refused_late) / f64::from(outcome.sent_late);
            assert!(share < 0.05, "{share} of the late answers are 429");
            let last = outcome.finished.iter().copied().fold(0.0, f64::max);
            // 4,000 requests at 20 a second are 200 s at the very least.
            assert!(last < 300_000.0, "the capacity is wasted: {last}");
        }
    }

    #[test]
    fn without_a_429_only_the_requests_in_flight_are_bounded() {
        let mut pace = Pace::default();
        let mut gone = Vec::new();
        for _ in 0..MAX_IN_FLIGHT {
            let mut ticket = pace.enter();
            assert_eq!(pace.ask(&mut ticket, 0.0, 100.0, 0.5), Turn::Go);
            gone.push(ticket);
        }
        let mut next = pace.enter();
        assert!(matches!(pace.ask(&mut next, 0.0, 100.0, 0.5), Turn::Sleep(_)));
        pace.finish(gone[0]);
        assert_eq!(pace.ask(&mut next, 0.0, 100.0, 0.5), Turn::Go);
    }

    #[test]
    fn a_place_that_is_never_given_back_runs_out() {
        let mut pace = Pace::default();
        for _ in 0..MAX_IN_FLIGHT {
            let mut lost = pace.enter();
            pace.ask(&mut lost, 0.0, 100.0, 0.5);
        }
        let mut next = pace.enter();
        assert!(matches!(pace.ask(&mut next, 99.0, 100.0, 0.5), Turn::Sleep(_)));
        assert_eq!(pace.ask(&mut next, 101.0, 100.0, 0.5), Turn::Go);
    }

    #[test]
    fn a_retry_after_holds_back_everybody() {
        let mut pace = Pace::default();
        pace.accepted(0.0);
        pace.refused(10.0, Some(5_000.0));
        let mut ticket = pace.enter();
        assert!(matches!(pace.ask(&mut ticket, 20.0, 100.0, 0.5), Turn::Sleep(_)));
        assert!(matches!(pace.ask(&mut ticket, 5_000.0, 100.0, 0.5), Turn::Sleep(_)));
        assert_eq!(pace.ask(&mut ticket, 8_000.0, 100.0, 0.5), Turn::Go);
    }

    #[test]
    fn who_leaves_the_queue_lets_those_behind_move_up_and_nobody_else() {
        let mut pace = Pace::default();
        pace.refused(0.0, None);
        // One a second.
        let mut queue: Vec<_> = (0..40).map(|_| pace.enter()).collect();
        for ticket in queue.split_off(20) {
            pace.leave(ticket);
        }
        for ticket in queue.drain(2..10) {
            pace.leave(ticket);
        }
        let mut gone = 0;
        for second in 0..=3 {
            queue.retain_mut(|ticket| {
                let goes = pace.ask(ticket, f64::from(second) * 1_000.0, 100.0, 0.5) == Turn::Go;
                gone += u32::from(goes);
                !goes
            });
        }
        assert!((2..=3).contains(&gone), "{gone} in three seconds");
    }

    #[test]
    fn a_burst_that_is_refused_before_anything_is_accepted_does_not_fall_to_one_a_second() {
        let mut pace = Pace::default();
        let mut tickets: Vec<_> = (0..30).map(|_| pace.enter()).collect();
        for ticket in &mut tickets {
            pace.ask(ticket, 0.0, 30_000.0, 0.5);
        }
        pace.finish(tickets[0]);
        pace.refused(10.0, None);
        let mut next = pace.enter();
        assert_eq!(pace.ask(&mut next, 110.0, 30_000.0, 0.5), Turn::Go);
    }

    #[test]
    fn a_limit_after_a_long_quiet_time_is_found_within_seconds() {
        let mut pace = Pace::default();
        pace.refused(0.0, None);
        let mut now = 0.0;
        for _ in 0..7_200 {
            now += 1_000.0;
            pace.accepted(now);
        }
        let mut refusals = 0;
        while pace.rate > Some(0.02) {
            now += 1_000.0;
            pace.refused(now, None);
            refusals += 1;
        }
        assert!(refusals < 10, "{refusals}");
    }

    #[test]
    fn turns_that_nobody_took_do_not_leave_as_a_burst() {
        let mut pace = Pace::default();
        pace.refused(0.0, None);
        let mut first = pace.enter();
        assert_eq!(pace.ask(&mut first, 60_000.0, 100.0, 0.5), Turn::Go);
        // Ten minutes in which nobody asked.
        let mut gone = 0;
        for _ in 0..10 {
            let mut ticket = pace.enter();
            gone += u32::from(pace.ask(&mut ticket, 660_000.0, 100.0, 0.5) == Turn::Go);
        }
        assert_eq!(gone, 1);
    }
}
