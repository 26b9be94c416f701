//! The example of the crate's documentation.
#![cfg(target_family = "wasm")]

use act_one::{Client, Error, Input, Options, Task};

/// Animates a portrait with a performance, and logs the progress.
pub async fn animate(api_key: String) -> Result<Task, Error> {
    let client = Client::new(Options { api_key: Some(api_key), ..Options::default() })?;
    let input = Input {
        video: "https://media.example/performance.mp4".into(),
        image: "https://media.example/portrait.jpg".into(),
        callback_url: None,
    };
    client.run(&input, |task| web_sys::console::log_1(&task.progress.into())).await
}
