//! Exports, as far as they come without a database and an issuer.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::app::{Answer, App};

async fn export(app: &App, name: &str) -> Answer {
    app.get(&format!("/exports/{name}"), "text/csv").await
}

/// Stops the test unless these are problem details that say this.
fn is_problem(answer: &Answer, status: StatusCode, detail: &str) {
    let body = answer.json();
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{body}");
    assert_eq!((&body["type"], &body["status"]), (&json!("about:blank"), &json!(status.as_u16())));
    assert_eq!(body["title"], json!(status.canonical_reason()));
    assert_eq!(body["requestId"], json!(answer.header("x-request-id")));
    assert!(body["detail"].as_str().unwrap_or_default().starts_with(detail), "{body}");
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_how() {
    let app = App::new(&[]);
    for name in ["customers.csv", "activity.csv", "customers.csv?nonsense=1"] {
        let answer = export(&app, name).await;
        is_problem(&answer, StatusCode::UNAUTHORIZED, "sign in: send a token");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_404_naming_those_there_are() {
    let app = App::new(&[]);
    for name in ["customers", "customers.xlsx", "invitations.csv"] {
        is_problem(&export(&app, name).await, StatusCode::NOT_FOUND, "there are /exports/customers.csv and");
    }
}

#[tokio::test]
async fn a_list_is_only_read() {
    let app = App::new(&[]);
    for method in ["POST", "PUT", "DELETE"] {
        let request = Request::builder().method(method).uri("/exports/customers.csv").body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_often_is_429() {
    let app = App::new(&["--address-rate=1", "--public-rate=0"]);
    for _ in 0..2 {
        assert_eq!(export(&app, "customers.csv").await.status, StatusCode::UNAUTHORIZED);
    }
    let answer = export(&app, "customers.csv").await;
    is_problem(&answer, StatusCode::TOO_MANY_REQUESTS, "too many requests; try again after 1 s");
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test(start_paused = true)]
async fn without_a_sign_in_less_may_be_asked_of_exports_as_well() {
    let app = App::new(&["--public-rate=1"]);
    for _ in 0..2 {
        assert_eq!(export(&app, "customers.csv").await.status, StatusCode::UNAUTHORIZED);
    }
    is_problem(&export(&app, "customers.csv").await, StatusCode::TOO_MANY_REQUESTS, "too many requests");
}

#[tokio::test]
async fn a_process_that_stops_takes_no_more() {
    let app = App::new(&[]);
    app.edge.stopping.cancel();
    is_problem(&export(&app, "customers.csv").await, StatusCode::SERVICE_UNAVAILABLE, "this process is stopping");
}

#[tokio::test]
async fn an_export_counts_under_its_route() {
    let app = App::new(&[]);
    export(&app, "customers.csv?search=hunter2").await;
    let counted = app.monitor("/metrics").await.text;
    let line = r#"http_requests_total{route="/exports/customers.csv",method="GET",status="4xx"} 1"#;
    assert!(counted.contains(line) && counted.contains(r#"errors_total{code="UNAUTHENTICATED"} 1"#), "{counted}");
    assert!(!counted.contains("hunter2"));
}
