//! What callers notice while ten times as much is asked as can be answered, and when the process is stopped under load.
//! `cargo dev bench` runs it.
//!
//! The API is a process of its own, as in production; callers and the database share its cores.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should stop where it is")]
#![expect(clippy::print_stdout, reason = "answers on stdout")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use accord_tests::{DEMO, Environment, Process, TestApp};
use dev::issuer::claims_for;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant as Tick, MissedTickBehavior, interval, sleep, timeout};

/// What is asked: a page with pages in it.
const DOCUMENT: &str = "{ viewer { partner { customers(first: 100) { nodes { customer { name domains country } adminGrants { status } \
                        invitation { status } } } invitations(first: 50) { nodes { recipient { email } status } } } } }";

/// How long each load lasts.
const LASTING: Duration = Duration::from_secs(10);

/// Callers who ask again as soon as they are answered: as many as it takes to keep both cores busy.
const STEADY: usize = 16;

/// Connections of the flood.
const FLOOD: usize = 800;

/// What a caller waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let bench = Bench::new().await;
    bench.steady(Duration::from_secs(2)).await;
    println!("{:<44}{:>10}{:>10}{:>10}{:>10}{:>10}", "", "done/s", "p50", "p99", "max", "memory");
    let sustained = bench.steady(LASTING).await;
    row("sustained: answered", &sustained.answered, LASTING, Some(bench.memory()));
    let rate = sustained.answered.len() as f64 / LASTING.as_secs_f64();

    let flood = bench.flood(rate * 10.0).await;
    row("ten times that: answered", &flood.answered, LASTING, Some(bench.memory()));
    row("ten times that: sent away (503)", &flood.sent_away, LASTING, None);
    println!("otherwise: {}", flood.other);
    let p99 = |times: &[Duration]| at(times, 99).as_secs_f64();
    println!("p99 of what is answered under the flood: {:.1} times", p99(&flood.answered) / p99(&sustained.answered));
    bench.stop().await;
}

/// The API's process, and who asks it.
struct Bench {
    _app: TestApp,
    process: Process,
    port: u16,
    monitor: u16,
    request: Arc<[u8]>,
}

/// How long each request took, by what became of it.
#[derive(Default)]
struct Outcome {
    answered: Vec<Duration>,
    sent_away: Vec<Duration>,
    other: usize,
}

impl Outcome {
    fn note(&mut self, answer: Option<u16>, took: Duration) {
        match answer {
            Some(200) => self.answered.push(took),
            Some(503) => self.sent_away.push(took),
            _ => self.other += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.answered.extend(other.answered);
        self.sent_away.extend(other.sent_away);
        self.other += other.other;
    }
}

impl Bench {
    async fn new() -> Self {
        let app = TestApp::without_mails().await;
        let (keys, _) = app.issuer.serve_on_loopback().await.unwrap();
        let (port, monitor) = (dev::ports::free().unwrap(), dev::ports::free().unwrap());
        let environment = Environment::over(app.database_url(), app.mailbox.address())
            .with("ACCORD_JWKS_URL", format!("http://{keys}/jwks.json"))
            .with("ACCORD_LISTEN", format!("127.0.0.1:{port}"))
            .with("ACCORD_MONITOR_LISTEN", format!("127.0.0.1:{monitor}"))
            .with("ACCORD_SHUTDOWN_DELAY_SECONDS", 5)
            .with("RUST_LOG", "warn");
        app.sql(INVITED).await;
        let token = app.issuer.token(&claims_for(DEMO.reseller).unwrap(), Duration::from_secs(3600)).unwrap();
        let request = post(&token, &json!({ "query": DOCUMENT }).to_string()).into();
        let bench = Self { process: environment.start("accord-api serve"), _app: app, port, monitor, request };
        while !bench.is_ready().await {
            sleep(Duration::from_millis(50)).await;
        }
        bench
    }

