//! `cargo dev check`: what CI checks, without the slow end-to-end tests.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::scratch::Scratch;
use crate::stop::Stop;
use crate::workspace::{self, cargo};
use crate::{db, schema, test};

/// Tests whose path contains this are end to end.
const END_TO_END: &str = "e2e";

/// Stops at the first step that fails, saying what to run.
pub async fn run() -> Result<()> {
    let stop = &Stop::listen()?;
    let fmt = cargo(["fmt", "--all", "--check"]);
    step("format", "run `cargo fmt --all`", succeeds(fmt, stop)).await?;

    let clippy = cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    step("clippy", "see above", succeeds(clippy, stop)).await?;

    let mut doc = cargo(["doc", "--quiet", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    step("documentation", "see above", succeeds(doc, stop)).await?;

    step("schema.graphql", "run `cargo dev schema`", async { schema::check() }).await?;

    let scratch = &Scratch::start()?;
    step("schema.rs", "run `cargo dev db schema`", db::check_schema(scratch)).await?;
    step("migrations", "mend the down.sql of the one that is named", db::redo(scratch)).await?;

    let arguments = ["--quiet", "--", "--skip", END_TO_END].map(Into::into);
    let tests = async {
        let code = test::tests(scratch, &arguments, stop).await?;
        ensure!(code == ExitCode::SUCCESS, "tests failed");
        Ok(())
    };
    step("tests", "run `cargo dev test NAME` for the one that failed", tests).await
}

async fn step(name: &str, remedy: &str, work: impl Future<Output = Result<()>>) -> Result<()> {
    println!("── {name}");
    let began = Instant::now();
    work.await.with_context(|| format!("{name}: {remedy}"))?;
    println!("   {name}: {:.1} s", began.elapsed().as_secs_f32());
    Ok(())
}

async fn succeeds(command: Command, stop: &Stop) -> Result<()> {
    let status = workspace::run(command, stop).await?.context("stopped")?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}
