//! What ends a task, and what does not: words, envelopes, errors that say nothing.

use super::*;

const URL: &str = "https://cdn.example/r.mp4";

fn callback(answer: Value) -> Result<Task<Value>, Error<Value>> {
    read_callback(Body::Json(answer), NOW).map(|task| *task)
}

#[test]
fn every_word_of_the_table_is_known_however_it_is_written() {
    let table = [
        (
            Status::Queued,
            "NOT_START SUBMITTED QUEUED PENDING THROTTLED pending queued submitted in_queue waiting 0",
        ),
        (Status::Running, "IN_PROGRESS RUNNING processing running in_progress generating 1"),
        (
            Status::Failed,
            "FAILURE FAILED CANCELLED failed fail error cancelled canceled cancel aborted expired rejected timeout 失败 2",
        ),
        (Status::Succeeded, "SUCCESS SUCCEEDED succeeded succeed success completed done finished finish 3"),
    ];
    for (status, words) in table {
        for word in words.split(' ') {
            for spelling in [
                word.to_lowercase(),
                word.to_uppercase(),
                word.replace('_', " "),
                word.replace('_', "-"),
                format!(" {word}\n"),
                format!("\u{3000}{word}\t"),
            ] {
                for name in ["status", "state", "task_status"] {
                    let record = json!({ "task_id": "id", name: spelling, "result_url": "" });
                    let task = feed(record.clone());
                    let expected = if status == Status::Succeeded { Status::Running } else { status };
                    assert_eq!(task.status, expected, "{record}");
                    assert_eq!(task.awaits_address, status == Status::Succeeded, "{record}");
                }
            }
        }
    }
}

#[test]
fn a_record_that_says_how_it_ended_outweighs_the_envelope_in_both_directions() {
    let failed = json!({ "task_id": "id", "status": "FAILURE", "fail_reason": "no face" });
    let done = json!({ "task_id": "id", "status": "SUCCESS", "result_url": URL });
    let refusing = [
        json!({ "code": 400, "msg": "flagged" }),
        json!({ "code": "500", "message": "flagged" }),
        json!({ "code": "fail", "message": "" }),
        json!({ "code": "task_not_exist", "message": "" }),
        json!({ "success": false, "message": "flagged" }),
        json!({ "error": { "message": "flagged", "code": "x" } }),
    ];
    let accepting = [json!({ "code": 200 }), json!({ "code": "success" }), json!({ "success": true })];
    for envelope in refusing.iter().chain(&accepting) {
        for (record, status) in [(&failed, Status::Failed), (&done, Status::Succeeded)] {
            for wrapper in ["data", "task"] {
                let mut answer = envelope.clone();
                answer[wrapper] = record.clone();
                let tasks = [feed(answer.clone()), callback(answer.clone()).unwrap()];
                for task in tasks {
                    assert_eq!(task.status, status, "{answer}");
                    let reason = (status == Status::Failed).then_some("no face");
                    assert_eq!(task.fail_reason.as_deref(), reason, "{answer}");
                }
            }
        }
    }
    // Another task's end is none of this one's.
    let other =
        json!({ "code": 400, "msg": "no", "data": { "task_id": "other", "status": "SUCCESS", "url": URL } });
    assert_eq!(refusal(200, other).code, Code::Rejected);
}

#[test]
fn a_failed_record_without_a_reason_takes_the_envelope_s() {
    let task =
        feed(json!({ "code": 400, "msg": "flagged", "data": { "task_id": "id", "status": "2", "msg": "" } }));
    assert_eq!((task.status, task.fail_reason.as_deref()), (Status::Failed, Some("flagged")));
    let task = feed(
        json!({ "code": 200, "msg": "no face", "data": { "task_id": "id", "status": "2", "msg": null } }),
    );
    assert_eq!(task.fail_reason.as_deref(), Some("no face"));
    let task = feed(json!({ "code": "success", "data": { "task_id": "id", "status": "FAILURE" } }));
    assert_eq!((task.status, task.fail_reason), (Status::Failed, None));
}

#[test]
fn a_code_around_a_bare_id_is_a_failed_task_in_a_callback_and_a_refusal_in_a_feed() {
    for (envelope, reason) in [
        (json!({ "code": 400, "msg": "flagged" }), Some("flagged")),
        (json!({ "code": "400", "message": "flagged" }), Some("flagged")),
        (json!({ "code": 500, "description": "flagged" }), Some("flagged")),
        (json!({ "code": "fail", "message": "" }), None),
        (json!({ "code": 0, "msg": "flagged" }), Some("flagged")),
        (json!({ "success": false, "message": "flagged" }), Some("flagged")),
        (json!({ "code": "", "error": "flagged" }), Some("flagged")),
    ] {
        for id in [json!({ "task_id": "task-1" }), json!({ "id": "task-1" }), json!("task-1")] {
            let mut answer = envelope.clone();
            answer["data"] = id;
            let task = callback(answer.clone()).unwrap();
            assert_eq!((task.id.as_str(), task.status), ("task-1", Status::Failed), "{answer}");
            assert_eq!(task.fail_reason.as_deref(), reason, "{answer}");
            assert_eq!(task.raw, answer);
        }
    }
    let answer = json!({ "code": 400, "msg": "flagged", "data": { "task_id": "id" } });
    assert_eq!(refusal(200, answer).code, Code::Rejected);
    for no_task in [
        json!({ "code": 400, "msg": "no" }),
        json!({ "code": 400, "data": "flagged" }),
        json!({ "id": "r", "error": "x" }),
    ] {
        assert_eq!(callback(no_task).unwrap_err().code, Code::BadResponse);
    }
}

