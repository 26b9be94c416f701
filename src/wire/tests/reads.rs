//! Reads that find no task: there is none, or nothing is told of it yet.

use super::*;

#[test]
fn nothing_yet_is_told_apart_from_nothing() {
    for nothing in [json!(null), json!({}), json!([]), json!("")] {
        for code in [json!("success"), json!(200), json!("200")] {
            let error = refusal(200, json!({ "code": code, "message": "", "data": nothing }));
            assert_eq!(
                (error.code, error.retryable, error.nothing_yet),
                (Code::BadResponse, true, true),
                "{nothing}"
            );
        }
        assert!(refusal(200, json!({ "success": true, "data": nothing })).nothing_yet);
    }
    let words = refusal(200, json!({ "code": 200, "msg": "排队中", "data": null }));
    assert!(words.nothing_yet && words.message.contains("排队中"));
    for no_protocol in [json!({}), json!([]), json!("ok"), json!({ "hello": 1 }), json!(null)] {
        let error = refusal(200, no_protocol);
        assert!(!error.nothing_yet && error.message.contains("tells of no task"), "{}", error.message);
    }
    let refused = refusal(200, json!({ "code": 201, "msg": "key错误", "data": [] }));
    assert_eq!((refused.code, refused.retryable), (Code::Rejected, false));
    assert!(refused.message.contains("key错误"));
}

#[test]
fn a_read_that_says_only_that_work_is_under_way_tells_nothing_yet() {
    for answer in [
        json!({ "code": "success", "data": "[]" }),
        json!({ "code": "success", "data": "processing" }),
        json!({ "code": 0, "msg": "处理中", "data": null }),
        json!({ "code": 1, "msg": "queued", "data": null }),
    ] {
        assert!(refusal(200, answer.clone()).nothing_yet, "{answer}");
    }
}

#[test]
fn an_unknown_task_is_known_by_code_and_by_words() {
    for answer in [
        json!({ "code": "task_not_exist" }),
        json!({ "code": 400, "msg": "task_not_exist" }),
        json!({ "code": 200, "msg": "task_not_exist", "data": null }),
        json!({ "message": "task_not_exist" }),
        json!({ "message": " TASK_NOT_EXIST " }),
        json!({ "message": "task_not_exist (request id: 2026)" }),
        json!({ "msg": "task_not_exist (request id: 2026)" }),
        json!({ "error": "task_not_exist" }),
        json!({ "error": { "code": "task_not_exist", "message": "no such task" } }),
        json!({ "error": { "message": "task_not_exist (request id: 2026)", "code": "" } }),
        json!({ "description": "task_not_exist" }),
    ] {
        for http in [200, 400, 404] {
            assert_eq!(refusal(http, answer.clone()).code, Code::TaskNotFound, "{http}: {answer}");
        }
        // A create that says so is refused, and none of its business.
        assert_ne!(create(400, answer).unwrap_err().code, Code::TaskNotFound);
    }
    let error = refusal(400, json!({ "msg": "task_not_exist (request id: 2026)" }));
    assert_eq!(error.request_id.as_deref(), Some("2026"));
}

#[test]
fn an_unknown_task_is_known_wherever_it_is_said() {
    for answer in [
        json!({ "code": 400, "message": "", "data": { "code": "task_not_exist" } }),
        json!({ "detail": "task_not_exist" }),
        json!({ "code": "task_not_found", "message": "no" }),
        json!({ "error": "Task not found." }),
        json!({ "error": { "message": "task does not exist (request id: 7)" } }),
        json!({ "code": 400, "msg": "任务不存在" }),
        json!({ "error": { "type": "task_not_exist" } }),
        json!({ "error": { "error": { "code": "task_not_exist" } } }),
        json!({ "code": 400, "data": { "error": "task_not_exist" } }),
        json!({ "code": 400, "message": "{\"code\":\"task_not_exist\"}" }),
        json!({ "code": 400, "message": "task_not_exist（request id: x）" }),
        json!({ "code": 400, "message": "task_not_exist, request id: x" }),
    ] {
        assert_eq!(refusal(400, answer.clone()).code, Code::TaskNotFound, "{answer}");
    }
    for message in ["task_not_exist（request id: x）", "task_not_exist, request id: x"] {
        let error = refusal(400, json!({ "code": 400, "message": message }));
        assert_eq!(error.request_id.as_deref(), Some("x"), "{message}");
    }
}
