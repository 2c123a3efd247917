//! `cargo dev schema`: schema.graphql, the promise to frontends, as the code makes it.

use anyhow::Result;

use crate::workspace::{self, Written};

/// Whether to write.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only say whether it is as the code has it
    #[arg(long)]
    check: bool,
}

/// Rewrites schema.graphql, or compares it.
pub fn run(options: &Options) -> Result<()> {
    if options.check { check() } else { file().write() }
}

/// Fails unless schema.graphql is as the code has it.
pub(crate) fn check() -> Result<()> {
    file().check("cargo dev schema")
}

fn file() -> Written {
    Written { path: workspace::root().join("schema.graphql"), text: api::graphql::sdl() }
}
