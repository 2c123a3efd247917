//! `cargo dev up` as a process: started, asked, killed, started again and stopped.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn accord_dev<const N: usize>(arguments: [&str; N], data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_accord-dev"));
    command.args(arguments).arg("--data-dir").arg(data_dir);
    command.env_remove("DATABASE_URL").env_remove("SMTP_URL");
    command
}

/// A running `up`.
struct Up {
    process: Child,
    port: u16,
}

impl Up {
    /// Starts it and waits until it is ready.
    fn start(data_dir: &Path) -> Result<Self> {
        let port = dev::ports::free()?;
        let process = accord_dev(["up", "--port", &port.to_string()], data_dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut up = Self { process, port };
        let began = Instant::now();
        while !up.get("/health/ready").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            if let Some(status) = up.process.try_wait()? {
                bail!("it ended with {status}");
            }
            ensure!(began.elapsed() < PATIENCE, "not ready");
            sleep(Duration::from_millis(20));
        }
        Ok(up)
    }

    fn get(&self, path: &str) -> Result<String> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}", self.port), "")
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> Result<String> {
        let length = body.len();
        let start = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}", self.port);
        self.ask(&format!("{start}\r\nContent-Length: {length}\r\n{headers}"), body)
    }

    fn ask(&self, head: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn stop(mut self) -> Result<()> {
        kill(Pid::from_raw(self.process.id().cast_signed()), Signal::SIGTERM)?;
        let status = self.process.wait()?;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }
}

/// A folder that the database's account may pass through.
fn data_dir() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(folder)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn up_is_ready_with_the_demo_world_and_goes_on_after_it_was_killed() -> Result<()> {
    let data_dir = data_dir()?;
    let mut up = Up::start(data_dir.path())?;
    let token = accord_dev(["token", "agent@contoso.example"], data_dir.path()).output()?;
    let token = String::from_utf8(token.stdout)?.trim_end().to_owned();
    let headers = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}");
    let draft = r#"{"query":"mutation { draftInvitation(input: { recipient: { email: \"admin@tailspin.example\" } })
                    { invitation { status } userErrors { message } } }"}"#;
    let answer = up.post("/graphql", &headers, &draft.replace('\n', " "))?;
    assert!(answer.contains(r#""status":"DRAFT""#), "{answer}");
    let metrics = up.get("/metrics")?;
    assert!(metrics.contains("accord_api_graphql_operations_total{") && metrics.contains("accord_worker_outbox_due{"));
    up.process.kill()?;
    up.process.wait()?;

    let up = Up::start(data_dir.path())?;
    let query = r#"{"query":"{ viewer { partner { invitations { nodes { recipient { email } } } } } }"}"#;
    let answer = up.post("/graphql", &headers, query)?;
    assert_eq!(answer.matches("admin@tailspin.example").count(), 1, "{answer}");
    assert_eq!(answer.matches("it@fine-art.example").count(), 1, "seeded once: {answer}");
    up.stop()?;
    assert!(!data_dir.path().join("postgres/data/postmaster.pid").exists(), "its database is stopped");
    Ok(())
}

#[test]
fn the_directory_of_the_demo_world_has_what_the_readme_looks_for() -> Result<()> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md"))?;
    let search = readme.split("`indirectProviders(").nth(1).and_then(|rest| rest.split_once(")`"));
    let (search, _) = search.context("the README looks for no provider")?;
    let data_dir = data_dir()?;
    let up = Up::start(data_dir.path())?;
    let token = accord_dev(["token", "agent@contoso.example"], data_dir.path()).output()?;
    let token = String::from_utf8(token.stdout)?;
    let headers = format!("Content-Type: application/json\r\nAuthorization: Bearer {}", token.trim_end());
    let query = format!("{{ indirectProviders({search}) {{ nodes {{ organization {{ name }} }} }} }}");
    let query = query.replace('"', "\\\"");
    let answer = up.post("/graphql", &headers, &format!("{{\"query\":\"{query}\"}}"))?;
    assert!(answer.contains("Northwind Traders"), "{search}: {answer}");
    up.stop()
}

#[test]
fn the_page_signs_in_demo_users_and_nobody_else_does() -> Result<()> {
    let data_dir = data_dir()?;
    let up = Up::start(data_dir.path())?;
    assert!(up.get("/dev/users")?.contains(r#""email":"ops@accord.example""#));
    let json = "Content-Type: application/json";
    let known = r#"{"email":"admin@contoso.example"}"#;
    for (headers, body, status) in [
        (json, known, 200),
        (json, r#"{"email":"admin@unknown.example"}"#, 404),
        ("Content-Type: text/plain", known, 415),
    ] {
        let answer = up.post("/dev/token", headers, body)?;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{body}: {answer}");
    }
    let elsewhere = format!("POST /dev/token HTTP/1.1\r\nHost: evil.example:{}\r\n{json}", up.port);
    let answer = up.ask(&format!("{elsewhere}\r\nContent-Length: {}", known.len()), known)?;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    up.stop()
}

#[test]
fn a_folder_or_a_port_in_use_is_named() -> Result<()> {
    let folders = (data_dir()?, data_dir()?);
    let up = Up::start(folders.0.path())?;
    let port = up.port.to_string();
    let same_folder = said(&accord_dev(["up", "--port", "0"], folders.0.path()).output()?);
    assert!(same_folder.contains("runs on") && same_folder.contains("--data-dir"), "{same_folder}");
    let same_port = said(&accord_dev(["up", "--port", &port], folders.1.path()).output()?);
    assert!(same_port.contains(&port) && same_port.contains("--port"), "{same_port}");
    up.stop()
}

#[test]
fn a_token_is_for_demo_users_of_a_folder_that_was_up() -> Result<()> {
    let data_dir = data_dir()?;
    let unknown = accord_dev(["token", "nobody@contoso.example"], data_dir.path()).output()?;
    assert!(said(&unknown).contains("try one of admin@northwind.example"), "{}", said(&unknown));
    let too_early = accord_dev(["token", "admin@contoso.example"], data_dir.path()).output()?;
    assert!(said(&too_early).contains("cargo dev up"), "{}", said(&too_early));
    let first = std::str::from_utf8(&too_early.stdout).context("no text")?;
    assert_eq!(first, "", "stdout holds a token or nothing");
    Ok(())
}
