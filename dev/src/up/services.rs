//! The API and the worker, started as in production but for their neighbours.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Parser};
use domain::settings::Settings;
use domain::store::Store;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::world::World;
use super::{http, pages};
use crate::issuer::{AUDIENCE, ISSUER};
use crate::stop::Stop;

/// Who the development's mails are from.
const MAIL_FROM: &str = "Accord <no-reply@accord.example>";

/// How long the two get to finish what they are at.
const PATIENCE: Duration = Duration::from_secs(10);

/// A configuration, read from arguments and from the environment where those say nothing.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct Parsed<C: Args> {
    #[command(flatten)]
    config: C,
}

/// A Store over the world's database, of a pool of its own; all share one clock.
pub(super) fn store(world: &World, address: SocketAddr) -> Result<Store> {
    Store::new(&parse::<Settings>(settings(world, address))?, world.clock.clone())
}

/// Starts both.
pub(super) fn start(world: &World, listener: TcpListener, stop: &Stop) -> Result<JoinHandle<Result<()>>> {
    let routes = http::routes(world.issuer.clone(), listener.local_addr()?.port());
    let stop = stop.clone();
    Ok(tokio::spawn(async move {
        axum::serve(listener, routes).with_graceful_shutdown(async move { stop.requested().await }).await?;
        Ok(())
    }))
}

fn settings(world: &World, address: SocketAddr) -> Vec<String> {
    vec![
        format!("--database-url={}", world.database_url.expose_secret()),
        format!("--link-key={}", world.link_key.expose_secret()),
        format!("--public-url=http://{address}"),
    ]
}

fn parse<C: Args>(arguments: Vec<String>) -> Result<C> {
    // Clap's error repeats arguments, and there are secrets among them.
    let parsed = Parsed::try_parse_from(arguments).map_err(|error| anyhow::anyhow!("settings: {}", error.kind()))?;
    Ok(parsed.config)
}
