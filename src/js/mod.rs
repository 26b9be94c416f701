//! The JavaScript surface: the functions of `api.md`, each of which reads its arguments, calls the
//! client, and turns what comes back into JavaScript's own. Decides nothing.

mod arguments;
mod callback;
mod error;
mod signal;
mod task;

use core::future::{Future, poll_fn, ready};
use core::mem::replace;
use core::pin::{Pin, pin};
use core::task::Poll;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::client::{TaskRef, snapshot_of};
use crate::error::Issue;
use crate::input::Input;
use crate::schedule::next_poll_delay;
use crate::web::bell;
use crate::web::is_stack_half_full;
use crate::web::jobs::spawn;
use crate::web::race::race;
use crate::{Error, Task};
use arguments::{Arguments, Call};
use signal::Signal;

/// Creates a paid task; gives it as soon as the service has accepted it.
#[wasm_bindgen]
pub fn submit(input: JsValue, options: JsValue) -> Promise {
    start(Operation::Submit, input, options)
}

/// Reads a task once.
#[wasm_bindgen(js_name = getTask)]
pub fn get_task(task_id: JsValue, options: JsValue) -> Promise {
    start(Operation::GetTask, task_id, options)
}

/// Reads a task until it has ended; gives it when it has succeeded.
#[wasm_bindgen(js_name = waitForTask)]
pub fn wait_for_task(task_or_id: JsValue, options: JsValue) -> Promise {
    start(Operation::WaitForTask, task_or_id, options)
}

/// Submits, then waits.
#[wasm_bindgen]
pub fn run(input: JsValue, options: JsValue) -> Promise {
    start(Operation::Run, input, options)
}

/// Fetches the finished video: a `Response` whose body is still to be read.
#[wasm_bindgen]
pub fn download(task_or_url: JsValue, options: JsValue) -> Promise {
    start(Operation::Download, task_or_url, options)
}

/// Reads a task out of a callback: a `Request`, a string, or a decoded object.
#[wasm_bindgen(js_name = parseCallback)]
pub fn parse_callback(request_or_body: JsValue) -> Promise {
    start(Operation::ParseCallback, request_or_body, JsValue::UNDEFINED)
}

/// Ms from `task.checkedAt` until the next read is worth making.
#[wasm_bindgen(js_name = nextPollDelay)]
pub fn next_delay(task: JsValue) -> Promise {
    start(Operation::NextPollDelay, task, JsValue::UNDEFINED)
}

/// What the exports do. One future for all of them: each of its own would repeat the whole of it in the Wasm
/// (measured: 12 of 145 KB).
#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Submit,
    GetTask,
    WaitForTask,
    Run,
    Download,
    ParseCallback,
    NextPollDelay,
}

fn start(operation: Operation, subject: JsValue, options: JsValue) -> Promise {
    let (promise, settler) = bell::promise();
    // At the call: what its caller makes of the same objects afterwards is for the next one.
    let (mut work, mut aborted) = match prepare(operation, subject, options) {
        Ok((call, signal, subject)) => (work(operation, call, subject, &signal), signal.aborted()),
        Err(reason) => {
            settler.settle(Err(reason));
            return promise;
        }
    };
    let mut has_begun = false;
    // No async block, which would keep room for what it is given twice.
    spawn(poll_fn(move |context| {
        // Since the call, and perhaps without an event that reached us: nothing is sent.
        if !replace(&mut has_begun, true)
            && let Err(reason) = aborted.signal.check()
        {
            settler.settle(Err(reason));
            return Poll::Ready(());
        }
        // What is dropped when the signal aborts is cancelled by that.
        let ended = pin!(race(work.as_mut(), pin!(&mut aborted))).poll(context);
        ended.map(|ended| settler.settle(ended.and_then(|outcome| outcome.map_err(error::to_js))))
    }));
    promise
}

/// What a call is about.
enum Subject {
    New(Input),
    Task(TaskRef),
    Video(String),
    Callback(JsValue),
}

/// Reads what was passed, apart from what follows so that nothing of it is kept while that waits.
fn prepare(
    operation: Operation,
    subject: JsValue,
    options: JsValue,
) -> Result<(Call, Signal, Subject), JsValue> {
    if is_stack_half_full() {
        // Each of those around it has a property that is being read, or a listener that is being added.
        let issue = Issue::new("options", "calls the client from a getter or addEventListener without end");
        return Err(error::to_js(Error::invalid(vec![issue])));
    }
    let mut arguments = Arguments::read(&options);
    match operation {
        Operation::Download | Operation::ParseCallback | Operation::NextPollDelay => {}
        _ => arguments.need_key(),
    }
    let subject = match operation {
        Operation::Submit | Operation::Run => Subject::New(arguments.input(&subject)),
        Operation::Download => Subject::Video(arguments.video_url(&subject)),
        Operation::ParseCallback => Subject::Callback(subject),
        Operation::GetTask => Subject::Task(TaskRef::Id(arguments.task_id(&subject))),
        Operation::NextPollDelay => Subject::Task(arguments.snapshot(&subject)),
        Operation::WaitForTask => Subject::Task(arguments.task_ref(&subject)),
    };
    let (call, signal) = arguments.call()?;
    Ok((call, signal, subject))
}

type Work = Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>;

/// What a call does. A future of its own for each kind: as one they would keep room for the largest.
fn work(operation: Operation, call: Call, subject: Subject, signal: &Signal) -> Work {
    match subject {
        Subject::Callback(from) => {
            Box::pin(async move { callback::read(from).await.map(|task| task::to_js(&task)) })
        }
        Subject::Video(url) => {
            let signal = signal.0.clone();
            Box::pin(async move {
                let response = call.client.download(&url, &signal).await?;
                Ok(web_sys::Response::from(response).into())
            })
        }
        Subject::Task(TaskRef::Snapshot(task)) if operation == Operation::NextPollDelay => {
            Box::pin(ready(Ok(next_poll_delay(&snapshot_of(&task)).into())))
        }
        Subject::Task(TaskRef::Id(id)) if operation == Operation::GetTask => {
            Box::pin(async move { Ok(task::to_js(&call.client.get_task(&id).await?)) })
        }
        Subject::Task(from) => {
            Box::pin(async move { wait(&call, from).await.map(|task| task::to_js(&task)) })
        }
        Subject::New(input) => Box::pin(async move {
            let task = call.client.submit(&input).await?;
            if operation == Operation::Submit {
                return Ok(task::to_js(&task));
            }
            call.update(&task);
            wait(&call, task.into()).await.map(|task| task::to_js(&task))
        }),
    }
}

/// In one place, so that the wait is in the Wasm once.
fn wait(call: &Call, from: TaskRef) -> impl Future<Output = Result<Task, Error>> {
    call.client.wait_for_task(from, |task| call.update(task))
}
