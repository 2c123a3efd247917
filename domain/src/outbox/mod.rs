//! What happens later: rows that are their own queue, claimed by lease, and the bell that wakes the workers.
//!
//! A mail to be sent is its `emails` row, written in the transaction that caused it; there is no table of jobs. The
//! bell is rung after the commit: a NOTIFY inside a transaction would hold a lock through the commit's flush and
//! serialise all writers.
//!
//! Due times are Accord's clock's, leases the database's: what a worker holds is a matter of real time. A worker that
//! vanishes loses its lease, and another one takes the row; the settling of what was claimed is fenced by who claimed
//! it and for which try.

mod depth;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{Stream, StreamExt, stream};
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio::time::{error::Elapsed, timeout};
use uuid::Uuid;

pub use depth::{Depth, depth};

use crate::connection::connect;
use crate::email::{self, EmailStatus, Settled};
use crate::error::{Result, TimedOut};
use crate::store::{Connection, Store};

/// A kind of rows that a worker settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outbox {
    /// Mails to be sent.
    Emails,
}

impl Outbox {
    /// The table whose rows are the queue, and the channel that is rung for it.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Emails => "emails",
        }
    }
}

/// At most this often is a bell rung; what comes between is one ring.
const PAUSE: Duration = Duration::from_millis(20);

/// How long to wait before connecting again.
const RECONNECT: Duration = Duration::from_secs(1);

/// Rings workers by NOTIFY, coalesced, from one connection of its own. Ends with its last clone.
#[derive(Clone)]
pub(crate) struct Bell {
    shared: Arc<Shared>,
}

struct Shared {
    emails: AtomicBool,
    rung: Notify,
}

