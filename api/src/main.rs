//! `accord-api serve`: the process that answers.

use std::io::{IsTerminal, stderr};

use anyhow::Context;
use api::config::Config;
use axum::Router;
use clap::{Parser, Subcommand};
use domain::clock::Clock;
use domain::store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

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
async fn main() -> anyhow::Result<()> {
    let Command::Serve(config) = Cli::parse().command;
    start_log()?;
    let store = Store::new(&config.domain, Clock::default())?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("ACCORD_LISTEN: cannot listen on {}", config.listen))?;
    api::serve(*config, store, listener, Router::new(), told_to_stop()?).await
}

/// To standard error: for people on a terminal, else one JSON object a line. `RUST_LOG` chooses what, by default info.
fn start_log() -> anyhow::Result<()> {
    let wanted =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env().context("RUST_LOG")?;
    let log = tracing_subscriber::fmt().with_env_filter(wanted).with_writer(stderr);
    if stderr().is_terminal() {
        log.init()
    } else {
        log.json().init()
    }
    Ok(())
}

/// Done when the process is told to stop.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
