//! A database that goes away and comes back.

use accord_tests::{PARTNER, TestApp};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use serde_json::json;
use uuid::Uuid;

use super::{DOCUMENT, Writer, after, write};

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_around_an_outage_is_told_after_it() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    let mut subscription = after(&app, &first).await;
    let second = write(&app, 2).await;
    assert_eq!(subscription.ids(1).await, [second]);

    let (server, name) = app.database_url().rsplit_once('/').unwrap();
    let mut elsewhere = AsyncPgConnection::establish(&format!("{server}/postgres")).await.unwrap();
    let mut writer = Writer::begin(&app).await;
    let third = writer.write(3).await;
    // The writer alone stays connected, and commits while nobody else can read.
    let away = format!(
        "alter database {name} allow_connections false;
         select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and state <> 'idle in transaction'"
    );
    elsewhere.batch_execute(&away).await.unwrap();
    writer.commit().await;
    let mut told = Box::pin(subscription.ids(2));
    tokio::select! {
        biased;
        told = &mut told => panic!("{told:?} without a database"),
        () = async { while app.store.connection().await.is_ok() { tokio::task::yield_now().await } } => {}
    }
    elsewhere.batch_execute(&format!("alter database {name} allow_connections true")).await.unwrap();

    let fourth = write(&app, 4).await;
    assert_eq!(told.await, [third, fourth]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_ends_it_so_that_its_client_goes_on_elsewhere() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    let second = write(&app, 2).await;
    let mut subscription = after(&app, &first).await;
    assert_eq!(subscription.ids(1).await, [second]);
    let mut newer = Writer::begin(&app).await;
    newer.write_as("invitation.dreamt", 3, "litware.example", "org", Uuid::nil()).await;
    newer.commit().await;
    assert_eq!(subscription.refusal().await.0, "INTERNAL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_finds_no_free_connection_is_a_timeout_and_no_fault() {
    let app = TestApp::with_one_connection().await;
    let mut subscription = app.subscribe(PARTNER, DOCUMENT, json!({})).await;
    let _taken = app.store.connection().await.unwrap();
    assert_eq!(subscription.refusal().await.0, "TIMEOUT");
}
