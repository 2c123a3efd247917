//! Trusted documents, and what is asked for instead.

use std::io::Write as _;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::app::{Answer, App, config};

const HELLO: &str = "query Hello($name: String) { hello(name: $name) }";

/// An API that runs these documents alone.
fn trusting(documents: &Value) -> App {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(documents.to_string().as_bytes()).unwrap();
    App::new(&["--trusted-documents", file.path().to_str().unwrap()])
}

async fn ask(app: &App, body: Value) -> Answer {
    app.post(&[("accept", "application/graphql-response+json")], body.to_string()).await
}

/// Asks as newer and older clients do; both get this one error, each with its status.
async fn refuses(app: &App, body: Value, message: &str) {
    let newer = ask(app, body.clone()).await;
    let older = app.post(&[("accept", "application/json")], body.to_string()).await;
    assert_eq!((newer.status, older.status), (StatusCode::BAD_REQUEST, StatusCode::OK), "{body}");
    for answer in [newer, older] {
        assert_eq!(answer.error(), ("BAD_REQUEST".to_owned(), message.to_owned()), "{body}");
        assert!(answer.json().get("data").is_none());
        assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_trusted_document_runs_by_its_id_again_and_again() {
    let app = trusting(&json!({ "b1946ac92492d2347c6235b4d2611184": HELLO }));
    for name in ["Ann", "Bob"] {
        let body = json!({ "documentId": "b1946ac92492d2347c6235b4d2611184", "variables": { "name": name } });
        let answer = ask(&app, body).await;
        assert_eq!(answer.json(), json!({ "data": { "hello": format!("hello {name}") } }));
    }
}

#[tokio::test]
async fn one_of_several_operations_runs_by_its_name() {
    let app = trusting(&json!({ "two": "query a { hello } query b { number(value: 7) }" }));
    let answer = ask(&app, json!({ "documentId": "two", "operationName": "b" })).await;
    assert_eq!(answer.json(), json!({ "data": { "number": 7 } }));
}

#[tokio::test]
async fn no_other_document_runs_where_some_are_trusted() {
    let app = trusting(&json!({ "hello": HELLO }));
    let message = "only trusted documents run here: send the `documentId` of one, and no `query`";
    refuses(&app, json!({ "query": "{ hello }" }), message).await;
    refuses(&app, json!({ "query": HELLO }), message).await;
    refuses(&app, json!({ "query": "{" }), message).await;
    let long = "x".repeat(100_000);
    for id in ["", "Hello", "sha256:", &long] {
        refuses(&app, json!({ "documentId": id }), "there is no trusted document of this `documentId`").await;
    }
}

#[tokio::test]
async fn no_document_is_known_by_an_id_where_none_are_trusted() {
    let message = "there are no trusted documents here: send the `query` itself";
    refuses(&App::new(&[]), json!({ "documentId": "hello" }), message).await;
}

#[tokio::test]
async fn automatic_persisted_queries_are_answered_so_that_clients_send_the_text() {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": "a".repeat(64) } });
    for app in [App::new(&[]), trusting(&json!({ "hello": HELLO }))] {
        refuses(&app, json!({ "extensions": extensions }), "PersistedQueryNotSupported").await;
    }
    let with_text = ask(&App::new(&[]), json!({ "query": "{ hello }", "extensions": extensions })).await;
    assert_eq!(with_text.json(), json!({ "data": { "hello": "hello " } }));
}

#[tokio::test]
async fn a_document_is_named_in_one_way() {
    let app = App::new(&[]);
    for (body, message) in [
        (json!({ "query": "{ hello }", "documentId": "a" }), "`query` or `documentId` must be given, not both"),
        (json!({ "documentId": 7 }), "`documentId` must be a string"),
        (json!({ "documentId": null }), "`query` must be given, a string"),
    ] {
        let answer = ask(&app, body).await;
        assert_eq!((answer.status, answer.error().1), (StatusCode::BAD_REQUEST, message.to_owned()));
    }
    assert_eq!(ask(&app, json!({ "query": "{ hello }", "documentId": null })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_trusted_document_costs_what_its_variables_ask_for() {
    let text = "query($n: Int) { page(first: $n) { nodes { page(first: $n) { nodes { hello } } } } }";
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(json!({ "page": text }).to_string().as_bytes()).unwrap();
    let app = App::new(&["--max-cost", "100", "--trusted-documents", file.path().to_str().unwrap()]);
    let asked = |n: u32| json!({ "documentId": "page", "variables": { "n": n } });
    assert_eq!(ask(&app, asked(10)).await.status, StatusCode::OK);
    assert_eq!(ask(&app, asked(11)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn graphiql_and_trusted_documents_exclude_each_other() {
    let refusal = config(&["--graphiql", "--trusted-documents", "/nowhere"]).check().unwrap_err().to_string();
    assert!(refusal.starts_with("ACCORD_GRAPHIQL: "), "{refusal}");
    assert!(config(&["--max-cost", "0"]).check().unwrap_err().to_string().starts_with("ACCORD_MAX_COST"));
}
