//! When to look at a task next: the poll schedule, as a pure function of one snapshot. It keeps no
//! memory and no clock, and knows nothing of retries, timeouts or the shape of an answer.

/// What the schedule needs to know of a task's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Accepted, not started.
    Queued,
    /// Being worked on, or finished with the result's address still to come.
    Running,
    /// Succeeded or failed: nothing more to see.
    Ended,
}

/// What one read of a task showed. Times are milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot {
    pub status: Phase,
    /// 0 to 1; `None` where the service does not say.
    pub progress: Option<f64>,
    pub submitted_at: Option<f64>,
    pub started_at: Option<f64>,
    pub checked_at: f64,
}

const MIN_DELAY_S: f64 = 0.25;
const MAX_DELAY_S: f64 = 60.0;
const QUEUE_S: f64 = 8.0;
const RUN_S: f64 = 75.0;

/// Milliseconds from `checked_at` until the next read is worth making.
pub fn next_poll_delay(snapshot: &Snapshot) -> f64 {
    next_poll_delay_at(snapshot, 1.0)
}

/// The same for a look that costs `thrift`² times as much.
pub fn next_poll_delay_at(snapshot: &Snapshot, thrift: f64) -> f64 {
    tuned(snapshot, thrift, &PARAMS)
}

pub type Params = [f64; 18];
pub const PARAMS: Params = [
    15.0, 8.0, 110.0, 2.6, 150.0, 0.029, 100.0, 4.7, 140.0, 0.28, 0.22, 130.0, 0.01, 10.0, 0.3, 0.3, 35.0,
    4.0,
];
pub fn tuned(snapshot: &Snapshot, thrift: f64, p: &Params) -> f64 {
    let waited = seconds_since(snapshot.submitted_at, snapshot.checked_at);
    let run = seconds_since(snapshot.started_at, snapshot.checked_at);
    let run = run.or(waited.map(|waited| (waited - QUEUE_S).max(0.0)));
    let seconds = match (snapshot.status, snapshot.progress) {
        (Phase::Ended, _) => return f64::INFINITY,
        (Phase::Queued, _) => waited.map_or(10.0, |w| if w < 1.0 { p[0] } else { p[1].max(w / p[17]) }),
        (Phase::Running, Some(progress)) if progress > 0.0 => {
            let progress = progress.min(1.0);
            informed(progress, run.unwrap_or(RUN_S * progress).max(1.0), p)
        }
        (Phase::Running, progress) => match run {
            None => 10.0,
            Some(run) => {
                let q = if progress == Some(0.0) { &p[6..10] } else { &p[2..6] };
                (q[0] / run + if progress == Some(0.0) { p[15] } else { p[14] }).min(p[13]).max(q[1])
                    + ((run - q[2]) * q[3]).max(0.0)
            }
        },
    };
    (seconds * thrift).clamp(MIN_DELAY_S, MAX_DELAY_S) * 1000.0
}

fn informed(progress: f64, run: f64, p: &Params) -> f64 {
    let furthest = if progress >= 0.9 { 1.0 } else { 0.156 + 1.203 * progress - 0.341 * progress * progress };
    let soonest = run / furthest - run;
    let window = run / progress - run / furthest;
    let k = p[10];
    let guard = k * (run / furthest * p[16]).sqrt();
    let close = k * (window + p[12] * run).sqrt() * (run / p[11]).max(1.0);
    if soonest > guard { guard } else { soonest + (1.0 - soonest / guard) * close }
}

fn seconds_since(then: Option<f64>, now: f64) -> Option<f64> {
    then.map(|then| (now - then) / 1000.0).filter(|seconds| *seconds >= 0.0 && seconds.is_finite())
}
