//! `accord-api serve`: the process that answers.

use std::env;
use std::io::{self, IsTerminal};

use anyhow::{Context, Result};
use api::config::Config;
use axum::Router;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use domain::clock::Clock;
use domain::settings::by_variable;
use domain::store::Store;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Accord's API: GraphQL over HTTP.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers requests until SIGTERM or Ctrl-C
    Serve(Box<Config>),
}

#[tokio::main]
async fn main() -> Result<()> {
    let line = by_variable(Cli::command(), |name| env::var_os(name)).get_matches();
    let Command::Serve(config) = Cli::from_arg_matches(&line).unwrap_or_else(|error| error.exit()).command;
    start_log()?;
    allow_connections()?;
    let store = Store::new(&config.domain, Clock::default())?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("ACCORD_LISTEN: cannot listen on {}", config.listen))?;
    api::serve(*config, store, listener, Router::new(), told_to_stop()?).await
}

/// Lets this process open as many files as the system allows it: each connection is one, and the usual limit is a thousand.
fn allow_connections() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}

/// What is logged where RUST_LOG does not say.
const USUAL: &str = "info";

/// What is never logged, whatever RUST_LOG says: the parameters of statements, which are addresses and mails.
const NEVER: &str = "tokio_postgres::query=info";

/// Logs to stdout: for people on a terminal, else one flat JSON object a line.
fn start_log() -> Result<()> {
    let wanted = env::var("RUST_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::builder().parse(wanted.as_deref().unwrap_or(USUAL)).context("RUST_LOG")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter.add_directive(NEVER.parse()?));
    if io::stdout().is_terminal() {
        log.init();
    } else {
        log.json().flatten_event(true).init();
    }
    Ok(())
}

/// Completes on SIGTERM or SIGINT.
fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
