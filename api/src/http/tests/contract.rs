//! What a request must look like, and who may send it.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use super::app::{App, config};

const HELLO: &str = r#"{"query":"{ hello }"}"#;

#[tokio::test]
async fn a_body_of_another_shape_is_refused() {
    let app = App::new(&[]);
    for (body, message) in [
        ("", "the body is not JSON: see line 1, column 0"),
        ("{", "the body is not JSON: see line 1, column 1"),
        ("7", "the body must be one JSON object; batches are not taken"),
        (r#"[{"query":"{ hello }"}]"#, "the body must be one JSON object; batches are not taken"),
        ("{}", "`query` must be given, a string"),
        (r#"{"query":7}"#, "`query` must be given, a string"),
        (r#"{"query":"{ hello }","operationName":[]}"#, "`operationName` must be a string"),
        (r#"{"query":"{ hello }","variables":[]}"#, "`variables` must be an object"),
        (r#"{"query":"{ hello }","extensions":"x"}"#, "`extensions` must be an object"),
    ] {
        let answer = app.post(&[], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.error(), ("BAD_REQUEST".to_owned(), message.to_owned()), "{body}");
        assert!(answer.json().get("data").is_none());
    }
}

#[tokio::test]
async fn a_body_nested_deeper_than_128_levels_is_refused_as_such() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let body = |depth: usize| format!(r#"{{"query":"{{ hello }}","variables":{{"v":{}}}}}"#, nested(depth));
    let app = App::new(&[]);
    assert_eq!(app.post(&[], body(125)).await.status, StatusCode::OK);
    let answer = app.post(&[], body(60_000)).await;
    assert_eq!(
        answer.error(),
        ("BAD_REQUEST".to_owned(), "the body is nested too deep: see line 1, column 164".to_owned())
    );
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_413() {
    let app = App::new(&[]);
    let padded = |length: usize| format!("{HELLO}{}", " ".repeat(length - HELLO.len()));
    assert_eq!(app.post(&[], padded(1024 * 1024)).await.status, StatusCode::OK);
    let answer = app.post(&[], padded(1024 * 1024 + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let said = "the body exceeds 1 MiB; send fewer rows at once";
    assert_eq!(answer.error(), ("BAD_REQUEST".to_owned(), said.to_owned()));
}

#[tokio::test]
async fn only_json_is_taken_and_spoken() {
    let app = App::new(&[]);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let request = Request::post("/graphql").header("content-type", content_type);
        let answer = app.send(request.body(Body::from(HELLO)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    let bare = app.send(Request::post("/graphql").body(Body::from(HELLO)).unwrap()).await;
    assert_eq!(bare.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(app.post(&[("accept", "text/html")], HELLO).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn nothing_is_executed_by_get() {
    let app = App::new(&["--graphiql"]);
    for path in ["/graphql", "/graphql?query=%7B%20hello%20%7D"] {
        let answer = app.get(path, "application/json").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder().method(&method).uri("/graphql").body(Body::from(HELLO)).unwrap();
        assert_eq!(app.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn a_bad_token_is_401_also_where_nobody_needs_to_be_signed_in() {
    let app = App::new(&[]);
    for authorization in ["Bearer not-a-token", "Bearer ", "Basic YTpi", "bearer a.b.c"] {
        let answer = app.post(&[("authorization", authorization)], HELLO).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        assert_eq!(answer.error().0, "UNAUTHENTICATED");
        assert!(answer.json().get("data").is_none());
        assert!(!answer.text.contains("not-a-token"));
    }
    let twice = [("authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")];
    assert_eq!(app.post(&twice, HELLO).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_request_keeps_its_own_id_if_that_is_plain() {
    let app = App::new(&[]);
    assert_eq!(app.post(&[("x-request-id", "a-Z.0_9")], HELLO).await.header("x-request-id"), "a-Z.0_9");
    for id in ["", "a b", "a\u{e9}", &"a".repeat(65), "<script>"] {
        let answer = app.post(&[("x-request-id", id)], "7").await;
        let fresh = answer.header("x-request-id").to_owned();
        assert_eq!(fresh.len(), 36, "{id}");
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], json!(fresh));
    }
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_name() {
    let refusal = |arguments: &[&str]| config(arguments).check().unwrap_err().to_string();
    assert_eq!(refusal(&["--web-dir", "/nowhere"]), "ACCORD_WEB_DIR: there is no folder /nowhere");
    assert!(refusal(&["--request-timeout-seconds", "0"]).starts_with("ACCORD_REQUEST_TIMEOUT_SECONDS"));
}
