//! Where facts can stand: every place for the result's URL in every envelope, and what must not be taken for it.

use super::*;

const URL: &str = "https://cdn.example/r.mp4";

/// A record's members that hold the URL, one place each.
fn places() -> Vec<Value> {
    vec![
        json!({ "result_url": URL }),
        json!({ "video_url": URL }),
        json!({ "video_url": "", "raw_video_url": URL }),
        json!({ "url": URL }),
        json!({ "url": format!(" {URL}\n") }),
        json!({ "fail_reason": URL }),
        json!({ "result_url": "", "fail_reason": format!("{URL} ") }),
        json!({ "result": URL }),
        json!({ "result": { "video_url": URL } }),
        json!({ "result": { "url": URL } }),
        json!({ "result": [{ "url": URL }] }),
        json!({ "result": format!("{{\"video_url\":\"{URL}\"}}") }),
        json!({ "metadata": { "url": URL } }),
        json!({ "metadata": { "video_url": URL } }),
        json!({ "output": URL }),
        json!({ "output": [URL] }),
        json!({ "output": ["", URL] }),
        json!({ "output": [{ "url": URL }] }),
        json!({ "output": { "url": URL } }),
        json!({ "output": { "video_url": URL } }),
        json!({ "output": format!("[\"{URL}\"]") }),
        json!({ "artifacts": [{ "url": URL, "previewUrls": ["https://cdn.example/p.jpg"] }] }),
        json!({ "artifacts": [{ "url": "" }, { "url": URL }] }),
    ]
}

fn with(mut record: Value, members: &Value) -> Value {
    record.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    record
}

/// The record in each envelope that a gateway may put around it.
fn envelopes(record: &Value) -> Vec<Value> {
    vec![
        record.clone(),
        json!({ "code": 200, "msg": "success", "data": record }),
        json!({ "code": "success", "message": "", "data": record }),
        json!({ "success": true, "data": record }),
        json!({ "data": record }),
        json!({ "task": record }),
        json!({ "code": "SUCCESS", "data": { "task": record } }),
        json!({ "code": 200, "data": { "data": record } }),
        json!({ "code": 200, "data": [record] }),
        json!({ "code": 200, "result": record }),
        json!({ "code": 200, "data": record.to_string() }),
        json!(record.to_string()),
    ]
}

#[test]
fn a_result_is_found_in_every_place_of_every_envelope() {
    for place in places() {
        for record in [
            with(flat(json!("SUCCESS"), json!({})), &place),
            with(flat(json!("3"), json!({})), &place),
            with(json!({ "id": "id", "state": " Completed " }), &place),
        ] {
            for answer in envelopes(&record) {
                let task = feed(answer.clone());
                assert_eq!(task.id, "id", "{answer}");
                assert_eq!(task.status, Status::Succeeded, "{answer}");
                assert_eq!(task.video_url.as_deref(), Some(URL), "{answer}");
                assert_eq!(task.fail_reason, None, "{answer}");
                let callback = read_callback(Body::Json(answer.clone()), NOW).ok().unwrap();
                assert_eq!(callback.video_url.as_deref(), Some(URL), "{answer}");
                assert_eq!(callback.raw, answer);
            }
        }
    }
}

#[test]
fn a_result_is_found_in_the_provider_s_record_however_that_is_wrapped() {
    for place in places() {
        let provider = with(json!({ "task_id": "up-9", "status": "SUCCEEDED" }), &place);
        for inner in envelopes(&provider) {
            let answer =
                json!({ "code": "success", "data": { "task_id": "id", "status": "SUCCESS", "data": inner } });
            let task = feed(answer.clone());
            assert_eq!((task.id.as_str(), task.status), ("id", Status::Succeeded), "{answer}");
            assert_eq!(task.video_url.as_deref(), Some(URL), "{answer}");
        }
    }
}

#[test]
fn a_result_beside_a_record_that_says_done_is_found_too() {
    let answer = json!({ "code": 200, "video_url": URL, "data": { "task_id": "id", "status": "SUCCESS" } });
    assert_eq!(feed(answer).video_url.as_deref(), Some(URL));
}

