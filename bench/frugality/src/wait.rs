//! The wait loop on a virtual clock: asks the schedule, sleeps, reads, until the task has ended. Counts
//! what that cost. Every exchange is answered, since retries are another module's story.

use crate::service::{Life, Service};
use act_one::schedule::Snapshot;

/// The client's own default for a whole wait.
const TIMEOUT_MS: f64 = 3_600_000.0;

/// What one wait cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub reads: u32,
    /// Ms from the task's end until the caller knows; `None` where the wait gave up.
    pub delay: Option<f64>,
    /// Ms from submission to the task's end.
    pub length: f64,
}

/// Waits for one task. `schedule` gives the ms until the next read, from the last snapshot and the
/// number of reads in a row that have brought no news. A read takes `latency_ms`, and
/// the service looks at the task half-way through.
pub fn wait(
    service: &Service,
    life: &Life,
    latency_ms: f64,
    mut schedule: impl FnMut(&Snapshot, u32) -> f64,
) -> Cost {
    let mut snapshot = service.submission(life);
    let (mut now, mut reads, mut without_news) = (0.0, 0, 0);
    loop {
        now += schedule(&snapshot, without_news);
        if now >= TIMEOUT_MS {
            return Cost { reads, delay: None, length: life.ends };
        }
        let asked = now + latency_ms / 2.0;
        now += latency_ms;
        reads += 1;
        let earlier = std::mem::replace(&mut snapshot, service.read(life, asked, now));
        let news = (snapshot.status, snapshot.progress) != (earlier.status, earlier.progress);
        without_news = if news { 0 } else { without_news + 1 };
        if snapshot.status.is_final() {
            return Cost { reads, delay: Some(now - life.ends), length: life.ends };
        }
    }
}
