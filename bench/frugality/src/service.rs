//! The service that is polled, reduced to what a poll schedule can see of it: how long tasks take, and
//! what a read at some moment shows. It speaks no wire format; the sandbox does.

use act_one::schedule::Snapshot;
use act_one::task::Status;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

/// The share of tasks that fail, at a moment spread evenly over their run.
const FAILURES: f64 = 0.05;

/// The queue and the run are log-normal, with the scenario's medians.
const QUEUE_SIGMA: f64 = 0.8;

/// How the service reports progress.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// In steps of 10 %, in proportion to the time.
    Steps,
    /// In steps of 5 %, on a curve: the fraction of the time to the power 1.5.
    Curve,
    /// 0 % until the end.
    Zero,
    /// 30 % until the end: a gateway's figure for the status.
    Thirty,
    /// None for a fifth of the run, then 90 % until the end.
    Stalled,
    /// Never.
    Absent,
}

impl Progress {
    pub fn name(self) -> &'static str {
        match self {
            Progress::Steps => "10 % steps",
            Progress::Curve => "5 % on a curve",
            Progress::Zero => "0 % to the end",
            Progress::Thirty => "30 % to the end",
            Progress::Stalled => "90 % from a fifth on",
            Progress::Absent => "no progress",
        }
    }
}

/// Where a task hangs that never ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stuck {
    InQueue,
    /// After a share of the run that is spread evenly.
    Running,
}

/// A service, as one scenario has it.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    pub queue_median_ms: f64,
    pub run_median_ms: f64,
    pub run_sigma: f64,
    pub progress: Progress,
    /// Whether answers carry the time at which the run began.
    pub tells_start: bool,
    pub stuck: Option<Stuck>,
}

/// One task's life. Times in ms after `submitted_at`.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// Ms since the epoch.
    submitted_at: f64,
    starts: f64,
    run: f64,
    /// The fraction of the run at which progress halts for ever.
    halts_at: f64,
    /// When it has ended; infinite for a task that is stuck.
    pub ends: f64,
}

impl Service {
    pub fn accept(&self, dice: &mut ChaCha8Rng) -> Life {
        let starts = log_normal(self.queue_median_ms, QUEUE_SIGMA, dice);
        let run = log_normal(self.run_median_ms, self.run_sigma, dice);
        let fails = dice.random_bool(FAILURES);
        let somewhere: f64 = dice.random();
        // Any fraction of a second: the wire's times are cut to whole ones.
        let submitted_at = 1_773_366_766_000.0 + dice.random::<f64>() * 1_000.0;
        let fraction_run = if fails { somewhere } else { 1.0 };
        let life = Life { submitted_at, starts, run, halts_at: 1.0, ends: starts + run * fraction_run };
        match self.stuck {
            None => life,
            Some(Stuck::Running) => Life { halts_at: somewhere, ends: f64::INFINITY, ..life },
            Some(Stuck::InQueue) => Life { starts: f64::INFINITY, ends: f64::INFINITY, ..life },
        }
    }

    /// What a submission shows: accepted, and the local time at which that was read.
    pub fn submission(&self, life: &Life) -> Snapshot {
        Snapshot {
            status: Status::Queued,
            progress: None,
            submitted_at: Some(life.submitted_at),
            started_at: None,
            checked_at: life.submitted_at,
        }
    }

    /// What a read shows that reaches the service at `asked` and is answered at `answered`.
    pub fn read(&self, life: &Life, asked: f64, answered: f64) -> Snapshot {
        let running = asked >= life.starts;
        let fraction = ((asked - life.starts).max(0.0) / life.run).min(life.halts_at);
        Snapshot {
            status: match running {
                _ if asked >= life.ends => Status::Succeeded,
                true => Status::Running,
                false => Status::Queued,
            },
            progress: match self.progress {
                Progress::Steps => Some((fraction * 10.0).floor() / 10.0),
                Progress::Curve => Some((fraction.powf(1.5) * 20.0).floor() / 20.0),
                Progress::Zero => Some(0.0),
                Progress::Thirty => Some(0.3),
                Progress::Stalled => (fraction >= 0.2).then_some(0.9),
                Progress::Absent => None,
            },
            submitted_at: Some(whole_seconds(life.submitted_at)),
            started_at: (running && self.tells_start).then(|| whole_seconds(life.submitted_at + life.starts)),
            checked_at: life.submitted_at + answered,
        }
    }
}

fn log_normal(median: f64, sigma: f64, dice: &mut ChaCha8Rng) -> f64 {
    LogNormal::new(median.ln(), sigma).expect("the constants of this file are finite").sample(dice)
}

fn whole_seconds(ms: f64) -> f64 {
    (ms / 1_000.0).floor() * 1_000.0
}
