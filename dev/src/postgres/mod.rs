//! A private PostgreSQL cluster: PostgreSQL's own programs, run in a folder of ours.
//!
//! It listens on loopback alone and asks for a password only its folder knows, so that no other user of the
//! machine gets in. It outlives a killed run, and the next one adopts it. It never touches a system's own server.
//!
//! ```text
//! nothing ── initdb ──▶ stopped ── start ──▶ running ── stop ──▶ stopped
//!                                      ▲         │
//!                                      └─ adopt ─┘ its launcher was killed
//! ```

mod binaries;
mod owner;
mod pid_file;
mod place;
mod server;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rand_core::{OsRng, RngCore};

use self::binaries::Binaries;
use self::owner::Owner;
use self::server::Server;
use crate::progress;

/// The superuser of every cluster.
const USER: &str = "accord";

/// What a crash may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: what was committed is there after any crash.
    Durable,
    /// Everything: for tests, several times faster.
    ThrowAway,
}

/// A running cluster. Dropping it leaves it running, to be adopted by the next start; `stop` ends it.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    server: Server,
    password: String,
}

impl Cluster {
    /// Starts the cluster of `data_dir`, creating what is missing, or adopts the one that runs there already.
    ///
    /// An adopted cluster keeps the durability it was started with. Two starts at once share one cluster.
    pub fn start(data_dir: &Path, durability: Durability) -> Result<Self> {
        fs::create_dir_all(data_dir).with_context(|| format!("cannot create {}", data_dir.display()))?;
        let data_dir = fs::canonicalize(data_dir)?;
        // Held until the end of this function.
        let lock = File::create(data_dir.join("cluster.lock"))?;
        lock.lock().with_context(|| format!("cannot lock {}", data_dir.display()))?;

        let mut binaries = Binaries::find_or_install(None)?;
        let owner = Owner::of_this_process()?;
        let home = place::find_or_create(&data_dir, &owner, &binaries.program("initdb"))?;
        let data = home.join("data");
        match fs::read_to_string(data.join("PG_VERSION")) {
            // The files of one major version are opaque to the others.
            Ok(major) => binaries = Binaries::find_or_install(Some(major.trim().parse()?))?,
            Err(_) => progress::step("Creating a PostgreSQL cluster", || create(&binaries, &owner, &home))?,
        }
        let password = fs::read_to_string(home.join("password")).context("the cluster's password is gone")?;
        let postgres = binaries.program("postgres");
        let server = progress::step("Starting PostgreSQL", || Server::start(&postgres, &owner, &home, durability))?;
        let cluster = Self { binaries, server, password };
        // Whoever knows the password is the server of this folder, not another one on an inherited port.
        cluster.query("postgres", "select 1").context("PostgreSQL does not let us in")?;
        Ok(cluster)
    }

    /// Where a database of this cluster is: `postgres://user:password@127.0.0.1:port/database`.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.server.port)
    }

    /// Whether the server was already running.
    pub fn is_adopted(&self) -> bool {
        self.server.is_adopted()
    }

    /// Creates a database unless there is one of this name; says whether it did.
    pub fn create_database(&self, name: &str) -> Result<bool> {
        let name = name.replace('\'', "''");
        let missing = format!("where not exists (select from pg_database where datname = '{name}')");
        let sql = format!("select format('create database %I', '{name}') {missing} \\gexec\n\\echo :ROW_COUNT");
        Ok(self.query("postgres", &sql)? != "0")
    }

    /// Runs what psql understands in one database; returns what it prints, columns parted by `|`.
    pub fn query(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(self.binaries.program("psql"));
        // Nothing of the caller's own PostgreSQL: neither variables nor a .psqlrc.
        psql.env_clear().env("LC_ALL", "C").env("PGPASSWORD", &self.password).env("PGCLIENTENCODING", "UTF8");
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]);
        psql.args(["--host=127.0.0.1", "--username", USER, "--port", &self.server.port.to_string()]);
        psql.args(["--dbname", database, "--file=-"]);
        let mut child = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A psql which could not connect reads nothing; what it says of that is worth more than a broken pipe.
            let _ = stdin.write_all(sql.as_bytes());
        }
        let ran = child.wait_with_output()?;
        ensure!(ran.status.success(), "psql: {}", String::from_utf8_lossy(&ran.stderr).trim());
        Ok(String::from_utf8(ran.stdout)?.trim_end().to_owned())
    }

    /// Stops the server: sessions are cut off, everything committed is on disk.
    pub fn stop(self) -> Result<()> {
        progress::step("Stopping PostgreSQL", || self.server.stop())
    }
}

/// Makes a new cluster in `home`, whole or not at all.
fn create(binaries: &Binaries, owner: &Owner, home: &Path) -> Result<()> {
    let password = home.join("password");
    fs::write(&password, new_password())?;
    owner.take(&password, 0o600)?;

    // What a killed run left half done.
    let unfinished = home.join("data.new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    // One that folds the case of all letters; not every system has the same.
    let locale = if cfg!(target_os = "linux") { "C.UTF-8" } else { "en_US.UTF-8" };
    let mut initdb = owner.command(&binaries.program("initdb"), home);
    initdb.arg("--pgdata").arg(&unfinished).arg("--pwfile").arg(&password);
    initdb.args(["--username", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale", locale]);
    let ran = initdb.output().context("cannot run initdb")?;
    ensure!(ran.status.success(), "initdb failed: {}", String::from_utf8_lossy(&ran.stderr).trim());
    fs::rename(&unfinished, home.join("data"))?;
    Ok(())
}

/// 128 bits as hexadecimal digits, which need no quoting in a URL.
fn new_password() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    format!("{:032x}", u128::from_ne_bytes(bytes))
}
