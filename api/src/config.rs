//! What an operator sets for the API. `accord-api serve --help` prints it: these comments are that reference.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::builder::BoolishValueParser;
use domain::settings::Settings;
use process::{monitor, trace};

use crate::auth::Trust;
use crate::http::{ExportSettings, SocketSettings};

/// The API's settings, each with its variable and default.
#[derive(clap::Args, Clone, Debug)]
pub struct Config {
    /// What the API shares with the worker.
    #[command(flatten)]
    pub domain: Settings,

    /// Whose tokens are taken.
    #[command(flatten)]
    pub trust: Trust,

    /// How many WebSockets there may be.
    #[command(flatten)]
    pub sockets: SocketSettings,

    /// How many exports there may be.
    #[command(flatten)]
    pub exports: ExportSettings,

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

    /// Other sites whose pages may use the API from a browser: their origins, separated by commas
    #[arg(long, env = "ACCORD_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,

    /// Proxies in front that add to X-Forwarded-For whom they were asked by; with 0 the header counts for nothing
    #[arg(long, env = "ACCORD_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: usize,

    /// Connections that are open at once; what is beyond is answered 503
    #[arg(long, env = "ACCORD_CONNECTIONS", default_value_t = 1_000)]
    pub connections: usize,

    /// Operations that run at once, about eight a connection of the pool
    #[arg(long, env = "ACCORD_OPERATIONS", default_value_t = 32)]
    pub operations_at_once: usize,

    /// Operations that wait, at most two seconds, while as many run as may; what is beyond is answered 503
    #[arg(long, env = "ACCORD_OPERATIONS_WAITING", default_value_t = 64)]
    pub operations_waiting: usize,

    /// Requests a second of one address, twice as many at once; 0: no limit
    #[arg(long, env = "ACCORD_ADDRESS_RATE", default_value_t = 100)]
    pub address_rate: u32,

    /// Requests a second of one user, twice as many at once; 0: no limit
    #[arg(long, env = "ACCORD_USER_RATE", default_value_t = 50)]
    pub user_rate: u32,

    /// Root fields a second that one address may ask for without a sign-in, twice as many at once; 0: no limit
    #[arg(long, env = "ACCORD_PUBLIC_RATE", default_value_t = 10)]
    pub public_rate: u32,

    /// Rows that one operation may ask for, by the first and last of its lists and of the lists inside them
    #[arg(long, env = "ACCORD_MAX_COST", default_value_t = 10_000)]
    pub max_cost: u64,

    /// A JSON file of id and document; then these alone run, by their documentId
    #[arg(long, env = "ACCORD_TRUSTED_DOCUMENTS")]
    pub trusted_documents: Option<PathBuf>,

    /// Seconds until an operation that runs is answered with TIMEOUT
    #[arg(long, env = "ACCORD_REQUEST_TIMEOUT_SECONDS", default_value_t = 30)]
    pub request_timeout_seconds: u64,

    /// Milliseconds between looks for activity that subscribers are told; 10 to 10000
    #[arg(long, env = "ACCORD_ACTIVITY_POLL_MS", default_value_t = 200)]
    pub activity_poll_ms: u64,

    /// Seconds from being told to stop, and not ready, until nothing new is taken: as long as balancers need to notice
    #[arg(long, env = "ACCORD_SHUTDOWN_DELAY_SECONDS", default_value_t = 5)]
    pub shutdown_delay_seconds: u64,

    /// Seconds that requests in flight and sockets then get to finish
    #[arg(long, env = "ACCORD_SHUTDOWN_GRACE_SECONDS", default_value_t = 20)]
    pub shutdown_grace_seconds: u64,

    /// Address and port of /metrics, /health/live and /health/ready, for operators alone; api: on the API's own
    #[arg(long = "monitor-listen", env = "ACCORD_MONITOR_LISTEN", default_value = "127.0.0.1:9464", value_parser = monitor::Place::or_api)]
    pub monitor: monitor::Place,

    /// Where spans are exported.
    #[command(flatten)]
    pub traces: trace::Traces,
}

impl Config {
    /// Refuses what cannot work, naming the variable. What [`Settings`] and [`Trust`] hold is checked where it is used.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(self.request_timeout_seconds > 0, "ACCORD_REQUEST_TIMEOUT_SECONDS: want at least 1");
        self.sockets.check()?;
        self.exports.check()?;
        ensure!(self.connections > 0, "ACCORD_CONNECTIONS: want at least 1");
        ensure!(self.operations_at_once > 0, "ACCORD_OPERATIONS: want at least 1");
        ensure!((10..=10_000).contains(&self.activity_poll_ms), "ACCORD_ACTIVITY_POLL_MS: want 10 to 10000");
        ensure!(self.max_cost > 0, "ACCORD_MAX_COST: want at least 1");
        let only_trusted = self.trusted_documents.is_some();
        ensure!(
            !(only_trusted && self.graphiql),
            "ACCORD_GRAPHIQL: off where ACCORD_TRUSTED_DOCUMENTS is set, since it sends its own"
        );
        if let Some(folder) = &self.web_dir {
            ensure!(folder.is_dir(), "ACCORD_WEB_DIR: there is no folder {}", folder.display());
        }
        self.traces.check()
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

    /// How often is looked for activity while somebody subscribes.
    #[must_use]
    pub fn activity_poll(&self) -> Duration {
        Duration::from_millis(self.activity_poll_ms)
    }

    /// How long connections are still taken once the process is told to stop.
    #[must_use]
    pub fn shutdown_delay(&self) -> Duration {
        Duration::from_secs(self.shutdown_delay_seconds)
    }

    /// How long requests in flight may take once nothing new is taken.
    #[must_use]
    pub fn shutdown_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds)
    }
}
