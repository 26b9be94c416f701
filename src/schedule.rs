//! When to look at a task next: the poll schedule, as a pure function of one snapshot. It keeps no
//! memory and no clock, and knows nothing of retries, timeouts or the shape of an answer.
//!
//! # The model
//!
//! Looking at something that ends at an unknown moment is the optimal inspection problem (Barlow,
//! Hunter and Proschan 1963; Keller 1974). If a look costs as much as `c` seconds of delay, and the end
//! has the hazard rate `h` (the chance that it comes in the next second, given that it has not), then
//! the cheapest looks are `√(2c / h)` seconds apart. Everything below estimates `h`; `thrift` is `√c`.
//!
//! - **Progress says something.** Progress `p` after `r` seconds of running bounds the length of the
//!   run. Until the earliest end that `p` allows, only a failure can end the task: `h` is small. From
//!   then on, the end lies anywhere in the window up to the latest end that `p` allows: `h ≈ 1 / window`.
//!   A snapshot does not tell how long it has been at `p`, so the window counts from now.
//! - **Progress says nothing**: there is none, or it is one of the figures that gateways show for a status
//!   (10, 20, 30 %), or 0. `h` is that of a run time around 75 s that may as well be 20 minutes: it
//!   climbs (the interval falls as `1 / r`), stays level, and falls with the age of the run.
//! - **Progress stands still.** How many reads in a row brought no news is told by the caller. After more of them than
//!   a step of 10 % takes, the figure means little, and the reads are half as dense as without any.
//! - **Queued.** The end is at least a run away.
//!
//! # The constants
//!
//! They are fitted by `bench/frugality`: log-normal runs of median 30, 75 and 240 s (σ 0.45) and of 900 s
//! (σ 0.35), a queue of median 8 s (σ 0.8), 5 % failures. Units are seconds, and shares of one, until the last
//! line of [`next_poll_delay_at`]. The service's times are whole seconds, so nothing here tells less than a
//! second of running apart.
//!
//! With no progress to go by, a schedule is a fixed list of moments, and what it can do is bounded. By
//! the calculus of variations, a mean delay of 1.6 s for 22 reads at 75 s costs at least 67 reads in the
//! first 15 minutes of a task that never ends.
//!
//! `exp`, `ln` and `powf` are not WebAssembly instructions and cost kilobytes of libm; `sqrt`, `min` and
//! `max` are. Hence the straight lines and hyperbolas.

use crate::task::Status;

/// What one read of a task showed. Times are milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot {
    /// Where the task stands.
    pub status: Status,
    /// 0 to 1; `None` where the service does not say.
    pub progress: Option<f64>,
    /// By the service's clock.
    pub submitted_at: Option<f64>,
    /// By the service's clock.
    pub started_at: Option<f64>,
    /// When this was read, by the local clock.
    pub checked_at: f64,
}

/// The shortest delay: a page that shows the result sooner than this feels no quicker.
const MIN_DELAY_S: f64 = 0.25;
/// The longest delay: a task that comes back to life is noticed within a minute.
const MAX_DELAY_S: f64 = 60.0;

/// The delay where no time is known, or a clock is so wrong that the task lies in the future.
const TIMELESS_DELAY_S: f64 = 10.0;

/// The mean time in the queue: taken off where only the time of submission is known.
const TYPICAL_QUEUE_S: f64 = 10.0;
/// The median run: stands in where progress is known and no time.
const TYPICAL_RUN_S: f64 = 75.0;
/// Longer runs count as this long, which keeps every term below finite.
const LONGEST_RUN_S: f64 = 86_400.0;

/// The first look: the median queue and the fastest runs are over.
const FIRST_LOOK_S: f64 = 21.0;
/// The next ones in the queue: this…
const QUEUED_DELAY_S: f64 = 6.5;
/// …or this share of the time waited so far, for queues that hardly move.
const QUEUED_SHARE: f64 = 0.3;

