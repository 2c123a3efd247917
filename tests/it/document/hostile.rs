//! Documents made to hurt are refused, or answered like any other.

use accord_tests::{Hostile, TestApp, doubling, hostile};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_document_gets_a_well_formed_answer_that_is_not_our_fault() {
    let app = TestApp::serving(&["--introspection"]).await;
    for Hostile { name, query, variables } in hostile() {
        let answer = app.post(None, json!({ "query": query, "variables": variables })).await;
        let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
        assert!(answer.body.is_object() && errors.len() <= 10, "{name}: {:#}", answer.body);
        for error in &errors {
            let code = error["extensions"]["code"].as_str().unwrap_or_default();
            assert!(["BAD_REQUEST", "UNAUTHENTICATED"].contains(&code), "{name}: {error:#}");
            assert!(error["message"].as_str().unwrap().chars().count() <= 501, "{name}");
        }
        assert!(answer.body.to_string().len() < 4 * 1024 * 1024, "{name}: {}", answer.body.to_string().len());
    }
    app.ask_nobody("{ regions { code } }", json!({})).await.at("regions");
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_that_double_thirty_times_are_refused() {
    let app = TestApp::new().await;
    // An expansion would take days; the bench measures what it takes.
    let answer = app.ask_nobody(&doubling(30), Value::Null).await;
    assert_eq!(answer.error(), "BAD_REQUEST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_of_a_type_that_is_not_there_is_a_bad_request() {
    let app = TestApp::serving(&["--introspection"]).await;
    for ty in ["Nothing", "[Nothing]", "[[Nothing!]!]!"] {
        let answer = app.ask_nobody(&format!("query($v: {ty} = [1]) {{ nodes(ids: $v) {{ id }} }}"), json!({})).await;
        assert_eq!(
            (answer.error(), &answer.body["errors"][0]["message"]),
            ("BAD_REQUEST".to_owned(), &json!("Unknown type \"Nothing\""))
        );
    }
}
