//! What a grant's end does: it expires, or is put off.

use accord_tests::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

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
    assert_eq!(app.end_grants().await, 0);
    let details = details(&app, &id).await;
    let times =
        ["previousEndsAt", "endsAt"].map(|name| details[name].as_str().unwrap().parse::<DateTime<Utc>>().unwrap());
    assert_eq!(times, [first, first + TimeDelta::days(180)]);
    app.mails().await;
}

/// The details of the latest that both sides read of a grant.
async fn details(app: &TestApp, id: &str) -> Value {
    let document = "query($id: ID!) { viewer { account { activity(first: 1, filter: { subjectId: $id }) { nodes { details } } } } }";
    app.ask(CUSTOMER_ADMIN, document, json!({ "id": id })).await.at("viewer.account.activity.nodes.0.details").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_told_afterwards_where_nobody_was_told_before() {
    let app = TestApp::new().await;
    let too_short = granted(&app, "P1D", true).await;
    app.days_pass(1);
    app.end_grants().await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 3);
    let until = (end(&app, &too_short).await).format("has extended itself until %-d %B %Y, %H:%M UTC.").to_string();
    for mail in mails {
        assert_eq!(mail.subject, "Extended: administrator access of Litware to Tailspin Toys");
        assert!(mail.text.contains(&until), "{until}: {}", mail.text);
    }
    let subjects = async || {
        let of_litware = |subject: &String| subject.contains("of Litware");
        app.mails().await.into_iter().map(|mail| mail.subject).filter(of_litware).collect::<Vec<_>>()
    };
    // Half a year later notice is given, and it is enough.
    app.days_pass(150);
    app.notify_grants().await;
    assert_eq!(subjects().await, ["To be extended in 30 days: administrator access of Litware to Tailspin Toys"; 3]);
    app.days_pass(30);
    app.end_grants().await;
    assert_eq!(subjects().await, [""; 0]);
    // While the worker is off, the next goes by without one.
    app.days_pass(180);
    app.end_grants().await;
    assert_eq!(subjects().await, ["Extended: administrator access of Litware to Tailspin Toys"; 3]);
    assert_eq!(told(&app, &too_short).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_what_nobody_knew_was_extended_tells_of_the_end_alone() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", true).await;
    app.days_pass(2);
    app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    let subjects: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["Ended: administrator access of Litware to Tailspin Toys"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_was_renewed_the_end_says_what_the_partner_still_has() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", false).await;
    granted(&app, "P1Y", false).await;
    app.days_pass(1);
    app.end_grants().await;
    assert_eq!(details(&app, &id).await, json!({ "endedAt": app.grant(CUSTOMER_ADMIN, &id).await["endedAt"] }));
    let mails = app.mails().await;
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert_eq!(mail.subject, "Ended: one of the administrator accesses of Litware to Tailspin Toys");
        let still = "Litware still has:\n- User administrator: create, change and delete users and their licenses\n";
        assert!(mail.text.contains(still), "{}", mail.text);
        assert!(!mail.text.contains("again"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_ends_cost_as_many_statements_as_five() {
    let app = TestApp::with_one_connection().await;
    let mut costs = Vec::new();
    for count in [5, 100] {
        for extends in 0..count {
            granted(&app, "P1D", extends % 2 == 0).await;
        }
        app.days_pass(1);
        let (statements, seen) = app.statements(app.end_grants()).await;
        assert_eq!(seen, count);
        costs.push(statements.len());
    }
    assert_eq!(costs[0], costs[1]);
    app.sql("delete from emails").await;
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
    let mails = "from emails join organizations o on o.id = organization_id where o.tenant = 'litware.example'";
    assert_eq!(app.count(mails).await, 3);
    assert_eq!(app.count(&format!("{mails} and kind = 'admin_grant_extended'")).await, 3, "and nothing stale is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_put_off_is_told_of_anew() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1D", true).await;
    app.days_pass(1);
    app.end_grants().await;
    app.mails().await;
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
    for kind in ["admin_grant_ended", "admin_grant_extended"] {
        assert_eq!(app.count(&format!("from emails where kind = '{kind}'")).await, 60);
    }
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
