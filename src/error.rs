//! What can go wrong, as one type: its codes are the table of contents. Building an error decides
//! nothing about repeating; that is `retry`'s work.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use serde::Serialize;

use crate::task::Task;

/// The kinds of error that a caller can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// One thing that is wrong with an input or an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The name of the field or option, such as `video` or `pollInterval`.
    pub path: Cow<'static, str>,
    /// What is wrong and what to do: a sentence about `path`.
    pub message: String,
}

impl Issue {
    /// An issue whose `predicate` says what is wrong with `path`, and what to do.
    pub fn new(path: &'static str, predicate: &str) -> Self {
        Issue { path: path.into(), message: [path, " ", predicate, "."].concat() }
    }

    /// One for each path that has a problem.
    pub fn list(problems: &[(&'static str, Option<&str>)]) -> Vec<Self> {
        let issue = |(path, problem): &(&'static str, Option<&str>)| Some(Issue::new(path, (*problem)?));
        problems.iter().filter_map(issue).collect()
    }
}

/// Why an operation did not give what was asked for: one pointer to [`Details`], because errors are handed
/// up through every layer and moving them field by field costs code.
#[derive(Clone, Debug)]
pub struct Error<V>(Box<Details<V>>);

/// What an [`Error`] knows. Never holds the API key.
///
/// `V` is the type of a decoded JSON value: `JsValue` in WebAssembly. Serialized, it has the fields of JavaScript's
/// `ActOneError` but `task` and `cause`, which hold values that are handed over as they are.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(skip)]
    pub task: Option<Box<Task<V>>>,
    /// Whether the same call, made again later, may succeed at no further cost.
    pub retryable: bool,
    /// Whether a paid task may have been created that the caller has no id for.
    pub task_may_exist: bool,
    /// When the create left that may have made it, in ms since the Unix epoch.
    pub sent_at: Option<f64>,
    /// The tasks of the account's list that may be it; none where nobody could look.
    #[serde(skip)]
    pub candidates: Option<Vec<Box<Task<V>>>>,
    /// Whether this proves that the request never reached the service: a connection that was refused.
    #[serde(skip)]
    pub never_sent: bool,
    /// Whether the service knows nothing to tell of the task yet: a reason for a wait to poll on.
    #[serde(skip)]
    pub nothing_yet: bool,
    /// How long the service asked to wait, in ms.
    #[serde(skip)]
    pub retry_after: Option<f64>,
    /// What the runtime threw.
    #[serde(skip)]
    pub cause: Option<V>,
}

impl<V> Error<V> {
    /// An error that knows no more than this. The parts of the message are joined as they are.
    pub fn new(code: Code, message: &[&str]) -> Self {
        Error(Box::new(Details {
            code,
            message: message.concat(),
            issues: Vec::new(),
            status: None,
            request_id: None,
            task_id: None,
            task: None,
            retryable: matches!(code, Code::RateLimited | Code::Timeout | Code::Network | Code::ServerError),
            task_may_exist: false,
            sent_at: None,
            candidates: None,
            never_sent: false,
            nothing_yet: false,
            retry_after: None,
            cause: None,
        }))
    }

    /// The refusal of an input: all of its problems in one message, one a line.
    pub fn invalid(issues: Vec<Issue>) -> Self {
        let mut error = Error::new(Code::InvalidInput, &["Nothing was sent."]);
        let between = if issues.len() > 1 { "\n- " } else { " " };
        for issue in &issues {
            error.message.push_str(between);
            error.message.push_str(&issue.message);
        }
        error.issues = issues;
        error
    }

    /// The refusal of an input with one problem.
    pub fn invalid_at(path: &'static str, predicate: &str) -> Self {
        Error::invalid(vec![Issue::new(path, predicate)])
    }

    /// Whether a create was too much at once for the service, and no task is named: none was made.
    pub fn turned_away(&self) -> bool {
        self.code == Code::RateLimited && self.task_id.is_none()
    }

    /// The same error, told about the task that it concerns.
    pub fn about(mut self, task_id: &str) -> Self {
        self.task_id.get_or_insert_with(|| task_id.into());
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

/// Refuses an input, if there is anything wrong with it.
pub fn refuse<V>(issues: Vec<Issue>) -> Result<(), Error<V>> {
    if issues.is_empty() { Ok(()) } else { Err(Error::invalid(issues)) }
}

/// A sentence without its full stops, to go on after.
pub(crate) fn without_stop(mut sentence: &str) -> &str {
    while let Some(shorter) = sentence.strip_suffix(".") {
        sentence = shorter;
    }
    sentence
}
