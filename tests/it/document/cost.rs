//! An operation costs the rows of its pages, by the published schema.

use accord_tests::{Answer, PARTNER, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use dev::issuer::claims_for;
use serde_json::{Value, json};

/// Asks as a partner's administrator, as newer clients do, for the cost as well.
async fn ask(app: &TestApp, query: &str, variables: Value) -> Answer {
    let token = app.issuer.token(&claims_for(PARTNER).unwrap(), std::time::Duration::from_secs(60)).unwrap();
    let request = Request::post("/graphql")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .header("x-accord-cost", "1");
    let body = json!({ "query": query, "variables": variables }).to_string();
    app.send(request.body(Body::from(body)).unwrap()).await
}

fn requested(answer: &Answer) -> u64 {
    answer.body["extensions"]["cost"]["requested"].as_u64().unwrap_or_else(|| panic!("{:#}", answer.body))
}

const NODES: &str =
    "query($ids: [ID!]!, $n: Int) { nodes(ids: $ids) { ... on Partner { customers(first: $n) { nodes { id } } } } ";

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_objects_with_a_page_of_a_hundred_each_are_just_served() {
    let app = TestApp::new().await;
    let variables = json!({ "ids": vec!["nobody"; 100], "n": 100 });
    let answer = ask(&app, &format!("{NODES} }}"), variables.clone()).await;
    assert_eq!((answer.status, requested(&answer)), (StatusCode::OK, 10_000));
    assert_eq!(answer.at("nodes").as_array().unwrap().len(), 100);

    let more =
        ask(&app, &format!("{NODES} viewer {{ partner {{ users(last: 1) {{ nodes {{ id }} }} }} }} }}"), variables)
            .await;
    assert_eq!(
        (more.status, requested(&more), more.error()),
        (StatusCode::BAD_REQUEST, 10_001, "BAD_REQUEST".to_owned())
    );
    let message = more.body["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("the operation costs 10001 rows, at most 10000 are served: ask for smaller pages"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_schema_costs_its_page() {
    let app = TestApp::new().await;
    for list in [
        "partner { customers",
        "partner { invitations",
        "partner { users",
        "partner { activity",
        "account { partners",
        "account { receivedInvitations",
        "account { users",
        "account { activity",
    ] {
        let cost = async |page: &str| {
            requested(&ask(&app, &format!("{{ viewer {{ {list}{page} {{ nodes {{ id }} }} }} }} }}"), json!({})).await)
        };
        assert_eq!((cost("").await, cost("(first: 3)").await, cost("(last: 100)").await), (25, 3, 100), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_sent_cost_like_a_page() {
    let app = TestApp::new().await;
    let query =
        "mutation($input: SendInvitationsInput!) { sendInvitations(input: $input) { rows { userErrors { code } } } }";
    let row = json!({ "recipient": { "email": "nobody" } });
    let input = json!({ "rows": vec![row; 250], "dryRun": true });
    let answer = ask(&app, query, json!({ "input": input })).await;
    assert_eq!((answer.status, requested(&answer)), (StatusCode::OK, 250));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_invitations_with_their_whole_messages_is_served_and_fifty_of_it_are_not() {
    let app = TestApp::new().await;
    let whole = "message { subject template text html mailtoUrl }";
    let page = format!("{{ viewer {{ partner {{ invitations(first: 100) {{ nodes {{ id {whole} }} }} }} }} }}");
    assert_eq!(requested(&ask(&app, &page, json!({})).await), 100);

    let nodes = |n: usize| format!("a{n}: nodes(ids: $ids) {{ ... on Invitation {{ {whole} }} }} ");
    let many = format!("query($ids: [ID!]!) {{ {} }}", (0..50).map(nodes).collect::<String>());
    let answer = ask(&app, &many, json!({ "ids": vec!["nobody"; 100] })).await;
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "the operation asks for more than 500000 values, by the pages it asks for");
}
