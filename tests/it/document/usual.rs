//! What clients ask for every day is within the limits.

use accord_tests::{PARTNER, TestApp, frontend, graphiql};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_introspection_of_graphiql_is_answered() {
    let app = TestApp::serving(&["--introspection"]).await;
    let answer = app.ask_nobody(&graphiql(), json!({})).await;
    assert!(answer.at("__schema.types").as_array().unwrap().len() > 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frontends_page_of_sixty_fields_in_fragments_is_answered() {
    let app = TestApp::new().await;
    app.many_customers(3).await;
    let answer = app.ask(PARTNER, &frontend(), json!({ "first": 50 })).await;
    assert!(!answer.at("viewer.partner.customers.nodes").as_array().unwrap().is_empty());
}