    async fn is_ready(&self) -> bool {
        let asked = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.monitor)).await.ok()?;
            stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n").await.ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.ok()?;
            Some(answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"))
        };
        asked.await.unwrap_or(false)
    }

    /// Mebibytes of the process, now.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1024.0
    }

    /// Callers who ask again as soon as they are answered.
    async fn steady(&self, lasting: Duration) -> Outcome {
        let mut callers = JoinSet::new();
        let until = Instant::now() + lasting;
        for _ in 0..STEADY {
            let mut caller = Caller::new(self.port, Arc::clone(&self.request));
            callers.spawn(async move {
                let mut outcome = Outcome::default();
                while Instant::now() < until {
                    let begun = Instant::now();
                    outcome.note(caller.ask().await, begun.elapsed());
                }
                outcome
            });
        }
        all(callers).await
    }

    /// So many a second over many connections, of which each waits for its answer: what falls due meanwhile is not asked.
    async fn flood(&self, rate: f64) -> Outcome {
        let mut callers = JoinSet::new();
        let (begun, pause) = (Tick::now(), Duration::from_secs_f64(FLOOD as f64 / rate));
        for number in 0..FLOOD {
            let mut caller = Caller::new(self.port, Arc::clone(&self.request));
            callers.spawn(async move {
                let mut outcome = Outcome::default();
                sleep(pause.mul_f64(number as f64 / FLOOD as f64)).await;
                let mut ticks = interval(pause);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
                while begun.elapsed() < LASTING {
                    ticks.tick().await;
                    let begun = Instant::now();
                    outcome.note(caller.ask().await, begun.elapsed());
                }
                outcome
            });
        }
        all(callers).await
    }

    /// SIGTERM under load, behind a balancer that honours readiness and looks for it ten times a second.
    async fn stop(mut self) {
        let ready = Arc::new(AtomicBool::new(true));
        let asked = Arc::new(AtomicUsize::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..STEADY {
            let (ready, asked) = (Arc::clone(&ready), Arc::clone(&asked));
            let mut caller = Caller::new(self.port, Arc::clone(&self.request));
            callers.spawn(async move {
                let mut outcome = Outcome::default();
                while ready.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    outcome.note(caller.ask().await, begun.elapsed());
                    asked.fetch_add(1, Ordering::Relaxed);
                }
                outcome
            });
        }
        sleep(Duration::from_secs(2)).await;
        self.process.tell_to_stop();
        let told = Instant::now();
        let before = asked.load(Ordering::Relaxed);
        while self.is_ready().await {
            sleep(Duration::from_millis(100)).await;
        }
        ready.store(false, Ordering::Relaxed);
        let outcome = all(callers).await;
        let behind = asked.load(Ordering::Relaxed) - before;
        let status = self.process.terminate().await;
        println!(
            "\nSIGTERM under load: of {} requests, {behind} behind it, lost {}; ended ({status}) after {:.1} s",
            outcome.answered.len() + outcome.sent_away.len() + outcome.other,
            outcome.sent_away.len() + outcome.other,
            told.elapsed().as_secs_f64()
        );
    }
}

async fn all(mut callers: JoinSet<Outcome>) -> Outcome {
    let mut all = Outcome::default();
    while let Some(outcome) = callers.join_next().await {
        all.add(outcome.unwrap());
    }
    all
}

/// The reseller has a full first page of both lists.
const INVITED: &str = "
    insert into invitations
        (id, kind, status, inviter_id, created_by, created_at, recipient_email, recipient_locale, subject, template, expires_after)
    select gen_random_uuid(), kind, 'draft', inviter_id, created_by, created_at, 'bench' || n || '@example.com', recipient_locale,
        subject, template, expires_after
    from (select i.* from invitations i join users u on u.id = i.created_by where u.email = 'agent@contoso.example' limit 1) one,
        generate_series(1, 100) n";

fn post(token: &str, body: &str) -> Vec<u8> {
    let head = "POST /graphql HTTP/1.1\r\nHost: accord.example\r\nContent-Type: application/json";
    format!("{head}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// One connection, kept as long as the server keeps it.
struct Caller {
    port: u16,
    request: Arc<[u8]>,
    stream: Option<TcpStream>,
}

impl Caller {
    fn new(port: u16, request: Arc<[u8]>) -> Self {
        Self { port, request, stream: None }
    }

    /// The status of the answer. None: there was none.
    async fn ask(&mut self) -> Option<u16> {
        timeout(PATIENCE, self.asked()).await.ok().flatten()
    }

    async fn asked(&mut self) -> Option<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(("127.0.0.1", self.port)).await.ok()?,
        };
        stream.set_nodelay(true).ok()?;
        stream.write_all(&self.request).await.ok()?;
        let mut answer = Vec::with_capacity(64 * 1024);
        let end = loop {
            if stream.read_buf(&mut answer).await.ok()? == 0 {
                return None;
            }
            if let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok());
        let whole = end + length.unwrap_or(0usize);
        while answer.len() < whole {
            if stream.read_buf(&mut answer).await.ok()? == 0 {
                return None;
            }
        }
        if !head.contains("connection: close") {
            self.stream = Some(stream);
        }
        head.split(' ').nth(1)?.parse().ok()
    }
}

fn row(what: &str, times: &[Duration], lasting: Duration, memory: Option<f64>) {
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1000.0);
    let rate = times.len() as f64 / lasting.as_secs_f64();
    let memory = memory.map(|memory| format!("{memory:.0} MiB")).unwrap_or_default();
    let [p50, p99, max] = [50, 99, 100].map(|percent| ms(at(times, percent)));
    println!("{what:<44}{rate:>10.0}{p50:>10}{p99:>10}{max:>10}{memory:>10}");
}

/// The time that so many percent stay below.
fn at(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
