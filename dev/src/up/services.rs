//! The API and the worker, started as in production but for their neighbours.

use std::env;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory, FromArgMatches, Parser};
use domain::settings::{Settings, by_variable};
use domain::store::Store;
use process::Metrics;
use process::trace::Traces;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::world::World;
use super::{PROGRAM, http, pages};
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

/// Where the environment says that traces go.
pub(super) fn traces() -> Result<Traces> {
    parse(Vec::new())
}

/// A Store over the world's database, of a pool of its own; all share one clock.
pub(super) fn store(world: &World, address: SocketAddr) -> Result<Store> {
    Store::new(&parse::<Settings>(settings(world, address))?, world.clock.clone())
}

/// Starts both; the task ends with them: once asked to stop, or when one of the two failed.
pub(super) fn start(world: &World, listener: TcpListener, stop: &Stop) -> Result<JoinHandle<Result<()>>> {
    let address = listener.local_addr()?;
    let api = api_config(world, address)?;
    let worker = worker_config(world, address)?;
    let (both_run, one_ended) = watch::channel(());
    let over = || {
        let (stop, mut one_ended) = (stop.clone(), one_ended.clone());
        async move {
            tokio::select! {
                () = stop.requested() => {}
                // Nothing is ever sent: the channel closes.
                _ = one_ended.changed() => {}
            }
        }
    };
    let routes = http::routes(world.issuer.clone(), address.port());
    let mut tasks = JoinSet::new();
    // One for both: what the two count is told at the API's port.
    let metrics = Metrics::new(PROGRAM);
    let api = api::serve(api, store(world, address)?, metrics.clone(), listener, routes, over());
    tasks.spawn(async { api.await.context("the API failed") });
    let worker = worker::run(worker, store(world, address)?, metrics, over());
    tasks.spawn(async { worker.await.context("the worker failed") });
    Ok(tokio::spawn(async move {
        let first = tasks.join_next().await;
        drop(both_run);
        let second = timeout(PATIENCE, tasks.join_next()).await.unwrap_or_else(|_| {
            eprintln!("warning: not everything stopped in {PATIENCE:?}; the rest is cut off");
            None
        });
        [first, second].into_iter().flatten().try_for_each(|ended| ended?)
    }))
}

fn api_config(world: &World, address: SocketAddr) -> Result<api::config::Config> {
    let mut arguments = settings(world, address);
    arguments.extend([
        format!("--listen={address}"),
        format!("--issuer={ISSUER}"),
        format!("--audience={AUDIENCE}"),
        format!("--jwks-url={}", world.jwks_url),
        format!("--web-dir={}", pages::folder().display()),
        "--graphiql".to_owned(),
        "--address-rate=1000".to_owned(),
        "--user-rate=1000".to_owned(),
        "--public-rate=1000".to_owned(),
        // There is no balancer to notice.
        "--shutdown-delay-seconds=0".to_owned(),
        // An idle browser tab shall not hold up Ctrl-C.
        "--shutdown-grace-seconds=3".to_owned(),
        "--monitor-listen=api".to_owned(),
    ]);
    let config: api::config::Config = parse(arguments)?;
    config.check()?;
    Ok(config)
}

fn worker_config(world: &World, address: SocketAddr) -> Result<worker::Config> {
    let mut arguments = settings(world, address);
    arguments.extend([
        format!("--smtp-url={}", world.smtp_url),
        format!("--mail-from={MAIL_FROM}"),
        format!("--seal-key={}", world.seal_key.expose_secret()),
        "--worker-monitor-listen=off".to_owned(),
    ]);
    let config: worker::Config = parse(arguments)?;
    config.check()?;
    Ok(config)
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
    let hidden = |error: clap::Error| anyhow::anyhow!("settings: {}", error.kind());
    let line = by_variable(Parsed::<C>::command(), |name| env::var_os(name));
    let parsed = Parsed::from_arg_matches(&line.try_get_matches_from(arguments).map_err(hidden)?).map_err(hidden)?;
    Ok(parsed.config)
}
