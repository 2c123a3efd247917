//! Documents and what becomes of them.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use serde_json::json;

use super::app::App;

const INTROSPECTION: &str = "{ __schema { queryType { name } } }";

#[tokio::test]
async fn an_operation_is_answered() {
    let app = App::new(&[]);
    let body = json!({
        "query": "query a($name: String) { hello(name: $name) isSignedIn } query b { isSignedIn }",
        "operationName": "a", "variables": { "name": "Ann" }, "extensions": null,
    });
    let answer = app.post(&[], body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "data": { "hello": "hello Ann", "isSignedIn": false } }));
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_document_that_cannot_run_is_400_or_for_older_clients_200() {
    let app = App::new(&[]);
    for query in ["{", "{ nothing }", "{ number(value: \"x\") }", "query a { hello } query b { hello }", "{ ...a }"] {
        let answer = app.query(query).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.error().0, "BAD_REQUEST", "{}", answer.text);
        assert!(answer.json().get("data").is_none(), "{}", answer.text);

        let older = app.post(&[("accept", "application/json")], json!({ "query": query }).to_string()).await;
        assert_eq!((older.status, older.error().0), (StatusCode::OK, "BAD_REQUEST".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_document_that_asks_for_too_much_never_reaches_the_schema() {
    let app = App::new(&[]);
    let mut text = "{ ...f0 }".to_owned();
    for number in 0..30 {
        let next = number + 1;
        text += &format!(" fragment f{number} on Query {{ ...f{next} ...f{next} }}");
    }
    text += " fragment f30 on Query { hello }";
    let answer = app.query(&text).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.error().1, "the document has more than 5000 fields, with its fragments written out");
}

#[tokio::test]
async fn a_variable_of_another_type_is_a_bad_request_without_the_servers_inside() {
    let app = App::new(&[]);
    let query = "query($v: Int!) { number(value: $v) }";
    for variables in [json!({}), json!({ "v": "x" }), json!({ "v": null }), json!({ "v": { "a": [1] } })] {
        let body = json!({ "query": query, "variables": variables });
        let answer = app.post(&[], body.to_string()).await;
        let (code, message) = answer.error();
        assert_eq!(code, "BAD_REQUEST", "{variables}");
        for inside in ["String(", "Object(", "Null", "Some(", "{ ", "::"] {
            assert!(!message.contains(inside), "{message}");
        }
    }
}

#[tokio::test]
async fn introspection_is_answered_where_it_or_graphiql_is_on() {
    let off = App::new(&[]).query(INTROSPECTION).await;
    assert_eq!(off.error().1, "introspection is off here; the schema is published as schema.graphql");
    for on in ["--introspection", "--graphiql"] {
        assert_eq!(App::new(&[on]).query(INTROSPECTION).await.status, StatusCode::OK, "{on}");
    }
}

#[tokio::test]
async fn a_fault_shows_nothing_but_the_requests_id() {
    let app = App::new(&[]);
    let body = json!({ "query": "{ hello fault }" }).to_string();
    let headers = [("x-request-id", "abc-1"), ("accept", "application/graphql-response+json")];
    let answer = app.post(&headers, body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let expected = json!([{
        "message": "internal error", "path": ["fault"], "locations": [{ "line": 1, "column": 9 }],
        "extensions": { "code": "INTERNAL", "requestId": "abc-1" },
    }]);
    assert_eq!(answer.json(), json!({ "data": { "hello": "hello ", "fault": null }, "errors": expected }));
}

#[tokio::test]
async fn a_bug_is_answered_and_ends_nothing_else() {
    let app = App::new(&[]);
    let answer = app.query("{ panic }").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.error(), ("INTERNAL".to_owned(), "internal error".to_owned()));
    assert_eq!(app.query("{ hello }").await.status, StatusCode::OK);
}

#[tokio::test]
async fn at_most_ten_errors_come_back() {
    let app = App::new(&[]);
    let faults: String = (0..40).map(|number| format!("a{number}: fault ")).collect();
    let answer = app.query(&format!("{{ {faults} }}")).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn an_answer_of_more_than_16_mib_is_an_error_in_its_place() {
    let app = App::new(&[]);
    let texts = |count: usize| {
        format!("{{ {} }}", (0..count).map(|n| format!("t{n}: text(length: 1000000) ")).collect::<String>())
    };
    let long = app.query(&texts(16)).await;
    assert_eq!((long.status, long.text.len() > 16_000_000), (StatusCode::OK, true));
    let answer = app.query(&texts(17)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let said = "the answer exceeds 16 MiB; ask for fewer rows, or less of each";
    assert_eq!(answer.error(), ("BAD_REQUEST".to_owned(), said.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_slow_operation_is_answered_in_time_and_still_finishes() {
    let app = App::new(&[]);
    let answer = app.query("{ slow }").await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(answer.error().0, "TIMEOUT");
    assert!(answer.json()["data"].is_null());
    assert_finishes(&app).await;
}

#[tokio::test]
async fn an_operation_finishes_when_whoever_asked_hangs_up() {
    let app = App::new(&[]);
    tokio::select! {
        _ = app.query("{ slow }") => panic!("nobody let it finish"),
        () = app.gate.entered.notified() => {}
    }
    assert_finishes(&app).await;
}

async fn assert_finishes(app: &App) {
    assert!(!app.gate.left.load(Ordering::Relaxed));
    app.gate.opened.notify_one();
    app.edge.operations.close();
    app.edge.operations.wait().await;
    assert!(app.gate.left.load(Ordering::Relaxed));
}
