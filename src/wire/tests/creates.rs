//! Creates: what accepts one, what refuses it for good, and what leaves in doubt whether a task was made.

use super::*;

#[test]
fn an_id_accepts_wherever_it_stands() {
    for (answer, id) in [
        (json!({ "code": 200, "data": { "task_id": "task-1" } }), "task-1"),
        (json!({ "code": "200", "data": { "id": "task-1" } }), "task-1"),
        (json!({ "code": "Success", "data": "task-1" }), "task-1"),
        (json!({ "code": 200, "data": " task-1 " }), "task-1"),
        (json!({ "code": 200, "data": 4711 }), "4711"),
        (json!({ "success": true, "data": { "task_id": 4711 } }), "4711"),
        (json!({ "code": 0, "data": { "task_id": "task-1" } }), "task-1"),
        (json!({ "code": 201, "data": { "task_id": "task-1" } }), "task-1"),
        (json!({ "id": "task-1" }), "task-1"),
        (json!({ "task": { "id": "task-1", "status": "PENDING" } }), "task-1"),
        (json!({ "code": 200, "data": "{\"task_id\":\"task-1\"}" }), "task-1"),
        (json!({ "code": 200, "data": [{ "task_id": "task-1" }] }), "task-1"),
    ] {
        let task = create(200, answer.clone()).unwrap_or_else(|error| panic!("{answer}: {}", error.message));
        assert_eq!((task.id.as_str(), task.status), (id, Status::Queued), "{answer}");
        assert_eq!(task.raw, answer);
    }
}

#[test]
fn another_code_without_an_id_is_refused_in_the_service_s_words() {
    for code in [
        json!(0),
        json!(1),
        json!(201),
        json!("201"),
        json!(400),
        json!(500),
        json!(1001),
        json!(-1),
        json!("fail"),
        json!("error"),
    ] {
        for data in [json!(null), json!([]), json!({}), json!("")] {
            for words in ["msg", "message", "description", "error"] {
                let answer = json!({ "code": code, words: "余额不足", "data": data });
                let error = create(200, answer.clone()).unwrap_err();
                assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false), "{answer}");
                assert!(error.message.contains("余额不足") && !error.retryable, "{answer}");
            }
        }
    }
    for answer in [
        json!({ "success": false, "message": "余额不足" }),
        json!({ "code": 200, "success": false, "msg": "余额不足" }),
    ] {
        let error = create(200, answer).unwrap_err();
        assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false));
        assert!(error.message.contains("余额不足"));
    }
    for (code, expected) in
        [(401, Code::Unauthorized), (402, Code::Forbidden), (403, Code::Forbidden), (429, Code::RateLimited)]
    {
        let error = create(200, json!({ "code": code, "msg": "no" })).unwrap_err();
        assert_eq!((error.code, error.task_may_exist), (expected, false));
    }
}

#[test]
fn no_code_or_200_without_an_id_stays_in_doubt_and_quotes_the_words() {
    for answer in [
        json!({ "code": 200, "msg": "任务提交失败", "data": null }),
        json!({ "code": "success", "message": "任务提交失败" }),
        json!({ "message": "任务提交失败" }),
        json!({ "code": null, "description": "任务提交失败" }),
        json!({ "code": "", "msg": "任务提交失败 (request id: 7)", "data": {} }),
        json!({ "success": true, "message": "任务提交失败" }),
    ] {
        let error = create(200, answer.clone()).unwrap_err();
        assert_eq!(
            (error.code, error.task_may_exist, error.retryable),
            (Code::BadResponse, true, false),
            "{answer}"
        );
        assert!(error.message.contains("任务提交失败"), "{answer}");
        assert!(!error.nothing_yet);
    }
    let error = create(200, json!({ "msg": "no (request id: 7)" })).unwrap_err();
    assert_eq!(error.request_id.as_deref(), Some("7"));
    for data in [
        json!("ok"),
        json!("success"),
        json!("任务提交失败"),
        json!("please wait"),
        json!("https://a/b"),
        json!(0),
        json!(true),
    ] {
        assert!(create(200, json!({ "code": 200, "data": data })).unwrap_err().task_may_exist, "{data}");
    }
}

#[test]
fn a_server_status_stays_in_doubt_whatever_its_body_says() {
    for http in [408, 500, 502, 503, 504, 520, 524, 529] {
        for body in [
            json!({}),
            json!(null),
            json!({ "code": 400, "msg": "busy" }),
            json!({ "code": 429, "msg": "busy" }),
            json!({ "code": "invalid_request", "msg": "busy" }),
            json!({ "code": "task_not_exist", "message": "busy" }),
            json!({ "success": false, "message": "busy" }),
            json!({ "error": { "message": "busy", "code": "insufficient_user_quota" } }),
            json!({ "error": { "message": "busy (request id: 7)", "code": 401 } }),
        ] {
            let error = create(http, body.clone()).unwrap_err();
            assert_eq!(
                (error.code, error.task_may_exist, error.retryable),
                (Code::ServerError, true, false),
                "{http} {body}"
            );
            assert!(
                !body.to_string().contains("busy") || error.message.contains("busy"),
                "{}",
                error.message
            );
        }
        let wrong = json!({ "error": { "message": "bad video", "code": "invalid_request" } });
        let error = create(http, wrong).unwrap_err();
        assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false), "{http}");
    }
}

