//! A database that goes away and comes back.

use accord_tests::TestApp;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use super::{Writer, after, write};

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
