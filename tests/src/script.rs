//! Programs that others wrote, run by Node.js: the scripts of `tests/npm`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// How long a script may take for one line.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running script, which speaks in lines of JSON; dropped, it is killed.
pub struct Script {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Script {
    /// Starts `tests/npm/<name>.mjs`. Installs its packages first, once a checkout; stops the test where there is no
    /// Node.js, saying what to install.
    pub async fn start(name: &str, arguments: &[&str]) -> Self {
        static INSTALLED: OnceCell<()> = OnceCell::const_new();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("npm");
        let install = async || dev::npm::install(&folder).await;
        INSTALLED.get_or_try_init(install).await.unwrap_or_else(|error| panic!("{error:#}"));
        let mut node = Command::new("node");
        node.arg(folder.join(name).with_extension("mjs")).args(arguments).kill_on_drop(true);
        let started = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child =
            started.unwrap_or_else(|error| panic!("node cannot be run: {error}: install Node.js 20 or later"));
        let (stdin, stdout) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Self { child, stdin, lines: BufReader::new(stdout).lines() }
    }

    /// The next line it prints; none: it has ended.
    pub async fn next(&mut self) -> Option<Value> {
        let line = timeout(PATIENCE, self.lines.next_line()).await.expect("a line in time").expect("a line");
        line.map(|line| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// All it prints until it ends well.
    pub async fn output(mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        while let Some(line) = self.next().await {
            lines.push(line);
        }
        let status = self.child.wait().await.expect("a status");
        assert!(status.success(), "{status}, after {lines:#?}");
        lines
    }

    /// Writes a line to it.
    pub async fn say(&mut self, line: &str) {
        self.stdin.write_all(format!("{line}\n").as_bytes()).await.expect("a reader");
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("an end");
    }
}
