//! A customer's people, as its partners look at them.

use std::collections::BTreeSet;

use accord_tests::{PAIR, TestApp, granular};
use domain::admin_grant::DirectoryRole::{BillingAdministrator, DirectoryReaders};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{
    AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, HELPDESK, PARTNER, PARTNER_ADMIN, SALES, with_full, with_role,
};

const OPERATOR: &str = "ops@accord.example";

/// The addresses that somebody reads on a relationship; null where they may not.
async fn people(app: &TestApp, who: &str, relationship: &str) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Relationship { users { nodes { email } } } } }";
    let answer = app.ask(who, document, json!({ "id": relationship })).await;
    let users = answer.at("node.users");
    if users.is_null() {
        return Value::Null;
    }
    users["nodes"].as_array().unwrap().iter().map(|user| user["email"].clone()).collect()
}

/// The partner's relationship with the customer.
async fn relationship(app: &TestApp) -> String {
    let of_partner =
        "select r.id from relationships r join organizations o on o.id = partner_id where o.tenant = 'litware.example'";
    app.ids("rel", of_partner).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_directory_role_shows_them_to_who_works_for_customers() {
    for role in [DirectoryReaders, BillingAdministrator] {
        let (app, _) = with_role(role).await;
        let id = relationship(&app).await;
        let all = json!([CUSTOMER_ADMIN, CUSTOMER_USER]);
        for who in [AGENT, SALES, HELPDESK, CUSTOMER_ADMIN, CUSTOMER_USER, OPERATOR] {
            assert_eq!(people(&app, who, &id).await, all, "{who}");
        }
        assert_eq!(people(&app, PARTNER_ADMIN, &id).await, Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_grant_they_are_null_for_the_partner_alone() {
    let app = TestApp::without_mails().await;
    let id = app.relate(PARTNER, CUSTOMER).await;
    assert_eq!(people(&app, AGENT, &id).await, Value::Null);
    assert_eq!(people(&app, CUSTOMER_USER, &id).await, json!([CUSTOMER_ADMIN, CUSTOMER_USER]));
    let expired = granular(&[DirectoryReaders], "P1D", false);
    app.granted(PARTNER, CUSTOMER, &expired).await;
    assert_eq!(people(&app, AGENT, &id).await, json!([CUSTOMER_ADMIN, CUSTOMER_USER]));
    app.days_pass(1);
    assert_eq!(people(&app, AGENT, &id).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_searched_and_filtered_as_the_customers_own_list() {
    let app = with_full().await;
    let id = relationship(&app).await;
    let user = app.user_id(CUSTOMER_USER).await;
    app.delete_user(AGENT, &user).await.given("user");
    for (filter, expected) in [
        ("search: \"ADMIN@\"", vec![CUSTOMER_ADMIN]),
        ("status: DELETED", vec![CUSTOMER_USER]),
        ("status: DEACTIVATED", vec![]),
    ] {
        let found = app.list_of(AGENT, &id, "Relationship", "users").with(filter).texts("email").await;
        assert_eq!(found, expected, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_does_not_look_at_them_by_its_providers_relationship() {
    let (app, partnership) = TestApp::with_pair().await;
    let [of_provider, of_reseller] = app.shared_customer(&partnership, CUSTOMER).await;
    app.granted(PAIR.provider, CUSTOMER, &Full).await;
    assert_eq!(people(&app, PAIR.provider_agent, &of_provider).await, json!([CUSTOMER_ADMIN, CUSTOMER_USER]));
    assert_eq!(people(&app, PAIR.reseller_agent, &of_reseller).await, Value::Null);
    let id = app.user_id(CUSTOMER_USER).await;
    assert_eq!(app.user(PAIR.reseller_agent, &id).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_did_something_show_as_much_as_may_be_looked_at() {
    let app = with_full().await;
    let id = app.created(CUSTOMER_ADMIN, CUSTOMER).await;
    app.update_user(AGENT, &id, json!({ "name": "Nora" })).await.given("user");
    let document = "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes {
        actor { name email } subject { ... on User { email } } } } } account { activity(filter: { subjectId: $id }) { nodes {
        actor { name email } subject { ... on User { email } } } } } } }";
    let answer = app.ask(AGENT, document, json!({ "id": id })).await;
    let subject = json!({ "email": "nina@tailspin.example" });
    assert_eq!(*answer.at("viewer.partner.activity.nodes.0.subject"), subject);
    let answer = app.ask(CUSTOMER_ADMIN, document, json!({ "id": id })).await;
    let by_partner = answer.at("viewer.account.activity.nodes.0.actor");
    assert_eq!((by_partner["name"].is_string(), &by_partner["email"]), (true, &Value::Null));
}

/// A page of customers with their people, and what is shown of each.
const CUSTOMERS: &str = "{ viewer { partner { customers(first: 100) { nodes {
    users(first: 10) { nodes { id email roles status deletedAt organization { name } } } } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_customers_with_their_people_costs_the_same_for_5_and_for_100() {
    let app = TestApp::with_one_connection().await;
    let cost = async |rows: usize| {
        let (statements, answer) = app.statements(app.ask(AGENT, CUSTOMERS, json!({}))).await;
        let nodes = answer.at("viewer.partner.customers.nodes").as_array().unwrap();
        let emails = nodes.iter().filter(|node| node["users"]["nodes"][0]["email"].is_string());
        assert_eq!((nodes.len(), emails.count()), (rows, rows));
        statements.len()
    };
    app.many_accepted(5).await;
    let few = cost(5).await;
    app.many_accepted(95).await;
    assert_eq!(cost(100).await, few);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_looks_at_its_resellers_people_on_their_partnership_as_far_as_its_grant_reaches() {
    let (app, id) = TestApp::with_pair().await;
    let of_partnership = async |who: &str| {
        let document = "query($id: ID!) { node(id: $id) { ... on Partnership { users { nodes { email } } } } }";
        let answer = app.ask(who, document, json!({ "id": id })).await;
        let users = &answer.at("node")["users"];
        users["nodes"].as_array().map(|nodes| nodes.iter().map(|user| user["email"].clone()).collect::<Vec<_>>())
    };
    let all = ["admin", "agent", "sales", "helpdesk"].map(|local| json!(format!("{local}@{}", PAIR.reseller)));
    let all = BTreeSet::from(all.map(|email| email.to_string()));
    let is_all = |found: Option<Vec<Value>>| {
        found.is_some_and(|it| it.iter().map(Value::to_string).collect::<BTreeSet<_>>() == all)
    };
    assert_eq!(of_partnership(PAIR.provider_agent).await, None, "without a grant");
    assert!(is_all(of_partnership(PAIR.reseller_agent).await));
    app.granted(PAIR.provider, PAIR.reseller, &granular(&[DirectoryReaders], "P30D", false)).await;
    for who in [PAIR.provider_agent, "sales@tailwind.example", "helpdesk@tailwind.example", OPERATOR] {
        assert!(is_all(of_partnership(who).await), "{who}");
    }
    assert_eq!(of_partnership(PAIR.provider_admin).await, None);
    let found =
        app.list_of(PAIR.provider_agent, &id, "Partnership", "users").with("search: \"sales@\"").texts("email").await;
    assert_eq!(found, ["sales@relecloud.example"]);
    app.end_partnership(PAIR.provider_agent, &id, "KEEP").await.given("partnership");
    assert_eq!(of_partnership(PAIR.provider_agent).await, None, "once it has ended");
}
