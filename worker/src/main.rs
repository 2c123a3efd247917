//! The worker process; its configuration comes from the environment, and `--help` is its reference.

mod load_customers;

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use domain::activity::verify;
use domain::agreement::{self, Flaw, Loaded};
use domain::clock::Clock;
use domain::settings::{Settings, by_variable, check_database_url, key};
use domain::store::{self, Store};
use process::{Metrics, Program, log, told_to_stop};
use secrecy::SecretString;
use worker::{Config, agreements};

const PROGRAM: Program = Program {
    name: "accord-worker",
    version: env!("CARGO_PKG_VERSION"),
    // apalis tells nothing that the worker does not.
    usual_log: "info,apalis_core=warn",
    log_to: log::Output::Stdout,
};

/// What happens later: mails, expiry, reminders, seals.
#[derive(Parser)]
#[command(name = "accord-worker", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Works until SIGTERM or SIGINT, then finishes what runs
    Run(Box<Config>),
    /// Runs the migrations that the database lacks, and prints each: the release step
    Migrate {
        /// PostgreSQL 15 or later: postgres://user:password@host:5432/database
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
    },
    /// Loads versions of the agreements from a CSV file, all of them or none; again: changes nothing
    LoadAgreements {
        #[command(flatten)]
        settings: Box<Settings>,
        /// The file: kind,country,version,locale,title,url,in_force_at
        file: PathBuf,
        /// Check everything and load nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Shows that the activity is whole, or prints what is wrong with it and exits with 1
    VerifyActivity {
        #[command(flatten)]
        settings: Box<Settings>,
        /// Key of the activity's seal: 32 random bytes in base64
        #[arg(long, env = "ACCORD_SEAL_KEY", hide_env_values = true)]
        seal_key: SecretString,
        /// The last head in the log, number:mac; without it, batches cut off the end are not seen
        #[arg(long)]
        head: Option<Head>,
    },
    /// Loads customers from a CSV file, each of which a partner may import once without asking it
    LoadCustomers {
        #[command(flatten)]
        settings: Box<Settings>,
        /// A header "partner,customer", then lines of a partner's id, partner id or domain, and a customer's domain
        file: PathBuf,
        /// Only say what would be loaded, and what is wrong
        #[arg(long)]
        dry_run: bool,
    },
}

/// A head of the activity as the log has it.
#[derive(Clone)]
struct Head {
    number: i64,
    mac: String,
}

impl FromStr for Head {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (number, mac) = text.split_once(':').context("want number:mac")?;
        Ok(Self { number: number.parse().context("want a number before the colon")?, mac: mac.to_lowercase() })
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let line = by_variable(Cli::command(), |name| env::var_os(name)).get_matches();
    match Cli::from_arg_matches(&line).unwrap_or_else(|error| error.exit()).command {
        Command::Run(config) => run(*config).await.map(|()| ExitCode::SUCCESS),
        Command::Migrate { database_url } => {
            check_database_url(&database_url)?;
            let ran = store::migrate(&database_url).await?;
            for migration in &ran {
                writeln!(io::stdout(), "{migration}")?;
            }
            if ran.is_empty() {
                writeln!(io::stdout(), "the database is current")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::LoadAgreements { settings, file, dry_run } => load_agreements(&settings, &file, dry_run).await,
        Command::VerifyActivity { settings, seal_key, head } => verify_activity(&settings, &seal_key, head).await,
        Command::LoadCustomers { settings, file, dry_run } => {
            let store = Store::new(&settings, Clock::default())?;
            let is_loaded = load_customers::load(&store, &file, dry_run, &mut io::stdout()).await?;
            Ok(if is_loaded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

async fn run(config: Config) -> Result<()> {
    let traces = process::start(PROGRAM, &config.traces)?;
    let store = Store::new(&config.settings, Clock::default())?;
    let ran = worker::run(config, store, Metrics::new(PROGRAM), told_to_stop()?).await;
    traces.end().await;
    ran
}

async fn load_agreements(settings: &Settings, file: &Path, is_trial: bool) -> Result<ExitCode> {
    let shown = file.display();
    let file = File::open(file).with_context(|| format!("cannot read {shown}"))?;
    let loaded = match agreements::read(file) {
        Ok(rows) => {
            let store = Store::new(settings, Clock::default())?;
            let loaded = agreement::load(&store, &rows, is_trial).await;
            loaded.map_err(|error| anyhow::anyhow!("cannot load: {error}"))?
        }
        Err(flaws) => Err(flaws),
    };
    match loaded {
        Ok(Loaded { added, changed, unchanged, versions }) => {
            let said = if is_trial { "dry run, nothing is loaded: " } else { "" };
            writeln!(io::stdout(), "{said}added {added}, changed {changed}, unchanged {unchanged}")?;
            for version in &versions {
                writeln!(io::stdout(), "{}", agreements::said_of(version))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(flaws) => {
            for Flaw { line, message } in flaws {
                writeln!(io::stdout(), "{shown}:{line}: {message}")?;
            }
            writeln!(io::stdout(), "nothing is loaded")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn verify_activity(settings: &Settings, seal_key: &SecretString, head: Option<Head>) -> Result<ExitCode> {
    let seal_key = key("ACCORD_SEAL_KEY", seal_key)?;
    let store = Store::new(settings, Clock::default())?;
    let head = head.as_ref().map(|head| (head.number, head.mac.as_str()));
    let (found, flaws) =
        verify::verify(&store, &seal_key, head).await.map_err(|error| anyhow::anyhow!("cannot verify: {error}"))?;
    let mut out = io::stdout();
    match found {
        Some(found) => writeln!(out, "head {}:{}", found.number, found.mac)?,
        None => writeln!(out, "nothing is sealed")?,
    }
    for flaw in &flaws {
        writeln!(out, "{flaw:?}")?;
    }
    Ok(if flaws.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
