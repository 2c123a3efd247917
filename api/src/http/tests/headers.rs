//! What browsers are told of every response.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use super::app::{Answer, App};

const HELLO: &str = r#"{"query":"{ hello }"}"#;

async fn preflight(app: &App, origin: &str) -> Answer {
    let request = Request::builder().method(Method::OPTIONS).uri("/graphql").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    let request = request.header("access-control-request-headers", "authorization,content-type");
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_response_is_kept_nowhere_framed_nowhere_and_what_it_says_it_is() {
    let app = App::new(&["--graphiql"]);
    let answers = [
        app.post(&[], HELLO).await,
        app.post(&[], "7").await,
        app.get("/graphql", "application/json").await,
        app.get("/graphql", "text/html").await,
        app.get("/invitations/abc", "text/html").await,
        app.get("/nowhere", "*/*").await,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(
            ["no-store", "no-cache"].contains(&answer.header("cache-control")),
            "{}",
            answer.header("cache-control")
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src"), "{policy}");
        assert_eq!(answer.header("strict-transport-security"), "");
    }
}

#[tokio::test]
async fn browsers_are_held_to_https_where_the_public_address_is_https() {
    let app = App::new(&["--public-url=https://accord.example"]);
    assert_eq!(app.post(&[], HELLO).await.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn no_other_sites_page_may_read_an_answer_unless_a_setting_says_so() {
    let app = App::new(&[]);
    let answer = preflight(&app, "https://portal.example").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::METHOD_NOT_ALLOWED, ""));
    let answer = app.post(&[("origin", "https://portal.example")], HELLO).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn the_pages_of_a_site_that_is_set_may_ask_and_read_why_they_were_refused() {
    let app = App::new(&["--cors-origins=https://portal.example,https://other.example", "--address-rate=1"]);
    let answer = preflight(&app, "https://other.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://other.example");
    assert_eq!(answer.header("access-control-allow-methods"), "POST");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");

    let from = [("origin", "https://portal.example")];
    for status in [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
        let answer = app.post(&from, HELLO).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), "https://portal.example");
        assert!(answer.header("access-control-expose-headers").contains("retry-after"));
    }
    assert_eq!(preflight(&app, "https://evil.example").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn connections_end_behind_their_answer_once_the_process_is_told_to_stop() {
    let app = App::new(&[]);
    assert_eq!(app.post(&[], HELLO).await.header("connection"), "");
    app.edge.stopping.cancel();
    assert_eq!(app.post(&[], HELLO).await.header("connection"), "close");
    assert_eq!(app.monitor("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
