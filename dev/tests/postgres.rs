//! A private cluster, from its first start to the end of everything that may happen to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use dev::postgres::{Cluster, Durability};

/// Says in `launcher`, which the tests run in a process of its own, where its cluster shall be.
const DATA_DIR: &str = "ACCORD_TEST_DATA_DIR";

#[test]
fn a_cluster_keeps_its_databases_across_a_stop() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let cluster = Cluster::start(data_dir.path(), Durability::Durable)?;
    assert!(!cluster.is_adopted());
    assert!(cluster.create_database("it's \"one\"")?, "the first call creates it");
    assert!(!cluster.create_database("it's \"one\"")?, "the second finds it");
    let encoding = "select pg_encoding_to_char(encoding) from pg_database where datname like 'it''s%'";
    assert_eq!(cluster.query("postgres", encoding)?, "UTF8");
    cluster.stop()?;

    let again = Cluster::start(data_dir.path(), Durability::Durable)?;
    assert!(!again.is_adopted(), "a stopped server is gone");
    assert!(!again.create_database("it's \"one\"")?, "its database is not");
    finish(again, data_dir.path())
}

#[test]
fn a_cluster_asks_for_its_password() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let cluster = Cluster::start(data_dir.path(), Durability::ThrowAway)?;
    let auth = "select distinct auth_method from pg_hba_file_rules";
    assert_eq!(cluster.query("postgres", auth)?, "scram-sha-256");
    assert_eq!(cluster.query("postgres", "show listen_addresses")?, "127.0.0.1");
    assert_eq!(cluster.query("postgres", "show unix_socket_directories")?, "");
    let url = cluster.url("accord");
    assert!(url.starts_with("postgres://accord:") && url.contains("@127.0.0.1:") && url.ends_with("/accord"), "{url}");
    finish(cluster, data_dir.path())
}

#[test]
fn durability_is_what_was_asked_for() -> Result<()> {
    for (durability, fsync) in [(Durability::Durable, "on"), (Durability::ThrowAway, "off")] {
        let data_dir = tempfile::tempdir()?;
        let cluster = Cluster::start(data_dir.path(), durability)?;
        assert_eq!(cluster.query("postgres", "show fsync")?, fsync);
        finish(cluster, data_dir.path())?;
    }
    Ok(())
}

#[test]
fn two_starts_at_once_share_one_server() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let start = || Cluster::start(data_dir.path(), Durability::ThrowAway);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(start);
        let other = scope.spawn(start);
        (one.join(), other.join())
    });
    let (one, other) = (one.ok().context("panicked")??, other.ok().context("panicked")??);
    assert_eq!(one.url(""), other.url(""));
    assert_ne!(one.is_adopted(), other.is_adopted());
    finish(if one.is_adopted() { other } else { one }, data_dir.path())
}

#[test]
fn a_server_whose_launcher_was_killed_is_adopted() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let mut launcher = Command::new(std::env::current_exe()?)
        .args(["launcher", "--exact", "--ignored", "--nocapture"])
        .env(DATA_DIR, data_dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = BufReader::new(launcher.stderr.take().context("no stderr")?);
    let url = said.lines().map_while(Result::ok).find(|line| line.starts_with("postgres://")).context("no url")?;
    launcher.kill()?;
    launcher.wait()?;

    let adopted = Cluster::start(data_dir.path(), Durability::Durable)?;
    assert!(adopted.is_adopted());
    assert_eq!(adopted.url("left"), url, "the same server on the same port");
    assert!(!adopted.create_database("left")?, "what was there is there");
    finish(adopted, data_dir.path())
}

/// Not a test: starts a cluster, names it and waits to be killed.
#[test]
#[ignore = "a test runs it in a process of its own"]
fn launcher() -> Result<()> {
    let Some(data_dir) = std::env::var_os(DATA_DIR) else {
        return Ok(());
    };
    let cluster = Cluster::start(Path::new(&data_dir), Durability::Durable)?;
    cluster.create_database("left")?;
    eprintln!("{}", cluster.url("left"));
    loop {
        std::thread::park();
    }
}

#[test]
fn a_server_killed_at_once_loses_nothing_committed() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let cluster = Cluster::start(data_dir.path(), Durability::Durable)?;
    cluster.query("postgres", "create table kept as select 7 as number")?;
    let pid_file = cluster.query("postgres", "select pg_read_file('postmaster.pid')")?;
    let pid = pid_file.lines().next().context("no pid")?;
    assert!(Command::new("kill").args(["-9", pid]).status()?.success());

    // `cluster` is not dropped: its dead server stays a zombie, which looks alive to whoever asks by its pid.
    let again = Cluster::start(data_dir.path(), Durability::Durable)?;
    assert!(!again.is_adopted());
    assert_eq!(again.query("postgres", "select number from kept")?, "7");
    cluster.stop()?;
    assert_eq!(again.query("postgres", "select number from kept")?, "7", "the dead one's stop concerns nobody else");
    finish(again, data_dir.path())
}

/// Stops a test's cluster, and removes its files from /var/tmp where they lie there.
fn finish(cluster: Cluster, data_dir: &Path) -> Result<()> {
    cluster.stop()?;
    if let Ok(named) = std::fs::read_to_string(data_dir.join("cluster")) {
        std::fs::remove_dir_all(named.trim_end())?;
    }
    Ok(())
}
