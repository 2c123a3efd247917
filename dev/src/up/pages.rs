//! GraphiQL's packages, by npm.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::timeout;

use crate::progress::step_async;
use crate::workspace;

/// How long npm may take: an unreachable registry shall not hold up a greeting for ever.
const PATIENCE: Duration = Duration::from_secs(180);

/// The folder of the pages.
pub(super) fn folder() -> PathBuf {
    workspace::root().join("web")
}

/// Installs what is missing or out of date; a failure costs GraphiQL alone, and is a warning.
pub(super) async fn install() {
    let folder = folder();
    if is_current(&folder) {
        return;
    }
    let installed = step_async("Installing GraphiQL with npm", timeout(PATIENCE, npm_ci(&folder))).await;
    if let Err(error) = installed.context("npm takes too long").and_then(|installed| installed) {
        eprintln!("warning: GraphiQL is not there: {error:#}. Install Node.js and run `npm ci --prefix web`.");
    }
}

/// Whether npm has installed what the lockfile says now.
fn is_current(folder: &Path) -> bool {
    let changed = |path: PathBuf| fs::metadata(path).and_then(|found| found.modified());
    // What npm itself leaves behind once it is done.
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    match (installed, changed(folder.join("package-lock.json"))) {
        (Ok(installed), Ok(wanted)) => installed >= wanted,
        _ => false,
    }
}

async fn npm_ci(folder: &Path) -> Result<()> {
    let lockfile = File::open(folder.join("package-lock.json")).context("no package-lock.json")?;
    // Two at once would remove each other's files.
    tokio::task::spawn_blocking(move || lockfile.lock().map(|()| lockfile)).await??;
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    npm.stdin(Stdio::null()).kill_on_drop(true);
    let ran = npm.output().await.context("npm cannot be run")?;
    ensure!(ran.status.success(), "npm: {}", String::from_utf8_lossy(&ran.stderr).trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn packages_are_current_until_the_lockfile_changes() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let lockfile = File::create(folder.path().join("package-lock.json"))?;
        assert!(!is_current(folder.path()), "nothing is installed");

        fs::create_dir(folder.path().join("node_modules"))?;
        assert!(!is_current(folder.path()), "an installation was broken off");

        let installed = File::create(folder.path().join("node_modules/.package-lock.json"))?;
        installed.set_modified(SystemTime::now())?;
        assert!(is_current(folder.path()));

        lockfile.set_modified(SystemTime::now() + Duration::from_secs(1))?;
        assert!(!is_current(folder.path()));
        Ok(())
    }
}
