//! Whether anything was written: what was refused, or is a trial run, changes no row of any table.

use accord_tests::TestApp;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// Rows that were inserted, updated and deleted on this connection, what a savepoint took back too.
const ATTEMPTED: &str = "
    select coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)), 0)::bigint as number
    from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace";

/// A part of the statement below for each table.
const TABLES: &str = "
    select format('select bit_xor(hashtextextended(tableoid || ctid::text || xmin, 0)) as hash from %I', relname) as part
    from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    part: String,
}

/// The version of every row of every table, as one number.
pub(super) struct Fingerprint {
    query: String,
    number: i64,
}

/// How much was written before an attempt.
#[derive(PartialEq, Eq)]
pub(super) struct Attempted(i64);

impl Attempted {
    /// Up to now.
    pub(super) async fn so_far(conn: &mut AsyncPgConnection) -> Self {
        Self(number(conn, ATTEMPTED).await)
    }
}

impl Fingerprint {
    /// The world's as it is now.
    pub(super) async fn of(app: &TestApp) -> Self {
        let conn = &mut *app.store.connection().await.unwrap();
        let parts: Vec<Part> = diesel::sql_query(TABLES).load(conn).await.unwrap();
        let parts = parts.into_iter().map(|row| row.part).collect::<Vec<_>>().join(" union all ");
        let query = format!("select coalesce(bit_xor(hash), 0) as number from ({parts}) as tables");
        let number = number(conn, &query).await;
        Self { query, number }
    }

    /// Whether any row is there that was not, or is another version of what it was, or is gone. The tables are read
    /// only where there was an attempt to write, which a savepoint may have taken back.
    pub(super) async fn is_changed(&self, conn: &mut AsyncPgConnection, before: &Attempted) -> bool {
        Attempted::so_far(conn).await != *before && number(conn, &self.query).await != self.number
    }
}

async fn number(conn: &mut AsyncPgConnection, query: &str) -> i64 {
    diesel::sql_query(query).get_result::<Number>(conn).await.unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insert_an_update_and_a_delete_are_seen_and_a_savepoint_taken_back_is_not() {
    let app = TestApp::with(|settings| settings.database_pool = 1).await;
    let world = Fingerprint::of(&app).await;
    for (statement, is_seen) in [
        ("select name from organizations", false),
        ("select name from organizations for update", false),
        ("savepoint s; update users set name = 'Eve'; rollback to savepoint s", false),
        ("insert into idempotency_keys select * from idempotency_keys where false", false),
        ("update users set name = name where email = 'admin@contoso.example'", true),
        ("delete from activity_organizations", true),
        (
            "insert into organization_domains (organization_id, domain, is_primary, verified_at)
          select id, 'new.example', false, now() from organizations limit 1",
            true,
        ),
    ] {
        let conn = &mut *app.store.connection().await.unwrap();
        let before = Attempted::so_far(conn).await;
        conn.batch_execute("begin").await.unwrap();
        conn.batch_execute(statement).await.unwrap();
        let is_changed = world.is_changed(conn, &before).await;
        conn.batch_execute("rollback").await.unwrap();
        assert_eq!(is_changed, is_seen, "{statement}");
    }
}
