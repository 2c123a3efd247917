//! What an operator sets for exports.

use anyhow::ensure;

/// How many exports there may be.
#[derive(clap::Args, Clone, Debug)]
pub struct ExportSettings {
    /// Exports at once, at most half of them of one organization; what is beyond is answered 503, and 429 that organization
    #[arg(long = "exports", env = "ACCORD_EXPORTS", default_value_t = 16)]
    pub exports_in_all: u32,

    /// Exports at once of one user; what is beyond is answered 429
    #[arg(long = "exports-per-user", env = "ACCORD_EXPORTS_PER_USER", default_value_t = 2)]
    pub exports_per_user: u32,
}

impl ExportSettings {
    /// Exports at once of one organization: half of all, so that none keeps the others from theirs.
    pub(super) fn of_one_organization(&self) -> u32 {
        self.exports_in_all.div_ceil(2)
    }

    /// Refuses what cannot work, naming the variable.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.exports_in_all > 0, "ACCORD_EXPORTS: want at least 1");
        ensure!(self.exports_per_user > 0, "ACCORD_EXPORTS_PER_USER: want at least 1");
        Ok(())
    }
}
