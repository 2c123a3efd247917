//! Who is listed, and who sees it.

use accord_tests::{CUSTOMER, DEMO, PARTNER, Provider, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// A profile's fields, of whichever partner.
fn profile() -> Value {
    json!({ "headline": "Northwind", "description": "Sells.", "countries": ["US"], "languages": ["en"] })
}

const PROVIDER: &str = "agent@northwind.example";
const UNREGISTERED: &str = "admin@unheard-of.example";
const EVERYBODY: [&str; 6] = [PROVIDER, PARTNER, CUSTOMER, DEMO.stranger, UNREGISTERED, OPERATOR];

/// Of everybody, those to whom `node` gives the object.
async fn seeing(app: &TestApp, id: &str) -> Vec<&'static str> {
    let mut seeing = Vec::new();
    for who in EVERYBODY {
        let answer = app.ask(who, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        if !answer.at("node").is_null() {
            seeing.push(who);
        }
    }
    seeing
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_listed_as_soon_as_it_has_a_profile() {
    let app = TestApp::new().await;
    assert!(app.found("").await.is_empty());
    app.update_profile(PROVIDER, profile()).await.given("businessProfile");
    assert_eq!(app.found("").await, ["Northwind Traders"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_signed_in_finds_it() {
    let app = TestApp::new().await;
    app.update_profile(PROVIDER, profile()).await.given("businessProfile");
    for who in EVERYBODY {
        for filter in ["", r#"search: "northwind""#] {
            assert_eq!(app.directory(who, filter).texts("headline").await, ["Northwind"], "{who}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_is_refused() {
    let app = TestApp::new().await;
    let answer = app.ask_nobody("{ indirectProviders { nodes { id } } }", json!({})).await;
    assert_eq!(answer.error(), "UNAUTHENTICATED");
    let update = "mutation { updateBusinessProfile(input: {}) { userErrors { code } } }";
    assert_eq!(app.ask_nobody(update, json!({})).await.error(), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_provider_is_not_found_until_it_is_authorized_again() {
    let app = TestApp::new().await;
    app.update_profile(PROVIDER, profile()).await.given("businessProfile");
    app.suspend("northwind.example").await;
    for filter in ["", r#"search: "northwind""#, r#"country: "US""#, r#"language: "en""#] {
        assert!(app.found(filter).await.is_empty(), "{filter}");
    }
    app.sql("update enrollments set status = 'authorized'").await;
    assert_eq!(app.found("").await, ["Northwind Traders"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profiles_of_resellers_and_direct_partners_are_their_own() {
    let app = TestApp::new().await;
    for who in [PARTNER, DEMO.stranger] {
        let profile = app.update_profile(who, profile()).await.given("businessProfile");
        assert_eq!(seeing(&app, profile["id"].as_str().unwrap()).await, [who, OPERATOR]);
    }
    assert!(app.found("").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_profile_and_its_organization_are_seen_by_anyone_signed_in() {
    let app = TestApp::new().await;
    let organization = app.organization("northwind.example").await;
    let own = [PROVIDER, OPERATOR];
    assert_eq!(seeing(&app, &organization).await, own);
    let profile = app.update_profile(PROVIDER, profile()).await.given("businessProfile");
    let profile = profile["id"].as_str().unwrap();
    for id in [profile, &organization] {
        assert_eq!(seeing(&app, id).await, EVERYBODY, "{id}");
    }
    app.suspend("northwind.example").await;
    for id in [profile, &organization] {
        assert_eq!(seeing(&app, id).await, own, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_reads_its_own_profile_and_null_before_it_wrote_one() {
    let app = TestApp::new().await;
    let own = "{ viewer { partner { businessProfile { headline } } } }";
    assert!(app.ask("sales@northwind.example", own, json!({})).await.at("viewer.partner.businessProfile").is_null());
    app.update_profile(PROVIDER, profile()).await.given("businessProfile");
    let answer = app.ask("sales@northwind.example", own, json!({})).await;
    assert_eq!(answer.text("viewer.partner.businessProfile.headline"), "Northwind");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_names_the_provider_and_nothing_of_its_people() {
    let app = TestApp::new().await;
    app.provider(Provider::named("Alpha")).await;
    let document = "{ indirectProviders { nodes { organization { name domain country partnerKind } } } }";
    let shown = app.ask(UNREGISTERED, document, json!({})).await;
    let organization = shown.at("indirectProviders.nodes.0.organization");
    assert_eq!(organization["name"], "Alpha");
    assert_eq!(organization["partnerKind"], "INDIRECT_PROVIDER");
}
