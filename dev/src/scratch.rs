//! A throw-away cluster: in a temporary folder, gone with its files when it is dropped.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::postgres::{Cluster, Durability};

/// A cluster nobody else has, and nobody needs afterwards.
#[derive(Debug)]
pub struct Scratch {
    /// None only while it is dropped.
    cluster: Option<Cluster>,
    folder: TempDir,
}

impl Scratch {
    /// Starts it, as fast as tests want it; takes about a second.
    pub fn start() -> Result<Self> {
        Self::start_as(Durability::ThrowAway)
    }

    /// Starts it as durable as a measurement wants it.
    pub fn start_as(durability: Durability) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("accord-scratch-").tempdir().context("cannot make a folder")?;
        // The server may run under another account, which has to pass through.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let cluster = Some(Cluster::start(folder.path(), durability)?);
        Ok(Self { cluster, folder })
    }

    /// Where a database of it is, which is created first unless there is one of this name.
    pub fn database(&self, name: &str) -> Result<String> {
        let cluster = self.cluster.as_ref().context("the cluster is gone")?;
        cluster.create_database(name)?;
        Ok(cluster.url(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whatever remains lies in folders for temporary files.
        if let Some(cluster) = self.cluster.take() {
            let _ = cluster.stop();
        }
        if let Ok(named) = fs::read_to_string(self.folder.path().join("cluster")) {
            let _ = fs::remove_dir_all(named.trim_end());
        }
    }
}
