//! What following costs others: few follow at once, and who is gone leaves nothing behind.

use std::time::Duration;

use accord_tests::{DEMO, Draft, PARTNER, TestApp};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::activity::{Feed, Following};
use serde_json::json;
use tokio::task::JoinSet;

use super::{Writer, settled, uuid_of, write};

/// The statements that wait for somebody's lock.
async fn waiting(app: &TestApp) -> i64 {
    app.count("from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").await
}

async fn until_waiting(app: &TestApp, statements: i64) {
    while waiting(app).await < statements {
        tokio::task::yield_now().await;
    }
}

/// Keeps everybody else from a table until it is dropped, or rolled back.
async fn lock(app: &TestApp, table: &str) -> AsyncPgConnection {
    let mut conn = AsyncPgConnection::establish(app.database_url()).await.unwrap();
    conn.batch_execute(&format!("begin; lock table {table} in access exclusive mode")).await.unwrap();
    conn
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_are_told_of_an_event_requests_find_a_connection() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(PARTNER, Draft::to("ann@example.com")).await;
    let first = write(&app, 1).await;
    let feed = app.feed();
    let document = "subscription($after: String) { activity(after: $after) { subject { id } } }";
    let mut told = JoinSet::new();
    for _ in 0..40 {
        let mut subscription = app.subscribe_to(&feed, Some(PARTNER), document, json!({ "after": first })).await;
        told.spawn(async move { subscription.told().await });
    }
    // Writes before the lock is taken: its transaction, too, holds up what begins after it.
    let mut writer = Writer::begin(&app).await;
    writer.write_about(2, "litware.example", "inv", uuid_of(&json!(id))).await;
    let mut locked = lock(&app, "invitations").await;
    writer.commit().await;
    until_waiting(&app, 2).await;

    for _ in 0..5 {
        app.ask(DEMO.reseller, "{ viewer { user { name } } }", json!({})).await.at("viewer.user.name");
    }
    assert_eq!(waiting(&app).await, 2, "of a pool of four");

    locked.batch_execute("rollback").await.unwrap();
    for subscriber in told.join_all().await {
        assert_eq!(subscriber["subject"]["id"], json!(id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_a_statement_runs_leaves_no_busy_connection_in_the_pool() {
    let app = TestApp::with_one_connection().await;
    write(&app, 1).await;
    let actor = app.session(PARTNER).await.actor;
    // It does not look for news meanwhile.
    let feed = Feed::new(app.store.clone(), Duration::from_secs(3_600));
    let mut following = Following::begin(&feed, &actor, vec![], None).await.unwrap();
    settled(&app).await;
    let mut locked = lock(&app, "activity_organizations").await;
    tokio::select! {
        biased;
        told = following.next() => panic!("{told:?} of a table that is locked"),
        () = until_waiting(&app, 1) => {}
    }
    drop(following);
    assert_eq!(app.store.pool().idle, 0, "the statement still runs");

    locked.batch_execute("rollback").await.unwrap();
    let _free = app.store.connection().await.unwrap();
    assert_eq!(waiting(&app).await, 0);
}
