//! What a grant's end does: it expires, or is put off.

use accord_tests::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{CUSTOMER_ADMIN, PARTNER_AGENT, TOLD, granted, mailed, status, told};

/// When a grant reads to end.
async fn end(app: &TestApp, id: &str) -> DateTime<Utc> {
    app.grant(PARTNER_AGENT, id).await["endsAt"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_expires_at_its_end_and_both_sides_are_told() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", false).await;
    assert_eq!(app.end_grants().await, 0);
    app.days_pass(1);
    let read = app.grant(CUSTOMER_ADMIN, &id).await;
    assert_eq!((&read["status"], &read["endedAt"]), (&json!("EXPIRED"), &read["endsAt"]));
    assert_eq!(told(&app, &id).await, [""; 0], "whether or not the worker has been by");

    assert_eq!(app.end_grants().await, 1);

    assert_eq!(app.grant(CUSTOMER_ADMIN, &id).await, read, "nothing is read otherwise than before");
    assert_eq!(told(&app, &id).await, ["admin_grant.expired"]);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert!(mail.text.contains("its time was over"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_extends_itself_goes_on_for_180_days_from_its_end() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", true).await;
    let first = end(&app, &id).await;
    app.days_pass(1);
    for written in [false, true] {
        if written {
            assert_eq!(app.end_grants().await, 1);
        }
        assert_eq!(end(&app, &id).await, first + TimeDelta::days(180), "written: {written}");
        assert_eq!(status(&app, &id).await, "ACTIVE", "written: {written}");
    }
    assert_eq!(told(&app, &id).await, ["admin_grant.extended"]);
    assert_eq!(mailed(&app).await, [""; 0], "the notices told of it");
    assert_eq!(app.end_grants().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_off_for_years_puts_the_end_off_to_the_future_at_once() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1D", true).await;
    let first = end(&app, &id).await;
    app.days_pass(1 + 3 * 180 + 40);
    app.end_grants().await;
    assert_eq!(end(&app, &id).await, first + TimeDelta::days(4 * 180));
    assert_eq!(told(&app, &id).await, ["admin_grant.extended"]);
    app.notify_grants().await;
    let partner = "(select id from organizations where tenant = 'litware.example')";
    assert_eq!(app.count(&format!("from emails where organization_id = {partner}")).await, 0, "nobody is mailed of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_put_off_is_told_of_anew() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", true).await;
    app.days_pass(1);
    app.end_grants().await;
    app.days_pass(150);
    app.notify_grants().await;
    assert_eq!(mailed(&app).await, TOLD);
    assert_eq!(told(&app, &id).await, ["admin_grant.extended", "admin_grant.expiring"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_at_once_end_each_grant_once() {
    let app = TestApp::without_mails().await;
    for _ in 0..20 {
        granted(&app, "P1D", false).await;
        granted(&app, "P1D", true).await;
    }
    app.days_pass(1);
    let run = async || domain::admin_grant::expire(&app.store, 7).await.unwrap();
    let worker = async || {
        let mut ended = 0;
        loop {
            match run().await {
                0 => return ended,
                some => ended += some,
            }
        }
    };
    let (a, b, c) = tokio::join!(worker(), worker(), worker());
    assert_eq!(a + b + c, 40);
    assert_eq!(app.count("from activities where event = 'admin_grant.expired'").await, 20);
    assert_eq!(app.count("from activities where event = 'admin_grant.extended'").await, 20);
    assert_eq!(app.count("from emails where kind = 'admin_grant_ended'").await, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_somebody_is_changing_is_passed_over_until_the_next_run() {
    let app = TestApp::without_mails().await;
    let (held, free) = (granted(&app, "P1D", false).await, granted(&app, "P1D", false).await);
    app.days_pass(1);
    let conn = &mut app.store.connection().await.unwrap();
    diesel_async::SimpleAsyncConnection::batch_execute(conn, "begin").await.unwrap();
    let lock = diesel::sql_query(format!(
        "select 1 from admin_grants where id = '{}' for no key update",
        held.parse::<domain::admin_grant::AdminGrantId>().unwrap().uuid()
    ));
    diesel_async::RunQueryDsl::execute(lock, conn).await.unwrap();
    assert_eq!(app.end_grants().await, 1);
    diesel_async::SimpleAsyncConnection::batch_execute(conn, "rollback").await.unwrap();
    assert_eq!(app.end_grants().await, 1);
    for id in [held, free] {
        assert_eq!(told(&app, &id).await, ["admin_grant.expired"]);
    }
}
