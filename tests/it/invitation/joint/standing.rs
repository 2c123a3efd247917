//! Where one of the two relationships stands already, only the missing one is made.

use accord_tests::{CHANNEL, Draft, TestApp};
use serde_json::json;

use super::made;

#[tokio::test(flavor = "multi_thread")]
async fn only_the_missing_relationship_is_made() {
    for standing in [CHANNEL.partner, CHANNEL.provider] {
        let app = TestApp::without_mails().await;
        let (_, token) = app.invite(standing, Draft::to(CHANNEL.customer)).await;
        app.try_accept(CHANNEL.customer, &token).await.given("outcome");
        let before = app.relationships_with(standing, "wingtip").await;

        let (_, token) = app.invite_jointly(CHANNEL.customer).await;
        let outcome = app.try_accept(CHANNEL.customer, &token).await.given("outcome");

        assert_eq!(outcome.as_array().unwrap().len(), 2, "both stand now: {outcome:#}");
        assert_eq!(app.relationships_with(standing, "wingtip").await, before, "{standing}");
        assert_eq!(made(&app).await, [2, 0, 1], "{standing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_stand_apart_are_shared_once_the_customer_agrees_to_both() {
    let app = TestApp::without_mails().await;
    for who in [CHANNEL.partner, CHANNEL.provider] {
        let (_, token) = app.invite(who, Draft::to(CHANNEL.customer)).await;
        app.try_accept(CHANNEL.customer, &token).await.given("outcome");
    }
    assert_eq!(made(&app).await, [2, 0, 0]);

    let (_, token) = app.invite_jointly(CHANNEL.customer).await;
    app.try_accept(CHANNEL.customer, &token).await.given("outcome");

    assert_eq!(made(&app).await, [2, 0, 1]);
    let again = app.draft(CHANNEL.partner, app.joint("user@wingtip.example").await).await;
    assert_eq!(app.send_draft(&again).await.reasons(), ["ALREADY_RELATED recipient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_for_the_provider_alone_is_something_new() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_jointly(CHANNEL.customer).await;
    app.try_accept(CHANNEL.customer, &token).await.given("outcome");

    let more = app.joint(CHANNEL.customer).await.with("indirectProviderAdministration", json!({ "full": true }));
    let (_, token) = app.invite(CHANNEL.partner, more.clone()).await;
    app.try_accept(CHANNEL.customer, &token).await.given("outcome");

    assert_eq!(made(&app).await, [2, 1, 1]);
    let again = app.draft(CHANNEL.partner, more).await;
    assert_eq!(app.send_draft(&again).await.reasons(), ["ALREADY_RELATED recipient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_customer_is_shared_by_a_provider_with_several_resellers() {
    let app = TestApp::without_mails().await;
    app.partner_up().await;
    let northwind = app.organization("northwind.example").await;
    for who in [CHANNEL.partner, CHANNEL.reseller] {
        let (_, token) = app.invite(who, Draft::to(CHANNEL.customer).jointly_with(&northwind)).await;
        app.try_accept(CHANNEL.customer, &token).await.given("outcome");
    }
    assert_eq!(made(&app).await, [3, 0, 2]);
}
