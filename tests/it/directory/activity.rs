//! What is told of a business profile.

use accord_tests::TestApp;
use serde_json::{Value, json};

const AGENT: &str = "agent@northwind.example";

fn whole() -> Value {
    json!({ "headline": "Distributor", "description": "Sells.", "countries": ["US"], "languages": ["en"] })
}

/// What Northwind reads of its profile, the latest first.
async fn told(app: &TestApp) -> Value {
    let document = "{ viewer { partner { activity(filter: { event: [\"business_profile.updated\"] }) {
        nodes { event actor { email } details subject { ... on BusinessProfile { headline } } } } } } }";
    app.ask(AGENT, document, json!({})).await.at("viewer.partner.activity.nodes").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_told_with_the_names_of_the_fields_that_differ() {
    let app = TestApp::new().await;
    app.update_profile(AGENT, whole()).await.given("businessProfile");
    let change = json!({ "headline": "Distributor", "website": "https://northwind.example", "services": ["Billing"] });
    app.update_profile("admin@northwind.example", change).await.given("businessProfile");
    let told = told(&app).await;
    let of = |actor: &str, changed: &[&str]| {
        json!({ "event": "business_profile.updated", "actor": { "email": actor }, "details": { "changed": changed },
            "subject": { "headline": "Distributor" } })
    };
    let first = of(AGENT, &["headline", "description", "countries", "languages"]);
    assert_eq!(told, json!([of("admin@northwind.example", &["website", "services"]), first]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_and_what_is_refused_are_not_told() {
    let app = TestApp::new().await;
    let first = app.update_profile(AGENT, whole()).await.given("businessProfile");
    for nothing in [whole(), json!({}), json!({ "website": null, "services": [], "languages": ["EN"] })] {
        assert_eq!(app.update_profile(AGENT, nothing).await.given("businessProfile"), first);
    }
    app.update_profile(AGENT, json!({ "headline": null })).await;
    assert_eq!(told(&app).await.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reads_it_though_the_profile_is_listed() {
    let app = TestApp::new().await;
    let profile = app.update_profile(AGENT, whole()).await.given("businessProfile");
    let id = profile["id"].as_str().unwrap();
    assert_eq!(app.activity(AGENT, id).await, ["business_profile.updated"]);
    for who in ["admin@contoso.example", "admin@adventure-works.example"] {
        assert!(app.activity(who, id).await.is_empty(), "{who}");
    }
}
