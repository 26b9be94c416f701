//! A task as one read of the service showed it: the one shape that every caller sees, whatever the
//! gateway's answer looked like. Plain data; reading it out of an answer is `wire`'s work.

use serde::Serialize;

/// Where a task stands. Every vocabulary of the gateway is reduced to these four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Accepted, not started.
    Queued,
    /// Being worked on, or finished with the result's URL still to come.
    Running,
    /// Finished; the task has a `video_url`.
    Succeeded,
    /// Ended without a result.
    Failed,
}

impl Status {
    /// The status that a word names as JavaScript sees it.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "queued" => Some(Status::Queued),
            "running" => Some(Status::Running),
            "succeeded" => Some(Status::Succeeded),
            "failed" => Some(Status::Failed),
            _ => None,
        }
    }

    /// Whether nothing more will happen to the task.
    pub fn is_final(self) -> bool {
        matches!(self, Status::Succeeded | Status::Failed)
    }
}

/// One snapshot of a task. All times are milliseconds since the Unix epoch.
///
/// `V` is the type of a decoded JSON value: `JsValue` in WebAssembly.
/// Serialized, it is the task as JavaScript sees it, without `raw`: that is handed over as it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Task<V> {
    /// The service's id of the task.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// 0 to 1; `None` where the service does not say. Never falls within one wait.
    pub progress: Option<f64>,
    /// The finished video. The URL is temporary: store a copy of what is needed later.
    pub video_url: Option<String>,
    /// A still of the video, where the service gives one.
    pub poster_url: Option<String>,
    /// The video's last frame, where the service gives one.
    pub last_frame_url: Option<String>,
    /// Why the task failed, in the service's words.
    pub fail_reason: Option<String>,
    /// When it was submitted.
    pub submitted_at: Option<f64>,
    /// When the work on it began.
    pub started_at: Option<f64>,
    /// When it ended.
    pub finished_at: Option<f64>,
    /// When this snapshot was read, by the local clock.
    pub checked_at: f64,
    /// The decoded answer as it came.
    #[serde(skip)]
    pub raw: V,
    /// The service says "done", but no URL of the video came yet: it can lag behind the status.
    #[serde(skip)]
    pub awaits_address: bool,
}

impl<V> Task<V> {
    /// Whether something a caller would show differs from `earlier`. `checked_at` and `raw` differ
    /// in every answer (`exec_time`), so they do not count.
    pub fn differs_from(&self, earlier: &Self) -> bool {
        self.status != earlier.status
            || self.progress != earlier.progress
            || self.video_url != earlier.video_url
            || self.poster_url != earlier.poster_url
            || self.last_frame_url != earlier.last_frame_url
            || self.fail_reason != earlier.fail_reason
            || self.submitted_at != earlier.submitted_at
            || self.started_at != earlier.started_at
            || self.finished_at != earlier.finished_at
    }

    /// Carries over what a later answer of the same task may leave out or take back: progress
    /// reported once does not fall, and a time that is known stays known. The time of submission stays what it was: by
    /// the local clock, as `checked_at`, where the create was made here.
    pub fn continue_from(&mut self, earlier: &Self) {
        if earlier.progress > self.progress {
            self.progress = earlier.progress;
        }
        self.submitted_at = earlier.submitted_at.or(self.submitted_at);
        self.started_at = self.started_at.or(earlier.started_at);
    }
}
