//! Accord's own binaries, run as in production but for their neighbours.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dev::issuer::{AUDIENCE, ISSUER};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::NamedTempFile;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a process may take to end once it is told to.
const PATIENCE: Duration = Duration::from_secs(30);

/// The variables of both processes.
#[derive(Debug, Clone)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// All that must be set, over this database and mailbox, with the keys that a [`TestApp`](crate::TestApp) has.
    #[must_use]
    pub fn over(database_url: &str, mailbox: SocketAddr) -> Self {
        let key = |byte: u8| STANDARD.encode([byte; 32]);
        let variables = [
            ("DATABASE_URL", database_url.to_owned()),
            ("ACCORD_LINK_KEY", key(1)),
            ("ACCORD_SEAL_KEY", key(2)),
            ("ACCORD_ISSUER", ISSUER.to_owned()),
            ("ACCORD_AUDIENCE", AUDIENCE.to_owned()),
            ("ACCORD_MAIL_FROM", "Accord <accord@accord.example>".to_owned()),
            ("ACCORD_SHUTDOWN_DELAY_SECONDS", "0".to_owned()),
            ("SMTP_URL", format!("smtp://{mailbox}")),
            // A test asks faster than people do.
            ("ACCORD_ADDRESS_RATE", "0".to_owned()),
            ("ACCORD_USER_RATE", "0".to_owned()),
            ("ACCORD_PUBLIC_RATE", "0".to_owned()),
            // Any free one each, so that many tests run at once.
            ("ACCORD_MONITOR_LISTEN", "127.0.0.1:0".to_owned()),
            ("ACCORD_WORKER_MONITOR_LISTEN", "127.0.0.1:0".to_owned()),
        ];
        Self(variables.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// With this variable set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.insert(name.to_owned(), value.to_string());
        self
    }

    /// Without this variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Runs a program to its end: `accord-worker migrate`.
    pub async fn run(&self, line: &str) -> Output {
        let ran = timeout(PATIENCE, self.command(line).output()).await;
        ran.unwrap_or_else(|_| panic!("{line} takes longer than {PATIENCE:?}")).expect("an end")
    }

    /// Starts a program: `accord-worker run`.
    #[must_use]
    pub fn start(&self, line: &str) -> Process {
        let log = NamedTempFile::new().expect("a file");
        // Both at the end of it, wherever the other one is.
        let file = || File::options().append(true).open(log.path()).expect("a file");
        let child = self.command(line).stdout(file()).stderr(file()).spawn().expect("a process");
        Process { child, log }
    }

    fn command(&self, line: &str) -> Command {
        let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let mut command = Command::new(binary(program));
        command.args(arguments.split_whitespace()).env_clear().envs(&self.0);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

/// A running process; dropped, it is killed.
pub struct Process {
    child: Child,
    log: NamedTempFile,
}

impl Process {
    /// All it has written, on stdout and stderr.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).expect("a log")
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id().expect("a process that runs")
    }

    /// Sends SIGTERM.
    pub fn tell_to_stop(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Sends SIGTERM and waits for its end.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.tell_to_stop();
        timeout(PATIENCE, self.child.wait()).await.expect("an end in time").expect("a status")
    }

    /// Sends SIGKILL and waits for its end.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("an end");
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a status").is_some()
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id().cast_signed()), signal).expect("a signal");
    }
}

/// Where a program of the workspace is: beside the one that runs, as `cargo dev test` and `cargo dev bench` build it.
fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a path");
    // target/debug/deps/it-0123 → target/debug
    let path = own.parent().and_then(std::path::Path::parent).expect("a build folder").join(name);
    assert!(path.is_file(), "{} is not built: run `cargo dev test`", path.display());
    path
}
