//! What callers are told when they ask too often, and when the database has no time for them.

use accord_tests::{Answer, DEMO, Draft, TestApp};
use axum::http::StatusCode;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};

const VIEWER: &str = "{ viewer { user { name } } }";

fn code(answer: &Answer) -> &Value {
    &answer.body["errors"][0]["extensions"]["code"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_asks_too_often_is_429_and_others_are_not() {
    let app = TestApp::serving(&["--user-rate=1"]).await;
    let mut asked = 0;
    let refused = loop {
        let answer = app.ask(DEMO.reseller, VIEWER, json!({})).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        asked += 1;
        assert!(asked < 1_000, "never refused");
    };
    assert!(asked >= 2, "twice the rate at once");
    assert_eq!((refused.status, code(&refused)), (StatusCode::TOO_MANY_REQUESTS, &json!("RATE_LIMITED")));
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(app.ask(DEMO.customer, VIEWER, json!({})).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_finds_no_free_connection_is_503_and_no_fault() {
    let app = TestApp::with_one_connection().await;
    let taken = app.store.connection().await.unwrap();
    let answer = app.ask(DEMO.reseller, VIEWER, json!({})).await;
    assert_eq!((answer.status, code(&answer)), (StatusCode::SERVICE_UNAVAILABLE, &json!("TIMEOUT")));
    assert_eq!(answer.headers["retry-after"], "5");
    drop(taken);
    assert_eq!(app.ask(DEMO.reseller, VIEWER, json!({})).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_finds_no_free_connection_is_a_timeout_and_no_fault() {
    let app = TestApp::with_one_connection().await;
    let _taken = app.store.connection().await.unwrap();
    let document = "{ agreement(kind: CUSTOMER, country: \"US\") { id } regions { code } }";
    let answer = app.ask_nobody(document, json!({})).await;
    assert_eq!((answer.status, code(&answer)), (StatusCode::OK, &json!("TIMEOUT")));
    assert!(answer.body["data"]["agreement"].is_null());
    assert!(!answer.body["data"]["regions"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_ended_and_a_timeout() {
    let app = TestApp::with(|settings| settings.database_statement_timeout_seconds = 1).await;
    let id = app.draft(DEMO.reseller, Draft::to("new@example.com")).await;
    let blocker = &mut AsyncPgConnection::establish(app.database_url()).await.unwrap();
    blocker.batch_execute("begin; lock table invitations in access exclusive mode").await.unwrap();

    let revoke = "mutation($id: ID!) { revokeInvitation(input: { id: $id }) { userErrors { code } } }";
    let answer = app.ask(DEMO.reseller, revoke, json!({ "id": id })).await;
    assert_eq!(code(&answer), "TIMEOUT", "{}", answer.body);

    blocker.batch_execute("rollback").await.unwrap();
    app.ask(DEMO.reseller, revoke, json!({ "id": id })).await.accepted("revokeInvitation");
}
