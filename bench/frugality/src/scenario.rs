//! The scenarios and the marks that each must meet. A mark is a promise of the README: it is changed
//! together with it, or not at all.

use crate::service::{Progress, Service, Stuck};
use crate::tally::Tally;

/// A service to wait for, and what the waiting may cost.
pub struct Scenario {
    pub name: String,
    pub service: Service,
    pub marks: Vec<Mark>,
}

/// One bound on what a scenario costs.
pub struct Mark {
    pub figure: Figure,
    pub at_most: f64,
}

/// What a mark bounds.
#[derive(Clone, Copy)]
pub enum Figure {
    MeanReads,
    /// Not exceeded by 99 % of the tasks.
    ReadsP99,
    MeanDelaySeconds,
    /// Not exceeded by 95 % of the tasks.
    DelayP95Seconds,
    /// Mean delay ÷ mean length.
    DelayShare,
    /// Reads × mean delay ÷ mean length: 0.5 for any fixed interval.
    Score,
}

impl Figure {
    pub fn of(self, tally: &Tally) -> f64 {
        match self {
            Figure::MeanReads => tally.mean_reads,
            Figure::ReadsP99 => tally.reads_p99,
            Figure::MeanDelaySeconds => tally.mean_delay_s,
            Figure::DelayP95Seconds => tally.delay_p95_s,
            Figure::DelayShare => tally.delay_share,
            Figure::Score => tally.score,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Figure::MeanReads => "reads",
            Figure::ReadsP99 => "reads p99",
            Figure::MeanDelaySeconds => "delay",
            Figure::DelayP95Seconds => "delay p95",
            Figure::DelayShare => "delay share",
            Figure::Score => "score",
        }
    }
}

/// The run time that most users meet, and that the marks are strictest for.
pub const TYPICAL_RUN_S: u32 = 75;

/// The service of the plot and of the peers' reference.
pub fn typical(progress: Progress) -> Service {
    service(TYPICAL_RUN_S, progress)
}

/// Every scenario. The numeric shape of an answer has neither progress nor the time of the start.
pub fn all() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for run_s in [TYPICAL_RUN_S, 30, 240] {
        for progress in [Progress::Steps, Progress::Curve, Progress::Zero, Progress::Absent] {
            scenarios.push(Scenario {
                name: format!("{run_s} s, {}", progress.name()),
                service: service(run_s, progress),
                marks: marks(run_s, progress),
            });
        }
    }
    scenarios.push(Scenario {
        name: format!("{TYPICAL_RUN_S} s, numeric shape"),
        service: Service { tells_start: false, ..typical(Progress::Absent) },
        marks: marks(TYPICAL_RUN_S, Progress::Absent),
    });
    for progress in [Progress::Steps, Progress::Zero, Progress::Absent] {
        scenarios.push(stuck(Stuck::Running, &format!("stuck, {}", progress.name()), progress));
    }
    scenarios.push(stuck(Stuck::InQueue, "stuck in the queue", Progress::Absent));
    scenarios
}

fn service(run_s: u32, progress: Progress) -> Service {
    Service { run_median_ms: f64::from(run_s) * 1_000.0, progress, tells_start: true, stuck: None }
}

fn stuck(stuck: Stuck, name: &str, progress: Progress) -> Scenario {
    Scenario {
        name: name.into(),
        service: Service { stuck: Some(stuck), ..typical(progress) },
        marks: vec![Mark { figure: Figure::ReadsP99, at_most: 45.0 }],
    }
}

fn marks(run_s: u32, progress: Progress) -> Vec<Mark> {
    use Figure::*;
    let bounds: Vec<(Figure, f64)> = match (run_s, progress) {
        (TYPICAL_RUN_S, Progress::Steps) => {
            vec![(MeanReads, 15.0), (MeanDelaySeconds, 0.7), (DelayP95Seconds, 1.6), (Score, 0.12)]
        }
        (TYPICAL_RUN_S, Progress::Curve) => {
            vec![(MeanReads, 15.0), (MeanDelaySeconds, 0.6), (DelayP95Seconds, 2.0), (Score, 0.10)]
        }
        (TYPICAL_RUN_S, Progress::Absent) => {
            vec![(MeanReads, 22.0), (MeanDelaySeconds, 1.6), (DelayP95Seconds, 3.2), (Score, 0.41)]
        }
        _ => {
            let score = match progress {
                Progress::Steps | Progress::Curve => 0.2,
                _ if run_s == TYPICAL_RUN_S => 0.45,
                _ => 0.8,
            };
            vec![(ReadsP99, 45.0), (DelayShare, 0.06), (Score, score)]
        }
    };
    bounds.into_iter().map(|(figure, at_most)| Mark { figure, at_most }).collect()
}
