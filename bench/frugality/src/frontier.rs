//! The frontier: what each reader of the plot could have instead. One sweep of the schedule's one free
//! constant, the cost of a look, and the fixed intervals of the peers beside it.

use crate::scenario::typical;
use crate::service::Progress;
use crate::tally::{Tally, tally};
use act_one::schedule::next_poll_delay_at;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// From a quarter to four times the intervals that ship. A step is the fourth root of 2.
const THRIFT_STEPS: std::ops::RangeInclusive<i32> = -8..=8;

#[derive(Serialize)]
pub struct Frontier {
    pub curves: Vec<Curve>,
    pub fixed: Vec<Fixed>,
}

/// What the schedule makes of one kind of progress.
#[derive(Serialize)]
pub struct Curve {
    pub progress: &'static str,
    pub points: Vec<Point>,
}

#[derive(Serialize)]
pub struct Point {
    /// All intervals are this many times those that ship.
    pub thrift: f64,
    #[serde(flatten)]
    pub tally: Tally,
}

/// What a fixed interval makes of any kind of progress.
#[derive(Serialize)]
pub struct Fixed {
    /// Whose interval it is; empty for those that only fill the line.
    pub peers: &'static str,
    pub seconds: f64,
    #[serde(flatten)]
    pub tally: Tally,
}

pub fn sweep(tasks: usize, latency_ms: f64) -> Frontier {
    let curve = |progress: Progress| Curve {
        progress: progress.name(),
        points: THRIFT_STEPS
            .map(|step| {
                let thrift = 2f64.powf(f64::from(step) / 4.0);
                let schedule = |snapshot: &_, unchanged| next_poll_delay_at(snapshot, unchanged, thrift);
                Point { thrift, tally: tally(&typical(progress), tasks, latency_ms, schedule) }
            })
            .collect(),
    };
    // Two of the four kinds: the other two fall beside them and would only blur the plot.
    Frontier {
        curves: [Progress::Absent, Progress::Steps].map(curve).into(),
        fixed: fixed_intervals(tasks, latency_ms),
    }
}

/// The peers' intervals as their SDKs have them, and others to make a line of them.
fn fixed_intervals(tasks: usize, latency_ms: f64) -> Vec<Fixed> {
    let mut dice = ChaCha8Rng::seed_from_u64(6);
    [
        ("", 0.25, 0.0),
        ("fal, replicate: 500 ms", 0.5, 0.0),
        ("", 1.0, 0.0),
        ("", 2.0, 0.0),
        ("Runway: 6 s ± 1.5 s", 6.0, 1.5),
        ("", 12.0, 0.0),
        ("", 20.0, 0.0),
    ]
    .into_iter()
    .map(|(peers, seconds, jitter)| {
        let service = typical(Progress::Absent);
        let schedule = |_: &_, _| (seconds + jitter * dice.random_range(-1.0..=1.0)) * 1_000.0;
        Fixed { peers, seconds, tally: tally(&service, tasks, latency_ms, schedule) }
    })
    .collect()
}
