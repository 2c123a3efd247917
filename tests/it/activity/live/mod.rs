//! What is told as it happens: all of it, in the order in which it was committed, to nobody else.

mod order;
mod outage;
mod rights;
mod told;
mod turns;

use accord_tests::{PARTNER, Subscription, TestApp};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::activity::ActivityId;
use serde_json::{Value, json};
use uuid::Uuid;

const DOCUMENT: &str = "subscription($events: [String!], $after: String) {
    activity(events: $events, after: $after) { id event } }";

/// In milliseconds.
const YEAR_2100: u64 = 4_102_444_800_000;

/// What Litware is told after an activity.
async fn after(app: &TestApp, id: &str) -> Subscription {
    app.subscribe(PARTNER, DOCUMENT, json!({ "after": id })).await
}

/// Somebody who writes, in a transaction that stays open as long as a test wants.
struct Writer(AsyncPgConnection);

impl Writer {
    async fn begin(app: &TestApp) -> Self {
        let mut conn = AsyncPgConnection::establish(app.database_url()).await.unwrap();
        conn.batch_execute("begin").await.unwrap();
        Self(conn)
    }

    /// Has something happen that Litware reads, the `number`th by its id, later than all of the demo world.
    async fn write(&mut self, number: u64) -> String {
        self.write_about(number, "litware.example", "org", Uuid::nil()).await
    }

    /// Has something happen to a subject.
    async fn write_about(&mut self, number: u64, tenant: &str, kind: &str, subject: Uuid) -> String {
        self.write_as("invitation.sent", number, tenant, kind, subject).await
    }

    /// Has something of this name happen to a subject.
    async fn write_as(&mut self, event: &str, number: u64, tenant: &str, kind: &str, subject: Uuid) -> String {
        let id = ActivityId::from(uuid::Builder::from_unix_timestamp_millis(YEAR_2100 + number, &[7; 10]).into_uuid());
        let uuid = id.uuid();
        let sql = format!(
            "insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
             values ('{uuid}', '{event}', now(), 'system', '{kind}', '{subject}');
             insert into activity_organizations (organization_id, activity_id, event, subject_id)
             select id, '{uuid}', '{event}', '{subject}' from organizations where tenant = '{tenant}'"
        );
        self.0.batch_execute(&sql).await.unwrap();
        id.to_string()
    }

    async fn commit(mut self) {
        self.0.batch_execute("commit").await.unwrap();
    }
}

/// Has something happen that Litware reads, the `number`th by its id, which nothing can precede any more.
async fn write(app: &TestApp, number: u64) -> String {
    let id = write_at_once(app, number).await;
    settled(app).await;
    id
}

/// The same while others may be writing.
async fn write_at_once(app: &TestApp, number: u64) -> String {
    let mut writer = Writer::begin(app).await;
    let id = writer.write(number).await;
    writer.commit().await;
    id
}

/// Waits until nothing can precede what was written: the tests beside this one have transactions on the same server.
async fn settled(app: &TestApp) {
    let unsettled = "from activity_organizations where committed_after >= pg_snapshot_xmin(pg_current_snapshot())";
    while app.count(unsettled).await > 0 {
        tokio::task::yield_now().await;
    }
}

/// The subject of a test's activity, by its id.
fn uuid_of(id: &Value) -> Uuid {
    domain::id::read(id.as_str().unwrap()).unwrap().1
}
