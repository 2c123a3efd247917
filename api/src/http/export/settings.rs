//! What an operator sets for exports.

use anyhow::ensure;

/// How many exports there may be.
#[derive(clap::Args, Clone, Debug)]
pub struct ExportSettings {
    /// Exports at once; what is beyond is answered 503
    #[arg(long = "exports", env = "ACCORD_EXPORTS", default_value_t = 16)]
    pub exports_in_all: u32,

    /// Exports at once of one user; what is beyond is answered 429
    #[arg(long = "exports-per-user", env = "ACCORD_EXPORTS_PER_USER", default_value_t = 2)]
    pub exports_per_user: u32,
}

impl ExportSettings {
    /// Refuses what cannot work, naming the variable.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.exports_in_all > 0, "ACCORD_EXPORTS: want at least 1");
        ensure!(self.exports_per_user > 0, "ACCORD_EXPORTS_PER_USER: want at least 1");
        Ok(())
    }
}
