//! One read of a task, out of the service's feed.

use std::cell::Cell;

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::decoded::{Error, Task};
use crate::exchange::{Ask, Line, Outgoing};
use crate::retry::Exchange;
use crate::runtime::wall_clock;
use crate::wire;

#[derive(Serialize)]
struct Question<'a> {
    task_id: &'a str,
}

/// How persistently a task is read.
pub(crate) struct Patience {
    pub(crate) max_retries: u32,
    /// By the clock of `runtime::now`.
    pub(crate) deadline: f64,
    /// For how many seconds the other side is asked to keep the read open until there is news.
    pub(crate) hold: Option<u32>,
}

/// Reads the task `id`.
pub(crate) async fn read(line: &Line, id: &str, patience: Patience) -> Result<Task, Error> {
    let Patience { max_retries, deadline, hold } = patience;
    let json = to_json(&Question { task_id: id });
    let outgoing = Outgoing::Question {
        path: "/runway/feed".into(),
        json: Some(json),
        by_token: false,
        headers: Vec::new(),
        hold,
    };
    let ask = Ask { outgoing, exchange: Exchange::Read, max_retries, deadline, sent_at: Cell::default() };
    line.exchange(&ask, |answer| wire::read_feed(answer.http, answer.body, id, wall_clock())).await
}

/// A request body as JSON. Of text alone, which always has a JSON form.
pub(crate) fn to_json(body: &impl Serialize) -> String {
    let value = serde_wasm_bindgen::to_value(body).unwrap_or(JsValue::NULL);
    js_sys::JSON::stringify(&value).map(String::from).unwrap_or_default()
}
