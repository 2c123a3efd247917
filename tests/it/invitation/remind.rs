use accord_tests::{DEMO, Draft, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// An invitation to the customer that stands so long, its mail delivered: its id and the token of its link.
async fn standing(app: &TestApp, period: &str) -> (String, String) {
    let invited = app.invite(DEMO.reseller, Draft::to(DEMO.customer).with("expiresAfter", json!(period))).await;
    app.mails().await;
    invited
}

/// The subjects of what the customer is mailed once a worker comes by.
async fn reminders(app: &TestApp) -> Vec<String> {
    app.remind().await;
    app.mails().await.into_iter().filter(|mail| mail.to == DEMO.customer).map(|mail| mail.subject).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_answered_is_reminded_seven_days_and_one_day_before_the_deadline() {
    let app = TestApp::new().await;
    let (id, _) = standing(&app, "P30D").await;
    let mut days = Vec::new();
    for day in 1..30 {
        app.days_pass(1);
        if !reminders(&app).await.is_empty() {
            days.push(30 - day);
        }
    }

    assert_eq!(days, [7, 1]);
    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told[2..], ["invitation.reminded", "invitation.reminded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_brings_the_same_link_and_says_until_when_the_request_stands() {
    let app = TestApp::new().await;
    let (id, token) = standing(&app, "P30D").await;
    let deadline = app.invitation(DEMO.reseller, &id).await["expiresAt"].as_str().unwrap().to_owned();
    app.days_pass(23);
    app.remind().await;

    let mails = app.mails().await;

    assert_eq!(mails[0].to, DEMO.customer);
    assert_eq!(mails[0].token(), token);
    let until = deadline.parse::<DateTime<Utc>>().unwrap().format("%-d %B %Y");
    assert!(mails[0].text.contains(&format!("stands until {until}")), "{}", mails[0].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_goes_out_once_however_often_workers_come_by() {
    let app = TestApp::new().await;
    standing(&app, "P30D").await;
    app.days_pass(24);

    tokio::join!(app.remind(), app.remind(), app.remind());

    assert_eq!(reminders(&app).await.len(), 1);
    assert_eq!(reminders(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_late_sends_only_the_latest() {
    let app = TestApp::new().await;
    standing(&app, "P30D").await;
    app.clock.advance(TimeDelta::days(29) + TimeDelta::hours(1));
    app.remind().await;

    let mails = app.mails().await;

    assert_eq!(mails.len(), 1);
    assert_eq!(app.count("from emails where kind = 'reminder' and days_left = 1").await, 1);
    assert_eq!(reminders(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_after_the_deadline() {
    let app = TestApp::new().await;
    standing(&app, "P30D").await;
    app.days_pass(31);

    assert_eq!(reminders(&app).await.len(), 0);
    app.expire().await;
    app.mails().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_invitation_is_not_reminded_of_at_once() {
    let app = TestApp::new().await;
    standing(&app, "P1D").await;
    assert_eq!(reminders(&app).await.len(), 0);

    let five = Draft::to("ann@blue-sky.example").with("expiresAfter", json!("P5D"));
    app.invite(DEMO.reseller, five).await;
    app.mails().await;
    app.remind().await;
    assert_eq!(app.mails().await.len(), 0);
    app.days_pass(4);
    app.remind().await;
    let to: Vec<String> =
        app.mails().await.into_iter().map(|mail| mail.to).filter(|to| to.starts_with("ann")).collect();
    assert_eq!(to, ["ann@blue-sky.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_by_hand_is_not_reminded_of() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mutate(DEMO.reseller, "sendInvitation", json!({ "id": id, "byHand": true })).await.given("invitation");
    app.days_pass(24);

    assert_eq!(reminders(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_answered_is_not_reminded() {
    let app = TestApp::new().await;
    let (_, token) = standing(&app, "P30D").await;
    app.decline(DEMO.customer, &token).await.given("invitation");
    app.days_pass(24);

    assert_eq!(reminders(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_in_the_queue_is_discarded_once_the_invitation_is_answered() {
    let app = TestApp::new().await;
    let (_, token) = standing(&app, "P30D").await;
    app.days_pass(24);
    app.remind().await;

    app.decline(DEMO.customer, &token).await.given("invitation");

    let to: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [DEMO.reseller]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_again_an_invitation_is_reminded_of_anew() {
    let app = TestApp::new().await;
    let (id, _) = standing(&app, "P30D").await;
    app.days_pass(23);
    assert_eq!(reminders(&app).await.len(), 1);
    app.resend(&id).await.given("invitation");
    app.mails().await;

    assert_eq!(reminders(&app).await.len(), 0);
    app.days_pass(23);
    assert_eq!(reminders(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_mail_never_reached_is_not_reminded_of_it() {
    let app = TestApp::new().await;
    app.mailbox.answer_next(dev::mailbox::Answer::reply(550, "no such mailbox"));
    let (id, _) = standing(&app, "P30D").await;
    assert_eq!(app.delivery(&id).await, "FAILED");
    app.days_pass(24);

    assert_eq!(reminders(&app).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_left_to_expiry() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.days_pass(31);

    assert_eq!(app.remind().await, 0);
    assert_eq!(app.expire().await, 1);
    assert_eq!(app.status(&id).await, "EXPIRED");
}