/// `√(2c)` for the looks at a task that reports progress: `c` is 31 ms of delay.
const LOOK_COST_ROOT: f64 = 0.25;
/// Failures per run. Tasks that fail are 5 %; looks made for other reasons find more than half of them
/// as early.
const FAILURES_PER_RUN: f64 = 0.02;
/// The window shrinks by this share of the run, never below that one. Fitted: steps of 5 % have
/// windows a third as wide as steps of 10 %, and deserve looks more than `√3` as dense.
const WINDOW_TRIM: f64 = 0.03;
const WINDOW_LEAST: f64 = 0.02;
/// Runs longer than this get rarer looks, by the square: few tasks are that long.
const LATE_RUN_S: f64 = 185.0;
/// Reads in a row without news that are nothing unusual: a step of 10 % of a run of 75 s takes fewer.
const PATIENCE_READS: u32 = 16;
/// After those, the interval gains this many times the one without progress. Fitted: progress that jumps to 90 % at a
/// fifth of a run of 120 s and stays there costs at most 60 reads, and a mean delay under 4 s.
const STALLED_SHARE: f64 = 1.55;

/// Up to here progress may only stand for a status: gateways show 10, 20 and 30 % for theirs.
const STATUS_PROGRESS: f64 = 0.3;

/// The interval between looks at a run that tells nothing to go by: this ÷ its age while the hazard climbs, …
const CLIMB: f64 = 112.0;
/// …at least this, where it is level, …
const LEVEL_S: f64 = 2.75;
/// …and at least this share of its age, since one that is late may be of a slower kind.
const AGE_SHARE: f64 = 0.032;
/// The longest interval while the hazard climbs: failures come at any age.
const CLIMB_MOST_S: f64 = 9.6;

/// Milliseconds from `checked_at` until the next read is worth making; infinite for a task that has
/// ended. Never less than 250 ms nor more than a minute otherwise, whatever the snapshot says.
/// `unchanged`: how many reads in a row have brought no news, which one snapshot cannot tell.
pub fn next_poll_delay(snapshot: &Snapshot, unchanged: u32) -> f64 {
    next_poll_delay_at(snapshot, unchanged, 1.0)
}

/// The same for a look that costs `thrift²` times as much, for the sweep of the frontier.
pub fn next_poll_delay_at(snapshot: &Snapshot, unchanged: u32, thrift: f64) -> f64 {
    let waited = seconds_since(snapshot.submitted_at, snapshot.checked_at);
    // A run that is longer than the wait is the service's clock against the local one.
    let run = seconds_since(snapshot.started_at, snapshot.checked_at)
        .map(|run| run.min(waited.unwrap_or(run)))
        .or(waited.map(|waited| (waited - TYPICAL_QUEUE_S).max(0.0)));
    let seconds = match (snapshot.status, snapshot.progress) {
        (Status::Succeeded | Status::Failed, _) => return f64::INFINITY,
        (Status::Queued, _) => thrift * waited.map_or(TIMELESS_DELAY_S, while_queued),
        (Status::Running, Some(progress)) if says_something(progress, unchanged) => {
            let progress = progress.min(1.0);
            let run = run.unwrap_or(TYPICAL_RUN_S * progress);
            let watching = while_progressing(progress, run, thrift);
            if unchanged < PATIENCE_READS {
                watching
            } else {
                watching + thrift * STALLED_SHARE * without_progress(run)
            }
        }
        (Status::Running, _) => thrift * run.map_or(TIMELESS_DELAY_S, without_progress),
    };
    seconds.clamp(MIN_DELAY_S, MAX_DELAY_S) * 1000.0
}

fn while_queued(waited: f64) -> f64 {
    // Under a second is the submission itself: whole seconds hide what is between.
    if waited < 1.0 { FIRST_LOOK_S } else { (waited * QUEUED_SHARE).max(QUEUED_DELAY_S) }
}

/// What may only stand for a status says nothing while it does not move, nor does 0 ever.
fn says_something(progress: f64, unchanged: u32) -> bool {
    progress > STATUS_PROGRESS || (progress > 0.0 && unchanged == 0)
}

fn without_progress(run: f64) -> f64 {
    (CLIMB / run).clamp(LEVEL_S, CLIMB_MOST_S).max(run * AGE_SHARE)
}

fn while_progressing(progress: f64, run: f64, thrift: f64) -> f64 {
    let run = run.max(1.0);
    let earliest_end = run / furthest(progress);
    let latest_end = run / progress;
    let quiet = earliest_end - run;
    let window = (latest_end - earliest_end - run * WINDOW_TRIM).max(run * WINDOW_LEAST);
    let late = (run / LATE_RUN_S).max(1.0);
    let cost_root = LOOK_COST_ROOT * thrift;
    // Intervals while only a failure can end the task, and once success can.
    let guarding = cost_root * (earliest_end / FAILURES_PER_RUN).sqrt();
    let closing = cost_root * window.sqrt() * late * late;
    // The density of looks is 1 ÷ interval. The next look is due where its integral from now reaches 1.
    if quiet > guarding { guarding } else { quiet + (1.0 - quiet / guarding) * closing }
}

