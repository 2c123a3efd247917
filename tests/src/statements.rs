//! Which statements a request costs, and how many rows they read.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use diesel::QueryableByName;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use crate::TestApp;

/// Statements by the name of their database: a test has one of its own.
static SEEN: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(|| {
    set_default_instrumentation(|| Some(Box::new(Watch::default()))).expect("nothing panicked while it was set");
    Mutex::default()
});

/// Notes a connection's statements where a test asked for them.
#[derive(Default)]
struct Watch {
    database: String,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => name_of(url).clone_into(&mut self.database),
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some(seen) = SEEN.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&self.database) {
                    seen.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

/// The name of the database at an address.
fn name_of(url: &str) -> &str {
    let address = url.split_once('?').map_or(url, |(address, _options)| address);
    address.rsplit('/').next().unwrap_or_default()
}

/// Has connections made from now on watched.
pub(crate) fn watch() {
    LazyLock::force(&SEEN);
}

fn seen() -> std::sync::MutexGuard<'static, HashMap<String, Vec<String>>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TestApp {
    /// The statements that reading and writing rows cost while `asking`, and the answer.
    pub async fn statements<T>(&self, asking: impl Future<Output = T>) -> (Vec<String>, T) {
        seen().insert(name_of(self.database_url()).to_owned(), Vec::new());
        let answer = asking.await;
        let mut statements = seen().remove(name_of(self.database_url())).unwrap_or_default();
        let of_rows = |text: &String| {
            let verb = text.split_whitespace().next().unwrap_or_default().to_lowercase();
            ["select", "insert", "update", "delete", "with"].contains(&verb.as_str())
        };
        statements.retain(of_rows);
        (statements, answer)
    }

    /// Waits until a statement with this in it was asked so many times from now on.
    pub async fn until_stated(&self, part: &str, times: usize) {
        let enough = async {
            while seen()[name_of(self.database_url())].iter().filter(|text| text.contains(part)).count() < times {
                tokio::task::yield_now().await;
            }
        };
        self.statements(enough).await;
    }

    /// How many rows and index entries of `table` were read while `asking`, and the answer. The app has a pool of one:
    /// see [`TestApp::with_one_connection`].
    pub async fn rows_read<T>(&self, table: &str, asking: impl Future<Output = T>) -> (i64, T) {
        let before = self.reads_of(table).await;
        let answer = asking.await;
        (self.reads_of(table).await - before, answer)
    }

    /// One whose statements all share a connection, so that what they read is known as soon as it was read.
    pub async fn with_one_connection() -> Self {
        Self::with(|settings| settings.database_pool = 1).await
    }

    async fn reads_of(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Reads {
            #[diesel(sql_type = BigInt)]
            reads: i64,
        }
        let conn = &mut self.store.connection().await.expect("a connection");
        // A connection reports what it read when it is next idle, and at most once a second unless it is told to.
        diesel::sql_query("select pg_stat_force_next_flush()").execute(conn).await.expect("a flush");
        let query = format!(
            "select (t.seq_tup_read + t.idx_tup_fetch + (
                 select sum(i.idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid))::bigint as reads
             from pg_stat_user_tables t where t.relname = '{table}'"
        );
        let reads: Reads = diesel::sql_query(query).get_result(conn).await.expect("statistics");
        reads.reads
    }
}
