use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

use super::invite;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_revoked_before_its_turn_is_not_sent() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    app.revoke(&id).await.given("invitation");

    assert_eq!(app.mails().await.len(), 0);

    assert_eq!(app.delivery(&id).await, "DISCARDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_sent_again_only_the_newest_link_goes_out() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    let again = app.resend(&id).await.given("invitation");

    let mails = app.mails().await;

    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].token(), accord_tests::token_of(&again));
    assert_eq!(app.delivery(&id).await, "SENT");
    assert_eq!(app.count("from emails where status = 'discarded'").await, 1, "the older one");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_its_turn_is_not_sent() {
    let app = TestApp::new().await;
    let colleague = "colleague@wingtip.example";
    let (declined, token) = app.invite(DEMO.reseller, Draft::to(colleague)).await;
    app.decline(DEMO.customer, &token).await.given("invitation");
    let (accepted, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.given("invitation");

    let mails = app.mails().await;

    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, [DEMO.reseller, DEMO.reseller], "the inviter is told of both");
    assert_eq!([app.delivery(&declined).await, app.delivery(&accepted).await], ["DISCARDED", "DISCARDED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_deadline_is_not_sent() {
    let app = TestApp::new().await;
    let brief = Draft::to("ann@blue-sky.example").with("expiresAfter", json!("P1D"));
    let (id, _) = app.invite(DEMO.reseller, brief).await;
    app.days_pass(1);

    let mails = app.mails().await;

    assert!(mails.iter().all(|mail| mail.to != "ann@blue-sky.example"), "{mails:#?}");
    assert_eq!(app.delivery(&id).await, "DISCARDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_try_of_what_is_no_longer_wanted_is_nobodys_news() {
    let app = TestApp::new().await;
    app.mailbox.answer_next(dev::mailbox::Answer::reply(450, "4.2.1 greylisted"));
    let id = invite(&app, "ann").await;
    app.mails().await;
    app.revoke(&id).await.given("invitation");
    app.clock.advance(chrono::TimeDelta::seconds(11));

    assert_eq!(app.mails().await.len(), 0);

    assert_eq!(app.activity(DEMO.reseller, &id).await, ["invitation.drafted", "invitation.sent", "invitation.revoked"]);
}