/// The largest fraction of its run that a task may have behind it that shows this progress: the
/// upper end of a 5 % step on the curve `fraction^1.5`, fitted by a parabola. From 90 % on, a step of
/// 10 % reaches to the end.
fn furthest(progress: f64) -> f64 {
    if progress < 0.9 { 0.156 + progress * (1.203 - 0.341 * progress) } else { 1.0 }
}

/// Seconds from `then` to `now`; `None` where that is unknown or, by a wrong clock, negative.
fn seconds_since(then: Option<f64>, now: f64) -> Option<f64> {
    let seconds = (now - then?) / 1000.0;
    (seconds >= 0.0).then_some(seconds.min(LONGEST_RUN_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The delay after a read that brought news.
    fn delay_of(snapshot: &Snapshot) -> f64 {
        next_poll_delay(snapshot, 0)
    }

    #[test]
    fn a_local_clock_that_is_ahead_of_the_service_makes_no_run_longer_than_the_wait() {
        // Submitted 22 s ago by the local clock, begun 8 s later by one that is ten minutes behind.
        let at = |ahead: f64| Snapshot {
            status: Status::Running,
            progress: Some(0.5),
            submitted_at: Some(START),
            started_at: Some(START + 8_000.0 - ahead),
            checked_at: START + 22_000.0,
        };
        assert!(delay_of(&at(600_000.0)) < 2.0 * delay_of(&at(0.0)));
    }

    /// Some moment, in ms since the epoch.
    const START: f64 = 1_773_366_766_000.0;
    /// How long a wait lasts at most by default.
    const TIMEOUT_S: f64 = 3_600.0;

    fn running(progress: Option<f64>, seconds: f64) -> Snapshot {
        Snapshot {
            status: Status::Running,
            progress,
            submitted_at: Some(START),
            started_at: Some(START),
            checked_at: START + seconds * 1000.0,
        }
    }

    fn queued(seconds: f64) -> Snapshot {
        Snapshot { status: Status::Queued, started_at: None, ..running(None, seconds) }
    }

    /// The delays of a wait, in s, for a task that shows `snapshot(age)` for ever.
    fn delays_until_timeout(first: f64, snapshot: impl Fn(f64) -> Snapshot) -> Vec<f64> {
        let mut age = first;
        let mut delays = Vec::new();
        while age < TIMEOUT_S {
            let delay = next_poll_delay(&snapshot(age), delays.len() as u32) / 1000.0;
            delays.push(delay);
            age += delay;
        }
        delays
    }

    #[test]
    fn whatever_a_snapshot_says_the_delay_is_finite_and_in_bounds() {
        let numbers = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MIN,
            f64::MAX,
            f64::MIN_POSITIVE,
            -1.0,
            -0.0,
            0.0,
            0.3,
            0.9,
            1.0,
            100.0,
            START - 1.0,
            START,
            START + 1.0,
            START + 75_000.0,
        ];
        let maybe: Vec<Option<f64>> = numbers.into_iter().map(Some).chain([None]).collect();
        for status in [Status::Queued, Status::Running] {
            for &progress in &maybe {
                for &submitted_at in &maybe {
                    for &started_at in &maybe {
                        for checked_at in numbers {
                            let snapshot =
                                Snapshot { status, progress, submitted_at, started_at, checked_at };
                            for unchanged in [0, 1, PATIENCE_READS, u32::MAX] {
                                let delay = next_poll_delay(&snapshot, unchanged) / 1000.0;
                                assert!(
                                    (MIN_DELAY_S..=MAX_DELAY_S).contains(&delay),
                                    "{delay} after {snapshot:?}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_task_that_has_ended_is_never_read_again() {
        for progress in [None, Some(f64::NAN), Some(0.0), Some(1.0)] {
            let ended = Snapshot { status: Status::Succeeded, ..running(progress, 75.0) };
            assert_eq!(delay_of(&ended), f64::INFINITY);
        }
    }

    #[test]
    fn the_same_snapshot_gives_the_same_delay() {
        let snapshot = running(Some(0.4), 30.0);
        let first = delay_of(&snapshot);
        delay_of(&running(Some(0.9), 70.0));
        assert_eq!(delay_of(&snapshot), first);
    }

    #[test]
    fn at_the_same_age_more_progress_never_waits_longer() {
        for seconds in [5.0, 20.0, 75.0, 240.0, 600.0] {
            let delays: Vec<f64> =
                (1..=100).map(|p| delay_of(&running(Some(f64::from(p) / 100.0), seconds))).collect();
            assert!(delays.is_sorted_by(|a, b| a >= b), "after {seconds} s: {delays:?}");
        }
    }

    #[test]
    fn the_next_look_waits_for_the_earliest_end_if_that_is_near() {
        for progress in [0.7, 0.8, 0.85] {
            let run = 75.0 * progress;
            let next = run + delay_of(&running(Some(progress), run)) / 1000.0;
            assert!(next >= run / furthest(progress), "at {progress}: {next}");
        }
    }

    #[test]
    fn a_task_that_is_done_but_for_its_address_is_looked_at_soon() {
        assert!(delay_of(&running(Some(1.0), 75.0)) <= 1_000.0);
    }

    #[test]
    fn a_task_that_is_stuck_is_looked_at_more_and_more_rarely() {
        let silent = delays_until_timeout(90.0, |age| running(None, age));
        let at_zero = delays_until_timeout(90.0, |age| running(Some(0.0), age));
        let half_way = delays_until_timeout(90.0, |age| running(Some(0.5), age));
        let at_the_end = delays_until_timeout(90.0, |age| running(Some(0.9), age));
        let mut at_a_status = delays_until_timeout(90.0, |age| running(Some(0.3), age));
        let in_queue = delays_until_timeout(FIRST_LOOK_S, queued);
        for delays in [silent, at_zero, half_way, at_the_end, at_a_status.split_off(1), in_queue] {
            assert!(delays.is_sorted(), "{delays:?}");
            assert!(delays.last() > delays.first());
        }
    }

    #[test]
    fn an_hour_in_the_queue_takes_seventy_reads() {
        assert!(delays_until_timeout(0.0, queued).len() <= 70);
    }

    #[test]
    fn progress_that_stands_for_a_status_says_nothing_once_it_stands_still() {
        for seconds in [1.0, 13.0, 30.0, 75.0, 240.0, 900.0] {
            for unchanged in [1, 2, 20, u32::MAX] {
                let silent = next_poll_delay(&running(None, seconds), unchanged);
                for progress in [0.0, 0.1, 0.2, 0.3] {
                    assert_eq!(next_poll_delay(&running(Some(progress), seconds), unchanged), silent);
                }
            }
            assert_eq!(delay_of(&running(Some(0.0), seconds)), delay_of(&running(None, seconds)));
        }
        assert_ne!(delay_of(&running(Some(0.3), 22.0)), delay_of(&running(None, 22.0)));
    }

    #[test]
    fn progress_that_stands_still_is_no_longer_believed_after_a_while() {
        for seconds in [24.0, 75.0, 240.0] {
            let near = running(Some(0.9), seconds);
            let patient = next_poll_delay(&near, PATIENCE_READS - 1);
            assert_eq!(patient, delay_of(&near));
            let stalled = next_poll_delay(&near, PATIENCE_READS);
            assert!(stalled > patient && stalled > delay_of(&running(None, seconds)));
            assert_eq!(next_poll_delay(&near, u32::MAX), stalled);
        }
    }

    #[test]
    fn without_the_time_of_the_start_the_time_of_submission_stands_in() {
        let late = |started_at| delay_of(&Snapshot { started_at, ..running(None, 600.0) });
        let typical = |started_at| delay_of(&Snapshot { started_at, ..running(None, 75.0) });
        assert!(late(None) > typical(None));
        assert_eq!(typical(None), delay_of(&running(None, 75.0 - TYPICAL_QUEUE_S)));
    }

    #[test]
    fn a_task_in_the_future_is_treated_as_one_of_unknown_age() {
        for progress in [None, Some(0.0), Some(0.5), Some(1.0)] {
            let ahead = running(progress, -300.0);
            let ageless = Snapshot { submitted_at: None, started_at: None, ..ahead };
            assert_eq!(delay_of(&ahead), delay_of(&ageless));
        }
    }

    #[test]
    fn a_cut_off_fraction_of_a_second_hardly_matters() {
        for progress in [None, Some(0.0), Some(0.3), Some(0.9), Some(0.95)] {
            let exact = delay_of(&running(progress, 60.0));
            let cut = delay_of(&running(progress, 60.999));
            assert!((exact - cut).abs() < 0.1 * exact, "{progress:?}: {exact} and {cut}");
        }
    }
}
