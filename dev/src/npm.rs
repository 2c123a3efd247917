//! A folder's npm packages, installed as its lockfile says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::timeout;

/// How long npm may take: an unreachable registry shall not hold up whoever waits for ever.
const PATIENCE: Duration = Duration::from_secs(180);

/// Installs what is missing or out of date in a folder with a package-lock.json; refuses where npm cannot be run, saying
/// what to do. Any number may call it at once.
pub async fn install(folder: &Path) -> Result<()> {
    if is_current(folder) {
        return Ok(());
    }
    let installed =
        timeout(PATIENCE, npm_ci(folder)).await.context("npm takes too long").and_then(|installed| installed);
    installed.with_context(|| format!("install Node.js 20 or later and run `npm ci --prefix {}`", folder.display()))
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
    let _locked = tokio::task::spawn_blocking(move || lockfile.lock().map(|()| lockfile)).await??;
    if is_current(folder) {
        return Ok(());
    }
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

    #[tokio::test]
    async fn what_cannot_be_installed_is_refused_with_what_to_run() {
        let folder = tempfile::tempdir().unwrap();
        let refused = format!("{:#}", install(folder.path()).await.unwrap_err());
        assert!(refused.starts_with("install Node.js 20 or later and run `npm ci --prefix /"), "{refused}");
        assert!(refused.contains("no package-lock.json"), "{refused}");
    }
}
