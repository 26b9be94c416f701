//! Every further body that public code and pages show, in `tests/protocol/cases`, against what is to become of it.

use super::*;

fn cases(file: &str) -> Vec<Value> {
    serde_json::from_str(file).unwrap()
}

/// Whether an outcome is what a case expects, member by member; says what is not.
fn check(case: &Value, outcome: Result<Task<Value>, Error<Value>>) {
    let name = &case["name"];
    let (task, error) = match outcome {
        Ok(task) => (Some(task), None),
        Err(error) => (None, Some(error)),
    };
    for (member, wanted) in case["expect"].as_object().unwrap() {
        let got = match (member.as_str(), &task, &error) {
            ("id", Some(task), _) => json!(task.id),
            ("status", Some(task), _) => json!(task.status),
            ("progress", Some(task), _) => json!(task.progress),
            ("videoUrl", Some(task), _) => json!(task.video_url),
            ("posterUrl", Some(task), _) => json!(task.poster_url),
            ("failReason", Some(task), _) => json!(task.fail_reason),
            ("submittedAt", Some(task), _) => json!(task.submitted_at.map(|ms| ms as i64)),
            ("error", _, Some(error)) => json!(error.code),
            ("says", _, Some(error)) => {
                assert!(error.message.contains(wanted.as_str().unwrap()), "{name}: {}", error.message);
                continue;
            }
            ("taskMayExist", _, Some(error)) => json!(error.task_may_exist),
            ("retryable", _, Some(error)) => json!(error.retryable),
            ("requestId", _, Some(error)) => json!(error.request_id),
            // What a wait does is shown through the package.
            ("inAWait", _, Some(_)) => continue,
            _ => panic!("{name}: no {member} in {task:?} {:?}", error.map(|error| error.message.clone())),
        };
        assert_eq!(&got, wanted, "{name}: {member}");
    }
}

#[test]
fn every_case_of_a_create_comes_to_what_it_should() {
    for case in cases(include_str!("../../../tests/protocol/cases/create.json")) {
        check(&case, create(case["http"].as_u64().unwrap() as u16, case["body"].clone()));
    }
}

#[test]
fn every_case_of_a_feed_comes_to_what_it_should() {
    for case in cases(include_str!("../../../tests/protocol/cases/feed.json")) {
        let http = case["http"].as_u64().unwrap() as u16;
        check(&case, read_feed(http, Body::Json(case["body"].clone()), "task-1", NOW).map(|task| *task));
    }
}

#[test]
fn every_case_of_a_callback_comes_to_what_it_should() {
    for case in cases(include_str!("../../../tests/protocol/cases/callback.json")) {
        let body = case.get("body").or(case.get("bytesOf")).unwrap().clone();
        check(&case, read_callback(Body::Json(body), NOW).map(|task| *task));
    }
}
