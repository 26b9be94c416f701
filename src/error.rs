//! What can go wrong, as one type: its codes are the table of contents. Building an error decides
//! nothing about repeating; that is `retry`'s work.

use core::ops::{Deref, DerefMut};

use crate::task::Task;

/// The kinds of error that a caller can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Refused before any request; [`Error::issues`] lists what is wrong.
    InvalidInput,
    /// The service refused the key (HTTP 401).
    Unauthorized,
    /// The service refused the access (HTTP 403).
    Forbidden,
    /// The service refused the request: it is wrong, repeating it cannot help.
    Rejected,
    /// Still told "too fast" (HTTP 429) after the repeats.
    RateLimited,
    /// The service does not know the task's id.
    TaskNotFound,
    /// The task ended in failure; [`Error::task`] has it.
    TaskFailed,
    /// `request_timeout` or `timeout` ran out. The task itself goes on.
    Timeout,
    /// No answer.
    Network,
    /// The service or the provider failed (HTTP 5xx).
    ServerError,
    /// An answer that is not the protocol.
    BadResponse,
}

impl Code {
    /// The code as JavaScript sees it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidInput => "invalid_input",
            Code::Unauthorized => "unauthorized",
            Code::Forbidden => "forbidden",
            Code::Rejected => "rejected",
            Code::RateLimited => "rate_limited",
            Code::TaskNotFound => "task_not_found",
            Code::TaskFailed => "task_failed",
            Code::Timeout => "timeout",
            Code::Network => "network",
            Code::ServerError => "server_error",
            Code::BadResponse => "bad_response",
        }
    }
}

/// One thing that is wrong with an input or an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The name of the field or option, such as `video` or `pollInterval`.
    pub path: &'static str,
    /// What is wrong and what to do: a sentence about `path`.
    pub message: String,
}

impl Issue {
    /// An issue whose `predicate` says what is wrong with `path`, and what to do.
    pub fn new(path: &'static str, predicate: &str) -> Self {
        Issue { path, message: joined(&[path, " ", predicate, "."]) }
    }
}

/// One text of several. Not by `concat`, whose reckoning of the length is 0.1 KB of Wasm.
pub(crate) fn joined(parts: &[&str]) -> String {
    parts.iter().copied().collect()
}

/// Why an operation did not give what was asked for: one pointer to [`Details`], because errors are handed
/// up through every layer and moving them field by field costs code.
#[derive(Clone, Debug)]
pub struct Error<V>(Box<Details<V>>);

/// What an [`Error`] knows. Never holds the API key.
///
/// `V` is the type of a decoded JSON value: `JsValue` in WebAssembly.
#[derive(Clone, Debug)]
pub struct Details<V> {
    /// What kind of error this is.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// All that is wrong with the input; empty for every other code.
    pub issues: Vec<Issue>,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// What the service's support asks for.
    pub request_id: Option<String>,
    /// The task in question, if its id is known.
    pub task_id: Option<String>,
    /// The last snapshot of the task, if there is one.
    pub task: Option<Box<Task<V>>>,
    /// Whether the same call, made again later, may succeed at no further cost.
    pub retryable: bool,
    /// Whether a paid task may have been created that the caller has no id for.
    pub task_may_exist: bool,
    /// Whether this proves that the request never reached the service: a connection that was refused.
    pub never_sent: bool,
    /// How long the service asked to wait, in ms.
    pub retry_after: Option<f64>,
    /// What the runtime threw.
    pub cause: Option<V>,
}

impl<V> Error<V> {
    /// An error that knows no more than this. The parts of the message are joined as they are.
    pub fn new(code: Code, message: &[&str]) -> Self {
        Error(Box::new(Details {
            code,
            message: joined(message),
            issues: Vec::new(),
            status: None,
            request_id: None,
            task_id: None,
            task: None,
            retryable: matches!(code, Code::RateLimited | Code::Timeout | Code::Network | Code::ServerError),
            task_may_exist: false,
            never_sent: false,
            retry_after: None,
            cause: None,
        }))
    }

    /// The refusal of an input: all of its problems in one message.
    pub fn invalid(issues: Vec<Issue>) -> Self {
        let mut error = Error::new(Code::InvalidInput, &["Nothing was sent."]);
        for issue in &issues {
            error.message.push(' ');
            error.message.push_str(&issue.message);
        }
        error.issues = issues;
        error
    }

    /// Whether a create was too much at once for the service, and no task is named: none was made.
    pub fn turned_away(&self) -> bool {
        self.code == Code::RateLimited && self.task_id.is_none()
    }

    /// The same error, told about the task that it concerns.
    pub fn about(mut self, task_id: &str) -> Self {
        if self.task_id.is_none() {
            self.task_id = Some(task_id.into());
        }
        self
    }
}

impl<V> Deref for Error<V> {
    type Target = Details<V>;

    fn deref(&self) -> &Details<V> {
        &self.0
    }
}

impl<V> DerefMut for Error<V> {
    fn deref_mut(&mut self) -> &mut Details<V> {
        &mut self.0
    }
}

/// A sentence without its full stops, to go on after.
pub(crate) fn without_stop(mut sentence: &str) -> &str {
    while let Some(shorter) = sentence.strip_suffix(".") {
        sentence = shorter;
    }
    sentence
}
