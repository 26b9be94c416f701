//! Answers to uploads.

use super::*;

fn upload(http: u16, answer: Value) -> Result<Uploaded, Error<Value>> {
    read_upload(http, Body::Json(answer))
}

#[test]
fn an_upload_has_a_url_and_the_time_of_its_end() {
    let url = "https://files.example/a.mp4";
    let read = |answer| upload(200, answer).unwrap();
    let uploaded = read(json!({ "url": url, "expires_at": 1_800_000_000 }));
    assert_eq!(uploaded, Uploaded { url: url.into(), expires_at: Some(NOW) });
    assert_eq!(read(json!({ "url": url, "expires_at": "1800000000" })), uploaded);
    for nothing in [json!({ "url": url }), json!({ "url": url, "expires_at": 0 })] {
        assert_eq!(read(nothing).expires_at, None);
    }
}

#[test]
fn an_upload_without_an_absolute_url_is_no_upload() {
    for answer in [json!({}), json!([]), json!(null), json!({ "url": "/a.mp4" }), json!({ "url": 1 })] {
        assert_eq!(upload(200, answer.clone()).unwrap_err().code, Code::BadResponse, "{answer}");
    }
    let html = read_upload::<Value>(200, Body::Html).unwrap_err();
    assert_eq!((html.code, html.retryable), (Code::BadResponse, false));
}

#[test]
fn a_refused_upload_is_told_in_the_words_of_who_refuses_it() {
    for http in [400, 413, 415] {
        let error = upload(http, json!({ "error": { "message": "too large." } })).unwrap_err();
        assert_eq!((error.code, error.status), (Code::Rejected, Some(http)));
        assert_eq!(error.message, "The upload was refused: too large. Pass another file.");
    }
    let nowhere = upload(404, json!({ "message": "Invalid URL" })).unwrap_err();
    assert!(nowhere.message.contains("baseUrl takes no uploads"), "{}", nowhere.message);
    assert_eq!(read_upload::<Value>(415, Body::Empty).unwrap_err().code, Code::Rejected);
    assert_eq!(upload(401, json!({ "error": "no" })).unwrap_err().code, Code::Unauthorized);
}
