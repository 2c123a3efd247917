//! Ids that name nothing give null, and many are answered in their order.

use accord_tests::{DEMO, TestApp};
use dev::seed::OPERATOR;
use domain::id::{read, spell};
use serde_json::{Value, json};
use uuid::Uuid;

/// The prefix of every type that has ids.
const PREFIXES: [&str; 9] = ["org", "usr", "ptn", "acc", "inv", "rel", "grt", "agr", "act"];

/// Asks as the operator, from whom nothing is hidden.
async fn nodes(app: &TestApp, ids: &[String]) -> Vec<Value> {
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let answer = app.ask(OPERATOR, document, json!({ "ids": ids })).await;
    answer.at("nodes").as_array().unwrap().clone()
}

/// One id that there is of each type.
async fn one_of_each(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for (prefix, query) in [
        ("org", "select id from organizations where tenant = 'contoso.example'"),
        ("usr", "select id from users where email = 'agent@contoso.example'"),
        ("ptn", "select id from organizations where tenant = 'contoso.example'"),
        ("acc", "select id from organizations where tenant = 'datum.example'"),
        ("inv", "select id from invitations limit 1"),
        ("rel", "select id from relationships limit 1"),
        ("grt", "select id from admin_grants limit 1"),
        ("agr", "select id from agreements limit 1"),
        ("act", "select id from activities limit 1"),
    ] {
        ids.extend(app.ids(prefix, query).await);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_is_found_by_its_id() {
    let app = TestApp::new().await;
    let ids = one_of_each(&app).await;
    let found = nodes(&app, &ids).await;
    let types: Vec<&str> = found.iter().map(|node| node["__typename"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "Organization",
            "User",
            "Partner",
            "Account",
            "Invitation",
            "Relationship",
            "AdminGrant",
            "Agreement",
            "Activity"
        ]
    );
    let given: Vec<&str> = found.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(given, ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ids_give_null() {
    let app = TestApp::new().await;
    let unknown = PREFIXES.map(|prefix| spell(prefix, Uuid::now_v7()));
    assert_eq!(nodes(&app, &unknown).await, [const { Value::Null }; 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_under_another_types_prefix_gives_null() {
    let app = TestApp::new().await;
    // Partner and account share their organization's; all else is its own.
    let ids = one_of_each(&app).await.split_off(3);
    for id in ids {
        let (own, uuid) = read(&id).unwrap();
        let others: Vec<String> =
            PREFIXES.iter().filter(|prefix| **prefix != own).map(|prefix| spell(prefix, uuid)).collect();
        let found = nodes(&app, &others).await;
        let is_of_organization = own == "acc";
        let expected = usize::from(is_of_organization);
        assert_eq!(found.iter().filter(|node| !node.is_null()).count(), expected, "{id}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_ids_give_null() {
    let app = TestApp::new().await;
    let id = app.organization("contoso.example").await;
    let broken = [
        String::new(),
        "org".to_owned(),
        "org_".to_owned(),
        id.to_uppercase(),
        id.replace("org_", "Org_"),
        id.replace("org_", "org-"),
        id.replace("org_", ""),
        id.replace("org_", "zzz_"),
        id.replace("org_0", "org_8"),
        format!("{id} "),
        format!(" {id}"),
        format!("{id}0"),
        id[..id.len() - 1].to_owned(),
        format!("{id}\0"),
        "org_'; drop table organizations; --".to_owned(),
        "🦀".repeat(100),
        "1".to_owned(),
    ];
    assert_eq!(nodes(&app, &broken).await, vec![Value::Null; broken.len()]);
    let document = "query($id: ID!) { node(id: $id) { id } }";
    for id in broken {
        assert!(app.ask(OPERATOR, document, json!({ "id": id })).await.at("node").is_null(), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_answered_in_their_order_and_as_often_as_they_are_asked_for() {
    let app = TestApp::new().await;
    let mut ids = one_of_each(&app).await;
    ids.push(ids[0].clone());
    ids.insert(4, spell("inv", Uuid::now_v7()));
    let found = nodes(&app, &ids).await;
    let given: Vec<Option<&str>> = found.iter().map(|node| node["id"].as_str()).collect();
    let expected: Vec<Option<&str>> =
        ids.iter().enumerate().map(|(place, id)| (place != 4).then_some(id.as_str())).collect();
    assert_eq!(given, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_are_answered_and_one_more_is_refused() {
    let app = TestApp::new().await;
    let id = app.organization("contoso.example").await;
    assert_eq!(nodes(&app, &vec![id.clone(); 100]).await.len(), 100);
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let answer = app.ask(DEMO.reseller, document, json!({ "ids": vec![id; 101] })).await;
    assert_eq!(answer.error(), "BAD_REQUEST");
    assert_eq!(answer.body["errors"][0]["message"], "ids: give at most 100");
}

#[tokio::test(flavor = "multi_thread")]
async fn none_asked_for_is_none_answered() {
    let app = TestApp::new().await;
    assert_eq!(nodes(&app, &[]).await, Vec::<Value>::new());
}
