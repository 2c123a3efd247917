//! Databases: a clone of the template for each test, gone with it.

use std::env;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dev::seed;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::clock::Clock;
use domain::email::EmailStatus;
use domain::schema::emails;
use domain::settings::Settings;
use domain::store::{self, Store};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Names the server's maintenance database; `cargo dev test` sets it.
const VARIABLE: &str = "ACCORD_TEST_DATABASE_URL";

/// Any number that no other lock of the server has.
const TEMPLATE_LOCK: i64 = 0x0acc_07d0;

/// A database of one test.
pub struct TestDatabase {
    /// Where it is.
    pub url: String,
    name: String,
}

impl TestDatabase {
    /// A fresh clone of the migrated and seeded template.
    pub async fn clone_template() -> Result<Self> {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_try_init(make_template).await?;
        let name = format!("test_{}", Uuid::now_v7().simple());
        let conn = &mut maintenance().await?;
        // Whoever clones waits for whoever else does: PostgreSQL wants the template to itself.
        let lock = format!("select pg_advisory_lock({TEMPLATE_LOCK})");
        conn.batch_execute(&lock).await?;
        let cloned = conn.batch_execute(&format!("create database {name} template {template}")).await;
        conn.batch_execute(&lock.replace("lock(", "unlock(")).await?;
        cloned.context("cannot clone the template")?;
        Ok(Self { url: url_of(&name)?, name })
    }

    /// An empty database, without tables.
    pub async fn empty() -> Result<Self> {
        let name = format!("test_{}", Uuid::now_v7().simple());
        maintenance().await?.batch_execute(&format!("create database {name}")).await?;
        Ok(Self { url: url_of(&name)?, name })
    }

    /// Mails that wait, sent to nobody yet.
    pub async fn queued_mails(&self) -> Result<i64> {
        let conn = &mut AsyncPgConnection::establish(&self.url).await?;
        let queued = emails::table.filter(emails::status.eq(EmailStatus::Queued)).count();
        Ok(queued.get_result(conn).await?)
    }

    /// Removes it, whoever is still connected.
    pub async fn remove(&self) -> Result<()> {
        Ok(maintenance().await?.batch_execute(&format!("drop database if exists {} with (force)", self.name)).await?)
    }
}

fn server() -> Result<String> {
    env::var(VARIABLE).with_context(|| format!("{VARIABLE} is not set: run the tests with `cargo dev test`"))
}

async fn maintenance() -> Result<AsyncPgConnection> {
    AsyncPgConnection::establish(&server()?).await.context("cannot reach the tests' server")
}

fn url_of(database: &str) -> Result<String> {
    let server = server()?;
    let (base, _) = server.rsplit_once('/').context("the server's address names no database")?;
    Ok(format!("{base}/{database}"))
}

/// Makes the template, one a binary, with the demo world but for its directory, under a name that no other run has.
async fn make_template() -> Result<String> {
    let name = format!("template_{}", Uuid::now_v7().simple());
    let conn = &mut maintenance().await?;
    conn.batch_execute(&format!("create database {name}")).await?;
    let url = url_of(&name)?;
    store::migrate(&url.clone().into()).await?;
    seed::seed_without_profiles(&Store::new(&settings(&url), Clock::default())?).await?;
    // The Store's connections close with it, in their own time: no clone works while one is open.
    let close = format!(
        "alter database {name} allow_connections false; \
         select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    );
    conn.batch_execute(&close).await?;
    Ok(name)
}

/// Settings as an operator would give them, over this database.
pub(crate) fn settings(database_url: &str) -> Settings {
    Settings {
        database_url: database_url.into(),
        database_pool: 4,
        database_statement_timeout_seconds: 20,
        link_key: key(1).into(),
        link_key_previous: None,
        public_url: "https://accord.example".into(),
        portal_us_government: Some("https://portal.accord.example.us".into()),
        portal_germany: None,
        mails_per_day: 1_000,
        service_requests_per_day: 100,
    }
}

/// A key of 32 equal bytes, in base64.
pub(crate) fn key(byte: u8) -> String {
    STANDARD.encode([byte; 32])
}
