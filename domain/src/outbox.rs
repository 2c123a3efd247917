//! What happens later: rows that are their own queue, claimed by lease, and the bell that wakes the workers.
//!
//! A mail to be sent is its `emails` row, written in the transaction that caused it; there is no table of jobs. The
//! bell is rung after the commit: a NOTIFY inside a transaction would hold a lock through the commit's flush and
//! serialise all writers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Notify;

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
        *conn = AsyncPgConnection::establish(url.expose_secret()).await.ok();
    }
    let Some(open) = conn else { return };
    if open.batch_execute(&format!("notify {}", outbox.table())).await.is_err() {
        *conn = None;
    }
}
