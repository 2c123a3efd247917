//! What a partner holds and what a customer gave, by what everybody reads of it.

use accord_tests::{PAIR, TestApp, granular};
use dev::seed::OPERATOR;
use domain::admin_grant::DirectoryRole::GlobalReader;
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::json;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, granted};

const HELD: &str = "viewer.partner.adminGrants";
const GIVEN: &str = "viewer.account.adminGrants";

/// The ids that a filter leaves on both sides' lists.
async fn found(app: &TestApp, filter: &str) -> Vec<String> {
    let arguments = format!("filter: {{ {filter} }}");
    let held = app.list(PARTNER_AGENT, HELD).with(&arguments).page("first: 100").await.ids;
    let given = app.list(CUSTOMER_ADMIN, GIVEN).with(&arguments).page("first: 100").await.ids;
    assert_eq!(held, given, "{filter}");
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_list_a_grant_the_oldest_first() {
    let app = TestApp::without_mails().await;
    let first = granted(&app, "P1Y", false).await;
    let second = app.granted(PARTNER, CUSTOMER, &Full).await;
    let elsewhere = app.granted(PARTNER, "wingtip.example", &Full).await;
    let of_another = app.granted("contoso.example", CUSTOMER, &Full).await;
    assert_eq!(app.list(PARTNER_AGENT, HELD).page("").await.ids, [&*first, &*second, &*elsewhere]);
    assert_eq!(app.list(CUSTOMER_ADMIN, GIVEN).page("").await.ids, [&*first, &*second, &*of_another]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_person_of_either_side_looks_and_nobody_else() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1Y", false).await;
    let [partner, customer] = [app.organization(PARTNER).await, app.organization(CUSTOMER).await];
    for (prefix, of, organization, own, other) in [
        ("ptn_", "Partner", partner, "helpdesk@litware.example", CUSTOMER_ADMIN),
        ("acc_", "Account", customer, "user@tailspin.example", PARTNER_ADMIN),
    ] {
        let object = organization.replace("org_", prefix);
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {of} {{ adminGrants {{ nodes {{ id }} }} }} }} }}");
        for who in [own, OPERATOR] {
            let answer = app.ask(who, &document, json!({ "id": object })).await;
            assert_eq!(*answer.at("node.adminGrants.nodes"), json!([{ "id": id }]), "{who}");
        }
        assert!(app.ask(other, &document, json!({ "id": object })).await.at("node").is_null(), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_grant_on_its_reseller_is_on_the_resellers_account() {
    let (app, _) = TestApp::with_pair().await;
    let id = app.granted(PAIR.provider, PAIR.reseller, &Full).await;
    assert_eq!(app.list(PAIR.provider_agent, HELD).page("").await.ids, [&*id]);
    assert_eq!(app.list(PAIR.reseller_agent, GIVEN).page("").await.ids, [&*id]);
    assert_eq!(app.list(PAIR.reseller_agent, HELD).page("").await.ids, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_kept_when_the_relationship_ended_stays_on_both_lists() {
    let app = TestApp::without_mails().await;
    app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P1Y", false).await;
    app.sql("update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'").await;
    assert_eq!(found(&app, "status: ACTIVE").await, [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_found_by_the_status_that_everybody_reads_whether_or_not_it_was_written() {
    let app = TestApp::without_mails().await;
    let (expired, extended, ended, revoked, full) = (
        granted(&app, "P1D", false).await,
        granted(&app, "P1D", true).await,
        granted(&app, "P1Y", false).await,
        granted(&app, "P1Y", false).await,
        app.granted(PARTNER, CUSTOMER, &Full).await,
    );
    app.end_grant(PARTNER_AGENT, &ended).await.given("adminGrant");
    app.revoke_grant(CUSTOMER_ADMIN, &revoked).await.given("adminGrant");
    app.days_pass(200);
    for written in [false, true] {
        if written {
            assert_eq!(app.end_grants().await, 2);
        }
        assert_eq!(found(&app, "status: ACTIVE").await, [&*extended, &*full], "written: {written}");
        assert_eq!(found(&app, "status: EXPIRED").await, [&*expired], "written: {written}");
        assert_eq!(found(&app, "status: ENDED").await, [&*ended], "written: {written}");
        assert_eq!(found(&app, "status: REVOKED").await, [&*revoked], "written: {written}");
        assert_eq!(found(&app, "").await, [&*expired, &*extended, &*ended, &*revoked, &*full], "written: {written}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_grants_that_read_active_whether_or_not_it_was_written() {
    let app = TestApp::without_mails().await;
    let [extended, expired, none] = ["wingtip.example", CUSTOMER, "adventure-works.example"];
    let [with, without, never] =
        [app.relate(PARTNER, extended).await, app.relate(PARTNER, expired).await, app.relate(PARTNER, none).await];
    app.granted(PARTNER, extended, &granular(&[GlobalReader], "P1D", true)).await;
    app.granted(PARTNER, expired, &granular(&[GlobalReader], "P1D", false)).await;
    app.days_pass(2);
    for written in [false, true] {
        if written {
            assert_eq!(app.end_grants().await, 2);
        }
        for (has, found) in [(true, vec![&with]), (false, vec![&never, &without])] {
            let list = app.list(PARTNER_AGENT, "viewer.partner.customers");
            let list = list.with(&format!("filter: {{ hasDelegatedAdministration: {has} }}"));
            assert_eq!(list.page("").await.ids.iter().collect::<Vec<_>>(), found, "{has}, written: {written}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_found_by_the_end_that_everybody_reads_whether_or_not_it_was_written() {
    let app = TestApp::without_mails().await;
    let soon = granted(&app, "P205D", false).await;
    let later = granted(&app, "P1Y", false).await;
    // After 200 days these two read ends in 161 and in 170 days, and one that is over.
    let put_off = granted(&app, "P1D", true).await;
    let put_off_later = granted(&app, "P10D", true).await;
    let over = granted(&app, "P190D", false).await;
    app.granted(PARTNER, CUSTOMER, &Full).await;
    app.days_pass(200);
    for written in [false, true] {
        if written {
            assert_eq!(app.end_grants().await, 3);
        }
        let within = async |period: &str| found(&app, &format!("status: ACTIVE, endsWithin: \"{period}\"")).await;
        assert_eq!(within("P4D").await, [""; 0], "written: {written}");
        assert_eq!(within("P6D").await, [&*soon], "written: {written}");
        assert_eq!(within("P160D").await, [&*soon], "written: {written}");
        assert_eq!(within("P162D").await, [&*soon, &*put_off], "written: {written}");
        assert_eq!(within("P171D").await, [&*soon, &*later, &*put_off, &*put_off_later], "written: {written}");
        assert_eq!(found(&app, "endsWithin: \"P6D\"").await, [&*soon, &*over], "what is over has ended before");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationships_grants_are_filtered_by_what_everybody_reads_too() {
    let app = TestApp::without_mails().await;
    let relationship = app.relate(PARTNER, CUSTOMER).await;
    let put_off = granted(&app, "P1D", true).await;
    granted(&app, "P1D", false).await;
    app.days_pass(2);
    let document = "query($id: ID!) { node(id: $id) { ... on Relationship {
        adminGrants(filter: { status: ACTIVE, endsWithin: \"P1Y\" }) { id } soon: adminGrants(
            filter: { status: ACTIVE, endsWithin: \"P1D\" }) { id } } } }";
    let found = app.ask(PARTNER_AGENT, document, json!({ "id": relationship })).await.at("node").clone();
    assert_eq!(found, json!({ "adminGrants": [{ "id": put_off }], "soon": [] }));
    let customers =
        app.list(PARTNER_AGENT, "viewer.partner.customers").with("filter: { hasDelegatedAdministration: true }");
    assert_eq!(customers.page("").await.ids, [relationship]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_duration_is_a_bad_request() {
    let app = TestApp::without_mails().await;
    for wrong in ["", "30", "PT1H", "P999999Y"] {
        let list = app.list(PARTNER_AGENT, HELD).with(&format!("filter: {{ endsWithin: \"{wrong}\" }}"));
        assert_eq!(list.ask("", "nodes { id }").await.error(), "BAD_REQUEST", "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grants_of_many_partners_and_accounts_are_one_statement_each() {
    let app = TestApp::without_mails().await;
    let mut ids = Vec::new();
    for domain in ["contoso.example", "fabrikam.example", PARTNER] {
        let id = app.organization(domain).await;
        ids.extend([id.replace("org_", "ptn_"), id.replace("org_", "acc_")]);
        app.granted(domain, CUSTOMER, &granular(&[GlobalReader], "P1Y", false)).await;
    }
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Partner { adminGrants(last: 1) { nodes { id partner { name } customer { name } } } }
        ... on Account { adminGrants { nodes { id } } } } }";
    let (statements, answer) = app.statements(app.ask(OPERATOR, document, json!({ "ids": ids }))).await;
    let lists = answer.at("nodes").as_array().unwrap();
    assert!(lists.iter().step_by(2).all(|held| held["adminGrants"]["nodes"][0]["customer"]["name"] == "Tailspin Toys"));
    let of_grants = statements.iter().filter(|text| text.contains("FROM \"admin_grants\"")).count();
    assert_eq!(of_grants, 2, "{statements:#?}");
}
