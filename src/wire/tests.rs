//! Every published body, read; and every rule of `protocol.md` that one of them does not show.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::task::Status;

mod cases;
mod creates;
mod endings;
mod lists;
mod places;
mod reads;
mod uploads;

const NOW: f64 = 1_800_000_000_000.0;

impl Json for Value {
    fn get(&self, key: &'static str) -> Self {
        let index = key.parse().ok().and_then(|index: usize| Value::get(self, index));
        Value::get(self, key).or(index).cloned().unwrap_or_default()
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }

    fn is_object(&self) -> bool {
        Value::is_object(self)
    }

    fn is(&self, wanted: bool) -> bool {
        *self == wanted
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn number(&self) -> f64 {
        match self {
            Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Value::String(text) => {
                let text = text.trim_start();
                let end =
                    text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
                text[..end].parse().unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        }
    }

    fn text(&self) -> String {
        match self {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The dates that the tests have.
    fn date(&self) -> f64 {
        match self.as_str() {
            Some("2026-03-13T09:52:46+08:00") => 1_773_366_766_000.0,
            Some("2026-03-13T01:39:26.000Z") => 1_773_365_966_000.0,
            _ => f64::NAN,
        }
    }

    fn parsed(&self) -> Self {
        let parsed = self.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        parsed.filter(|value| value.is_object() || value.is_array()).unwrap_or_else(|| self.clone())
    }
}

macro_rules! published {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../tests/protocol/", $name, ".json"))).unwrap()
    };
}

fn create(http: u16, answer: Value) -> Result<Task<Value>, Error<Value>> {
    read_create(http, Body::Json(answer), NOW).map(|task| *task)
}

/// A feed answer for the id that it names itself.
fn feed(answer: Value) -> Task<Value> {
    let id = layers::find(&layers::object_in(&answer)).map(|found| found.id).unwrap_or_default();
    let read = read_feed(200, Body::Json(answer), &id, NOW);
    *read.unwrap_or_else(|error| panic!("{}", error.message))
}

fn refusal(http: u16, answer: Value) -> Error<Value> {
    read_feed(http, Body::Json(answer), "id", NOW).err().unwrap()
}

/// A flat record with an id, a status and whatever else.
fn flat(status: Value, more: Value) -> Value {
    let mut record = json!({ "task_id": "id", "status": status });
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record
}

#[test]
fn every_published_create_gives_a_queued_task() {
    for answer in [
        published!("create.seed"),
        published!("create.current"),
        published!("create.flat"),
        published!("create.record"),
    ] {
        let task = create(200, answer.clone()).unwrap();
        assert_eq!(task.id, "196642a0-05e1-441a-981e-eb0c1f5d983b");
        assert_eq!(task.status, Status::Queued);
        assert_eq!(task.submitted_at, Some(NOW));
        assert_eq!(task.checked_at, NOW);
        assert_eq!(task.raw, answer);
    }
}

#[test]
fn a_create_refused_within_http_200_made_no_task() {
    let error = create(200, published!("create.refused")).unwrap_err();
    assert_eq!(error.code, Code::Rejected);
    assert_eq!(error.status, Some(200));
    assert!(error.message.contains("image aspect ratio must be 16:9"));
    assert!(!error.task_may_exist);
}

#[test]
fn every_published_running_feed_is_not_an_end() {
    let queued = feed(published!("feed.wrapped.queued"));
    assert_eq!((queued.status, queued.progress), (Status::Queued, Some(0.0)));
    assert_eq!((queued.submitted_at, queued.started_at), (Some(1_773_366_766_000.0), None));
    let running = feed(published!("feed.flat.running"));
    assert_eq!((running.status, running.progress), (Status::Running, Some(0.3)));
    assert_eq!(running.started_at, Some(1_773_366_774_000.0));
    assert_eq!((running.finished_at, running.video_url), (None, None));
    let numeric = feed(published!("feed.numeric.running"));
    assert_eq!((numeric.status, numeric.progress), (Status::Running, None));
    assert_eq!(numeric.submitted_at, Some(1_724_313_052_000.0));
}

#[test]
fn every_published_success_gives_the_address() {
    let https = "https://cdn.example/act-one/result.mp4";
    let http = "http://cdn.example/attachments/result.mp4";
    for (answer, url) in [
        (published!("feed.wrapped.success"), https),
        (published!("feed.flat.success"), https),
        (published!("feed.words.success"), https),
        (published!("feed.numeric.success"), http),
    ] {
        let task = feed(answer);
        assert_eq!((task.status, task.progress), (Status::Succeeded, Some(1.0)));
        assert_eq!(task.video_url.as_deref(), Some(url));
        assert_eq!(task.fail_reason, None);
    }
    let numeric = feed(published!("feed.numeric.success"));
    assert_eq!(numeric.poster_url.as_deref(), Some("http://cdn.example/attachments/poster.png"));
    assert_eq!(numeric.last_frame_url.as_deref(), Some("http://cdn.example/attachments/last.png"));
    assert_eq!(numeric.finished_at, Some(1_724_313_343_000.0));
}

#[test]
fn every_published_failure_gives_the_reason() {
    for (answer, reason) in [
        (published!("feed.wrapped.failure"), "no face detected in the source video"),
        (published!("feed.numeric.failure"), "source video is not 16:9"),
    ] {
        let task = feed(answer);
        assert_eq!(task.status, Status::Failed);
        assert_eq!(task.fail_reason.as_deref(), Some(reason));
        assert!(task.finished_at.is_some());
    }
}

#[test]
fn a_callback_is_read_bare_flat_and_wrapped() {
    for (answer, status) in [
        (published!("callback.bare"), Status::Succeeded),
        (published!("feed.flat.success"), Status::Succeeded),
        (published!("feed.wrapped.failure"), Status::Failed),
    ] {
        assert_eq!(read_callback(Body::Json(answer), NOW).ok().unwrap().status, status);
    }
    for body in [Body::Empty, Body::Garbled, Body::Html, Body::TooLarge, Body::Json(json!([1]))] {
        assert_eq!(read_callback(body, NOW).err().unwrap().code, Code::BadResponse);
    }
}

#[test]
fn the_published_errors_are_told_apart() {
    for (http, code) in [(400, Code::Rejected), (401, Code::Unauthorized), (403, Code::Forbidden)] {
        let error = refusal(http, published!("error.envelope"));
        assert_eq!(error.code, code);
        assert_eq!(error.status, Some(http));
        assert_eq!(error.request_id.as_deref(), Some("20260313095246123456789abcdefgh"));
        assert!(!error.retryable);
    }
    assert_eq!(refusal(400, published!("error.task_not_exist")).code, Code::TaskNotFound);
    assert_eq!(refusal(200, published!("error.task_not_exist")).code, Code::TaskNotFound);
}

#[test]
fn status_words_of_all_vocabularies_are_known_in_any_letter_case() {
    let lists = [
        (Status::Queued, "NOT_START SUBMITTED QUEUED PENDING THROTTLED pending queued submitted 0"),
        (Status::Running, "IN_PROGRESS RUNNING processing running in_progress 1"),
        (Status::Failed, "FAILURE FAILED CANCELLED failed error cancelled 2"),
    ];
    for (status, words) in lists {
        for word in words.split(' ') {
            for spelling in [word.to_lowercase(), word.to_uppercase()] {
                assert_eq!(feed(flat(json!(spelling), json!({}))).status, status, "{spelling}");
                assert_eq!(feed(json!({ "task_id": "id", "state": spelling })).status, status, "{spelling}");
            }
        }
    }
    for word in ["SUCCESS", "Succeeded", "completed", "3"] {
        let done = flat(json!(word), json!({ "result_url": "https://a/b" }));
        assert_eq!(feed(done).status, Status::Succeeded, "{word}");
    }
    for (number, status) in [(0, Status::Queued), (1, Status::Running), (2, Status::Failed)] {
        assert_eq!(feed(flat(json!(number), json!({}))).status, status);
    }
}

#[test]
fn an_unknown_word_or_none_is_not_an_end() {
    for status in [json!("UNKNOWN"), json!("constructor"), json!(""), json!(null), json!(17), json!([])] {
        assert!(!feed(flat(status.clone(), json!({}))).status.is_final(), "{status}");
    }
    assert_eq!(feed(flat(json!("?"), json!({ "progress": "40%" }))).status, Status::Running);
    let provider_failed = json!({ "data": { "status": "FAILED" } });
    assert!(!feed(flat(json!("UNKNOWN"), provider_failed)).status.is_final());
}

#[test]
fn a_record_with_an_address_and_no_error_is_done_whatever_its_number_says() {
    for number in ["0", "1", "2", "3", "UNKNOWN"] {
        let task = feed(flat(json!(number), json!({ "video_url": "https://a/b", "msg": null })));
        assert_eq!(task.status, Status::Succeeded, "{number}");
    }
}

#[test]
fn where_the_numbers_are_swapped_the_error_or_the_refund_tells() {
    for more in [json!({ "msg": "no face" }), json!({ "refund": "1" }), json!({ "refund": 1 })] {
        assert_eq!(feed(flat(json!("3"), more.clone())).status, Status::Failed, "{more}");
    }
}

#[test]
fn a_failed_record_keeps_failing_with_an_address() {
    let task = feed(flat(json!("FAILURE"), json!({ "fail_reason": "no face", "result_url": "https://a/b" })));
    assert_eq!((task.status, task.fail_reason.as_deref()), (Status::Failed, Some("no face")));
}

#[test]
fn done_without_an_address_is_still_running() {
    for status in ["SUCCESS", "3", "completed"] {
        let task = feed(flat(json!(status), json!({ "result_url": "" })));
        assert_eq!(task.status, Status::Running, "{status}");
        assert!(task.awaits_address);
    }
}

#[test]
fn the_address_is_found_wherever_it_stands() {
    let url = "https://cdn.example/r.mp4";
    for more in [
        json!({ "result_url": url }),
        json!({ "video_url": url }),
        json!({ "data": { "video_url": url } }),
        json!({ "data": { "output": [url] } }),
        json!({ "data": { "url": url } }),
    ] {
        assert_eq!(feed(flat(json!("SUCCESS"), more)).video_url.as_deref(), Some(url));
    }
    for hostile in ["javascript:alert(1)", "data:text/html,x", "/r.mp4", " "] {
        assert_eq!(feed(flat(json!("SUCCESS"), json!({ "result_url": hostile }))).video_url, None);
    }
}

#[test]
fn progress_is_read_as_per_cent_and_as_a_fraction_where_the_provider_counts() {
    for (value, progress) in [
        (json!("0%"), Some(0.0)),
        (json!("30%"), Some(0.3)),
        (json!("100%"), Some(1.0)),
        (json!(30), Some(0.3)),
        (json!(1), Some(0.01)),
        (json!(250), Some(1.0)),
        (json!(-5), Some(0.0)),
        (json!(null), None),
        (json!(""), None),
        (json!("soon"), None),
    ] {
        assert_eq!(
            feed(flat(json!("RUNNING"), json!({ "progress": value.clone() }))).progress,
            progress,
            "{value}"
        );
    }
    for (value, progress) in [(json!(0.45), 0.45), (json!(1), 1.0), (json!(45), 0.45)] {
        let more = json!({ "data": { "progress": value } });
        assert_eq!(feed(flat(json!("RUNNING"), more)).progress, Some(progress));
    }
}

#[test]
fn times_are_numbers_or_digits_and_zero_is_not_yet() {
    let task = feed(flat(json!("RUNNING"), json!({ "submit_time": "1773366766", "start_time": 0 })));
    assert_eq!((task.submitted_at, task.started_at), (Some(1_773_366_766_000.0), None));
    let iso = json!({ "data": { "createdAt": "2026-03-13T09:52:46+08:00" } });
    assert_eq!(feed(flat(json!("RUNNING"), iso)).submitted_at, Some(1_773_366_766_000.0));
    let ms = json!({ "submit_time": 1_773_366_766_123.0_f64 });
    assert_eq!(feed(flat(json!("RUNNING"), ms)).submitted_at, Some(1_773_366_766_123.0));
}

#[test]
fn ids_and_codes_may_be_numbers_or_strings() {
    assert_eq!(create(200, json!({ "code": "200", "data": { "task_id": 42 } })).unwrap().id, "42");
    assert_eq!(create(200, json!({ "code": "SUCCESS", "data": { "task_id": "a" } })).unwrap().id, "a");
    assert_eq!(refusal(200, json!({ "code": "401", "msg": "no" })).code, Code::Unauthorized);
    assert_eq!(refusal(200, json!({ "code": 429, "msg": "slow" })).code, Code::RateLimited);
    assert_eq!(refusal(200, json!({ "code": "fail", "message": "no" })).code, Code::Rejected);
}

#[test]
fn an_answer_about_another_task_is_refused() {
    let answer = flat(json!("RUNNING"), json!({}));
    let error = read_feed(200, Body::Json(answer), "other", NOW).err().unwrap();
    assert_eq!(error.code, Code::BadResponse);
}

#[test]
fn an_answer_without_an_id_is_no_protocol() {
    for answer in
        [json!({}), json!([]), json!("ok"), json!({ "code": 200, "data": null }), json!({ "task_id": "" })]
    {
        assert_eq!(refusal(200, answer.clone()).code, Code::BadResponse, "{answer}");
        assert!(create(200, answer).unwrap_err().task_may_exist);
    }
}

#[test]
fn a_server_status_is_repeatable_unless_it_says_that_the_request_is_wrong() {
    for http in [500, 502, 503, 504, 524] {
        let error = refusal(http, json!({ "error": { "message": "busy", "code": "" } }));
        assert_eq!(error.code, Code::ServerError);
        assert!(error.retryable);
        assert!(create(http, json!({})).unwrap_err().task_may_exist);
    }
    let wrong = json!({ "error": { "message": "bad", "code": "invalid_request" } });
    assert_eq!(refusal(500, wrong.clone()).code, Code::Rejected);
    assert!(!create(500, wrong).unwrap_err().task_may_exist);
}

#[test]
fn without_json_the_status_decides_and_a_page_is_a_wrong_address() {
    let read = |http, body: Body<Value>| read_feed(http, body, "id", NOW).err().unwrap();
    assert_eq!(read(429, Body::Empty).code, Code::RateLimited);
    assert_eq!(read(502, Body::Html).code, Code::ServerError);
    assert_eq!(read(401, Body::Empty).code, Code::Unauthorized);
    for (http, body) in [(200, Body::Html), (404, Body::Html), (301, Body::Redirect), (200, Body::TooLarge)] {
        let error = read(http, body);
        assert_eq!((error.code, error.retryable), (Code::BadResponse, false), "{http}");
    }
    assert!(read(200, Body::Garbled).retryable);
}

#[test]
fn the_id_of_a_request_is_no_id_of_a_task() {
    let answer = json!({ "id": "req_1", "error": { "message": "busy" } });
    let error = create(502, answer.clone()).unwrap_err();
    assert_eq!((error.task_may_exist, error.task_id.clone()), (true, None));
    assert!(create(429, answer).unwrap_err().turned_away());
}

#[test]
fn a_status_that_speaks_for_itself_does_so_with_too_large_a_body_too() {
    let error = read_create::<Value>(502, Body::TooLarge, NOW).err().unwrap();
    assert_eq!((error.code, error.task_may_exist), (Code::ServerError, true));
    let error = read_feed::<Value>(503, Body::TooLarge, "id", NOW).err().unwrap();
    assert!(error.retryable);
}

#[test]
fn a_create_that_leaves_room_for_doubt_says_so() {
    let doubt = |http, body: Body<Value>| read_create(http, body, NOW).err().unwrap().task_may_exist;
    assert!(doubt(200, Body::Garbled) && doubt(200, Body::Empty) && doubt(200, Body::Html));
    assert!(doubt(502, Body::Html) && doubt(524, Body::Empty) && doubt(408, Body::Empty));
    assert!(!doubt(301, Body::Redirect) && !doubt(404, Body::Html) && !doubt(429, Body::Empty));
    assert!(!doubt(401, Body::Empty));
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "task_id",
        "id",
        "status",
        "state",
        "data",
        "code",
        "error",
        "message",
        "msg",
        "progress",
        "result_url",
        "video_url",
        "output",
        "submit_time",
        "success",
        "SUCCESS",
        "FAILURE",
        "3",
        "2",
        "30%",
        "__proto__",
        "https://a/b",
        "task_not_exist",
        "invalid_request",
        "(request id: x)",
        "refund",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(word.clone().prop_map(String::from), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_gives_a_sound_task_or_an_error(answer in any_json(), http in 100u16..600) {
        for task in [
            read_create(http, Body::Json(answer.clone()), NOW).ok(),
            read_callback(Body::Json(answer.clone()), NOW).ok(),
        ].into_iter().flatten() {
            prop_assert!(!task.id.is_empty());
            prop_assert!(task.progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)));
            prop_assert!(task.status != Status::Succeeded || task.video_url.is_some());
            prop_assert!(task.status == Status::Failed || task.fail_reason.is_none());
            prop_assert!(!(task.awaits_address && task.status.is_final()));
        }
    }

    #[test]
    fn a_status_that_refuses_never_gives_a_task(answer in any_json(), http in 300u16..600) {
        prop_assert!(read_create(http, Body::Json(answer), NOW).is_err());
    }
}