#[test]
fn what_is_no_result_is_taken_for_none() {
    let is_none = |record: Value| {
        for answer in envelopes(&record) {
            let task = feed(answer.clone());
            assert_eq!(task.video_url, None, "{answer}");
            assert_ne!(task.status, Status::Succeeded, "{answer}");
        }
    };
    for status in ["SUCCESS", "IN_PROGRESS", "FAILURE", "UNKNOWN"] {
        for sent in [
            json!({ "video": URL, "image": URL }),
            json!({ "input": { "video_url": URL, "url": URL } }),
            json!({ "properties": { "input": URL } }),
            json!({ "options": { "video": { "url": URL } } }),
            json!({ "artifacts": [{ "previewUrls": [URL], "url": "" }] }),
            json!({ "poster": URL, "last_frame": URL }),
            json!({ "callback_url": URL }),
            json!({ "video_url": "rtmp://cdn.example/r.mp4" }),
        ] {
            is_none(flat(json!(status), sent));
        }
    }
    // Only a record that says done keeps its result where reasons stand.
    for status in ["FAILURE", "2", "cancelled", "IN_PROGRESS", "UNKNOWN", "0"] {
        is_none(flat(json!(status), json!({ "fail_reason": URL })));
    }
    for name in ["error", "failure", "msg", "message"] {
        is_none(flat(json!("FAILED"), json!({ name: URL })));
        is_none(flat(json!("SUCCESS"), json!({ name: URL })));
    }
    // A link to a page about the task, while its word says that it is under way.
    is_none(flat(json!("RUNNING"), json!({ "url": "https://gateway.example/tasks/id" })));
}

#[test]
fn a_failed_task_keeps_the_url_in_its_reason() {
    for status in ["FAILURE", "FAILED", "2", "error"] {
        let task = feed(flat(json!(status), json!({ "fail_reason": URL })));
        assert_eq!((task.status, task.fail_reason.as_deref()), (Status::Failed, Some(URL)));
    }
}

#[test]
fn the_poster_is_the_first_preview() {
    let poster = "https://cdn.example/p.jpg";
    let record = json!({ "artifacts": [{ "url": URL, "previewUrls": ["", poster] }] });
    assert_eq!(feed(flat(json!("SUCCEEDED"), record.clone())).poster_url.as_deref(), Some(poster));
    assert_eq!(feed(flat(json!("SUCCESS"), json!({ "data": record }))).poster_url.as_deref(), Some(poster));
}

#[test]
fn the_record_s_own_id_wins_and_may_be_a_number() {
    for (answer, id) in [
        (json!({ "task_id": "own", "status": "SUCCESS", "data": { "task_id": "inner", "url": URL } }), "own"),
        (json!({ "id": "own", "status": "SUCCESS", "data": { "task_id": "inner", "url": URL } }), "own"),
        (json!({ "code": 200, "data": { "id": 81, "task_id": "own", "data": { "id": "inner" } } }), "own"),
        (json!({ "id": "request", "code": 200, "data": { "task_id": "own" } }), "own"),
        (json!({ "code": 200, "data": { "id": 4711 } }), "4711"),
        (json!({ "task_id": " own\t", "status": "1" }), "own"),
        (json!({ "code": 200, "data": { "task_id": "", "id": "own", "status": 1 } }), "own"),
    ] {
        assert_eq!(feed(answer.clone()).id, id, "{answer}");
    }
    // What stands in the request's place is no id.
    let error = create(200, json!({ "id": "request", "code": 200, "data": {} })).unwrap_err();
    assert!(error.task_may_exist);
}

#[test]
fn text_that_is_no_record_stays_text() {
    for text in ["{", "{\"a\":", "[1", "17", "{not json}"] {
        let task = feed(flat(json!("RUNNING"), json!({ "data": text, "output": text })));
        assert_eq!((task.status, task.video_url), (Status::Running, None), "{text}");
        let task = feed(flat(json!("FAILED"), json!({ "fail_reason": text })));
        assert_eq!(task.fail_reason.as_deref(), Some(text));
    }
}

#[test]
fn progress_counts_to_one_where_the_provider_counts_and_per_cent_elsewhere() {
    let provider = |progress: Value| json!({ "id": "id", "status": "RUNNING", "progress": progress });
    let application = |ratio: Value| json!({ "id": "id", "status": "RUNNING", "progressRatio": ratio });
    for (value, progress) in [
        (json!(0.45), 0.45),
        (json!("0.45"), 0.45),
        (json!(" 0.45 "), 0.45),
        (json!(1), 1.0),
        (json!(1.0), 1.0),
        (json!("1"), 1.0),
        (json!(0), 0.0),
        (json!("26%"), 0.26),
        (json!(26), 0.26),
    ] {
        for record in [provider(value.clone()), application(value.clone())] {
            for answer in [
                record.clone(),
                json!({ "task": record }),
                json!({ "data": { "task_id": "id", "status": "IN_PROGRESS", "progress": "", "data": record } }),
            ] {
                assert_eq!(feed(answer.clone()).progress, Some(progress), "{answer}");
            }
        }
    }
    assert_eq!(feed(application(json!(null))).progress, None);
    let openai = json!({ "id": "id", "object": "video", "status": "processing", "progress": 1 });
    assert_eq!(feed(openai).progress, Some(0.01));
}

