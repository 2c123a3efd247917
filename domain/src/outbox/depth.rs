//! How much an outbox holds.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::timeout;

use super::{Outbox, PATIENCE, connection, in_time};
use crate::error::Result;
use crate::store::Store;

/// How much waits, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Depth {
    /// Rows that are neither settled nor put off.
    #[diesel(sql_type = sql_types::BigInt)]
    pub due: i64,
    /// Rows that are not settled, those to be tried again later among them.
    #[diesel(sql_type = sql_types::BigInt)]
    pub queued: i64,
    /// Since when the oldest of the due ones is. None: nothing is due.
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

/// How much waits: what an operator watches, and what a test wants to be nothing. Waits no longer for the database than a
/// worker does.
pub async fn depth(store: &Store, outbox: Outbox) -> Result<Depth> {
    let mut conn = connection(store).await?;
    let answer = timeout(PATIENCE, count(&mut conn, outbox, store.now())).await;
    in_time(conn, answer)
}

async fn count(conn: &mut AsyncPgConnection, outbox: Outbox, now: DateTime<Utc>) -> Result<Depth> {
    let depth = format!(
        "select count(*) filter (where next_attempt_at <= $1) as due, count(*) as queued,
                min(next_attempt_at) filter (where next_attempt_at <= $1) as oldest
         from {} where status = 'queued'",
        outbox.table()
    );
    Ok(diesel::sql_query(depth).bind::<sql_types::Timestamptz, _>(now).get_result(conn).await?)
}
