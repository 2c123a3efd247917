//! What a change of a business profile is refused for: all of it at once, each with its path.

use accord_tests::{CUSTOMER, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const AGENT: &str = "agent@northwind.example";

fn whole() -> Value {
    json!({ "headline": "Distributor", "description": "Sells.", "countries": ["US"], "languages": ["en"] })
}

/// Why a change is refused, of a partner that has no profile yet where it is whole, and of one that has.
async fn refused(change: Value) -> Vec<String> {
    let app = TestApp::new().await;
    app.update_profile(AGENT, whole()).await.given("businessProfile");
    let before =
        app.directory(AGENT, "").ask("", "nodes { headline description website countries services }").await.body;
    let answer = app.update_profile(AGENT, change).await;
    assert!(answer.only()["businessProfile"].is_null());
    let after =
        app.directory(AGENT, "").ask("", "nodes { headline description website countries services }").await.body;
    assert_eq!(before["data"], after["data"], "nothing is changed");
    answer.reasons()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_change_needs_headline_description_countries_and_languages() {
    let app = TestApp::new().await;
    let answer = app.update_profile(AGENT, json!({ "website": "https://northwind.example" })).await;
    let missing =
        ["REQUIRED headline", "REQUIRED description", "REQUIRED countries", "REQUIRED languages"].map(str::to_owned);
    assert_eq!(answer.reasons(), missing);
    assert_eq!(app.count("from business_profiles").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_empty_is_not_cleared() {
    let nulls = json!({ "headline": null, "description": null, "countries": null, "languages": null });
    let blanks = json!({ "headline": "  ", "description": "\n", "countries": [], "languages": [] });
    for change in [nulls, blanks] {
        let missing = ["REQUIRED headline", "REQUIRED description", "REQUIRED countries", "REQUIRED languages"];
        assert_eq!(refused(change).await, missing);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_lists_have_bounds() {
    let long = json!({ "headline": "x".repeat(151), "description": "x".repeat(5_001),
        "website": format!("https://northwind.example/{}", "x".repeat(2_000)), "countries": vec!["US"; 251],
        "languages": vec!["en"; 51], "services": vec!["x"; 21] });
    let reasons = [
        "TOO_LONG headline",
        "TOO_LONG description",
        "TOO_LONG website",
        "OUT_OF_RANGE countries",
        "OUT_OF_RANGE languages",
        "OUT_OF_RANGE services",
    ];
    assert_eq!(refused(long).await, reasons);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_just_fits_is_taken() {
    let app = TestApp::new().await;
    let services: Vec<String> = (0..20).map(|n| format!("{n:x<60}")).collect();
    let change = json!({ "headline": "ü".repeat(150), "description": "ü".repeat(5_000),
        "website": format!("https://northwind.example/{}", "x".repeat(1_974)), "countries": vec!["US"; 250],
        "languages": vec!["en"; 50], "services": services });
    let profile = app.update_profile(AGENT, change).await.given("businessProfile");
    assert_eq!(profile["services"].as_array().unwrap().len(), 20);
    assert_eq!(profile["website"].as_str().unwrap().len(), 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_list_that_is_wrong_says_where_it_is() {
    let change = json!({ "countries": ["US", "us", "UK", "KP"], "languages": ["en", "not a tag", ""],
        "services": ["Billing", " ", "x".repeat(61), "a\nb"] });
    let reasons = [
        "INVALID countries.1",
        "INVALID countries.2",
        "INVALID languages.1",
        "INVALID languages.2",
        "REQUIRED services.1",
        "TOO_LONG services.2",
        "INVALID services.3",
    ];
    assert_eq!(refused(change).await, reasons);
}

#[tokio::test(flavor = "multi_thread")]
async fn unseen_characters_are_refused() {
    let change = json!({ "headline": "a\u{202E}b", "description": "a\u{0}b", "website": "https://a\u{200B}b.example" });
    assert_eq!(refused(change).await, ["INVALID headline", "INVALID description", "INVALID website"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_website_is_of_the_web_and_names_nobody() {
    for website in
        ["northwind.example", "ftp://northwind.example", "javascript:alert(1)", "https://me:pw@northwind.example"]
    {
        assert_eq!(refused(json!({ "website": website })).await, ["INVALID website"], "{website}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_and_admin_agents_change_it() {
    let app = TestApp::new().await;
    for who in ["sales@northwind.example", "helpdesk@northwind.example", OPERATOR] {
        assert_eq!(app.update_profile(who, whole()).await.reasons(), ["FORBIDDEN"], "{who}");
    }
    for who in [AGENT, "admin@northwind.example"] {
        app.update_profile(who, whole()).await.given("businessProfile");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_authorized_partner_has_none() {
    let app = TestApp::new().await;
    assert_eq!(app.update_profile(CUSTOMER, whole()).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(app.update_profile("admin@unheard-of.example", whole()).await.reasons(), ["FORBIDDEN"]);
    app.update_profile(AGENT, whole()).await.given("businessProfile");
    app.suspend("northwind.example").await;
    assert_eq!(app.update_profile(AGENT, whole()).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}
