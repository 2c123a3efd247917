//! The Store: the database and what rules need besides it, handed to every verb.

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::ConnectionError;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};

use crate::clock::Clock;
use crate::connection::{connect, place_of};
use crate::error::{Error, Result, TimedOut};
use crate::invitation::LinkKeys;
use crate::outbox::{Bell, Outbox};
use crate::settings::{Portals, Settings, check_database_url};
use crate::statement::Statements;

/// Every migration, in the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// How long a caller waits for a connection before it is a fault.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// A statement or an idle transaction that outlives these is ended by the database, and so is one whose client is gone: a
/// hung or vanished client blocks nobody.
fn session(seconds: u64) -> String {
    format!(
        "set statement_timeout = '{seconds}s'; set idle_in_transaction_session_timeout = '20s'; \
         set lock_timeout = '10s'; set client_connection_check_interval = '1s'; set application_name = 'accord'"
    )
}

/// A connection out of the pool.
pub type Connection = Object<AsyncPgConnection>;

/// How the connections of a Store stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// As many as there may be.
    pub most: usize,
    /// Those that wait for work.
    pub idle: usize,
    /// Those that somebody works with.
    pub used: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

/// The database, the clock, the link keys and the settings that rules need. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool<AsyncPgConnection>,
    bell: Bell,
    clock: Clock,
    /// The keys of the personal links.
    pub(crate) links: LinkKeys,
    /// Where customers accept.
    pub(crate) portals: Portals,
    /// Mails one partner may cause in 24 hours: invitations, welcomes, and agreements attested to who is no user.
    pub(crate) mails_per_day: u32,
    /// Service requests one partner may open in 24 hours.
    pub(crate) service_requests_per_day: u32,
}

impl Store {
    /// A Store over the database of the settings. Connects when first used, so that a database which is down at the
    /// start is waited for; refuses settings that cannot work, naming the variable. Needs a tokio runtime: the bell is rung
    /// from a task of its own.
    pub fn new(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        check_database_url(&settings.database_url)?;
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let session = session(settings.statement_timeout()?);
        config.custom_setup = Box::new(move |url| establish(url.into(), session.clone()).boxed());
        let url = settings.database_url.expose_secret();
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(settings.pool()?)
            .wait_timeout(Some(CONNECTION_WAIT))
            .create_timeout(Some(CONNECTION_WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .context("DATABASE_POOL")?;
        Ok(Self {
            pool,
            bell: Bell::hang(settings.database_url.clone()),
            clock,
            links: settings.link_keys()?,
            portals: settings.portals()?,
            mails_per_day: settings.mails_per_day,
            service_requests_per_day: settings.service_requests_per_day,
        })
    }

    /// A connection of the pool; waits 5 s for one.
    pub async fn connection(&self) -> Result<Connection> {
        self.pool.get().await.map_err(|error: PoolError| {
            let ran_out = matches!(error, PoolError::Timeout(_));
            let fault = anyhow::Error::new(error).context("no connection");
            Error::Fault(if ran_out { fault.context(TimedOut) } else { fault })
        })
    }

    /// How the connections stand.
    #[must_use]
    pub fn pool(&self) -> PoolState {
        let status = self.pool.status();
        let used = status.size.saturating_sub(status.available);
        PoolState { most: status.max_size, idle: status.size - used, used, waiting: status.waiting }
    }

    /// Now, by the clock that was handed in.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The same Store with a clock that stands: a request, or a run of the worker, sees one time from its first check to
    /// its last row.
    #[must_use]
    pub fn at_one_moment(&self) -> Self {
        Self { clock: self.clock.stopped(), ..self.clone() }
    }

    /// Wakes the workers of these rows. After the commit, never inside the transaction.
    pub fn ring(&self, outbox: Outbox) {
        self.bell.ring(outbox);
    }

    /// The host that stands in every Message-ID: that of Accord's own public address, known to both processes.
    #[must_use]
    pub fn mail_host(&self) -> &str {
        self.portals.host()
    }

    /// Where customers accept.
    #[must_use]
    pub fn portals(&self) -> &Portals {
        &self.portals
    }
}

async fn establish(url: SecretString, session: String) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut conn = connect(&url).await?;
    conn.set_instrumentation(Statements::of(&place_of(&url)?));
    conn.batch_execute(&session).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Runs the migrations that are missing and names them. Who comes second waits. Needs the multi-thread runtime.
pub async fn migrate(database_url: &SecretString) -> anyhow::Result<Vec<String>> {
    let mut conn = connect(database_url).await.context("cannot reach the database")?;
    // Held until the connection closes.
    conn.batch_execute("select pg_advisory_lock(hashtext('accord.migrations'))").await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let ran = harness.run_pending_migrations(MIGRATIONS).map_err(|error| anyhow::anyhow!("migrations: {error}"))?;
    let ran: Vec<String> = ran.iter().map(ToString::to_string).collect();
    names_of(|version| ran.contains(version)).map_err(|error| anyhow::anyhow!("{error}"))
}

/// Undoes the latest migration and runs it again, for every migration: proves the `down.sql`.
pub async fn redo_migrations(database_url: &SecretString) -> anyhow::Result<()> {
    let conn = connect(database_url).await.context("cannot reach the database")?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let failed = |error| anyhow::anyhow!("migrations: {error}");
    harness.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    harness.revert_all_migrations(MIGRATIONS).map_err(failed)?;
    harness.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(())
}

/// The migrations that the database lacks.
pub async fn pending_migrations(store: &Store) -> Result<Vec<String>> {
    let conn = &mut store.connection().await?;
    let applied: Vec<Applied> = diesel::sql_query("select version from __diesel_schema_migrations").load(conn).await?;
    names_of(|version| !applied.iter().any(|done| done.version == *version))
}

/// How long the database may take to show that it is there.
const READY_WAIT: Duration = Duration::from_secs(5);

/// Why nothing can be done with the database, for anybody to read: the log has the rest, which may name hosts and users.
/// None: it answers, and its migrations are current.
pub async fn why_not_ready(store: &Store) -> Option<String> {
    match tokio::time::timeout(READY_WAIT, pending_migrations(store)).await {
        Ok(Ok(missing)) if missing.is_empty() => None,
        Ok(Ok(missing)) => Some(format!("migrations are missing: {}", missing.join(", "))),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Some("the database does not answer, or was never migrated".to_owned())
        }
        Err(_elapsed) => Some("the database takes too long to answer".to_owned()),
    }
}

/// The names of the migrations whose version is wanted.
fn names_of(is_wanted: impl Fn(&String) -> bool) -> Result<Vec<String>> {
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(|error| anyhow::anyhow!("{error}"))?;
    let wanted = known.iter().filter(|migration| is_wanted(&migration.name().version().to_string()));
    Ok(wanted.map(|migration| migration.name().to_string()).collect())
}

#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}
