//! Each partner's page of the other tier.

use accord_tests::{DEMO, PAIR, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const PROVIDERS: &str = "viewer.partner.indirectProviders";
const RESELLERS: &str = "viewer.partner.indirectResellers";

/// All that a row has, as somebody reads it.
async fn rows(app: &TestApp, who: &str, path: &str) -> Value {
    let row = "nodes { id status endedAt indirectProvider { name } indirectReseller { name } }";
    app.list(who, path).ask("", row).await.at(path)["nodes"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_lists_the_other() {
    let (app, id) = TestApp::with_pair().await;
    let row = json!([{ "id": id, "status": "ACTIVE", "endedAt": null, "indirectProvider": { "name": "Tailwind Traders" },
        "indirectReseller": { "name": "Relecloud" } }]);
    assert_eq!(rows(&app, PAIR.provider_agent, RESELLERS).await, row);
    assert_eq!(rows(&app, PAIR.reseller_agent, PROVIDERS).await, row);
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_of_another_kind_list_none() {
    let (app, _) = TestApp::with_pair().await;
    for (who, path) in [
        (PAIR.provider_agent, PROVIDERS),
        (PAIR.reseller_agent, RESELLERS),
        (DEMO.stranger, PROVIDERS),
        (DEMO.stranger, RESELLERS),
    ] {
        assert_eq!(rows(&app, who, path).await, json!([]), "{who}: {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resellers_come_by_name_in_any_case() {
    let (app, _) = TestApp::with_pair().await;
    for (name, domain) in [("ärger", "arger.example"), ("alpha", "alpha.example"), ("Beta", "beta.example")] {
        app.partner(name, domain, "indirect_reseller").await;
        app.partners(PAIR.provider, domain).await;
    }
    let names = app.list(PAIR.provider_agent, RESELLERS).texts("indirectReseller.name").await;
    assert_eq!(names, ["alpha", "Beta", "Relecloud", "ärger"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_come_by_name_in_any_case() {
    let (app, _) = TestApp::with_pair().await;
    for (name, domain) in [("zeta", "zeta.example"), ("alpha", "alpha.example")] {
        app.partner(name, domain, "indirect_provider").await;
        app.partners(domain, PAIR.reseller).await;
    }
    let names = app.list(PAIR.reseller_agent, PROVIDERS).texts("indirectProvider.name").await;
    assert_eq!(names, ["alpha", "Tailwind Traders", "zeta"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_partnership_is_on_neither_page() {
    let (app, id) = TestApp::with_pair().await;
    app.end_partnership(PAIR.reseller_agent, &id, "END").await.given("partnership");
    assert_eq!(rows(&app, PAIR.provider_agent, RESELLERS).await, json!([]));
    assert_eq!(rows(&app, PAIR.reseller_agent, PROVIDERS).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_person_of_a_partner_looks_and_so_does_the_platforms_staff() {
    let (app, id) = TestApp::with_pair().await;
    let partner = app.organization(PAIR.provider).await.replace("org_", "ptn_");
    let document = "query($id: ID!) { node(id: $id) { ... on Partner { indirectResellers { nodes { id } } } } }";
    let local = ["admin", "agent", "sales", "helpdesk", "no-role"].map(|local| format!("{local}@{}", PAIR.provider));
    for who in local.iter().map(String::as_str).chain([OPERATOR]) {
        let answer = app.ask(who, document, json!({ "id": partner })).await;
        assert_eq!(*answer.at("node.indirectResellers.nodes"), json!([{ "id": id }]), "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_is_seen_by_both_sides_also_once_ended() {
    let (app, id) = TestApp::with_pair().await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    app.shared_customer(&id, "blue-yonder.example").await;
    let seeing = [PAIR.provider_agent, "sales@tailwind.example", PAIR.reseller_admin, OPERATOR];
    let others = ["admin@blue-yonder.example", DEMO.stranger, DEMO.reseller, "admin@unheard-of.example"];
    for status in ["ACTIVE", "ENDED"] {
        if status == "ENDED" {
            app.end_partnership(PAIR.provider_agent, &id, "KEEP").await.given("partnership");
        }
        for (who, sees) in seeing.map(|who| (who, true)).into_iter().chain(others.map(|who| (who, false))) {
            let document = "query($id: ID!) { node(id: $id) { ... on Partnership { status } } }";
            let expected = if sees { json!({ "status": status }) } else { Value::Null };
            assert_eq!(*app.ask(who, document, json!({ "id": id })).await.at("node"), expected, "{who}");
        }
    }
}