#[test]
fn some_statuses_refuse_for_good_with_and_without_a_body() {
    for (http, code) in [
        (402, Code::Forbidden),
        (413, Code::Rejected),
        (451, Code::Rejected),
        (501, Code::Rejected),
        (505, Code::Rejected),
    ] {
        let bodies = [
            Body::Empty,
            Body::Html,
            Body::Garbled,
            Body::TooLarge,
            Body::Json(json!({ "error": { "message": "no" } })),
        ];
        for body in bodies {
            let error = read_create(http, body, NOW).err().unwrap();
            assert_eq!((error.code, error.task_may_exist, error.retryable), (code, false, false), "{http}");
        }
        let error = refusal(http, json!({ "message": "no" }));
        assert_eq!((error.code, error.retryable), (code, false), "{http}");
    }
}

#[test]
fn the_words_of_a_refusal_are_quoted_from_wherever_they_stand() {
    for http in [200, 400, 401, 402, 403, 404, 413, 429, 500, 501, 502] {
        for body in [
            json!({ "message": "out of luck" }),
            json!({ "msg": "out of luck", "message": "" }),
            json!({ "message": "success", "msg": "out of luck" }),
            json!({ "description": "out of luck", "code": 30 }),
            json!({ "error": "out of luck" }),
            json!({ "error": { "message": "out of luck" } }),
            json!({ "error": { "msg": "out of luck" } }),
            json!({ "error": { "description": "out of luck" } }),
            json!({ "error": "{\"message\":\"out of luck\"}" }),
            json!({ "error": "upstream_error", "message": "out of luck" }),
            json!({ "message": "upstream_error", "error": "out of luck" }),
            json!({ "data": "out of luck" }),
            json!({ "data": { "message": "out of luck" } }),
        ] {
            let error = create(http, body.clone()).unwrap_err();
            assert!(error.message.contains("out of luck"), "{http} {body}: {}", error.message);
            let error = refusal(http, body.clone());
            assert!(error.message.contains("out of luck"), "{http} {body}: {}", error.message);
        }
    }
}

#[test]
fn a_refusal_that_names_its_task_leaves_no_doubt() {
    let named = json!({ "code": 429, "msg": "slow", "data": { "id": "task-1" } });
    let error = create(200, named).unwrap_err();
    assert_eq!(
        (error.task_id.as_deref(), error.task_may_exist, error.turned_away()),
        (Some("task-1"), false, false)
    );
}

#[test]
fn a_video_s_url_that_has_no_video_says_so_of_the_url() {
    for (http, code, retryable) in [
        (0, Code::BadResponse, false),
        (302, Code::BadResponse, false),
        (304, Code::BadResponse, false),
        (306, Code::BadResponse, false),
        (401, Code::Rejected, false),
        (403, Code::Rejected, false),
        (404, Code::Rejected, false),
        (408, Code::ServerError, true),
        (410, Code::Rejected, false),
        (429, Code::RateLimited, true),
        (499, Code::Rejected, false),
        (500, Code::ServerError, true),
        (501, Code::Rejected, false),
        (503, Code::ServerError, true),
        (999, Code::BadResponse, false),
    ] {
        let error = no_download::<Value>(http);
        assert_eq!((error.code, error.retryable, error.status), (code, retryable, Some(http)));
        assert!(error.message.contains("URL"), "{http}");
        assert!(!error.message.contains("JSON") && !error.message.contains("baseUrl"), "{http}");
    }
    for http in [401, 403] {
        let message = &no_download::<Value>(http).message;
        assert!(message.contains("credentials") && message.contains("expired"));
    }
}

#[test]
fn success_false_refuses_in_the_services_words_however_it_is_written() {
    for no in [json!(false), json!("false"), json!("False"), json!(0), json!("0")] {
        let error = create(200, json!({ "success": no, "message": "no credit left" })).unwrap_err();
        assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false), "{no}");
        assert!(error.message.contains("no credit left"));
    }
}

#[test]
fn what_only_looks_like_an_id_is_none() {
    for data in
        [json!("-1"), json!(-1), json!("[]"), json!("{}"), json!("{\"message\":\"quota\"}"), json!("fail")]
    {
        let answer = json!({ "code": 200, "msg": "任务提交失败", "data": data });
        let error = create(200, answer.clone()).unwrap_err();
        assert!(
            error.task_may_exist && error.message.contains("任务提交失败"),
            "{answer}: {}",
            error.message
        );
    }
}

