//! The account's task list, page by page.

use wasm_bindgen::JsValue;

use crate::ask::{Ask, Outgoing, Question};
use crate::decoded::{Error, Task};
use crate::exchange::Line;
use crate::runtime::wall_clock;
use crate::task::Status;
use crate::wire::{self, List};

/// Which tasks of the account are listed. Times are in ms since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskFilter {
    /// Submitted no earlier than this.
    pub since: Option<f64>,
    /// Submitted no later than this.
    pub until: Option<f64>,
    /// Only those that stand here.
    pub status: Option<Status>,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// How many on a page; the service takes up to 100 and gives 20 by default.
    pub page_size: Option<u32>,
    /// Keep tasks of other kinds too.
    pub all: bool,
}

/// A page of the account's tasks, newest first.
#[derive(Clone, Debug)]
pub struct TaskList {
    /// The tasks on this page that the filter lets through.
    pub tasks: Vec<Task>,
    /// The service's own count, those of other kinds included; `None` where it gives none.
    pub total: Option<f64>,
}

/// Reads a page as `filter` asks for it.
pub(crate) async fn list(line: &Line, filter: &TaskFilter) -> Result<TaskList, Error> {
    let list = read(line, filter, line.options.max_retries).await?;
    let wanted = list.tasks.into_iter().filter(|listed| filter.all || listed.may_be_act_one);
    let tasks = wanted.map(|listed| told(listed.task));
    let has_status = |task: &Task| filter.status.is_none_or(|status| task.status == status);
    Ok(TaskList { tasks: tasks.filter(has_status).collect(), total: list.total })
}

/// A list has no results: where a record says "done", nothing more is to be waited for.
fn told(mut task: Task) -> Task {
    if task.awaits_address {
        task.status = Status::Succeeded;
        task.progress = Some(1.0);
    }
    task
}

/// Reads a page with all that its records say.
pub(crate) async fn read(line: &Line, filter: &TaskFilter, max_retries: u32) -> Result<List<JsValue>, Error> {
    let question = Question { path: path(filter), by_token: true, ..Question::default() };
    let ask = Ask::free(Outgoing::Question(question), max_retries);
    line.exchange(&ask, |answer| wire::read_list(answer.http, answer.body, wall_clock())).await
}

fn path(filter: &TaskFilter) -> String {
    let seconds = |ms: f64| ((ms / 1_000.0).floor() as i64).to_string();
    // Where one of the service's words says it; "queued" has three.
    let status = filter.status.and_then(|status| match status {
        Status::Queued => None,
        Status::Running => Some("IN_PROGRESS"),
        Status::Succeeded => Some("SUCCESS"),
        Status::Failed => Some("FAILURE"),
    });
    let filters = [
        ("p", Some(filter.page.unwrap_or(1).to_string())),
        ("page_size", filter.page_size.map(|size| size.to_string())),
        ("status", status.map(String::from)),
        ("start_timestamp", filter.since.map(seconds)),
        // Whole seconds: the one that has begun belongs to it.
        ("end_timestamp", filter.until.map(|until| seconds(until + 999.0))),
    ];
    let mut path = String::from("/api/task/self");
    let mut separator = "?";
    for (name, value) in filters {
        if let Some(value) = value {
            path.push_str(&[separator, name, "=", &value].concat());
            separator = "&";
        }
    }
    path
}
