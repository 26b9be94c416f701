//! The account's task list (`protocol.md`, "The account's task list"): its forms, which of its records are Act-One
//! tasks, and what a record says of what was sent.

use super::json::any;
use super::{Body, Json, Route, bad_response, decoded, layers, record, refusal};
use crate::error::{Code, Error};
use crate::task::Task;

/// Under which names the records stand.
const LISTS: [&str; 5] = ["items", "data", "list", "records", "tasks"];

/// A page of the list.
#[derive(Clone, Debug)]
pub struct List<J> {
    /// Its records, as they came: newest first.
    pub tasks: Vec<Listed<J>>,
    /// How many records the page had, those without a task id included.
    pub count: usize,
    /// How many tasks there are in all, of every kind; `None` where the service does not say.
    pub total: Option<f64>,
}

/// One record of the list.
#[derive(Clone, Debug)]
pub struct Listed<J> {
    /// The task that it tells of.
    pub task: Box<Task<J>>,
    /// Whether it may be an Act-One task: what the service calls those in the list is not published, so only what is
    /// plainly of another kind is not.
    pub may_be_act_one: bool,
    /// The callback URL that was sent, if the record says.
    pub callback_url: Option<String>,
    /// The video URL that was sent, if the record says.
    pub video: Option<String>,
    /// The image URL that was sent, if the record says.
    pub image: Option<String>,
}

/// Reads a page of the task list.
pub fn read_list<J: Json>(http: u16, body: Body<J>, now: f64) -> Result<List<J>, Error<J>> {
    let answer = decoded(http, body)?.parsed();
    if let Some(refusal) = refusal::read(http, &answer, None, false, Route::List) {
        return Err(told_of_the_token(refusal, &answer));
    }
    let data = answer.get("data").parsed();
    let places = [data.clone(), data.get("data").parsed(), answer.clone()];
    let list_in = |place: &J| LISTS.iter().find_map(|name| place.get(name).parsed().items());
    let items = places.iter().find_map(list_in).or_else(|| answer.items());
    let total = places.iter().map(|place| place.get("total").number()).find(|number| *number >= 0.0);
    // Go writes null for a list without records.
    let is_empty = total == Some(0.0) || (answer.get("success").is(true) && data.is_null());
    let Some(items) = items.or_else(|| is_empty.then(Vec::new)) else {
        let message = "The answer is not a task list. Check baseUrl, and that what is behind it lists tasks.";
        return Err(bad_response(http, &[message]));
    };
    let count = items.len();
    Ok(List { tasks: items.into_iter().filter_map(|item| listed(item, now)).collect(), count, total })
}

fn listed<J: Json>(item: J, now: f64) -> Option<Listed<J>> {
    let own = layers::object_in(&item);
    let found = layers::find(&own)?;
    let [video, image, callback_url] = sent(&own);
    let may_be_act_one = may_be_act_one(&own);
    Some(Listed { task: record::read(found, item, false, now), may_be_act_one, callback_url, video, image })
}

/// A refused token is not a refused key.
fn told_of_the_token<J: Json>(mut error: Error<J>, answer: &J) -> Error<J> {
    if matches!(error.code, Code::Unauthorized | Code::Forbidden) {
        let said = refusal::quoted(&refusal::said(answer));
        let advice =
            ". Check accessToken: it is the account's access token from the console, not the API key.";
        error.message = ["The service refused the access token", &said, advice].concat();
    }
    error
}

fn may_be_act_one<J: Json>(record: &J) -> bool {
    let platform = record.get("platform").word().to_ascii_lowercase();
    let action = record.get("action").word().to_ascii_lowercase();
    let names = |part: &str| action.as_bytes().windows(part.len()).any(|window| window == part.as_bytes());
    let is_act_one = names("act") && names("one");
    let is_other = ["text", "image", "upscale", "extend"].into_iter().any(names);
    (platform.is_empty() || platform.starts_with("runway")) && (is_act_one || !is_other)
}

/// The video, the image and the callback URL that were sent, where a record keeps them: itself, or under one of these.
fn sent<J: Json>(record: &J) -> [Option<String>; 3] {
    let properties = record.get("properties").parsed();
    let data = record.get("data").parsed();
    let inner = data.get("data").parsed();
    let holders = [
        properties.get("input").parsed(),
        properties,
        record.get("input").parsed(),
        record.get("request").parsed(),
        data.get("input").parsed(),
        inner.get("input").parsed(),
        inner,
        data,
        record.clone(),
    ];
    let first = |names: &[&'static str]| {
        holders.iter().map(|holder| holder.first_word(names, any)).find(|word| any(word))
    };
    [first(&["video"]), first(&["image"]), first(&["callback_url", "callbackUrl", "notify_hook"])]
}
