//! What the routes share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Executor;
use domain::activity::Feed;
use domain::store::Store;
use process::Metrics;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::admission::Admission;
use super::export::Exports;
use super::origin::Origins;
use super::rate::Rates;
use super::socket::Sockets;
use crate::auth::Verifier;
use crate::config::Config;
use crate::document::Documents;
use crate::metrics::ApiMetrics;

/// What the routes share; `executor` is the schema.
pub struct Edge<E> {
    pub(super) executor: E,
    /// Reads what is asked.
    pub(super) documents: Documents,
    pub(super) store: Store,
    /// Wakes who follows their organization's activity.
    pub feed: Feed,
    pub(super) verifier: Verifier,
    /// The WebSockets that are open.
    pub(super) sockets: Arc<Sockets>,
    /// The exports that run.
    pub(super) exports: Exports,
    pub(super) graphiql: bool,
    pub(super) web_dir: Option<PathBuf>,
    pub(super) request_timeout: Duration,
    /// How many operations run at once.
    pub(super) admission: Admission,
    /// How often one caller may ask.
    pub(crate) rates: Arc<Rates>,
    /// How many proxies in front tell whom they were asked by.
    pub(super) trusted_proxies: usize,
    /// Which sites' pages may ask.
    pub(crate) origins: Origins,
    /// Whether browsers reach the API by https.
    pub(super) https: bool,
    /// What is counted.
    pub(crate) metrics: ApiMetrics,
    /// The operations in flight; they go on when whoever asked hangs up.
    pub(crate) operations: TaskTracker,
    /// Cancelled when the process is told to stop.
    pub(crate) stopping: CancellationToken,
}

impl<E: Executor> Edge<E> {
    /// Starts reading the issuer's keys; `sdl` is the executor's schema, what it counts is added to `metrics`. Refuses
    /// settings that cannot work, naming the variable. Needs a runtime.
    pub fn new(config: &Config, store: Store, executor: E, sdl: &str, metrics: &Metrics) -> anyhow::Result<Self> {
        config.check()?;
        Ok(Self {
            documents: Documents::new(config, sdl, &executor)?,
            executor,
            metrics: ApiMetrics::register(metrics, &store),
            feed: Feed::new(store.clone(), config.activity_poll()),
            store,
            verifier: Verifier::start(&config.trust)?,
            sockets: Arc::new(Sockets::new(&config.sockets)),
            exports: Exports::new(&config.exports),
            graphiql: config.graphiql,
            web_dir: config.web_dir.clone(),
            request_timeout: config.request_timeout(),
            admission: Admission::new(config.operations_at_once, config.operations_waiting),
            rates: Rates::start(config),
            trusted_proxies: config.trusted_proxies,
            origins: Origins::new(&config.domain.public_url, &config.cors_origins)?,
            https: config.domain.public_url.starts_with("https:"),
            operations: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }
}