#[test]
fn a_callback_of_success_or_of_work_under_way_is_no_failure() {
    for envelope in [json!({ "code": 200, "msg": "ok" }), json!({ "code": 0, "msg": "处理中" }), json!({})]
    {
        let mut answer = envelope.clone();
        answer["data"] = json!({ "task_id": "id", "status": "RUNNING" });
        assert_eq!(callback(answer).unwrap().status, Status::Running);
    }
}

#[test]
fn errors_that_say_nothing_are_none() {
    let nothings = [
        json!(null),
        json!(""),
        json!(" "),
        json!({}),
        json!([]),
        json!(0),
        json!(false),
        json!("success"),
        json!({ "code": 0, "message": "" }),
        json!({ "code": "0", "message": null }),
        json!({ "code": "", "message": "", "type": "", "param": null }),
        json!({ "code": 200, "message": "ok" }),
        json!({ "message": "成功" }),
        json!("{}"),
    ];
    for nothing in nothings {
        let done = flat(json!("completed"), json!({ "url": URL, "error": nothing }));
        assert_eq!(feed(done).status, Status::Succeeded, "{nothing}");
        let numbered =
            flat(json!("2"), json!({ "video_url": URL, "error": nothing, "fail_reason": nothing }));
        assert_eq!(feed(numbered).status, Status::Succeeded, "{nothing}");
        let accepted = json!({ "task_id": "id", "status": "queued", "error": nothing });
        assert_eq!(create(200, accepted).unwrap().id, "id", "{nothing}");
        let wrapped = json!({ "code": 200, "error": nothing, "data": { "task_id": "id" } });
        assert_eq!(create(200, wrapped).unwrap().id, "id", "{nothing}");
    }
    for something in [
        json!("bad"),
        json!({ "message": "bad" }),
        json!({ "code": "bad" }),
        json!(["bad"]),
        json!([{ "msg": "bad" }]),
    ] {
        let refused = json!({ "code": 200, "error": something });
        let error = create(200, refused).unwrap_err();
        assert_eq!((error.code, error.task_may_exist), (Code::Rejected, false), "{something}");
        assert!(error.message.contains("bad"), "{}", error.message);
    }
}

#[test]
fn words_that_mean_no_error_are_none() {
    for word in [
        "success",
        "SUCCESS",
        "Success.",
        "ok",
        "OK",
        "成功",
        "成功！",
        "操作成功",
        "查询成功",
        "完成",
        "done",
        "none",
        "processing",
        "in queue",
        " success ",
    ] {
        // With "3" and no URL yet, an error would mean that the page swaps its numbers.
        let waiting = feed(flat(json!("3"), json!({ "msg": word })));
        assert_eq!((waiting.status, waiting.fail_reason), (Status::Running, None), "{word}");
        assert!(waiting.awaits_address);
    }
    for word in ["不成功", "未成功", "failed", "unsuccessful", "not a success", "没有成功", "no face"]
    {
        let failed = feed(flat(json!("3"), json!({ "msg": word })));
        assert_eq!((failed.status, failed.fail_reason.as_deref()), (Status::Failed, Some(word)), "{word}");
    }
}

#[test]
fn a_failure_s_words_are_found_wherever_they_stand() {
    for members in [
        json!({ "fail_reason": "no face" }),
        json!({ "msg": " no face " }),
        json!({ "failReason": "no face" }),
        json!({ "failMsg": "no face" }),
        json!({ "error_message": "no face" }),
        json!({ "task_status_msg": "no face" }),
        json!({ "message": "no face" }),
        json!({ "failure": "no face", "failureCode": "X" }),
        json!({ "failureCode": "no face" }),
        json!({ "error": "no face" }),
        json!({ "error": { "errorMessage": "no face", "message": "b", "reason": "c" } }),
        json!({ "error": { "message": "no face", "reason": "c", "code": "d" } }),
        json!({ "error": { "errorMessage": "", "reason": "no face" } }),
        json!({ "error": "{\"errorMessage\":\"no face\"}" }),
        json!({ "data": { "failure": "no face" } }),
        json!({ "data": { "error": { "reason": "no face" } } }),
        json!({ "data": "{\"failure\":\"no face\"}" }),
        json!({ "data": { "task": { "error": { "errorMessage": "no face" } } } }),
    ] {
        for answer in [
            flat(json!("FAILED"), members.clone()),
            json!({ "task": flat(json!("FAILED"), members.clone()) }),
        ] {
            let task = feed(answer.clone());
            assert_eq!(
                (task.status, task.fail_reason.as_deref()),
                (Status::Failed, Some("no face")),
                "{answer}"
            );
        }
    }
}