impl Bell {
    /// A bell of its own task; connects when first rung. A ring that is lost costs a worker's poll interval.
    pub(crate) fn hang(database_url: SecretString) -> Self {
        let shared = Arc::new(Shared { emails: AtomicBool::new(false), rung: Notify::new() });
        let ringer = Arc::downgrade(&shared);
        tokio::spawn(async move {
            let mut conn = None;
            while let Some(shared) = ringer.upgrade() {
                // Wakes now and then to see whether the last Store is gone.
                let _ = tokio::time::timeout(RECONNECT, shared.rung.notified()).await;
                if shared.emails.swap(false, Ordering::AcqRel) {
                    notify(&mut conn, &database_url, Outbox::Emails).await;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        Self { shared }
    }

    /// Wakes the workers of these rows, soon.
    pub(crate) fn ring(&self, outbox: Outbox) {
        match outbox {
            Outbox::Emails => self.shared.emails.store(true, Ordering::Release),
        }
        self.shared.rung.notify_one();
    }
}

async fn notify(conn: &mut Option<AsyncPgConnection>, url: &SecretString, outbox: Outbox) {
    if conn.is_none() {
        *conn = connect(url).await.ok();
    }
    let Some(open) = conn else { return };
    if open.batch_execute(&format!("notify {}", outbox.table())).await.is_err() {
        *conn = None;
    }
}

/// A row that a worker holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Which row.
    pub id: Uuid,
    /// Which try this is, from 1.
    pub attempts: i32,
    /// Who holds it.
    pub worker: String,
    /// Since when it was due.
    pub due_at: DateTime<Utc>,
}

/// What one look at the queue brought.
#[derive(Debug, Default)]
pub struct Claims {
    /// What the worker holds from now on.
    pub rows: Vec<Claimed>,
    /// How many rows were given up instead, settled as failed.
    pub given_up: usize,
}

/// So many leases lost give a row up, whatever its tries: it may be what makes its workers vanish.
const MOST_LOST_LEASES: i16 = 3;

/// How long a worker waits for the database, first for a connection and then for its answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = sql_types::Integer)]
    attempts: i32,
    #[diesel(sql_type = sql_types::SmallInt)]
    lost_leases: i16,
    #[diesel(sql_type = sql_types::Timestamptz)]
    next_attempt_at: DateTime<Utc>,
}

/// Claims up to `how_many` rows that are due, oldest first. Any number of workers may be at it.
///
/// Counts the try. The lease lasts once to twice `lease`, at random, so that rows which were claimed beside one that
/// ends its worker are not found beside it again. A row whose lease was lost three times is given up instead.
pub async fn claim(store: &Store, outbox: Outbox, worker: &str, how_many: usize, lease: Duration) -> Result<Claims> {
    let mut conn = connection(store).await?;
    let answer = timeout(PATIENCE, take_due(&mut conn, outbox, store.now(), worker, how_many, lease)).await;
    let mut claims = Claims::default();
    for Taken { id, attempts, lost_leases, next_attempt_at: due_at } in in_time(conn, answer)? {
        let row = Claimed { id, attempts, worker: worker.to_owned(), due_at };
        if lost_leases < MOST_LOST_LEASES {
            claims.rows.push(row);
            continue;
        }
        match give_up(store, outbox, &row).await {
            Ok(is_given_up) => claims.given_up += usize::from(is_given_up),
            // Its lease will end, and then it is found again.
            Err(error) => tracing::error!(row.id = %id, %error, "a row that lost its workers could not be given up"),
        }
    }
    Ok(claims)
}

async fn take_due(
    conn: &mut AsyncPgConnection,
    outbox: Outbox,
    now: DateTime<Utc>,
    worker: &str,
    how_many: usize,
    lease: Duration,
) -> Result<Vec<Taken>> {
    let table = outbox.table();
    let claim = format!(
        "with due as materialized (
             select id from {table}
             where status = 'queued' and next_attempt_at <= $1 and (leased_until is null or leased_until < now())
             order by next_attempt_at limit $2 for no key update skip locked
         )
         update {table} as row set
             attempts = row.attempts + 1,
             lost_leases = row.lost_leases + (row.leased_until is not null)::int,
             leased_by = $3,
             leased_until = now() + $4 * (1 + random()) * interval '1 ms'
         from due where row.id = due.id
         returning row.id, row.attempts, row.lost_leases, row.next_attempt_at"
    );
    let query = diesel::sql_query(claim)
        .bind::<sql_types::Timestamptz, _>(now)
        .bind::<sql_types::BigInt, _>(i64::try_from(how_many).unwrap_or(i64::MAX))
        .bind::<sql_types::Text, _>(worker)
        .bind::<sql_types::Double, _>(lease.as_secs_f64() * 1000.0);
    Ok(query.load(conn).await?)
}

/// False: the lease was lost meanwhile, and it is another worker's affair.
async fn give_up(store: &Store, outbox: Outbox, row: &Claimed) -> Result<bool> {
    match outbox {
        Outbox::Emails => {
            let settled = email::settle_vanished(store, row, MOST_LOST_LEASES).await?;
            Ok(settled == Settled::As(EmailStatus::Failed))
        }
    }
}

/// Gives rows back that were claimed and not begun: the try does not count, and others may claim them at once.
pub async fn give_back(store: &Store, outbox: Outbox, rows: &[Claimed]) -> Result<()> {
    let mut conn = connection(store).await?;
    let answer = timeout(PATIENCE, put_back(&mut conn, outbox, rows)).await;
    in_time(conn, answer)?;
    store.ring(outbox);
    Ok(())
}

async fn put_back(conn: &mut AsyncPgConnection, outbox: Outbox, rows: &[Claimed]) -> Result<()> {
    let give_back = format!(
        "update {} as row set attempts = row.attempts - 1, leased_by = null, leased_until = null
         from unnest($1, $2, $3) as held (id, attempts, worker)
         where row.id = held.id and row.attempts = held.attempts and row.leased_by = held.worker
           and row.status = 'queued'",
        outbox.table()
    );
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let attempts: Vec<i32> = rows.iter().map(|row| row.attempts).collect();
    let workers: Vec<&str> = rows.iter().map(|row| row.worker.as_str()).collect();
    diesel::sql_query(give_back)
        .bind::<sql_types::Array<sql_types::Uuid>, _>(ids)
        .bind::<sql_types::Array<sql_types::Integer>, _>(attempts)
        .bind::<sql_types::Array<sql_types::Text>, _>(workers)
        .execute(conn)
        .await?;
    Ok(())
}

/// Hears the bell. Yields besides whenever it has connected, for what was rung while nobody listened; connects again,
/// a second later, for as long as it is polled.
pub fn listen(database_url: SecretString, outbox: Outbox) -> impl Stream<Item = ()> + Send {
    stream::unfold((None, database_url), move |(mut conn, url)| async move {
        next_ring(&mut conn, &url, outbox).await;
        Some(((), (conn, url)))
    })
}

async fn next_ring(conn: &mut Option<AsyncPgConnection>, url: &SecretString, outbox: Outbox) {
    loop {
        let Some(open) = conn else {
            match listening(url, outbox).await {
                Ok(open) => return *conn = Some(open),
                Err(error) => tracing::warn!(%error, "cannot listen for the bell"),
            }
            tokio::time::sleep(RECONNECT).await;
            continue;
        };
        let heard = pin!(open.notifications_stream()).next().await;
        if matches!(heard, Some(Ok(_))) {
            return;
        }
        *conn = None;
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn listening(url: &SecretString, outbox: Outbox) -> anyhow::Result<AsyncPgConnection> {
    let connect = async {
        let mut conn = connect(url).await?;
        conn.batch_execute(&format!("listen {}", outbox.table())).await?;
        Ok(conn)
    };
    timeout(PATIENCE, connect).await?
}

/// A connection for one short call of a worker.
pub(crate) async fn connection(store: &Store) -> Result<Connection> {
    let none = |_| Err(anyhow!("no connection in {PATIENCE:?}").context(TimedOut).into());
    timeout(PATIENCE, store.connection()).await.unwrap_or_else(none)
}

/// The answer of such a call, if it came in time. If not, its connection hangs, and is taken out of the pool.
pub(crate) fn in_time<T>(conn: Connection, answer: Result<Result<T>, Elapsed>) -> Result<T> {
    answer.unwrap_or_else(|_| {
        drop(Object::take(conn));
        Err(anyhow!("no answer in time").context(TimedOut).into())
    })
}