#[test]
fn times_are_read_in_every_spelling_in_every_record() {
    let seconds = 1_773_366_766_000.0;
    for (value, ms) in [
        (json!(1_773_366_766), Some(seconds)),
        (json!("1773366766"), Some(seconds)),
        (json!(" 1773366766 "), Some(seconds)),
        (json!(1_773_366_766.5), Some(seconds + 500.0)),
        (json!(1_773_366_766_123_u64), Some(seconds + 123.0)),
        (json!("1773366766123"), Some(seconds + 123.0)),
        (json!("2026-03-13T09:52:46+08:00"), Some(seconds)),
        (json!(0), None),
        (json!("0"), None),
        (json!(null), None),
        (json!(""), None),
        (json!("soon"), None),
        (json!(-5), None),
        (json!(1e300), None),
    ] {
        for name in ["submit_time", "create_time", "createdAt", "created_at"] {
            let outer = flat(json!("RUNNING"), json!({ name: value.clone() }));
            assert_eq!(feed(outer).submitted_at, ms, "{name}: {value}");
            let inner = flat(json!("RUNNING"), json!({ "submit_time": 0, "data": { name: value.clone() } }));
            assert_eq!(feed(inner).submitted_at, ms, "{name}: {value}");
        }
    }
}

#[test]
fn the_url_beside_a_done_record_is_found_in_lists_too() {
    for beside in [json!({ "output": [URL] }), json!({ "result": [{ "url": URL }] }), json!({ "url": URL })] {
        let mut answer = json!({ "code": 200, "data": { "task_id": "id", "status": "SUCCESS" } });
        answer.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
        assert_eq!(feed(answer.clone()).video_url.as_deref(), Some(URL), "{answer}");
        answer["data"]["status"] = json!("IN_PROGRESS");
        assert_eq!(feed(answer).status, Status::Running);
    }
}

#[test]
fn a_record_is_found_in_a_list_of_one() {
    let record = json!({ "task_id": "id", "status": "SUCCESS", "result_url": URL });
    assert_eq!(feed(json!([record.clone()])).video_url.as_deref(), Some(URL));
    let wrapped = json!([{ "code": 200, "data": record }]);
    assert_eq!(read_callback(Body::Json(wrapped), NOW).unwrap().video_url.as_deref(), Some(URL));
}

#[test]
fn the_record_of_the_task_that_was_asked_for_wins() {
    for status in [json!("success"), json!(200)] {
        let answer = json!({
            "id": "req-1",
            "status": status,
            "data": { "task_id": "id", "status": "SUCCESS", "video_url": URL },
        });
        assert_eq!(feed(answer).video_url.as_deref(), Some(URL));
    }
}

#[test]
fn the_url_may_be_in_a_list_or_an_object_of_one() {
    for place in ["result_url", "video_url", "raw_video_url", "url"] {
        for holder in
            [json!([URL]), json!({ "url": URL }), json!([{ "url": URL }]), json!(format!("[\"{URL}\"]"))]
        {
            let mut answer = json!({ "task_id": "id", "status": "SUCCESS" });
            answer[place] = holder;
            assert_eq!(feed(answer.clone()).video_url.as_deref(), Some(URL), "{answer}");
        }
    }
    for kept in [json!([URL]), json!({ "url": URL }), json!(format!("{{\"url\":\"{URL}\"}}"))] {
        for place in ["fail_reason", "data"] {
            let mut answer = json!({ "task_id": "id", "status": "SUCCESS" });
            answer[place] = kept.clone();
            assert_eq!(feed(answer.clone()).video_url.as_deref(), Some(URL), "{answer}");
        }
    }
}

#[test]
fn a_record_that_says_done_is_searched_under_the_names_of_siblings_too() {
    let places = [
        json!({ "task_result": { "videos": [{ "id": "v", "url": URL, "duration": "5" }] } }),
        json!({ "videoInfo": { "videoId": "v", "videoUrl": URL } }),
        json!({ "response": { "resultUrls": [URL] } }),
        json!({ "content": { "video_url": URL } }),
        json!({ "videoUrl": URL }),
        json!({ "resultUrl": URL }),
        json!({ "output_url": URL }),
        json!({ "download_url": URL }),
        json!({ "videos": [{ "url": URL }] }),
        json!({ "video_urls": [URL] }),
        json!({ "result_urls": [URL] }),
        json!({ "results": [{ "url": URL }] }),
        json!({ "outputs": [URL] }),
        json!({ "urls": [URL] }),
    ];
    for place in &places {
        let own = with(flat(json!("SUCCESS"), json!({})), place);
        let inner = flat(json!("SUCCESS"), json!({ "data": { "code": 0, "data": place } }));
        for record in [own, inner] {
            for answer in envelopes(&record) {
                assert_eq!(feed(answer.clone()).video_url.as_deref(), Some(URL), "{answer}");
            }
        }
        for status in ["IN_PROGRESS", "FAILURE", "UNKNOWN"] {
            assert_eq!(
                feed(with(flat(json!(status), json!({})), place)).video_url,
                None,
                "{status}: {place}"
            );
        }
    }
}
