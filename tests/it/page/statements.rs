//! How many statements a document costs depends on its shape, never on its rows. Over one connection loads end in the order
//! they began, so that the number is the same each time.

use std::collections::BTreeMap;

use accord_tests::{PAIR, PARTNER, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// All that a page of customers has.
const CUSTOMERS: &str = "{ viewer { partner { customers(first: 100) { nodes {
    id status partner { name } customer { name domain domains partnerKind partnerId }
    invitation { id status delivery { status } createdBy { name email }
        answeredBy { name organization { name domain } } outcome { ... on Relationship { id } ... on AdminGrant { id } } }
    adminGrants(filter: { status: ACTIVE }) { id partner { name } } } } } } }";

/// What a page of customers has of their support.
const SUPPORT: &str = "{ viewer { partner { customers(first: 100) { nodes {
    supportContact { name organization { name } }
    serviceRequests(first: 2) { nodes { subject openedBy { name } relationship { id } } } } } } } }";

/// All that a page of invitations has.
const INVITATIONS: &str = "{ viewer { partner { invitations(first: 100) { nodes {
    id inviter { name domains } message { text } link delivery { messageId } createdBy { name }
    outcome { ... on Relationship { customer { domain } adminGrants { id } } ... on AdminGrant { customer { name } } }
    } } } } }";

/// All that a page of activity has.
const ACTIVITY: &str = "{ viewer { partner { activity(first: 100) { nodes {
    id event actor { name organization { name } } actorOrganization { name } details seal { batch proof }
    subject { id ... on Organization { domains } ... on Invitation { inviter { name } } } } } } } }";

/// What a document that lists `rows` rows costs.
async fn cost(app: &TestApp, document: &str, list: &str, rows: usize) -> usize {
    let (statements, answer) = app.statements(app.ask("admin@litware.example", document, json!({}))).await;
    let nodes = answer.at(&format!("viewer.partner.{list}.nodes")).as_array().unwrap();
    assert_eq!(nodes.len(), rows);
    statements.len()
}

