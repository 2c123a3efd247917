//! Finds PostgreSQL's programs, and installs them where that is one command.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::unistd::Uid;

use crate::progress;

/// The oldest major version Accord runs on: the schema says `nulls not distinct`.
const OLDEST: u32 = 15;

/// Folders which hold one folder a version: what comes before the version, and after it.
const VERSIONED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql/", "bin"),                          // Debian, Ubuntu
    ("/usr/pgsql-", "bin"),                                   // PostgreSQL's own RPMs
    ("/opt/homebrew/opt/postgresql@", "bin"),                 // Homebrew on Apple silicon
    ("/usr/local/opt/postgresql@", "bin"),                    // Homebrew on Intel
    ("/Applications/Postgres.app/Contents/Versions/", "bin"), // Postgres.app
];

/// One installation: a folder with at least `initdb`, `postgres` and `psql`.
#[derive(Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    /// Finds an installation of this major version, or of any that is new enough, and installs one when there is none.
    pub(super) fn find_or_install(major: Option<u32>) -> Result<Self> {
        let found = Self::find(major);
        if found.is_ok() || !can_install() {
            return found;
        }
        progress::step("Installing PostgreSQL with apt-get", install)?;
        Self::find(major)
    }

    /// Finds an installation: the one on PATH before the newest elsewhere.
    pub(super) fn find(major: Option<u32>) -> Result<Self> {
        let fits = |found: &Self| major.map_or(found.major >= OLDEST, |major| found.major == major);
        let wanted = major.map_or(format!("{OLDEST} or newer"), |major| major.to_string());
        candidates().into_iter().filter_map(Self::at).find(fits).with_context(|| {
            format!(
                "PostgreSQL {wanted} is needed and was not found: install the package `postgresql` \
                 (on macOS `brew install postgresql@17`), or put the folder of its initdb, postgres and psql on PATH"
            )
        })
    }

    /// The path of one of the installation's programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn at(folder: PathBuf) -> Option<Self> {
        let complete = ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
        let said = complete.then(|| Command::new(folder.join("initdb")).arg("--version").output())?.ok()?;
        let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder, major })
    }
}

/// The major version in what a program says of itself, as `initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_of(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Every folder that may hold an installation, best first.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A link on PATH leads to the folder where the other programs are.
    let on_path = std::env::split_paths(&path).filter_map(|folder| fs::canonicalize(folder.join("initdb")).ok());
    let on_path = on_path.filter_map(|initdb| initdb.parent().map(Path::to_owned));
    let versioned = VERSIONED.iter().flat_map(|(prefix, rest)| versions(prefix, rest));
    on_path.chain(versioned).collect()
}

/// The folders named `<prefix><version>/<rest>`, newest first.
fn versions(prefix: &str, rest: &str) -> Vec<PathBuf> {
    let (parent, start) = prefix.rsplit_once('/').unwrap_or(("", prefix));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(start)?.parse().ok()?;
            Some((version, entry.path().join(rest)))
        })
        .collect();
    found.sort_unstable_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn can_install() -> bool {
    Uid::effective().is_root() && Path::new("/usr/bin/apt-get").exists()
}

fn install() -> Result<()> {
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends", "postgresql"]] {
        let ran = Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").output()?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "`apt-get {}` failed: {}", arguments.join(" "), said.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_version_is_read_from_what_a_program_says() {
        assert_eq!(major_of("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("initdb (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn versions_are_tried_newest_first() -> Result<()> {
        let root = tempfile::tempdir()?;
        for name in ["pg-9", "pg-17", "pg-16", "pg-next", "other"] {
            fs::create_dir(root.path().join(name))?;
        }
        let found = versions(&format!("{}/pg-", root.path().display()), "bin");
        assert_eq!(found, ["pg-17/bin", "pg-16/bin", "pg-9/bin"].map(|name| root.path().join(name)));
        Ok(())
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Binaries::find(Some(1)).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with("PostgreSQL 1 is needed and was not found: install"), "{error}");
    }
}
