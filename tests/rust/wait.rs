//! The typed client as a Rust program in WebAssembly uses it, without the crate's own JavaScript functions.
//! `wait.test.js` builds and runs it.
#![cfg(target_family = "wasm")]

use act_one::error::Code;
use act_one::{Client, Input, Options};
use wasm_bindgen::prelude::*;

/// Submits a task and gives the address of its finished video, or says what went wrong. Reads every
/// `poll_interval` ms.
#[wasm_bindgen]
pub async fn perform(
    api_key: String,
    base_url: String,
    poll_interval: Option<f64>,
) -> Result<Option<String>, String> {
    let options = Options { api_key: Some(api_key), base_url, poll_interval, ..Options::default() };
    let client = Client::new(options).map_err(|error| error.message.clone())?;
    let input = Input {
        video: "https://example.com/performance.mp4".into(),
        image: "https://example.com/portrait.jpg".into(),
        callback_url: None,
    };
    let mut outcome = client.run(&input, |_| {}).await;
    if let Err(error) = &outcome
        && error.code == Code::Timeout
        && let Some(id) = error.task_id.clone()
    {
        // The task itself goes on.
        outcome = client.wait_for_task(id.as_str(), |_| {}).await;
    }
    match outcome {
        Ok(task) => Ok(task.video_url),
        Err(error) => Err(error.message.clone()),
    }
}
