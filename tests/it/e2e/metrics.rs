use accord_tests::DEMO;
use axum::http::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Accord;

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_ask_is_not_on_the_public_port_and_counts_what_was_asked_there() {
    let accord = Accord::start(|it| it).await;
    for path in ["/metrics", "/health/live", "/health/ready"] {
        assert_eq!(accord.api.get(path).await.unwrap().status, StatusCode::NOT_FOUND, "{path}");
    }
    let draft = "mutation($email: String!) { draftInvitation(input: { recipient: { email: $email } }) {
        invitation { id } userErrors { code } } }";
    accord.ask(DEMO.reseller, draft, json!({ "email": "nobody" })).await;
    let many = "mutation($rows: [DraftInvitationInput!]!) { sendInvitations(input: { rows: $rows, dryRun: true }) {
        rows { userErrors { code } } userErrors { code } } }";
    let rows = json!([{ "recipient": { "email": "a@" } }, { "recipient": { "email": "b@" } }]);
    accord.ask(DEMO.reseller, many, json!({ "rows": rows })).await;
    accord.api.ask(None, "{ viewer { __typename } }", json!({})).await;

    let metrics = accord.api.monitor("/metrics").await.unwrap();

    let text = metrics.body.as_str().unwrap();
    for sample in [
        "accord_api_graphql_user_errors_total{code=\"INVALID_EMAIL\"} 3",
        "accord_api_graphql_operations_total{operation=\"mutation\",outcome=\"OK\"} 2",
        "accord_api_database_connections_max 4",
        "accord_api_http_requests_in_flight 0",
        "accord_build_info{service=\"accord-api\",version=",
    ] {
        assert!(text.contains(sample), "{sample}: {text}");
    }
    assert!(!text.contains("nobody") && !text.contains("contoso"), "{text}");
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_request_finishes_the_api_says_that_it_is_not_ready_and_that_it_lives() {
    let mut accord = Accord::start(|it| it).await;
    let body = json!({ "query": "{ __typename }" }).to_string();
    let (first, second) = body.split_at(5);
    let mut slow = TcpStream::connect(("127.0.0.1", accord.api.port)).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\nconnection: close";
    let request = format!("{head}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len());
    slow.write_all(request.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    // The body is waited for: the request is in flight.
    slow.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    slow.write_all(first.as_bytes()).await.unwrap();

    accord.api.process.tell_to_stop();

    let unready = accord.api.until_answers("/health/ready", StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(unready.body["reason"], "shutting down");
    assert_eq!(accord.api.monitor("/health/live").await.unwrap().status, StatusCode::OK);
    slow.write_all(second.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(r#"{"data":{"__typename":"Query"}}"#), "{answer}");
    assert!(accord.api.process.terminate().await.success(), "{}", accord.api.process.log());
}
