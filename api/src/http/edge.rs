//! What the routes share.

use std::path::PathBuf;
use std::time::Duration;

use async_graphql::Executor;
use domain::store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::Verifier;
use crate::config::Config;
use crate::document::Documents;

/// What the routes share; `executor` is the schema.
pub struct Edge<E> {
    pub(super) executor: E,
    /// Reads what is asked.
    pub(super) documents: Documents,
    pub(super) store: Store,
    pub(super) verifier: Verifier,
    pub(super) graphiql: bool,
    pub(super) web_dir: Option<PathBuf>,
    pub(super) request_timeout: Duration,
    /// The operations in flight; they go on when whoever asked hangs up.
    pub(crate) operations: TaskTracker,
    /// Cancelled when the process is told to stop.
    pub(crate) stopping: CancellationToken,
}

impl<E: Executor> Edge<E> {
    /// Starts reading the issuer's keys; `sdl` is the executor's schema. Refuses settings that cannot work, naming the variable. Needs a runtime.
    pub fn new(config: &Config, store: Store, executor: E, sdl: &str) -> anyhow::Result<Self> {
        config.check()?;
        Ok(Self {
            documents: Documents::new(config, sdl, &executor)?,
            executor,
            store,
            verifier: Verifier::start(&config.trust)?,
            graphiql: config.graphiql,
            web_dir: config.web_dir.clone(),
            request_timeout: config.request_timeout(),
            operations: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }
}
