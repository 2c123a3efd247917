//! Pages of the directory: each provider once, and what a page costs, whether there are ten or twenty thousand.

use accord_tests::{CUSTOMER, Provider, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const ROWS: usize = 61;

/// Many more than there will ever be.
const VERY_MANY: usize = 20_000;

/// What a page of 25 reads is this or less; all would be 40,000.
const FEW: i64 = 300;

/// A cursor as somebody might make it up.
fn forged(order: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{order}\n{}\n{key}", uuid::Uuid::nil().simple()))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_provider_is_listed_once_in_one_order_also_where_many_are_equal() {
    let app = TestApp::new().await;
    app.many_providers(ROWS).await;
    for filter in ["", r#"search: "needle""#, r#"search: "ze""#, r#"search: "needel5 zebra""#, r#"country: "US""#] {
        let list = app.directory(CUSTOMER, filter);
        let ids = list.forward(100).await;
        assert!(ids.len() > 10 || filter.contains("needel5"), "{filter}: {}", ids.len());
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len(), "{filter}: each once");
        for size in [7, 20, ROWS] {
            assert_eq!(list.forward(size).await, ids, "{filter}: forward by {size}");
            assert_eq!(list.backward(size).await, ids, "{filter}: backward by {size}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_search_providers_come_by_their_case_folded_names() {
    let app = TestApp::new().await;
    app.many_providers(9).await;
    let names = app.found("").await;
    let sorted = [["aroma"; 3], ["Zebra"; 3], ["Ärger"; 3]].concat();
    assert_eq!(names, sorted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rank_goes_before_a_name_and_a_page_goes_on_behind_both() {
    let app = TestApp::new().await;
    for (name, headline) in [("Alpha", "azure"), ("Beta", "azure"), ("Zeta azure", "x"), ("Ypsilon azure", "x")] {
        app.provider(Provider::named(name).with("headline", json!(headline))).await;
    }
    let ranked = ["Ypsilon azure", "Zeta azure", "Alpha", "Beta"];
    assert_eq!(app.found(r#"search: "azure""#).await, ranked);
    let list = app.directory(CUSTOMER, r#"search: "azure""#);
    assert_eq!(list.forward(1).await, list.forward(4).await);
    assert_eq!(list.backward(1).await, list.forward(4).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_a_search_is_none_of_the_list_by_name() {
    let app = TestApp::new().await;
    app.many_providers(3).await;
    let by_name = app.directory(CUSTOMER, "").page("first: 1").await.end.unwrap();
    let by_rank = app.directory(CUSTOMER, r#"search: "needle""#).page("first: 1").await.end.unwrap();
    for (filter, cursor) in [("", by_rank), (r#"search: "needle""#, by_name)] {
        let answer = app.directory(CUSTOMER, filter).ask(&format!("after: \"{cursor}\""), "nodes { id }").await;
        assert_eq!(answer.error(), "BAD_REQUEST", "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cursor_only_moves_the_page() {
    let app = TestApp::new().await;
    app.many_providers(3).await;
    for key in ["", "x", "-1", "-999999 ", "99999999999999999999 x", "-60 needle\n\n"] {
        let after = format!("after: \"{}\"", forged("rank", key));
        let page = app.directory(CUSTOMER, r#"search: "needle""#).page(&after).await;
        assert!(page.ids.len() <= 3, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_no_page_is_refused() {
    let app = TestApp::new().await;
    for page in ["first: 0", "first: 101", "first: 1, last: 1", "last: 1, after: \"x\"", "after: \"x\""] {
        let answer = app.list(CUSTOMER, "indirectProviders").ask(page, "nodes { id }").await;
        assert_eq!(answer.error(), "BAD_REQUEST", "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_the_same_for_5_and_for_100_providers() {
    let app = TestApp::new().await;
    let document = "{ indirectProviders(first: 100, filter: { search: \"needle\" }) { nodes { id headline
        organization { name domain partnerKind partnerId } } } }";
    let cost = async |rows: usize| {
        let (statements, answer) = app.statements(app.ask(CUSTOMER, document, json!({}))).await;
        assert_eq!(answer.at("indirectProviders.nodes").as_array().unwrap().len(), rows);
        statements.len()
    };
    app.many_providers(5).await;
    let few = cost(5).await;
    app.many_providers(95).await;
    assert_eq!(cost(100).await, few);
}

/// How often an index was asked, as [`TestApp::rows_read`] had it reported.
async fn scans(app: &TestApp, index: &str) -> i64 {
    app.count(&format!(
        "from pg_stat_user_indexes, generate_series(1, idx_scan) where indexrelname = 'business_profiles_{index}'"
    ))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn among_twenty_thousand_few_are_read_to_find_one_or_a_page() {
    let app = TestApp::with_one_connection().await;
    app.provider(Provider::named("Northwind Traders").with("countries", json!(["GU"]))).await;
    app.many_providers(VERY_MANY).await;
    app.sql("vacuum analyze").await;
    for (filter, index) in [
        (r#"search: "northwind""#, "search"),
        (r#"search: "nrothwind""#, "search"),
        (r#"search: "northwnd traderz", country: "GU""#, "search"),
        (r#"country: "GU""#, "search"),
        (r#"language: "tlh""#, "search"),
        (r#"country: "US", language: "en""#, "by_name"),
        ("", "by_name"),
    ] {
        let list = app.directory(CUSTOMER, filter);
        let before = scans(&app, index).await;
        let (rows, _) = app.rows_read("business_profiles", list.ask("", "nodes { id }")).await;
        assert!(rows <= FEW, "{filter} reads {rows}");
        assert!(scans(&app, index).await > before, "{filter} does not ask {index}");
    }
}
