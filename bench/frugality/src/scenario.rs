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

/// What 99 % of the tasks may take, however slow they are; in an hour of a task that never ends it is a few more.
const MOST_READS: f64 = 150.0;
const MOST_READS_STUCK: f64 = 155.0;

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
        for progress in [Progress::Steps, Progress::Curve, Progress::Zero, Progress::Thirty, Progress::Absent]
        {
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
    scenarios.push(Scenario {
        name: format!("120 s, {}", Progress::Stalled.name()),
        service: service(120, Progress::Stalled),
        marks: vec![most(Figure::ReadsP99, 60.0), most(Figure::MeanDelaySeconds, 4.0)],
    });
    for progress in [Progress::Thirty, Progress::Absent] {
        scenarios.push(slow(
            &format!("900 s, {}", progress.name()),
            Service { run_sigma: 0.35, ..service(900, progress) },
        ));
    }
    scenarios.push(slow(
        "75 s after 600 s in queue",
        Service { queue_median_ms: 600_000.0, ..typical(Progress::Absent) },
    ));
    for progress in [Progress::Steps, Progress::Zero, Progress::Absent] {
        scenarios.push(stuck(Stuck::Running, &format!("stuck, {}", progress.name()), progress));
    }
    scenarios.push(stuck(Stuck::InQueue, "stuck in the queue", Progress::Absent));
    scenarios
}

fn service(run_s: u32, progress: Progress) -> Service {
    Service {
        queue_median_ms: 8_000.0,
        run_median_ms: f64::from(run_s) * 1_000.0,
        run_sigma: 0.45,
        progress,
        tells_start: true,
        stuck: None,
    }
}

/// A service whose tasks take many minutes.
fn slow(name: &str, service: Service) -> Scenario {
    let marks = vec![most(Figure::ReadsP99, MOST_READS), most(Figure::DelayShare, 0.02)];
    Scenario { name: name.into(), service, marks }
}

fn stuck(stuck: Stuck, name: &str, progress: Progress) -> Scenario {
    Scenario {
        name: name.into(),
        service: Service { stuck: Some(stuck), ..typical(progress) },
        marks: vec![most(Figure::ReadsP99, MOST_READS_STUCK)],
    }
}

fn most(figure: Figure, at_most: f64) -> Mark {
    Mark { figure, at_most }
}

/// Progress that says nothing costs what no progress costs.
fn marks(run_s: u32, progress: Progress) -> Vec<Mark> {
    use Figure::*;
    let tells = matches!(progress, Progress::Steps | Progress::Curve);
    let bounds = match (run_s, tells) {
        (TYPICAL_RUN_S, true) => {
            vec![(MeanReads, 15.0), (MeanDelaySeconds, 0.8), (DelayP95Seconds, 1.8), (Score, 0.12)]
        }
        (TYPICAL_RUN_S, false) => {
            vec![(MeanReads, 22.0), (MeanDelaySeconds, 1.84), (DelayP95Seconds, 4.0), (Score, 0.45)]
        }
        (_, true) => vec![(ReadsP99, 55.0), (DelayShare, 0.06), (Score, 0.23)],
        (_, false) => vec![(ReadsP99, 100.0), (DelayShare, 0.065), (Score, 0.92)],
    };
    bounds.into_iter().map(|(figure, at_most)| most(figure, at_most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::tally;
    use act_one::schedule::next_poll_delay;

    /// As many as the table has, and the same ones each time.
    const TASKS: usize = 20_000;
    const LATENCY_MS: f64 = 50.0;

    #[test]
    fn the_schedule_that_ships_meets_every_mark() {
        for Scenario { name, service, marks } in all() {
            let tally = tally(&service, TASKS, LATENCY_MS, next_poll_delay);
            for Mark { figure, at_most } in marks {
                let was = figure.of(&tally);
                assert!(was <= at_most, "{name}: {} is {was}, not {at_most} at most", figure.name());
            }
        }
    }

    #[test]
    fn progress_that_only_stands_for_a_status_costs_hardly_more_than_none() {
        for run_s in [30, TYPICAL_RUN_S, 240] {
            let delay =
                |progress| tally(&service(run_s, progress), TASKS, LATENCY_MS, next_poll_delay).mean_delay_s;
            let (thirty, none) = (delay(Progress::Thirty), delay(Progress::Absent));
            assert!((thirty / none - 1.0).abs() < 0.15, "{run_s} s: {thirty} s, and {none} s without");
        }
    }
}