#[test]
fn an_error_of_a_record_that_is_under_way_ends_nothing() {
    let answer =
        json!({ "task_id": "id", "status": "RUNNING", "error": { "message": "busy, trying again" } });
    assert_eq!(feed(answer.clone()).status, Status::Running);
    assert_eq!(callback(answer).unwrap().status, Status::Running);
}

#[test]
fn a_remark_that_all_is_well_is_no_failure() {
    for remark in [
        "任务完成",
        "生成完成",
        "执行完毕",
        "成功了",
        "无错误",
        "Task completed",
        "Task completed successfully.",
        "Generation succeeded",
        "successful",
        "finish",
        "no errors",
        "n/a",
        "-",
    ] {
        let done = json!({ "task_id": "id", "status": "2", "video_url": URL, "msg": remark });
        assert_eq!(feed(done.clone()).status, Status::Succeeded, "{remark}");
        assert_eq!(callback(done).unwrap().status, Status::Succeeded, "{remark}");
        let lagging = feed(json!({ "task_id": "id", "status": "3", "video_url": "", "msg": remark }));
        assert!(lagging.awaits_address, "{remark}");
    }
    for failure in
        ["任务未完成", "Task not completed", "Upload failed, job finished", "no face was generated"]
    {
        let failed = json!({ "task_id": "id", "status": "3", "msg": failure });
        assert_eq!(feed(failed).fail_reason.as_deref(), Some(failure));
    }
}

#[test]
fn a_callback_is_about_the_id_that_is_called_a_task_s_whatever_stands_around_it() {
    let around = |status: Value, task: Value| {
        callback(json!({ "id": "req-1", "status": status, "data": task })).unwrap()
    };
    let named = around(json!("success"), json!({ "task_id": "task-1" }));
    assert_eq!((named.id.as_str(), named.status.is_final()), ("task-1", false));
    let done =
        around(json!("success"), json!({ "task_id": "task-1", "status": "SUCCESS", "result_url": URL }));
    assert_eq!((done.id.as_str(), done.video_url.as_deref()), ("task-1", Some(URL)));
    for status in [json!("failed"), json!("error"), json!(400), json!("400")] {
        for task in [json!({ "task_id": "task-1" }), json!({ "taskId": "task-1" })] {
            for id in [json!("req-1"), json!(null)] {
                let answer = json!({ "id": id, "status": status, "msg": "flagged", "data": task });
                let failed = callback(answer.clone()).unwrap();
                assert_eq!((failed.id.as_str(), failed.status), ("task-1", Status::Failed), "{answer}");
                assert_eq!(failed.fail_reason.as_deref(), Some("flagged"), "{answer}");
            }
        }
    }
    // Its own words outweigh that too.
    assert_eq!(
        around(json!("error"), json!({ "task_id": "t", "status": "SUCCESS", "url": URL })).status,
        Status::Succeeded
    );
    let own = callback(json!({ "id": "task-1", "status": "SUCCEEDED", "output": [URL] })).unwrap();
    assert_eq!((own.id.as_str(), own.status), ("task-1", Status::Succeeded));
}

#[test]
fn each_envelope_around_a_record_can_refuse() {
    let failing = json!({ "code": 400, "msg": "flagged", "data": { "task_id": "id" } });
    for around in [json!({ "code": 200, "msg": "success" }), json!({ "success": true }), json!({})] {
        let mut answer = around;
        answer["data"] = failing.clone();
        let failed = callback(answer.clone()).unwrap();
        assert_eq!(
            (failed.status, failed.fail_reason.as_deref()),
            (Status::Failed, Some("flagged")),
            "{answer}"
        );
        assert_eq!(refusal(200, answer.clone()).code, Code::Rejected, "{answer}");
        // The provider's, within the record, is another matter.
        let mut under_way = flat(json!("IN_PROGRESS"), json!({}));
        under_way["data"] = json!({ "code": 400, "msg": "busy" });
        answer["data"] = under_way;
        assert_eq!(feed(answer.clone()).status, Status::Running, "{answer}");
    }
}

#[test]
fn an_answer_in_a_list_of_one_is_read_as_without_it() {
    let refused = create(200, json!([{ "code": 400, "msg": "flagged", "data": null }])).unwrap_err();
    assert_eq!((refused.code, refused.task_may_exist), (Code::Rejected, false));
    assert_eq!(create(200, json!([{ "code": "success", "data": "task-1" }])).unwrap().id, "task-1");
    let failed =
        callback(json!([{ "code": 400, "msg": "flagged", "data": { "task_id": "task-1" } }])).unwrap();
    assert_eq!(failed.fail_reason.as_deref(), Some("flagged"));
    assert!(refusal(200, json!([{ "code": "success", "data": null }])).nothing_yet);
    assert_eq!(refusal(400, json!([{ "code": "task_not_exist" }])).code, Code::TaskNotFound);
}
