//! What an operator sets for the API. `accord-api serve --help` prints it: these comments are that reference.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::builder::BoolishValueParser;
use domain::settings::Settings;

use crate::auth::Trust;

/// The API's settings, each with its variable and default.
#[derive(clap::Args, Clone, Debug)]
pub struct Config {
    /// What the API shares with the worker.
    #[command(flatten)]
    pub domain: Settings,

    /// Whose tokens are taken.
    #[command(flatten)]
    pub trust: Trust,

    /// Address and port to listen on; TLS is the proxy's in front
    #[arg(long, env = "ACCORD_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The folder of the pages, for GraphiQL's own files; the other pages are in the binary
    #[arg(long, env = "ACCORD_WEB_DIR")]
    pub web_dir: Option<PathBuf>,

    /// Serve GraphiQL at GET /graphql; turns introspection on
    #[arg(long, env = "ACCORD_GRAPHIQL", value_parser = BoolishValueParser::new())]
    pub graphiql: bool,

    /// Answer introspection; clients can also read schema.graphql
    #[arg(long, env = "ACCORD_INTROSPECTION", value_parser = BoolishValueParser::new())]
    pub introspection: bool,

    /// Rows that one operation may ask for, by the first and last of its lists and of the lists inside them
    #[arg(long, env = "ACCORD_MAX_COST", default_value_t = 10_000)]
    pub max_cost: u64,

    /// A JSON file of id and document; then these alone run, by their documentId
    #[arg(long, env = "ACCORD_TRUSTED_DOCUMENTS")]
    pub trusted_documents: Option<PathBuf>,

    /// Seconds until a request that is not done is answered with TIMEOUT
    #[arg(long, env = "ACCORD_REQUEST_TIMEOUT_SECONDS", default_value_t = 30)]
    pub request_timeout_seconds: u64,

    /// Seconds that requests in flight get to finish when the process is told to stop
    #[arg(long, env = "ACCORD_SHUTDOWN_GRACE_SECONDS", default_value_t = 20)]
    pub shutdown_grace_seconds: u64,
}

impl Config {
    /// Refuses what cannot work, naming the variable. What [`Settings`] and [`Trust`] hold is checked where it is used.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(self.request_timeout_seconds > 0, "ACCORD_REQUEST_TIMEOUT_SECONDS: want at least 1");
        ensure!(self.max_cost > 0, "ACCORD_MAX_COST: want at least 1");
        let only_trusted = self.trusted_documents.is_some();
        ensure!(
            !(only_trusted && self.graphiql),
            "ACCORD_GRAPHIQL: off where ACCORD_TRUSTED_DOCUMENTS is set, since it sends its own"
        );
        if let Some(folder) = &self.web_dir {
            ensure!(folder.is_dir(), "ACCORD_WEB_DIR: there is no folder {}", folder.display());
        }
        Ok(())
    }

    /// Whether introspection is answered: GraphiQL is of no use without.
    #[must_use]
    pub fn answers_introspection(&self) -> bool {
        self.introspection || self.graphiql
    }

    /// How long a request may take.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    /// How long requests in flight may take once the process is told to stop.
    #[must_use]
    pub fn shutdown_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds)
    }
}
