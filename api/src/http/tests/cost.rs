//! What an operation costs, and what a response says of it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::app::{Answer, App};

async fn ask(app: &App, query: &str, headers: &[(&str, &str)]) -> Answer {
    let headers: Vec<_> = [("accept", "application/graphql-response+json")].iter().chain(headers).copied().collect();
    app.post(&headers, json!({ "query": query }).to_string()).await
}

const ASKS: &[(&str, &str)] = &[("x-accord-cost", "1")];

fn pages(outer: u32, inner: u32) -> String {
    format!("{{ page(first: {outer}) {{ nodes {{ page(first: {inner}) {{ nodes {{ hello }} }} }} }} }}")
}

#[tokio::test]
async fn a_page_of_100_with_a_page_of_100_inside_is_just_served() {
    let app = App::new(&[]);
    let answer = ask(&app, &pages(100, 100), ASKS).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["extensions"], json!({ "cost": { "requested": 10_000, "limit": 10_000 } }));
}

#[tokio::test]
async fn what_costs_more_is_refused_with_the_remedy() {
    let app = App::new(&["--max-cost", "99"]);
    let answer = ask(&app, &pages(10, 10), ASKS).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let message = "the operation costs 100 rows, at most 99 are served: \
                   ask for smaller pages (first, last), fewer lists inside lists, or in several requests";
    assert_eq!(answer.error(), ("BAD_REQUEST".to_owned(), message.to_owned()));
    assert_eq!(answer.json()["extensions"], json!({ "cost": { "requested": 100, "limit": 99 } }));
    assert!(answer.json().get("data").is_none());
    assert_eq!(ask(&app, &pages(9, 11), ASKS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cost_is_said_to_who_asks_for_it_alone() {
    let app = App::new(&["--max-cost", "99"]);
    for headers in [&[][..], &[("x-accord-cost", "0")], &[("x-accord-cost", "")]] {
        for query in ["{ hello }", &pages(10, 10)] {
            assert_eq!(ask(&app, query, headers).await.json().get("extensions"), None, "{headers:?}");
        }
    }
}

#[tokio::test]
async fn a_document_that_fails_validation_has_a_cost_and_one_that_cannot_be_read_has_none() {
    let app = App::new(&[]);
    let invalid = ask(&app, "{ page(first: 7) { nodes { nothing } } }", ASKS).await;
    assert_eq!(invalid.status, StatusCode::BAD_REQUEST);
    assert_eq!(invalid.json()["extensions"]["cost"]["requested"], 7);
    assert_eq!(ask(&app, "{", ASKS).await.json()["extensions"], Value::Null);
}

#[tokio::test]
async fn a_message_that_quotes_the_caller_is_cut() {
    let app = App::new(&["--introspection"]);
    let body =
        json!({ "query": "query($v: Int!) { number(value: $v) }", "variables": { "v": { "x".repeat(9_000): 1 } } });
    assert!(app.post(&[], body.to_string()).await.error().1.chars().count() <= 501);
    let body = json!({ "query": "{ hello }", "operationName": "x".repeat(9_000) });
    let (_, message) = app.post(&[], body.to_string()).await.error();
    assert_eq!(message.chars().count(), 501);
    assert!(message.ends_with('…'), "{message}");
}
