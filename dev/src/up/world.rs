//! What the API and the worker need around them, made ready in the order of need.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use domain::clock::Clock;
use secrecy::SecretString;

use super::{Options, services};
use crate::data_dir;
use crate::database::Database;
use crate::issuer::Issuer;
use crate::mailbox::{Keep, Mailbox};
use crate::progress::step_async;
use crate::seed;

/// Everything outside the two processes, on loopback.
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) database_url: SecretString,
    pub(super) link_key: SecretString,
    pub(super) seal_key: SecretString,
    pub(super) issuer: Arc<Issuer>,
    /// Where the issuer's keys are published.
    pub(super) jwks_url: String,
    /// Where mails go.
    pub(super) smtp_url: String,
    /// None: mails go to a server of the caller's own.
    pub(super) mailbox: Option<Mailbox>,
}

impl World {
    /// Migrates and seeds the database, and opens mailbox and issuer; the API is to be at `address`.
    pub(super) async fn prepare(
        options: &Options,
        data_dir: &Path,
        database: &Database,
        address: SocketAddr,
    ) -> Result<Self> {
        let issuer = Arc::new(Issuer::open(data_dir)?);
        let (keys_at, _server) = issuer.serve_on_loopback().await?;
        let mailbox = match options.smtp_url.as_ref().filter(|url| !url.is_empty()) {
            Some(_) => None,
            None => {
                let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                Some(Mailbox::listen(anywhere, Keep::Folder(&data_dir.join("mail"))).await?)
            }
        };
        let smtp_url = match &mailbox {
            Some(mailbox) => format!("smtp://{}", mailbox.address()),
            None => options.smtp_url.clone().unwrap_or_default(),
        };
        let world = Self {
            clock: Clock::moved_by(options.clock_offset()?),
            database_url: database.url().clone(),
            link_key: data_dir::key(data_dir, "link")?,
            seal_key: data_dir::key(data_dir, "seal")?,
            issuer,
            jwks_url: format!("http://{keys_at}/jwks.json"),
            smtp_url,
            mailbox,
        };
        step_async("Migrating the database", domain::store::migrate(&world.database_url)).await?;
        let store = services::store(&world, address)?;
        step_async("Making the demo world", seed::seed(&store)).await.context("cannot make the demo world")?;
        Ok(world)
    }
}