/// How often each table is read first by a statement.
fn tables(statements: &[String]) -> BTreeMap<&str, usize> {
    let mut tables = BTreeMap::new();
    for statement in statements {
        let from = statement.split("FROM ").nth(1).unwrap();
        let table = from.trim_start_matches(['(', '"']).split('"').next().unwrap();
        *tables.entry(table).or_default() += 1;
    }
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_customers_costs_the_same_for_5_and_for_100_rows() {
    let app = TestApp::with_one_connection().await;
    let help = json!({ "name": "Help", "email": "help@litware.example" });
    app.update_support(PARTNER, help).await.given("supportProfile");
    app.many_accepted(4).await;
    app.many_service_requests(3).await;
    let few = [cost(&app, CUSTOMERS, "customers", 5).await, cost(&app, SUPPORT, "customers", 5).await];
    app.many_accepted(95).await;
    let many = [cost(&app, CUSTOMERS, "customers", 100).await, cost(&app, SUPPORT, "customers", 100).await];
    assert_eq!(many, few);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_invitations_costs_the_same_for_5_and_for_100_rows() {
    let app = TestApp::with_one_connection().await;
    app.many_accepted(5).await;
    let few = cost(&app, INVITATIONS, "invitations", 5).await;
    app.many_accepted(95).await;
    assert_eq!(cost(&app, INVITATIONS, "invitations", 100).await, few);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_activity_costs_the_same_for_5_and_for_100_rows() {
    let app = TestApp::with_one_connection().await;
    // The demo world told one thing of Litware.
    app.many_activities(4).await;
    let few = cost(&app, ACTIVITY, "activity", 5).await;
    app.many_activities(95).await;
    assert_eq!(cost(&app, ACTIVITY, "activity", 100).await, few);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_shared_customers_costs_the_same_for_5_and_for_100_rows() {
    let app = TestApp::with_one_connection().await;
    let id = app.make_pair().await;
    let document = "query($id: ID!) { node(id: $id) { ... on Partnership { sharedCustomers(first: 100) { nodes {
        id partner { name } customer { name domain } indirectProvider { name } indirectReseller { name }
        supportContact { organization { name } } } } } } }";
    let cost = async |rows: usize| {
        let asking = app.ask(PAIR.provider_agent, document, json!({ "id": id }));
        let (statements, answer) = app.statements(asking).await;
        let nodes = answer.at("node.sharedCustomers.nodes").as_array().unwrap();
        assert_eq!(nodes.len(), rows);
        assert!(nodes.iter().all(|row| row["indirectReseller"]["name"] == "Relecloud"), "{nodes:?}");
        statements.len()
    };
    let help = json!({ "name": "Help", "email": "help@tailwind.example" });
    app.update_support(PAIR.provider_agent, help).await.given("supportProfile");
    app.many_shared(5).await;
    let few = cost(5).await;
    app.many_shared(95).await;
    assert_eq!(cost(100).await, few);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_customers_of_many_partnerships_are_one_statement() {
    let (app, _) = TestApp::with_pair().await;
    app.many_shared(3).await;
    app.many_partnerships(PAIR.provider, "reseller", 4).await;
    let document = "{ viewer { partner { indirectResellers { nodes {
        indirectReseller { name } sharedCustomers(first: 2) { nodes { id } pageInfo { hasNextPage } } } } } } }";
    let (statements, answer) = app.statements(app.ask(PAIR.provider_agent, document, json!({}))).await;
    let rows = answer.at("viewer.partner.indirectResellers.nodes").as_array().unwrap();
    let shared: Vec<(&Value, usize)> = rows
        .iter()
        .map(|row| (&row["indirectReseller"]["name"], row["sharedCustomers"]["nodes"].as_array().unwrap().len()))
        .collect();
    assert_eq!(shared.len(), 5);
    assert!(shared.iter().all(|(name, count)| *count == if **name == "Relecloud" { 2 } else { 0 }), "{shared:?}");
    let tables = tables(&statements);
    assert_eq!((tables["partnerships"], tables["shared_customers"]), (1, 1), "{tables:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_objects_of_all_types_cost_one_statement_a_type() {
    let app = TestApp::with_one_connection().await;
    app.many_accepted(20).await;
    app.partners("northwind.example", "litware.example").await;
    let ids = [
        ("org", "organizations", 20),
        ("ptn", "organizations", 20),
        ("acc", "organizations", 10),
        ("usr", "users", 10),
        ("inv", "invitations", 10),
        ("rel", "relationships", 10),
        ("grt", "admin_grants", 10),
        ("agr", "agreements", 4),
        ("act", "activities", 5),
        ("psh", "partnerships", 1),
    ];
    let mut all = Vec::new();
    for (prefix, table, count) in ids {
        all.extend(app.ids(prefix, &format!("select id from {table} limit {count}")).await);
    }
    assert_eq!(all.len(), 100);
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let (statements, answer) = app.statements(app.ask(OPERATOR, document, json!({ "ids": all }))).await;
    let found = answer.at("nodes").as_array().unwrap().iter().filter(|node| !node.is_null()).count();
    assert!(found > 80, "but for partners that are none: {found}");
    let tables = tables(&statements);
    assert_eq!(tables.len(), 10, "{tables:?}");
    assert!(tables.values().all(|times| *times == 1), "{tables:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_many_partners_are_one_statement() {
    let app = TestApp::with_one_connection().await;
    app.many_accepted(3).await;
    let mut partners = Vec::new();
    for domain in ["contoso.example", "fabrikam.example", "litware.example", "northwind.example"] {
        partners.push(app.organization(domain).await.replace("org_", "ptn_"));
    }
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { customers(first: 2) {
        nodes { customer { name } } pageInfo { hasNextPage } } } } }";
    let (statements, answer) = app.statements(app.ask(OPERATOR, document, json!({ "ids": partners }))).await;
    let names = |partner: &Value| -> Vec<String> {
        let rows = partner["customers"]["nodes"].as_array().unwrap();
        rows.iter().map(|row| row["customer"]["name"].as_str().unwrap().to_owned()).collect()
    };
    let listed: Vec<_> = answer.at("nodes").as_array().unwrap().iter().map(names).collect();
    assert_eq!(listed[0], ["Adventure Works"]);
    assert_eq!(listed[1], ["Datum"]);
    assert_eq!(listed[2], ["Customer", "Customer"]);
    assert_eq!(listed[3], ["Adventure Works"]);
    assert_eq!(*answer.at("nodes.2.customers.pageInfo.hasNextPage"), json!(true));
    assert_eq!(tables(&statements)["relationships"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_are_filtered_differently_are_told_apart() {
    let app = TestApp::with_one_connection().await;
    app.many_customers(5).await;
    let document = "{ viewer { partner {
        zebras: customers(filter: { search: \"zebra\" }) { nodes { customer { name } } }
        first: customers(first: 1) { nodes { id } } last: customers(last: 1) { nodes { id } } } } }";
    let answer = app.ask(PARTNER, document, json!({})).await;
    let zebras = answer.at("viewer.partner.zebras.nodes").as_array().unwrap();
    assert!(!zebras.is_empty() && zebras.iter().all(|row| row["customer"]["name"] == "Zebra"));
    assert_ne!(answer.at("viewer.partner.first.nodes"), answer.at("viewer.partner.last.nodes"));
}
