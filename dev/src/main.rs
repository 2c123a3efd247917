//! `cargo dev`: see each command's `--help`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use dev::{bench, check, db, schema, test, token, up};

/// Everything on one machine, for those who build Accord
#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run it all: database, demo world, API, worker, mailbox; Ctrl-C ends it
    Up(up::Options),
    /// Print a sign-in for a demo user, and nothing else
    Token(token::Options),
    /// Run every test, with the database they need
    Test(test::Options),
    /// Measure deliveries and crashes, as released and with a database that survives them
    Bench(bench::Options),
    /// Check what CI checks, without the slow end-to-end tests
    Check,
    /// Rewrite schema.graphql from the code
    Schema(schema::Options),
    /// Migrate the database, prove the migrations, rewrite schema.rs
    #[command(subcommand)]
    Db(db::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Up(options) => up::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::Token(options) => token::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Test(options) => test::run(&options).await,
        Command::Bench(options) => bench::run(&options).await,
        Command::Check => check::run().await.map(|()| ExitCode::SUCCESS),
        Command::Schema(options) => schema::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Db(command) => db::run(&command).await.map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
