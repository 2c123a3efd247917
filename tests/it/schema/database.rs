//! The migrations: every one can be undone, and every table and column says what it is.

use accord_tests::{CHANNEL, Draft, TestApp, TestDatabase, granular};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use domain::admin_grant::DirectoryRole::GlobalReader;
use domain::store::redo_migrations;

/// What a query over the catalog gives, a name a row.
async fn names(app: &TestApp, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let conn = &mut app.store.connection().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(query).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Accord's own tables, with what Diesel keeps left out.
const TABLES: &str = "pg_class t where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
    and t.relname <> '__diesel_schema_migrations'";

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_undone_and_run_again() {
    let database = TestDatabase::empty().await.unwrap();
    let redone = redo_migrations(&database.url.clone().into()).await;
    database.remove().await.unwrap();
    redone.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_undone_also_over_what_only_they_make_room_for() {
    let app = TestApp::without_mails().await;
    app.invite(CHANNEL.provider, Draft::partnership("agent@litware.example")).await;
    app.partner_up().await;
    app.invite(CHANNEL.partner, Draft::to(CHANNEL.customer)).await;
    app.invite_jointly(CHANNEL.customer).await;
    let partnership = app.ids("psh", "select id from partnerships").await.remove(0);
    app.end_partnership(CHANNEL.provider_admin, &partnership, "KEEP").await.given("partnership");
    // Kept, so that it can still be taken away; both sides are mailed.
    let grant = app.ids("grt", "select id from admin_grants order by granted_at desc limit 1").await.remove(0);
    app.revoke_grant(CHANNEL.reseller_admin, &grant).await.given("adminGrant");
    app.relate("northwind.example", "tailspin.example").await;
    let chosen = app.granted("northwind.example", "tailspin.example", &granular(&[GlobalReader], "P1Y", false)).await;
    app.set_auto_extend("agent@northwind.example", &chosen, true).await.given("adminGrant");
    redo_migrations(&app.database_url().into()).await.unwrap();
    // The demo world is gone with the tables, and the queue with it.
    assert_eq!(app.count("from organizations").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_column_says_what_it_is() {
    let app = TestApp::new().await;
    let all = names(&app, &format!("select t.relname::text as name from {TABLES}")).await;
    assert!(all.len() > 15, "{all:?}");
    let silent = format!(
        "select t.relname::text as name from {TABLES} and obj_description(t.oid, 'pg_class') is null
         union all select t.relname || '.' || a.attname from pg_attribute a join {} and a.attrelid = t.oid
             and a.attnum > 0 and not a.attisdropped and col_description(t.oid, a.attnum) is null",
        TABLES.replacen(" where ", " on ", 1)
    );
    assert_eq!(names(&app, &silent).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn constraints_and_indexes_are_named_after_their_table() {
    let app = TestApp::new().await;
    let strangers = format!(
        "select c.conname || ' of ' || t.relname as name from pg_constraint c
             join {0} and c.conrelid = t.oid and c.conname not like t.relname || '\\_%'
         union all select i.relname || ' of ' || t.relname from pg_index x join pg_class i on i.oid = x.indexrelid
             join {0} and x.indrelid = t.oid and i.relname not like t.relname || '\\_%'",
        TABLES.replacen(" where ", " on ", 1)
    );
    assert_eq!(names(&app, &strangers).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_index_says_what_another_says_already() {
    let app = TestApp::new().await;
    // One whose columns another begins with, both of the same kind and without a condition.
    let doubles = format!(
        "select i.relname || ' of ' || t.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid
         join {} and x.indrelid = t.oid
         join pg_index y on y.indrelid = x.indrelid and y.indexrelid <> x.indexrelid
         where not x.indisunique and x.indpred is null and y.indpred is null and x.indexprs is null
             and y.indexprs is null and i.relam = (select relam from pg_class where oid = y.indexrelid)
             and y.indkey::text || ' ' like x.indkey::text || ' %' and y.indoption::text || ' ' like x.indoption::text || ' %'",
        TABLES.replacen(" where ", " on ", 1)
    );
    assert_eq!(names(&app, &doubles).await, Vec::<String>::new());
}
