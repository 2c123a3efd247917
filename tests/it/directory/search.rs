//! What a search finds, and in which order.

use accord_tests::{Provider, TestApp};
use serde_json::json;

/// Two providers who have no word in common.
async fn two() -> TestApp {
    let app = TestApp::new().await;
    let northwind = Provider::named("Northwind Traders")
        .with("headline", json!("Licences for resellers"))
        .with("description", json!("Warehouses in the harbour."))
        .with("services", json!(["Cloud migration", "Billing (24/7)"]));
    app.provider(northwind).await;
    app.provider(Provider::named("Relecloud").with("description", json!("Ships."))).await;
    app
}

async fn finds_northwind(app: &TestApp, search: &str) -> bool {
    let found = app.found(&format!("search: {}", json!(search))).await;
    assert!(found.is_empty() || found == ["Northwind Traders"], "{search:?} finds {found:?}");
    !found.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_found_by_its_name_headline_services_and_description() {
    let app = two().await;
    for search in ["northwind", "TRADERS", "licences", "migration", "24/7", "harbour", " Northwind,  Traders! "] {
        assert!(finds_northwind(&app, search).await, "{search:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_word_of_a_search_must_be_found() {
    let app = two().await;
    assert!(finds_northwind(&app, "harbour northwind migration").await);
    assert!(!finds_northwind(&app, "northwind submarine").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_beginning_of_a_word_is_enough_and_its_end_is_not() {
    let app = two().await;
    for search in ["no", "nort", "mig", "wareh", "h"] {
        assert!(finds_northwind(&app, search).await, "{search:?}");
    }
    for search in ["rbour", "ind", "ses"] {
        assert!(!finds_northwind(&app, search).await, "{search:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_name_is_found() {
    let app = two().await;
    for search in [
        "Nortwind",
        "Northwnd",
        "Nrothwind",
        "Norhtwind",
        "Nortwhind",
        "Northwimd",
        "Morthwind",
        "Northwindd",
        "Noorthwind",
        "Nothwind",
        "Traderz",
        "Tradrs",
        "northwnd traderz",
    ] {
        assert!(finds_northwind(&app, search).await, "{search:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_word_is_found_in_headline_and_services_but_not_in_the_description() {
    let app = two().await;
    for search in ["lisences", "reselers", "migartion", "biling"] {
        assert!(finds_northwind(&app, search).await, "{search:?}");
    }
    assert!(!finds_northwind(&app, "harbuor").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_only_look_alike_are_not_taken_for_each_other() {
    let app = two().await;
    for search in
        ["northern", "nordic", "southwind", "trains", "immigrant", "mitigate", "licorice", "clown", "bilingual"]
    {
        assert!(!finds_northwind(&app, search).await, "{search:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_in_the_name_comes_first_then_headline_services_and_description() {
    let app = TestApp::new().await;
    app.provider(Provider::named("A").with("description", json!("On azure."))).await;
    app.provider(Provider::named("B").with("services", json!(["Azure"]))).await;
    app.provider(Provider::named("C").with("headline", json!("All for azure"))).await;
    app.provider(Provider::named("D Azures")).await;
    app.provider(Provider::named("E Azure")).await;
    app.provider(Provider::named("F Azurre")).await;
    app.provider(Provider::named("G").with("headline", json!("All for azurre"))).await;
    assert_eq!(app.found(r#"search: "azure""#).await, ["E Azure", "D Azures", "F Azurre", "C", "B", "A", "G"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_more_of_the_words_in_the_name_comes_first() {
    let app = TestApp::new().await;
    app.provider(Provider::named("Azure Shop").with("description", json!("Backup"))).await;
    app.provider(Provider::named("Backup on Azure")).await;
    assert_eq!(app.found(r#"search: "azure backup""#).await, ["Backup on Azure", "Azure Shop"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn equals_come_by_name_and_a_search_of_nothing_finds_all() {
    let app = TestApp::new().await;
    for name in ["beta Azure", "Alpha Azure", "Gamma Azure"] {
        app.provider(Provider::named(name)).await;
    }
    for filter in [r#"search: "azure""#, r#"search: "  ""#, ""] {
        assert_eq!(app.found(filter).await, ["Alpha Azure", "beta Azure", "Gamma Azure"], "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_are_no_words_and_stand_for_nothing_but_themselves() {
    let app = two().await;
    for search in ["+++", "%", "_", "\u{0}", "\\", "'"] {
        assert!(!finds_northwind(&app, search).await, "{search:?}");
    }
    assert!(!finds_northwind(&app, "nor%ers").await, "a pattern of likes");
    assert!(finds_northwind(&app, "%northwind\u{0}traders%").await, "signs between words");
}

#[tokio::test(flavor = "multi_thread")]
async fn chinese_is_found_though_it_does_not_space_its_words() {
    let app = TestApp::new().await;
    let provider =
        Provider::named("北風貿易").with("headline", json!("雲端解決方案")).with("languages", json!(["zh-Hant"]));
    app.provider(provider).await;
    for search in ["北風", "貿易", "雲端方案", "解決 北風貿易"] {
        assert_eq!(app.found(&format!("search: {}", json!(search))).await, ["北風貿易"], "{search}");
    }
    assert_eq!(app.found(r#"search: "南風""#).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_found_in_any_case_of_any_script() {
    let app = TestApp::new().await;
    app.provider(Provider::named("ΛΟΓΟΣ Ärger")).await;
    for search in ["λογος", "λογοσ", "ärger", "ÄRGER"] {
        assert_eq!(app.found(&format!("search: {}", json!(search))).await, ["ΛΟΓΟΣ Ärger"], "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_very_many_words_is_answered_by_its_first_ten() {
    let app = two().await;
    let many = "northwind traders licences for resellers cloud migration billing 24 7 submarine";
    assert!(finds_northwind(&app, many).await);
    assert!(!finds_northwind(&app, &"northwind ".repeat(50).replace("d n", "d submarine n")).await);
    assert!(!finds_northwind(&app, &"x".repeat(5_000)).await);
}
