//! Many waits summed up: the figures that the table shows and the marks bound.

use crate::service::{Life, Service};
use crate::wait::{Cost, wait};
use act_one::schedule::Snapshot;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// The same for every schedule and scenario, so that differences are the schedule's and not luck's.
const SEED: u64 = 1963;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub mean_reads: f64,
    pub reads_p99: f64,
    /// Of the tasks that ended; NaN (null in JSON) where none did.
    pub mean_delay_s: f64,
    pub delay_p95_s: f64,
    pub mean_length_s: f64,
    /// Mean delay ÷ mean length.
    pub delay_share: f64,
    /// Reads × mean delay ÷ mean length.
    pub score: f64,
}

/// What it costs to wait for `tasks` tasks of a service. `schedule` is the one of [`wait`].
pub fn tally(
    service: &Service,
    tasks: usize,
    latency_ms: f64,
    mut schedule: impl FnMut(&Snapshot, u32) -> f64,
) -> Tally {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let lives: Vec<Life> = (0..tasks).map(|_| service.accept(&mut dice)).collect();
    let costs = lives.iter().map(|life| wait(service, life, latency_ms, &mut schedule));
    sum_up(&costs.collect::<Vec<_>>())
}

fn sum_up(costs: &[Cost]) -> Tally {
    let reads: Vec<f64> = costs.iter().map(|cost| f64::from(cost.reads)).collect();
    let ended = costs.iter().filter_map(|cost| Some((cost.delay?, cost.length)));
    let (delays, lengths): (Vec<f64>, Vec<f64>) = ended.unzip();
    let (mean_reads, mean_delay, mean_length) = (mean(&reads), mean(&delays), mean(&lengths));
    Tally {
        mean_reads,
        reads_p99: quantile(reads, 0.99),
        mean_delay_s: mean_delay / 1_000.0,
        delay_p95_s: quantile(delays, 0.95) / 1_000.0,
        mean_length_s: mean_length / 1_000.0,
        delay_share: mean_delay / mean_length,
        score: mean_reads * mean_delay / mean_length,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (values.len() as f64 * share) as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}
