//! One read of a task, out of the service's feed.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::ask::{Ask, Outgoing, Question};
use crate::decoded::{Error, Task};
use crate::exchange::Line;
use crate::runtime::wall_clock;
use crate::wire;

#[derive(Serialize)]
struct FeedBody<'a> {
    task_id: &'a str,
}

/// Reads the task `id` until `deadline`, by the clock of `runtime::now`. The other side is asked to keep the read open for
/// `hold` seconds until there is news.
pub(crate) async fn read(
    line: &Line,
    id: &str,
    max_retries: u32,
    deadline: f64,
    hold: Option<u32>,
) -> Result<Task, Error> {
    let json = Some(to_json(&FeedBody { task_id: id }));
    let question = Question { path: "/runway/feed".into(), json, hold, ..Question::default() };
    let ask = Ask { deadline, ..Ask::free(Outgoing::Question(question), max_retries) };
    line.exchange(&ask, |answer| wire::read_feed(answer.http, answer.body, id, wall_clock())).await
}

/// A request body as JSON. Of text alone, which always has a JSON form.
pub(crate) fn to_json(body: &impl Serialize) -> String {
    let value = serde_wasm_bindgen::to_value(body).unwrap_or(JsValue::NULL);
    js_sys::JSON::stringify(&value).map(String::from).unwrap_or_default()
}
