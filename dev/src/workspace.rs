//! The checkout this was built from, and cargo run in it.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Command;

use crate::stop::Stop;

/// What `cargo run` says of this crate. Some build scripts look at it, and would build anew what stands.
const OF_CARGO_RUN: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Cargo in the workspace, as if called from a shell.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if OF_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix)) {
            cargo.env_remove(name.as_ref());
        }
    }
    cargo.args(arguments).current_dir(root());
    cargo
}

/// Runs a command to its end; asked to stop, ends it with all it started. None: it was ended.
pub(crate) async fn run(mut command: Command, stop: &Stop) -> Result<Option<ExitStatus>> {
    // Its own process group: what it starts in turn ends with it, whoever the signal was sent to.
    let mut child = command.process_group(0).spawn().context("cannot run cargo")?;
    tokio::select! {
        status = child.wait() => return Ok(Some(status?)),
        () = stop.requested() => {}
    }
    if let Some(group) = child.id() {
        // Gone already: as good as ended.
        let _ = killpg(Pid::from_raw(group.cast_signed()), Signal::SIGTERM);
    }
    child.wait().await?;
    Ok(None)
}

/// What cargo ended with, to be passed on; a failure where it was ended.
pub(crate) fn exit_code(status: Option<ExitStatus>) -> ExitCode {
    let code = status.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

/// A committed file that is written by a command.
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    /// What it should hold.
    pub(crate) text: String,
}

impl Written {
    /// Writes it where it differs, and says so.
    pub(crate) fn write(&self) -> Result<()> {
        if self.differs_at()?.is_none() {
            return Ok(());
        }
        std::fs::write(&self.path, &self.text).with_context(|| format!("cannot write {}", self.path.display()))?;
        eprintln!("Wrote {}", self.path.display());
        Ok(())
    }

    /// Fails where it differs, naming the command that writes it.
    pub(crate) fn check(&self, command: &str) -> Result<()> {
        match self.differs_at()? {
            None => Ok(()),
            Some(line) => {
                bail!("{} is not as it should be from line {line} on: run `{command}`", self.path.display())
            }
        }
    }

    /// The first line that differs, counted from 1.
    fn differs_at(&self) -> Result<Option<usize>> {
        let there = match std::fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read {}", self.path.display()))?,
        };
        let same = there.lines().zip(self.text.lines()).take_while(|(there, wanted)| there == wanted).count();
        Ok((there != self.text).then_some(same + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_is_named_with_its_line_and_the_command_that_writes_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let written = |text: &str| Written { path: folder.path().join("file"), text: text.to_owned() };
        let remedy =
            |text| written(text).check("cargo dev it").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(remedy("one\n").contains("from line 1 on"), "it is missing");

        written("one\ntwo\n").write()?;
        assert_eq!(remedy("one\ntwo\n"), "");
        assert!(remedy("one\nthree\n").ends_with("from line 2 on: run `cargo dev it`"));
        assert!(remedy("one\ntwo").contains("from line 3 on"), "its last line has no end");
        Ok(())
    }
}
