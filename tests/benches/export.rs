//! What it takes to take a partner's customers away: time, and the memory of the API, of ten thousand and of a million.
//! `cargo dev bench --bench export` runs it.
//!
//! The API is a process of its own, as in production, and a fresh one for each measurement; the client and the database
//! share its cores.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should stop where it is")]
#![expect(clippy::print_stdout, reason = "answers on stdout")]

use std::time::{Duration, Instant};

use accord_tests::{Environment, PARTNER, Process, TestApp};
use dev::issuer::claims_for;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Customers of the one partner.
const FEW: usize = 10_000;
const MANY: usize = 1_000_000;

/// What is made by one statement.
const AT_ONCE: usize = 90_000;

/// The last chunk of a body that is whole.
const END: &[u8] = b"\r\n0\r\n\r\n";

#[tokio::main]
async fn main() {
    let app = TestApp::without_mails().await;
    println!("{:<12}{:>10}{:>12}{:>12}{:>12}{:>10}{:>10}", "", "rows", "first byte", "time", "rows/s", "MB", "memory");
    app.many_customers(FEW).await;
    let few = measure(&app, FEW).await;
    let mut made = FEW;
    while made < MANY {
        app.many_customers(AT_ONCE.min(MANY - made)).await;
        made += AT_ONCE.min(MANY - made);
    }
    let many = measure(&app, MANY).await;
    println!("memory of {MANY} rows over that of {FEW}: {:.2} times", many / few);
}

/// Takes them away twice, and gives the most mebibytes that the process ever had.
async fn measure(app: &TestApp, rows: usize) -> f64 {
    app.sql("vacuum analyze").await;
    let api = Api::start(app).await;
    let idle = api.memory();
    for _ in 0..2 {
        let taken = api.export(app, "customers.csv").await;
        assert_eq!(taken.rows, rows);
        let rate = rows as f64 / taken.took.as_secs_f64();
        println!(
            "{:<12}{:>10}{:>9.0} ms{:>10.1} s{:>12.0}{:>10.1}{:>6.0} MiB",
            "customers",
            rows,
            taken.first_byte.as_secs_f64() * 1e3,
            taken.took.as_secs_f64(),
            rate,
            taken.bytes as f64 / 1e6,
            api.memory()
        );
    }
    println!("{:<12}{:>66.0} MiB", "before", idle);
    api.memory()
}

/// What came.
struct Taken {
    rows: usize,
    bytes: usize,
    first_byte: Duration,
    took: Duration,
}

struct Api {
    process: Process,
    port: u16,
}

impl Api {
    async fn start(app: &TestApp) -> Self {
        let (keys, _) = app.issuer.serve_on_loopback().await.unwrap();
        let (port, monitor) = (dev::ports::free().unwrap(), dev::ports::free().unwrap());
        let environment = Environment::over(app.database_url(), app.mailbox.address())
            .with("ACCORD_JWKS_URL", format!("http://{keys}/jwks.json"))
            .with("ACCORD_LISTEN", format!("127.0.0.1:{port}"))
            .with("ACCORD_MONITOR_LISTEN", format!("127.0.0.1:{monitor}"))
            .with("RUST_LOG", "warn");
        let api = Self { process: environment.start("accord-api serve"), port };
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
        api
    }

    /// Mebibytes of the process, at most until now.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1024.0
    }

    /// Takes a list away, as fast as it comes.
    async fn export(&self, app: &TestApp, name: &str) -> Taken {
        let token = app.issuer.token(&claims_for(PARTNER).unwrap(), Duration::from_secs(3600)).unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let head = format!("GET /exports/{name} HTTP/1.1\r\nHost: accord.example\r\nConnection: close\r\n");
        let begun = Instant::now();
        stream.write_all(format!("{head}Authorization: Bearer {token}\r\n\r\n").as_bytes()).await.unwrap();
        let mut taken = Taken { rows: 0, bytes: 0, first_byte: Duration::ZERO, took: Duration::ZERO };
        // What was read last stays at the start, so that what begins between two reads is seen.
        let (mut buffer, mut kept) = (vec![0; 256 * 1024], 0);
        loop {
            let read = stream.read(&mut buffer[kept..]).await.unwrap();
            if read == 0 {
                break;
            }
            if taken.bytes == 0 {
                taken.first_byte = begun.elapsed();
            }
            taken.bytes += read;
            let filled = kept + read;
            let new = kept.saturating_sub(ROW.len() - 1);
            taken.rows += buffer[new..filled].windows(ROW.len()).filter(|bytes| *bytes == ROW).count();
            kept = filled.min(END.len());
            buffer.copy_within(filled - kept..filled, 0);
        }
        taken.took = begun.elapsed();
        assert_eq!(&buffer[..kept], END, "the file is not whole");
        taken
    }
}

/// How a row begins.
const ROW: &[u8] = b"\nrel_";
