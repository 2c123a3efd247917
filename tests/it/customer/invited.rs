use accord_tests::{Draft, TestApp};
use serde_json::json;

use super::{ADA, DOMAIN, PROVIDER, blue_yonder, viewer};

const AGENT: &str = "agent@northwind.example";

fn draft() -> Draft {
    Draft::to(ADA).with("delegatedAdministration", json!({ "full": true }))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_accepts_for_an_unclaimed_organization() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(PROVIDER, blue_yonder()).await;
    let recipient = json!({ "email": ADA, "organizationId": relationship["customer"]["id"] });
    let (_, token) = app.invite(AGENT, draft().with("recipient", recipient)).await;

    for who in ["eve@blue-yonder.example", "admin@wingtip.example"] {
        assert_eq!(app.try_accept(who, &token).await.reasons(), ["WRONG_RECIPIENT"], "{who}");
    }
    assert_eq!(app.offer(&token).await["status"], "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_it_over_accepts_what_was_asked_before() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(PROVIDER, blue_yonder()).await;
    let (_, token) = app.invite(AGENT, draft()).await;

    let accepted = app.try_accept(ADA, &token).await;

    let outcome = accepted.given("outcome");
    assert_eq!(outcome[0]["id"], relationship["id"], "the relationship that stands is used");
    assert_eq!((&outcome[1]["scope"], &outcome[1]["status"]), (&json!("FULL"), &json!("ACTIVE")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclaimed_customer_is_asked_for_nothing_that_stands() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(PROVIDER, blue_yonder()).await;
    let recipient = json!({ "email": ADA, "organizationId": relationship["customer"]["id"] });

    let id = app.draft(AGENT, Draft::to(ADA).with("recipient", recipient)).await;

    assert_eq!(app.try_send(AGENT, &id).await.reasons(), ["ALREADY_RELATED recipient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_partner_invites_who_was_added_and_is_accepted_once_it_is_taken_over() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    let (_, token) = app.invite("agent@litware.example", Draft::to(ADA)).await;
    assert_eq!(app.try_accept("eve@blue-yonder.example", &token).await.reasons(), ["WRONG_RECIPIENT"]);

    app.try_accept(ADA, &token).await.given("invitation");

    let partners = viewer(&app, ADA).await["account"]["partners"]["nodes"].clone();
    assert_eq!(partners.as_array().unwrap().len(), 2, "{partners} of {DOMAIN}");
}
