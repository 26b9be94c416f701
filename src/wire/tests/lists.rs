//! The account's task list: its forms, and what is none.

use super::*;

#[test]
fn every_record_of_a_list_is_found_under_whatever_name_the_list_has() {
    let read = |answer: Value| read_list(200, Body::Json(answer), NOW);
    let records =
        json!([{ "task_id": "task-1", "platform": "Runway" }, { "task_id": "task-2", "platform": "kling" }]);
    for name in ["items", "data", "list", "records", "tasks"] {
        for answer in [
            json!({ "success": true, "data": { name: records, "total": "2" } }),
            json!({ "code": 200, "data": { "data": { name: records, "total": 2 } } }),
            json!({ name: records, "total": 2 }),
            json!({ "success": true, "data": json!({ name: records, "total": 2 }).to_string() }),
        ] {
            let list = read(answer.clone()).unwrap_or_else(|error| panic!("{answer}: {}", error.message));
            assert_eq!((list.count, list.total), (2, Some(2.0)), "{answer}");
            assert_eq!(list.tasks[0].task.id, "task-1", "{answer}");
            assert!(list.tasks[0].may_be_act_one && !list.tasks[1].may_be_act_one, "{answer}");
        }
    }
    assert_eq!(read(records.clone()).unwrap().count, 2);
    for none in [
        json!({ "success": true, "message": "", "data": { "items": null, "total": 0, "page": 1 } }),
        json!({ "success": true, "message": "", "data": null }),
        json!({ "success": true, "data": { "items": [], "total": 0 } }),
    ] {
        assert_eq!(read(none.clone()).unwrap_or_else(|error| panic!("{none}: {}", error.message)).count, 0);
    }
    for no_list in [json!({ "success": true, "data": { "username": "x" } }), json!({}), json!("ok")] {
        assert_eq!(read(no_list.clone()).unwrap_err().code, Code::BadResponse, "{no_list}");
    }
}
