//! The directory by country and language.

use accord_tests::{Provider, TestApp};
use serde_json::json;

const NOBODY: [&str; 0] = [];

/// Providers of several countries and languages.
async fn several() -> TestApp {
    let app = TestApp::new().await;
    for (name, countries, languages) in [
        ("Alpha", json!(["US", "CA"]), json!(["en-US", "fr-CA"])),
        ("Beta", json!(["DE", "CH", "AT"]), json!(["de", "en"])),
        ("Gamma", json!(["CH"]), json!(["de-CH", "fr"])),
        ("Delta", json!(["SG"]), json!(["zh-Hant-TW", "zh-Hans"])),
    ] {
        app.provider(Provider::named(name).with("countries", countries).with("languages", languages)).await;
    }
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_found_by_each_of_their_countries() {
    let app = several().await;
    assert_eq!(app.found(r#"country: "CH""#).await, ["Beta", "Gamma"]);
    assert_eq!(app.found(r#"country: "CA""#).await, ["Alpha"]);
    assert_eq!(app.found(r#"country: "FR""#).await, NOBODY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_finds_its_varieties_and_not_the_other_way_round() {
    let app = several().await;
    for (language, found) in [
        ("en", vec!["Alpha", "Beta"]),
        ("en-US", vec!["Alpha"]),
        ("EN-us", vec!["Alpha"]),
        ("de", vec!["Beta", "Gamma"]),
        ("de-AT", vec![]),
        ("fr", vec!["Alpha", "Gamma"]),
        ("zh-Hant", vec!["Delta"]),
        ("zh-TW", vec![]),
        ("zh", vec!["Delta"]),
    ] {
        assert_eq!(app.found(&format!("language: {}", json!(language))).await, found, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_country_or_language_finds_nobody() {
    let app = several().await;
    for filter in [
        r#"country: """#,
        r#"country: "us""#,
        r#"country: "USA""#,
        r#"country: "U\u0000""#,
        r#"language: """#,
        r#"language: "e""#,
        r#"language: "en-""#,
        r#"language: "*""#,
        r#"language: "en\u0000""#,
    ] {
        assert_eq!(app.found(filter).await, NOBODY, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_given_must_hold() {
    let app = several().await;
    assert_eq!(app.found(r#"country: "CH", language: "fr""#).await, ["Gamma"]);
    assert_eq!(app.found(r#"search: "beeta", country: "CH", language: "de""#).await, ["Beta"]);
    assert_eq!(app.found(r#"search: "beta", country: "US""#).await, NOBODY);
    assert_eq!(app.found("search: null, country: null, language: null").await, ["Alpha", "Beta", "Delta", "Gamma"]);
}
