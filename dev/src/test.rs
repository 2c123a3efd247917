//! `cargo dev test`: every test, with a cluster of their own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::scratch::Scratch;
use crate::stop::Stop;
use crate::workspace::{self, cargo, exit_code};

/// Tells tests where to make their databases: the URL of a database of a cluster that is theirs alone.
pub const DATABASE_URL: &str = "ACCORD_TEST_DATABASE_URL";

/// What to pass on.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// What `cargo test` takes, such as a test's name or `--package accord-domain`
    #[arg(allow_hyphen_values = true, value_name = "ARGUMENTS")]
    cargo: Vec<OsString>,

    /// What the tests' own programs take, such as `--nocapture`
    #[arg(last = true, value_name = "ARGUMENTS")]
    tests: Vec<OsString>,
}

/// Runs them, and says what `cargo test` says.
pub async fn run(options: &Options) -> Result<ExitCode> {
    let stop = Stop::listen()?;
    let scratch = Scratch::start()?;
    tests(&scratch, &options.arguments(), &stop).await
}

impl Options {
    /// What follows `cargo test`.
    fn arguments(&self) -> Vec<OsString> {
        let separator = (!self.tests.is_empty()).then(|| "--".into());
        self.cargo.iter().cloned().chain(separator).chain(self.tests.iter().cloned()).collect()
    }
}

/// Builds what end-to-end tests start, and runs the tests against a throw-away cluster.
pub(crate) async fn tests(scratch: &Scratch, arguments: &[OsString], stop: &Stop) -> Result<ExitCode> {
    let built = workspace::run(cargo(["build", "--quiet", "--workspace", "--bins"]), stop).await?;
    if !built.is_some_and(|status| status.success()) {
        return Ok(ExitCode::FAILURE);
    }
    let all = arguments.iter().take_while(|argument| *argument != "--").all(|argument| !names_package(argument));
    let mut tests = cargo(["test"]);
    tests.args(all.then_some("--workspace")).args(arguments).env(DATABASE_URL, scratch.database("postgres")?);
    Ok(exit_code(workspace::run(tests, stop).await?))
}

fn names_package(argument: &OsString) -> bool {
    let argument = argument.to_string_lossy();
    argument.starts_with("-p") || argument.starts_with("--package") || argument == "--workspace"
}