#[test]
fn where_the_server_broke_down_only_an_id_that_is_called_a_task_s_ends_the_doubt() {
    for (http, answer) in [
        (502, json!({ "code": "bad_response_status_code", "data": "trace-20260102" })),
        (500, json!({ "code": 500, "msg": "系统错误", "data": 1 })),
        (504, json!({ "status": 504, "error": "Gateway Timeout", "id": "req-88" })),
        (500, json!({ "code": 500, "data": { "id": "req-77" } })),
    ] {
        let error = create(http, answer.clone()).unwrap_err();
        assert_eq!((error.task_may_exist, error.task_id.clone()), (true, None), "{answer}");
    }
    let named = create(500, json!({ "code": 500, "data": { "task_id": "task-1" } })).unwrap_err();
    assert_eq!((named.task_may_exist, named.task_id.as_deref()), (false, Some("task-1")));
    let limited = create(429, json!({ "status": 429, "message": "slow down", "id": "req-1" })).unwrap_err();
    assert!(limited.turned_away());
}

#[test]
fn the_id_of_a_request_is_not_taken_for_the_task_s() {
    let answer = json!({ "id": "req-1", "status": "success", "data": { "task_id": "task-9" } });
    assert_eq!(create(200, answer).unwrap().id, "task-9");
}

#[test]
fn ids_are_found_under_the_names_and_in_the_places_of_siblings() {
    for (answer, id) in [
        // Those for Midjourney: 1 is taken, 21 was taken before, 22 is queued.
        (json!({ "code": 1, "description": "提交成功", "result": "1320098173412546" }), "1320098173412546"),
        (
            json!({ "code": 21, "description": "任务已存在", "result": "1320098173412546" }),
            "1320098173412546",
        ),
        (json!({ "code": 22, "description": "排队中，前面还有1个任务", "result": 4711 }), "4711"),
        (json!({ "code": 200, "msg": "success", "data": { "taskId": "task-1" } }), "task-1"),
        (json!({ "taskId": "task-1", "status": "queued" }), "task-1"),
        (json!({ "code": 200, "data": ["task-1"] }), "task-1"),
        (
            json!({ "code": 0, "message": "SUCCEED", "data": { "task_id": "task-1", "task_status": "submitted" } }),
            "task-1",
        ),
    ] {
        let task = create(200, answer.clone()).unwrap_or_else(|error| panic!("{answer}: {}", error.message));
        assert_eq!((task.id.as_str(), task.status), (id, Status::Queued), "{answer}");
    }
    let banned = json!({ "code": 24, "description": "可能包含敏感词", "result": null });
    assert_eq!(create(200, banned).unwrap_err().code, Code::Rejected);
}

#[test]
fn a_zero_where_an_id_was_due_is_none() {
    for id in [json!(0), json!("0")] {
        for name in ["id", "task_id", "taskId"] {
            let refused = json!({ "code": 201, "msg": "余额不足", "data": { name: id } });
            let error = create(200, refused).unwrap_err();
            assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false), "{name}: {id}");
            let limited = create(429, json!({ "message": "slow", "data": { name: id } })).unwrap_err();
            assert!(limited.turned_away(), "{name}: {id}");
            assert!(create(200, json!({ "code": 200, "data": { name: id } })).unwrap_err().task_may_exist);
        }
    }
}

#[test]
fn a_status_around_no_record_refuses_as_a_code_does() {
    for (status, code) in [
        (json!("error"), Code::Rejected),
        (json!("Fail"), Code::Rejected),
        (json!("FAILED"), Code::Rejected),
        (json!(400), Code::Rejected),
        (json!("401"), Code::Unauthorized),
        (json!(429), Code::RateLimited),
        (json!(500), Code::Rejected),
    ] {
        for data in [json!(null), json!({}), json!("")] {
            let answer = json!({ "status": status, "message": "no credit left", "data": data });
            let error = create(200, answer.clone()).unwrap_err();
            assert_eq!((error.code, error.task_may_exist), (code, false), "{answer}");
            assert!(error.message.contains("no credit left"), "{answer}");
        }
    }
    for status in [json!("success"), json!("pending"), json!(200), json!(201), json!(2), json!("?")] {
        let answer = json!({ "status": status, "message": "任务提交失败" });
        assert!(create(200, answer).unwrap_err().task_may_exist, "{status}");
    }
    let accepted = json!({ "status": "success", "data": { "task_id": "task-1" } });
    assert_eq!(create(200, accepted).unwrap().id, "task-1");
}

#[test]
fn the_words_of_a_provider_whose_whole_answer_is_the_message_are_quoted() {
    for message in [
        json!("{\"error\":{\"message\":\"out of luck\"}}"),
        json!("{\"error\":\"out of luck\"}"),
        json!({ "error": { "error": { "msg": "out of luck" } } }),
        json!([{ "error": "out of luck" }]),
    ] {
        for name in ["message", "error", "msg"] {
            let answer = json!({ "code": "fail_to_fetch_task", name: message, "data": null });
            let error = create(400, answer.clone()).unwrap_err();
            assert!(error.message.contains("out of luck"), "{answer}: {}", error.message);
        }
        let failed = feed(flat(json!("FAILURE"), json!({ "fail_reason": message })));
        assert_eq!(failed.fail_reason.as_deref(), Some("out of luck"), "{message}");
    }
    let mut endless = json!("deep");
    for _ in 0..64 {
        endless = json!({ "error": endless });
    }
    assert_eq!(create(400, json!({ "message": endless })).unwrap_err().code, Code::Rejected);
}
