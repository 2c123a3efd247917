use accord_tests::{DEMO, Draft, TestApp, granular};
use domain::activity::verify;
use domain::admin_grant::DirectoryRole::GlobalReader;
use domain::schedule::take_tick;
use domain::settings::Key;
use serde_json::json;
use worker::schedule::Schedule;

use super::address;

fn key() -> Key {
    Key::from([2; 32])
}

/// Runs a schedule to its end, three times over and each at four workers at once.
async fn run(app: &TestApp, schedule: Schedule) {
    for _ in 0..3 {
        let (store, key) = (&app.store, &key());
        let worker = async || while schedule.batch(store, key).await.expect("a run") {};
        tokio::join!(worker(), worker(), worker(), worker());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_is_won_by_one_worker() {
    let app = TestApp::new().await;
    let tick = "2026-01-01T00:01:00Z".parse().unwrap();
    let take = async |schedule| take_tick(&app.store, schedule, tick).await.unwrap();

    let (a, b, c, d) = tokio::join!(take("expire"), take("expire"), take("expire"), take("expire"));

    assert_eq!([a, b, c, d].iter().filter(|won| **won).count(), 1);
    assert!(take("remind").await, "another schedule's tick is another");
    assert!(take_tick(&app.store, "expire", "2026-01-01T00:02:00Z".parse().unwrap()).await.unwrap(), "the next one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_passed_is_written_down_once() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for name in ["ann", "bob", "cleo"] {
        let brief = Draft::to(&address(name)).with("expiresAfter", json!("P1D"));
        ids.push(app.invite(DEMO.reseller, brief).await.0);
    }
    app.mails().await;
    app.days_pass(1);

    run(&app, Schedule::Expire).await;

    for id in &ids {
        let told = ["invitation.drafted", "invitation.sent", "invitation.expired"];
        assert_eq!(app.activity(DEMO.reseller, id).await, told);
    }
    let mails = app.mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.to == DEMO.reseller).count(), 3, "one mail each to the inviter");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reminder_goes_out_once() {
    let app = TestApp::new().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(&address("ann"))).await;
    app.mails().await;
    for (days, left) in [(23, 1), (6, 1)] {
        app.days_pass(days);

        run(&app, Schedule::Remind).await;

        let mails: Vec<_> = app.mails().await.into_iter().filter(|mail| mail.to == address("ann")).collect();
        assert_eq!(mails.len(), left, "after {days} more days");
        assert_eq!(mails[0].token(), token);
    }
    let reminders = app.activity(DEMO.reseller, &id).await.into_iter().filter(|event| event == "invitation.reminded");
    assert_eq!(reminders.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_notice_of_a_grants_end_and_each_end_goes_out_once() {
    let app = TestApp::new().await;
    let asked = |auto_extend| granular(&[GlobalReader], "P31D", auto_extend);
    let ends = app.granted("litware.example", "tailspin.example", &asked(false)).await;
    let extends = app.granted("litware.example", "tailspin.example", &asked(true)).await;
    for (days, mails) in [(1, 6), (23, 6), (6, 6), (1, 3)] {
        app.days_pass(days);

        run(&app, Schedule::EndGrants).await;
        run(&app, Schedule::NotifyGrants).await;

        assert_eq!(app.mails().await.len(), mails, "after {days} more days");
    }
    let expiring = ["admin_grant.expiring"; 3];
    assert_eq!(app.activity("agent@litware.example", &ends).await, [&expiring[..], &["admin_grant.expired"]].concat());
    let extended = [&expiring[..], &["admin_grant.extended"]].concat();
    assert_eq!(app.activity("agent@litware.example", &extends).await, extended);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deleted_30_days_ago_is_purged_once() {
    let app = TestApp::new().await;
    let id = app.created("admin@wingtip.example", "wingtip.example").await;
    app.delete_user("admin@wingtip.example", &id).await.given("user");
    for (days, purged) in [(29, 0), (1, 1), (1, 1)] {
        app.days_pass(days);

        run(&app, Schedule::PurgeUsers).await;

        assert_eq!(app.count("from activities where event = 'customer_user.purged'").await, purged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_activity_is_sealed_once_and_the_account_is_whole() {
    let app = TestApp::without_mails().await;
    app.invite(DEMO.reseller, Draft::to(&address("ann"))).await;

    run(&app, Schedule::Seal).await;
    app.invite(DEMO.reseller, Draft::to(&address("bob"))).await;
    run(&app, Schedule::Seal).await;

    assert_eq!(app.count("from activity_unsealed").await, 0);
    let sealed = "from activity_seals join activities on activities.id = activity_seals.activity_id";
    assert_eq!(app.count(sealed).await, app.count("from activities").await);
    let (head, flaws) = verify::verify(&app.store, &key(), None).await.unwrap();
    assert_eq!((head.map(|head| head.number), flaws), (Some(2), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_removed_and_nothing_else() {
    let app = TestApp::without_mails().await;
    let once = |name: &str| Draft::to(&address(name)).with("idempotencyKey", json!(name));
    app.draft(DEMO.reseller, once("old")).await;
    app.days_pass(1);
    app.draft(DEMO.reseller, once("new")).await;
    app.sql("insert into schedule_ticks values ('expire', now() - interval '8 days'), ('expire', now() - interval '6 days')")
        .await;

    run(&app, Schedule::Prune).await;

    assert_eq!(app.count("from idempotency_keys where key = 'old'").await, 0);
    assert_eq!(app.count("from idempotency_keys where key = 'new'").await, 1);
    assert_eq!(app.count("from schedule_ticks where tick < now() - interval '7 days'").await, 0);
    assert_eq!(app.count("from schedule_ticks").await, 1);
}
