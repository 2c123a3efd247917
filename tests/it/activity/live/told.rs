//! What is told of an activity, and to whom.

use accord_tests::{DEMO, Draft, PARTNER, TestApp};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use super::{DOCUMENT, Writer, after, uuid_of, write};

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_with_all_that_hangs_on_it() {
    let app = TestApp::without_mails().await;
    let first = write(&app, 1).await;
    let document = "subscription($after: String) { activity(after: $after) { event details actor { name }
        actorOrganization { name } subject { id ... on Invitation { status } } } }";
    let mut subscription = app.subscribe(PARTNER, document, json!({ "after": first })).await;
    let (id, _) = app.invite(PARTNER, Draft::to("ann@example.com")).await;
    for event in ["invitation.drafted", "invitation.sent"] {
        let told = subscription.told().await;
        assert_eq!(told["event"], event);
        assert_eq!(told["actor"]["name"], "Litware agent");
        assert_eq!(told["actorOrganization"]["name"], "Litware");
        assert_eq!(told["subject"], json!({ "id": id, "status": "PENDING" }), "as it is now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_no_activity_is_told_what_happens_from_then_on() {
    let app = TestApp::without_mails().await;
    write(&app, 1).await;
    let mut subscription = app.subscribe(PARTNER, DOCUMENT, json!({})).await;
    let answer = subscription.told();
    let drafts = async {
        let mut drafts = Vec::new();
        loop {
            drafts.push(app.draft(PARTNER, Draft::to("ann@example.com")).await);
        }
    };
    let told = tokio::select! {
        told = answer => told,
        () = drafts => unreachable!("there is always one more"),
    };
    assert_eq!(told["event"], "invitation.drafted");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_events_that_are_named_are_told() {
    let app = TestApp::without_mails().await;
    let first = write(&app, 1).await;
    let variables = json!({ "after": first, "events": ["invitation.sent", "invitation.revoked"] });
    let mut subscription = app.subscribe(PARTNER, DOCUMENT, variables).await;
    let (id, _) = app.invite(PARTNER, Draft::to("ann@example.com")).await;
    app.edit(&id, json!({ "subject": "Better" })).await;
    app.mutate(PARTNER, "revokeInvitation", json!({ "id": id })).await.given("invitation");
    for event in ["invitation.sent", "invitation.revoked"] {
        assert_eq!(subscription.told().await["event"], event);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_organization_does_is_not_told() {
    let app = TestApp::without_mails().await;
    let first = write(&app, 1).await;
    let mut subscription = after(&app, &first).await;
    app.invite(DEMO.reseller, Draft::to("ann@example.com")).await;
    app.invite(DEMO.stranger, Draft::to("ann@example.com")).await;
    let own = write(&app, 2).await;
    assert_eq!(subscription.ids(1).await, [own]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_activity_is_shown_at_a_time_of_its_own() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(PARTNER, Draft::to("ann@example.com")).await;
    let first = write(&app, 1).await;
    let document = "subscription($after: String) { activity(after: $after) {
        subject { ... on Invitation { status } } } }";
    let mut subscription = app.subscribe(PARTNER, document, json!({ "after": first })).await;
    for (number, status) in [(2, "PENDING"), (3, "EXPIRED")] {
        let mut writer = Writer::begin(&app).await;
        writer.write_about(number, "litware.example", "inv", uuid_of(&json!(id))).await;
        writer.commit().await;
        assert_eq!(subscription.told().await["subject"]["status"], status);
        app.days_pass(31);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_follow_one_statement_looks_for_news() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    let feed = app.feed();
    let mut subscriptions = Vec::new();
    for _ in 0..8 {
        subscriptions.push(app.subscribe_to(&feed, Some(PARTNER), DOCUMENT, json!({ "after": first })).await);
    }
    let began = Instant::now();
    let (statements, ()) = app
        .statements(async {
            for number in 2..12 {
                write(&app, number).await;
                for subscription in &mut subscriptions {
                    subscription.told().await;
                }
            }
        })
        .await;
    let looks = statements.iter().filter(|text| text.contains("as horizon")).count();
    let most = began.elapsed().as_millis() / Duration::from_millis(20).as_millis() + 1;
    assert!((1..=most).contains(&(looks as u128)), "{looks} looks where one follower has time for {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_has_one_answer() {
    let app = TestApp::new().await;
    let mut answers = app.subscribe(PARTNER, "{ viewer { partner { organization { name } } } }", json!({})).await;
    let expected: Value = json!({ "viewer": { "partner": { "organization": { "name": "Litware" } } } });
    assert_eq!(answers.answer().await.unwrap()["data"], expected);
    assert_eq!(answers.answer().await, None);
}
