//! What the inviter does is read by the inviter, what both agree on by both, and nothing by anybody else.

use std::time::Duration;

use accord_tests::{DEMO, Draft, PARTNER, TestApp};
use dev::seed::ORGANIZATIONS;
use domain::email;
use domain::outbox::{self, Outbox};
use serde_json::json;

const INVITER: &str = "litware.example";
const ADDRESSEE: &str = "wingtip.example";
const CUSTOMER: &str = DEMO.customer;

/// The organizations whose administrators read an event of Litware's or Wingtip's.
async fn readers(app: &TestApp, event: &str) -> Vec<&'static str> {
    let document = "query($filter: ActivityFilter!) { viewer {
        partner { activity(filter: $filter) { nodes { id } } } account { activity(filter: $filter) { nodes { id } } } } }";
    // What the demo world tells of others, and of these two before the test began.
    let filter = json!({ "event": [event], "since": app.store.now() - chrono::TimeDelta::minutes(10) });
    let mut readers = Vec::new();
    for organization in ORGANIZATIONS {
        let who = format!("admin@{}", organization.domain);
        let answer = app.ask(&who, document, json!({ "filter": filter })).await;
        let of_account = answer.at("viewer.account.activity.nodes").clone();
        if organization.partner.is_some() {
            assert_eq!(*answer.at("viewer.partner.activity.nodes"), of_account, "{who} reads the same on both sides");
        }
        if of_account != json!([]) {
            readers.push(organization.domain);
        }
    }
    readers
}

/// Litware's agent asks Wingtip's administrator for the relationship and the administration of everything.
async fn invited(app: &TestApp) -> (String, String) {
    app.invite(PARTNER, Draft::to(CUSTOMER).with("delegatedAdministration", json!({ "full": true }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn drafting_editing_and_sending_are_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    let id = app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    app.mutate(PARTNER, "editInvitation", json!({ "id": id, "subject": "Better" })).await.given("invitation");
    app.try_send(PARTNER, &id).await.given("invitation");
    for event in ["invitation.drafted", "invitation.edited", "invitation.sent"] {
        assert_eq!(readers(&app, event).await, [INVITER], "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_the_addressee_looked_is_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    let (_, token) = invited(&app).await;
    app.open(&token).await.given("offer");
    assert_eq!(readers(&app, "invitation.opened").await, [INVITER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_is_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    let (id, _) = invited(&app).await;
    app.mutate(PARTNER, "resendInvitation", json!({ "id": id })).await.given("invitation");
    assert_eq!(readers(&app, "invitation.resent").await, [INVITER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_is_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    let (id, _) = invited(&app).await;
    app.mutate(PARTNER, "revokeInvitation", json!({ "id": id })).await.given("invitation");
    assert_eq!(readers(&app, "invitation.revoked").await, [INVITER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    invited(&app).await;
    app.mails().await;
    app.days_pass(24);
    assert_eq!(app.remind().await, 1);
    assert_eq!(readers(&app, "invitation.reminded").await, [INVITER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn expiring_and_asking_anew_are_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    let (_, token) = invited(&app).await;
    app.days_pass(31);
    app.expire().await;
    app.request_new(&token).await.given("offer");
    for event in ["invitation.expired", "invitation.renewal_requested"] {
        assert_eq!(readers(&app, event).await, [INVITER], "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_given_up_is_read_by_the_inviter() {
    let app = TestApp::without_mails().await;
    invited(&app).await;
    let claimed = outbox::claim(&app.store, Outbox::Emails, "test", 1, Duration::from_secs(9)).await.unwrap();
    let settled = email::settle_failed(&app.store, &claimed.rows[0], "550 no such mailbox").await.unwrap();
    assert_eq!(settled, email::Settled::As(email::EmailStatus::Failed));
    assert_eq!(readers(&app, "invitation.undeliverable").await, [INVITER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_is_read_by_both() {
    let app = TestApp::without_mails().await;
    let (_, token) = invited(&app).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    assert_eq!(readers(&app, "invitation.declined").await, [INVITER, ADDRESSEE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_on_is_read_by_both_and_the_agreement_by_who_accepted_it() {
    let app = TestApp::without_mails().await;
    let (_, token) = invited(&app).await;
    app.try_accept(CUSTOMER, &token).await.given("invitation");
    for event in ["invitation.accepted", "relationship.established", "admin_grant.granted"] {
        assert_eq!(readers(&app, event).await, [INVITER, ADDRESSEE], "{event}");
    }
    assert_eq!(readers(&app, "agreement.accepted").await, [ADDRESSEE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_colleague_is_read_by_the_own_organization() {
    let app = TestApp::new().await;
    app.ask("new@wingtip.example", "{ viewer { user { id } } }", json!({})).await.at("viewer.user.id");
    assert_eq!(readers(&app, "user.added").await, [ADDRESSEE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_not_told() {
    let app = TestApp::without_mails().await;
    let (id, token) = invited(&app).await;
    app.try_accept("user@wingtip.example", &token).await.reasons();
    app.try_send(PARTNER, &id).await.reasons();
    assert_eq!(app.activity(PARTNER, &id).await, ["invitation.drafted", "invitation.sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_told_in_its_order() {
    let app = TestApp::without_mails().await;
    let (id, token) = invited(&app).await;
    app.open(&token).await.given("offer");
    app.try_accept(CUSTOMER, &token).await.given("invitation");
    let told = ["invitation.drafted", "invitation.sent", "invitation.opened", "invitation.accepted"];
    assert_eq!(app.activity(PARTNER, &id).await, told);
    let at_customer = app.list(CUSTOMER, "viewer.account.activity").texts("event").await;
    let latest_first = ["admin_grant.granted", "relationship.established", "agreement.accepted", "invitation.accepted"];
    assert_eq!(at_customer, latest_first);
}
