//! The development's database: one of the data folder's own cluster, or the one that DATABASE_URL names.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::postgres::{Cluster, Durability};

/// The database's name in a cluster of our own.
const NAME: &str = "accord";

/// Which server to use instead of one of our own.
#[derive(Debug, Clone, clap::Args)]
pub struct Server {
    /// A PostgreSQL database to use instead of a private one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<SecretString>,
}

/// A database that answers.
#[derive(Debug)]
pub(crate) struct Database {
    url: SecretString,
    /// None: somebody else's server.
    cluster: Option<Cluster>,
}

impl Database {
    /// Starts the data folder's cluster, or adopts it where it runs, unless another server was named.
    pub(crate) fn open(data_dir: &Path, server: &Server) -> Result<Self> {
        // A variable set to nothing is how some shells unset one.
        if let Some(url) = server.database_url.as_ref().filter(|url| !url.expose_secret().is_empty()) {
            return Ok(Self { url: url.clone(), cluster: None });
        }
        let cluster = Cluster::start(data_dir, Durability::Durable)?;
        cluster.create_database(NAME)?;
        Ok(Self { url: cluster.url(NAME).into(), cluster: Some(cluster) })
    }

    pub(crate) fn url(&self) -> &SecretString {
        &self.url
    }

    /// Whether its server was running before.
    pub(crate) fn is_adopted(&self) -> bool {
        self.cluster.as_ref().is_none_or(Cluster::is_adopted)
    }

    /// How a person gets in: a command line whose password lies in a file of the data folder. None: they know.
    pub(crate) fn psql(&self, data_dir: &Path) -> Result<Option<String>> {
        if self.cluster.is_none() {
            return Ok(None);
        }
        let (before, place) = self.url.expose_secret().rsplit_once('@').context("a URL without a user")?;
        let (user, password) = before.trim_start_matches("postgres://").split_once(':').context("no password")?;
        let (host, database) = place.split_once('/').context("no database")?;
        let path = data_dir.join("pgpass");
        let _ = fs::remove_file(&path);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{host}:{database}:{user}:{password}")?;
        Ok(Some(format!("PGPASSFILE={} psql postgres://{user}@{place}", path.display())))
    }

    /// Stops a cluster of our own.
    pub(crate) fn stop(self) -> Result<()> {
        self.cluster.map_or(Ok(()), Cluster::stop)
    }
}
