//! What an operator sets for sockets.

use std::time::Duration;

use anyhow::ensure;

/// How many sockets there may be, and how long they are waited for.
#[derive(clap::Args, Clone, Debug)]
pub struct SocketSettings {
    /// WebSockets at once; beyond it a handshake is answered with 503
    #[arg(long = "sockets", env = "ACCORD_SOCKETS", default_value_t = 1000)]
    pub in_all: u32,

    /// WebSockets at once of one user
    #[arg(long = "sockets-per-user", env = "ACCORD_SOCKETS_PER_USER", default_value_t = 10)]
    pub per_user: u32,

    /// Seconds until a WebSocket that has not sent connection_init is closed
    #[arg(long = "socket-init-seconds", env = "ACCORD_SOCKET_INIT_SECONDS", default_value_t = 5)]
    pub init_seconds: u64,

    /// Seconds between pings; a WebSocket of which nothing is heard for two of them is closed
    #[arg(long = "socket-ping-seconds", env = "ACCORD_SOCKET_PING_SECONDS", default_value_t = 25)]
    pub ping_seconds: u64,
}

impl SocketSettings {
    /// Refuses what cannot work, naming the variable.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.in_all > 0, "ACCORD_SOCKETS: want at least 1");
        ensure!(self.per_user > 0, "ACCORD_SOCKETS_PER_USER: want at least 1");
        ensure!(self.init_seconds > 0, "ACCORD_SOCKET_INIT_SECONDS: want at least 1");
        ensure!(self.ping_seconds > 0, "ACCORD_SOCKET_PING_SECONDS: want at least 1");
        Ok(())
    }

    /// How long `connection_init` may take.
    pub(super) fn init(&self) -> Duration {
        Duration::from_secs(self.init_seconds)
    }

    /// How long between pings.
    pub(super) fn ping(&self) -> Duration {
        Duration::from_secs(self.ping_seconds)
    }
}
