//! `cargo dev bench`: the measurements, of a release build over a database as durable as production's.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::postgres::Durability;
use crate::scratch::Scratch;
use crate::stop::Stop;
use crate::test::DATABASE_URL;
use crate::workspace::{self, cargo, exit_code};

/// What to pass on.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// What `cargo bench` takes, such as `--bench documents`; all of them when left out
    #[arg(allow_hyphen_values = true, value_name = "ARGUMENTS")]
    cargo: Vec<OsString>,
}

/// Builds the processes that are measured, runs the measurements, and says what `cargo bench` says.
pub async fn run(options: &Options) -> Result<ExitCode> {
    let stop = &Stop::listen()?;
    let built = workspace::run(cargo(["build", "--release", "--workspace", "--bins"]), stop).await?;
    if !built.is_some_and(|status| status.success()) {
        return Ok(ExitCode::FAILURE);
    }
    let scratch = Scratch::start_as(Durability::Durable)?;
    let names_one = options.cargo.iter().any(|argument| argument.to_string_lossy().starts_with("--bench"));
    let mut bench = cargo(["bench", "--workspace"]);
    bench
        .args((!names_one).then_some("--bench=*"))
        .args(&options.cargo)
        .env(DATABASE_URL, scratch.database("postgres")?);
    Ok(exit_code(workspace::run(bench, stop).await?))
}
