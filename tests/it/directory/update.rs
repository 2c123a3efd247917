//! A business profile is made by its first change, and changed by field.

use accord_tests::{PARTNER, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};

const AGENT: &str = "agent@northwind.example";

/// Everything that the first change needs, and everything it takes.
fn whole() -> Value {
    json!({ "headline": " Distributor of the north ", "description": "Sells.\r\nDelivers.\n",
        "website": "HTTPS://Northwind.example", "countries": ["US", "CA", "US"], "languages": ["EN-us", "fr-ca", "en-US"],
        "services": ["Billing", "Migration", "billing"] })
}

/// Changes Northwind's profile, and gives it as it is then.
async fn changed(app: &TestApp, change: Value) -> Value {
    app.update_profile(AGENT, change).await.given("businessProfile")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_change_makes_the_profile() {
    let app = TestApp::new().await;
    let mut made = changed(&app, whole()).await;
    let id = made["id"].take();
    assert!(id.as_str().unwrap().starts_with("bpr_"), "{id}");
    let expected = json!({ "id": null, "organization": { "name": "Northwind Traders" },
        "headline": "Distributor of the north", "description": "Sells.\nDelivers.",
        "website": "https://northwind.example/", "countries": ["US", "CA"], "languages": ["en-US", "fr-CA"],
        "services": ["Billing", "Migration"] });
    assert_eq!(made, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_and_services_may_be_left_out_of_the_first() {
    let app = TestApp::new().await;
    let mut least = whole();
    least.as_object_mut().unwrap().retain(|field, _| field != "website" && field != "services");
    let made = changed(&app, least).await;
    assert_eq!((&made["website"], &made["services"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_left_out_stays_as_it_is() {
    let app = TestApp::new().await;
    let made = changed(&app, whole()).await;
    for (field, value) in [
        ("headline", json!("Other")),
        ("description", json!("Other")),
        ("website", json!("http://other.example/x")),
        ("countries", json!(["DE"])),
        ("languages", json!(["de"])),
        ("services", json!(["Other"])),
    ] {
        let mut expected = made.clone();
        expected[field] = value.clone();
        assert_eq!(changed(&app, json!({ field: value })).await, expected, "{field}");
        assert_eq!(changed(&app, whole()).await, made, "{field} back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_website_and_services() {
    let app = TestApp::new().await;
    changed(&app, whole()).await;
    let cleared = changed(&app, json!({ "website": null, "services": null })).await;
    assert_eq!((&cleared["website"], &cleared["services"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_is_found_and_what_it_was_before_is_not() {
    let app = TestApp::new().await;
    changed(&app, whole()).await;
    changed(&app, json!({ "headline": "Purveyor", "countries": ["BR"], "languages": ["pt-BR"] })).await;
    for (filter, finds) in [
        (r#"search: "purveyor""#, true),
        (r#"search: "distributor""#, false),
        (r#"country: "BR""#, true),
        (r#"country: "US""#, false),
        (r#"language: "pt""#, true),
        (r#"language: "en""#, false),
    ] {
        assert_eq!(!app.found(filter).await.is_empty(), finds, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_partner_has_a_profile_of_its_own() {
    let app = TestApp::new().await;
    let northwinds = changed(&app, whole()).await;
    let litwares = app.update_profile(PARTNER, whole()).await.given("businessProfile");
    assert_ne!(northwinds["id"], litwares["id"]);
    assert_eq!(litwares["organization"]["name"], "Litware");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_changes_at_once_make_one_profile() {
    let app = TestApp::new().await;
    let changes = (0..20).map(|n| {
        let mut change = whole();
        change["headline"] = json!(format!("Headline {n}"));
        app.update_profile(AGENT, change)
    });
    let answers = join_all(changes).await;
    let profiles: Vec<Value> = answers.iter().map(|answer| answer.given("businessProfile")).collect();
    assert!(profiles.iter().all(|profile| profile["id"] == profiles[0]["id"]), "{profiles:#?}");
    assert_eq!(app.count("from business_profiles").await, 1);
    assert_eq!(app.count("from activities where event = 'business_profile.updated'").await, 20);
}
