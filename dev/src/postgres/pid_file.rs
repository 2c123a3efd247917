//! What a running server says of itself in `postmaster.pid`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// One reading of the file; its server may have gone since.
#[derive(Debug, PartialEq)]
pub(super) struct PidFile {
    pub(super) pid: Pid,
    pub(super) port: u16,
    pub(super) ready: bool,
}

impl PidFile {
    /// Where the server of this data folder keeps its file.
    pub(super) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Reads the file; none when no server runs, and while a starting one has not yet written its port.
    pub(super) fn read(data: &Path) -> Result<Option<Self>> {
        let path = Self::path(data);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Lines 1, 4 and 8 of PostgreSQL's pidfile.h: pid, port, status.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: Pid::from_raw(lines.first()?.parse().ok()?),
            port: lines.get(3)?.parse().ok()?,
            ready: lines.get(7).is_some_and(|status| *status == "ready"),
        })
    }

    /// Whether some process has this pid: the server, one that inherited its number, or a zombie nobody reaps.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(kill(self.pid, None), Err(Errno::ESRCH))
    }

    /// Asks for a fast shutdown: sessions are cut off, everything committed is on disk.
    pub(super) fn interrupt(&self) -> Result<()> {
        match kill(self.pid, Signal::SIGINT) {
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot stop PostgreSQL, process {}", self.pid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_once_its_eighth_line_says_so() {
        let starting = "71\n/data\n1763676000\n5433\n\n127.0.0.1\n 123 4\nstarting\n";
        let expected = PidFile { pid: Pid::from_raw(71), port: 5433, ready: false };
        assert_eq!(PidFile::parse(starting), Some(expected));

        let ready = starting.replace("starting", "ready   ");
        assert!(PidFile::parse(&ready).is_some_and(|file| file.ready));
    }

    #[test]
    fn a_half_written_file_says_nothing() {
        assert_eq!(PidFile::parse("71\n/data\n"), None);
    }
}
