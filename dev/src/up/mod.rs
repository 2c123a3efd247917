//! `cargo dev up`: everything on one machine, in one process and on real sockets.
//!
//! ```text
//! lock · port · database · migrations · demo world · mailbox · issuer ── API and worker ── stop, in reverse
//! ```
//! Each is the real thing: the API and the worker run as in production, only their neighbours are ours. Killed at any
//! point it loses nothing; the next start adopts the database's server and goes on.

mod greeting;
mod http;
mod pages;
mod services;
mod world;

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::{TimeDelta, Utc};
use domain::period::Period;
use process::{Program, log};
use tokio::net::TcpListener;

use self::greeting::Greeting;
use self::world::World;
use crate::data_dir::{DataDir, Lock};
use crate::database::{Database, Server};
use crate::stop::Stop;

/// Both processes in one; of their logs, warnings and errors.
const PROGRAM: Program =
    Program { name: "accord-dev", version: env!("CARGO_PKG_VERSION"), usual_log: "warn", log_to: log::Output::Stderr };

/// Where everything is to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where the API listens, on this machine alone; 0 for any free port
    #[arg(long, default_value_t = 8080)]
    port: u16,

    #[command(flatten)]
    data_dir: DataDir,

    #[command(flatten)]
    server: Server,

    /// A mail server to send to instead of the mailbox: smtp://user:password@host:587
    #[arg(long, env = "SMTP_URL", hide_env_values = true, value_name = "URL")]
    smtp_url: Option<String>,

    /// Move Accord's clock forward: P31D has it live a month from now
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    clock_offset: Option<Period>,
}

/// Runs until Ctrl-C or SIGTERM, then stops everything.
pub async fn run(options: Options) -> Result<()> {
    let stop = Stop::listen()?;
    let traces = process::start(PROGRAM, &services::traces()?)?;
    let data_dir = options.data_dir.create()?;
    let Some(_lock) = Lock::try_take(&data_dir)? else {
        let folder = data_dir.display();
        bail!("`cargo dev up` runs on {folder} already: stop that one, or name another --data-dir and --port");
    };
    let listener = listen(options.port).await?;
    let database = Database::open(&data_dir, &options.server)?;
    let served = serve(&options, &data_dir, &database, listener, &stop).await;
    traces.end().await;
    database.stop()?;
    served
}

async fn serve(
    options: &Options,
    data_dir: &Path,
    database: &Database,
    listener: TcpListener,
    stop: &Stop,
) -> Result<()> {
    // The pages' packages come meanwhile; without them everything but GraphiQL works.
    let pages = tokio::spawn(pages::install());
    let address = listener.local_addr()?;
    let prepared = World::prepare(options, data_dir, database, address);
    let world = tokio::select! {
        world = prepared => world?,
        () = stop.requested() => return Ok(()),
    };
    let mut services = services::start(&world, listener, stop)?;
    let greeting = Greeting { options, data_dir, database, world: &world, address };
    tokio::select! {
        _ = pages => greeting.print()?,
        ended = &mut services => return ended?,
    }
    services.await?
}

async fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop what listens there, or name another with --port")
        }
        bound => bound.with_context(|| format!("cannot listen on port {port}; name another with --port")),
    }
}

fn period(text: &str) -> Result<Period, String> {
    text.parse().map_err(|_| "want years, months, weeks or days, such as P31D".to_owned())
}

impl Options {
    /// How far the clock is moved, counted from now.
    fn clock_offset(&self) -> Result<TimeDelta> {
        let Some(period) = self.clock_offset else { return Ok(TimeDelta::zero()) };
        let now = Utc::now();
        Ok(period.after(now).context("--clock-offset leaves the calendar")? - now)
    }
}
