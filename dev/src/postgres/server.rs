//! The server's process: started in its own process group, adopted when it runs already, stopped on request.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::Durability;
use super::owner::Owner;
use super::pid_file::PidFile;
use crate::ports;

/// How often a server's state is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How long to wait for another's server to finish starting or stopping.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to try anew when a server ends at once: its port was taken, or a killed one's sessions still linger.
const RETRIES: Duration = Duration::from_secs(10);

/// Settings which make a crash cost the cluster, and its tests fast.
const THROW_AWAY: [&str; 4] =
    ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off", "--max_connections=400"];

/// A server that answers on `port`.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) port: u16,
    data: PathBuf,
    /// None when adopted.
    child: Option<Child>,
}

impl Server {
    /// Adopts the server of `home`, or starts one.
    pub(super) fn start(postgres: &Path, owner: &Owner, home: &Path, durability: Durability) -> Result<Self> {
        let data = home.join("data");
        let give_up = Instant::now() + RETRIES;
        loop {
            if let Some(port) = running(&data)? {
                return Ok(Self { port, data, child: None });
            }
            let port = ports::free()?;
            let mut child = spawn(postgres, owner, home, port, durability)?;
            if wait_until_ready(&mut child, &data)? {
                return Ok(Self { port, data, child: Some(child) });
            }
            if Instant::now() > give_up {
                let log = fs::read_to_string(log_of(home)).unwrap_or_default();
                bail!("PostgreSQL does not start: {}", log.trim_end());
            }
            sleep(10 * TICK);
        }
    }

    pub(super) fn is_adopted(&self) -> bool {
        self.child.is_none()
    }

    /// Stops the server and waits until its files are closed.
    pub(super) fn stop(self) -> Result<()> {
        if let Some(file) = PidFile::read(&self.data)?.filter(|file| file.port == self.port) {
            file.interrupt()?;
        }
        if let Some(mut child) = self.child {
            child.wait()?;
            return Ok(());
        }
        // Its parent is another process, so that its going shows in the file alone.
        let give_up = Instant::now() + PATIENCE;
        while PidFile::read(&self.data)?.is_some_and(|file| file.is_alive()) {
            ensure!(Instant::now() < give_up, "PostgreSQL does not stop");
            sleep(TICK);
        }
        Ok(())
    }
}

/// The port of a server that runs on `data`; none when it may be started.
fn running(data: &Path) -> Result<Option<u16>> {
    let give_up = Instant::now() + PATIENCE;
    while let Some(file) = PidFile::read(data)? {
        if !file.is_alive() {
            // A crash left the file; the next server knows what to do with it.
            return Ok(None);
        }
        if file.ready {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, file.port)).is_ok() {
                return Ok(Some(file.port));
            }
            // A crash left the file and its pid is another process's by now, which would hold up the next server.
            // Should it be ours after all, PostgreSQL still sees its shared memory and refuses to start.
            fs::remove_file(PidFile::path(data)).context("cannot remove what a crash left")?;
            return Ok(None);
        }
        ensure!(Instant::now() < give_up, "the PostgreSQL of {} neither starts nor stops", data.display());
        sleep(TICK);
    }
    Ok(None)
}

fn spawn(postgres: &Path, owner: &Owner, home: &Path, port: u16, durability: Durability) -> Result<Child> {
    let log = File::create(log_of(home))?;
    let mut command = owner.command(postgres, home);
    command.arg("-D").arg(home.join("data")).arg(format!("--port={port}"));
    // No socket: a path may be too long for one, and loopback with a password does.
    command.args(["--listen_addresses=127.0.0.1", "--unix_socket_directories="]);
    if durability == Durability::ThrowAway {
        command.args(THROW_AWAY);
    }
    // Its own process group: Ctrl-C in the terminal is for us, and we stop the server when nobody needs it.
    command.process_group(0).stdout(log.try_clone()?).stderr(log);
    command.spawn().context("cannot run postgres")
}

/// Waits as long as the server needs, also for recovery after a crash; false when it ended instead.
fn wait_until_ready(child: &mut Child, data: &Path) -> Result<bool> {
    while child.try_wait()?.is_none() {
        let file = PidFile::read(data)?;
        if file.is_some_and(|file| file.ready && file.pid.as_raw().cast_unsigned() == child.id()) {
            return Ok(true);
        }
        sleep(TICK);
    }
    Ok(false)
}

fn log_of(home: &Path) -> PathBuf {
    home.join("server.log")
}
