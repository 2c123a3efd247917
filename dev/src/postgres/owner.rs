//! Who runs the server: whoever calls, except that PostgreSQL refuses root, who steps down to `postgres`.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::unistd::{Uid, User};

/// The account which owns a cluster's files and runs its programs.
#[derive(Debug)]
pub(super) struct Owner {
    uid: u32,
    gid: u32,
    steps_down: bool,
}

impl Owner {
    /// The account for this process to use.
    pub(super) fn of_this_process() -> Result<Self> {
        let uid = Uid::effective();
        if !uid.is_root() {
            return Ok(Self { uid: uid.as_raw(), gid: nix::unistd::getegid().as_raw(), steps_down: false });
        }
        let user = User::from_name("postgres")?
            .context("root may not run PostgreSQL, and there is no user `postgres` to run it instead")?;
        Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), steps_down: true })
    }

    /// A command run as this account in `folder`, free of the caller's `PG…` variables and locale.
    pub(super) fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir(folder).stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if self.steps_down {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives a file or folder to this account alone.
    pub(super) fn take(&self, path: &Path, mode: u32) -> Result<()> {
        if self.steps_down {
            chown(path, Some(self.uid), Some(self.gid))?;
        }
        fs::set_permissions(path, Permissions::from_mode(mode))?;
        // File systems of other operating systems accept both calls and keep neither.
        ensure!(self.owns(path), "{} keeps no owner", path.display());
        Ok(())
    }

    /// Whether a file or folder, itself and not through a link, is this account's and closed to others.
    pub(super) fn owns(&self, path: &Path) -> bool {
        let closed = |found: fs::Metadata| found.uid() == self.uid && found.mode() & 0o077 == 0;
        fs::symlink_metadata(path).is_ok_and(|found| !found.is_symlink() && closed(found))
    }

    /// Whether `folder` can be reached by this account, found out by running `program` there.
    pub(super) fn reaches(&self, folder: &Path, program: &Path) -> bool {
        let mut probe = self.command(program, folder);
        probe.arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}
