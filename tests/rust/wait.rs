//! The typed client as a Rust program in WebAssembly uses it. Compiled by the tests, without the crate's own
//! JavaScript exports; there is nothing of it elsewhere.

#[cfg(target_family = "wasm")]
pub mod wait {
    use act_one::error::Code;
    use act_one::{Client, Error, Input, Options};

    /// Submits a task and gives the address of its finished video.
    pub async fn perform(api_key: String) -> Result<Option<String>, Error> {
        let client = Client::new(Options { api_key: Some(api_key), ..Options::default() })?;
        let input = Input {
            video: "https://example.com/performance.mp4".into(),
            image: "https://example.com/portrait.jpg".into(),
            callback_url: None,
        };
        let task = match client.run(&input, |_| {}).await {
            Err(error) if error.code == Code::Timeout && !error.task_may_exist => {
                let id = error.task_id.clone().unwrap_or_default();
                client.wait_for_task(id.as_str(), |_| {}).await?
            }
            outcome => outcome?,
        };
        Ok(task.video_url)
    }
}

fn main() {}
