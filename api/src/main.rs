//! `accord-api serve`: the process that answers.

use std::env;

use anyhow::{Context, Result};
use api::config::Config;
use axum::Router;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use domain::clock::Clock;
use domain::settings::by_variable;
use domain::store::Store;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use process::{Metrics, Program, log, told_to_stop};
use tokio::net::TcpListener;

const PROGRAM: Program =
    Program { name: "accord-api", version: env!("CARGO_PKG_VERSION"), usual_log: "info", log_to: log::Output::Stdout };

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
    let traces = process::start(PROGRAM, &config.traces)?;
    let served = serve(*config).await;
    traces.end().await;
    served
}

async fn serve(config: Config) -> Result<()> {
    allow_connections()?;
    let store = Store::new(&config.domain, Clock::default())?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("ACCORD_LISTEN: cannot listen on {}", config.listen))?;
    api::serve(config, store, Metrics::new(PROGRAM), listener, Router::new(), told_to_stop()?).await
}

/// Lets this process open as many files as the system allows it: each connection is one, and the usual limit is a thousand.
fn allow_connections() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}
