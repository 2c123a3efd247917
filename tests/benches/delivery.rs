//! How long a mail takes from its commit to the mail server, and what a crash costs. `cargo dev bench` runs it.
//!
//! The worker is a process of its own, as in production; the mail server is the tests' own on loopback, which takes
//! every mail at once. All times are of one clock, that of this process.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should stop where it is")]
#![expect(clippy::print_stdout, reason = "answers on stdout")]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use accord_tests::{DEMO, Environment, Process, TestApp};
use dev::issuer::{ISSUER, claims_for};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::actor::{Actor, Identity};
use domain::invitation::{self, Delivery, InvitationKind, NewInvitation, NewRecipient};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Mails one after the other, each once the one before has arrived.
const IDLE: usize = 1_000;

/// Longer than the bell is silent after a ring, so that each ring is heard at once.
const BETWEEN: Duration = Duration::from_millis(25);

/// The same without the bell, of which each takes long.
const POLLED: usize = 100;

/// Mails that fall due at once.
const QUEUED: usize = 2_000;

/// So many of them have arrived when a worker is killed.
const BEFORE_KILL: usize = 800;

#[tokio::main]
async fn main() {
    println!("{:<44}{:>7}{:>12}{:>12}{:>10}", "", "mails", "p50", "p99", "mails/s");
    let floor = raw_smtp().await;
    let idle = idle().await;
    let polled = polled().await;
    row("an SMTP conversation alone", &floor, None);
    row("commit to mail, idle", &idle, None);
    row("commit to mail, idle, polling only", &polled, None);
    queued(1).await;
    queued(2).await;
    let [idle, polled] = [idle, polled].map(|times| at(&times, 50).as_secs_f64());
    println!("\nwithout the bell a mail takes {:.0} times as long at p50", polled / idle);
    crash().await;
}

/// The time that the same mails take over one kept connection, without queue, database and worker.
async fn raw_smtp() -> Vec<Duration> {
    let bench = Bench::new().await;
    let worker = bench.worker().await;
    bench.send(&bench.drafts(1).await[0]).await;
    let mail = bench.app.mailbox.wait_for(1).await.unwrap().remove(0);
    bench.end(worker).await;
    let mut server = BufReader::new(TcpStream::connect(bench.app.mailbox.address()).await.unwrap());
    server.get_ref().set_nodelay(true).unwrap();
    say(&mut server, b"").await;
    say(&mut server, b"EHLO bench\r\n").await;
    let data = [mail.data.as_slice(), b".\r\n"].concat();
    let mut times = Vec::new();
    for _ in 0..IDLE {
        let begun = Instant::now();
        say(&mut server, b"MAIL FROM:<accord@accord.example> BODY=8BITMIME\r\n").await;
        say(&mut server, format!("RCPT TO:<{}>\r\n", mail.to[0]).as_bytes()).await;
        say(&mut server, b"DATA\r\n").await;
        say(&mut server, &data).await;
        times.push(begun.elapsed());
    }
    times
}

async fn say(server: &mut BufReader<TcpStream>, text: &[u8]) {
    server.get_mut().write_all(text).await.unwrap();
    let mut line = String::new();
    while line.is_empty() || line.as_bytes()[3] == b'-' {
        line.clear();
        server.read_line(&mut line).await.unwrap();
    }
    assert!(line.starts_with(['2', '3']), "{line}");
}

/// From the return of `send`, whose last act is the commit and the ring, to the mail's last byte at the mail server.
async fn idle() -> Vec<Duration> {
    let bench = Bench::new().await;
    let ids = bench.drafts(IDLE).await;
    let worker = bench.worker().await;
    let mut times = Vec::new();
    for id in &ids {
        sleep(BETWEEN).await;
        let committed = bench.send(id).await;
        times.push(bench.next_mail().await.saturating_duration_since(committed));
    }
    bench.end(worker).await;
    times
}

/// The same where a mail falls due and nobody rings.
async fn polled() -> Vec<Duration> {
    let bench = Bench::new().await;
    bench.queue(POLLED).await;
    let worker = bench.worker().await;
    let mut times = Vec::new();
    for n in 0..POLLED {
        // At any time between two looks, not just behind one.
        sleep(Duration::from_millis(n as u64 * 37 % 500)).await;
        let one = format!("(select id from invitations where recipient_email = '{}')", address(n));
        bench.app.sql(&format!("update emails set next_attempt_at = now() where invitation_id = {one}")).await;
        let committed = Instant::now();
        times.push(bench.next_mail().await.saturating_duration_since(committed));
    }
    bench.end(worker).await;
    times
}

/// Many that fall due at once.
async fn queued(workers: usize) {
    let bench = Bench::new().await;
    bench.queue(QUEUED).await;
    let mut running = Vec::new();
    for _ in 0..workers {
        running.push(bench.worker().await);
    }
    let begun = bench.all_fall_due().await;
    let mails = bench.app.mailbox.wait_for(QUEUED).await.unwrap();
    let times: Vec<Duration> = mails.iter().map(|mail| mail.at.saturating_duration_since(begun)).collect();
    let took = times.iter().max().unwrap().as_secs_f64();
    for worker in running {
        bench.end(worker).await;
    }
    let rate = format!("{:.0}", QUEUED as f64 / took);
    row(&format!("due at once, {workers} worker{}", if workers == 1 { "" } else { "s" }), &times, Some(rate));
}

/// One of two workers is killed while many are under way.
async fn crash() {
    let bench = Bench::new().await;
    bench.queue(QUEUED).await;
    let (killed, other) = (bench.worker().await, bench.worker().await);
    let begun = bench.all_fall_due().await;
    bench.app.mailbox.wait_for(BEFORE_KILL).await.unwrap();
    killed.kill().await;
    let at_kill = bench.app.mailbox.received().len();
    let held = bench.app.count("from emails where status = 'queued' and leased_by is not null").await;
    while bench.app.count("from emails where status = 'queued'").await > 0 {
        sleep(Duration::from_millis(50)).await;
    }
    let took = begun.elapsed();
    let mails = bench.app.mailbox.received();
    let distinct: HashSet<&String> = mails.iter().flat_map(|mail| &mail.to).collect();
    let others = mails[QUEUED - usize::try_from(held).unwrap() - 1].at.saturating_duration_since(begun);
    bench.end(other).await;
    println!(
        "\nkill -9 of one of two workers after {at_kill} of {QUEUED} mails, {held} under way: lost {}, twice {}, \
         all but those after {:.1} s, all after {:.1} s",
        QUEUED - distinct.len(),
        mails.len() - distinct.len(),
        others.as_secs_f64(),
        took.as_secs_f64()
    );
}

/// Accord, and who invites.
struct Bench {
    app: TestApp,
    actor: Actor,
}

impl Bench {
    async fn new() -> Self {
        let app = TestApp::with(|settings| settings.mails_per_day = u32::MAX).await;
        let claims = claims_for(DEMO.reseller).unwrap();
        let identity = Identity {
            issuer: ISSUER.to_owned(),
            subject: claims.sub,
            tenant: claims.tid,
            email: Some(claims.email),
            email_verified: true,
            name: Some(claims.name),
            may_claim: true,
        };
        let actor = domain::user::sign_in(&app.store, &identity).await.unwrap();
        Self { app, actor }
    }

    /// A worker process that has connected and listens.
    async fn worker(&self) -> Process {
        let listening = "from pg_stat_activity where datname = current_database() and query = 'listen emails'";
        let before = self.app.count(listening).await;
        let worker = Environment::over(self.app.database_url(), self.app.mailbox.address()).start("accord-worker run");
        while self.app.count(listening).await == before {
            tokio::task::yield_now().await;
        }
        worker
    }

    async fn end(&self, mut worker: Process) {
        assert!(worker.terminate().await.success(), "{}", worker.log());
    }

    async fn drafts(&self, count: usize) -> Vec<invitation::InvitationId> {
        let mut ids = Vec::new();
        for n in 0..count {
            ids.push(invitation::draft(&self.app.store, &self.actor, new(n)).await.unwrap().id);
        }
        ids
    }

    async fn send(&self, id: &invitation::InvitationId) -> Instant {
        invitation::send(&self.app.store, &self.actor, *id, Delivery::Mail).await.unwrap();
        Instant::now()
    }

    /// Sends so many, none of which is due before `all_fall_due`.
    async fn queue(&self, count: usize) {
        let all: Vec<usize> = (0..count).collect();
        for some in all.chunks(invitation::MOST_ROWS) {
            let rows = some.iter().map(|n| new(*n)).collect();
            invitation::send_many(&self.app.store, &self.actor, rows, false, None).await.unwrap();
        }
        self.app.sql("update emails set next_attempt_at = 'infinity' where status = 'queued'; analyze emails").await;
    }

    async fn all_fall_due(&self) -> Instant {
        let mut conn = AsyncPgConnection::establish(self.app.database_url()).await.unwrap();
        conn.batch_execute("update emails set next_attempt_at = now() where status = 'queued'").await.unwrap();
        let committed = Instant::now();
        conn.batch_execute("notify emails").await.unwrap();
        committed
    }

    /// When the next mail came.
    async fn next_mail(&self) -> Instant {
        let at = self.app.mailbox.wait_for(1).await.unwrap()[0].at;
        self.app.mailbox.clear();
        // The worker settles it, and is idle again.
        while self.app.count("from emails where leased_by is not null").await > 0 {}
        at
    }
}

fn address(n: usize) -> String {
    format!("bench-{n}@blue-sky.example")
}

fn new(n: usize) -> NewInvitation {
    NewInvitation {
        kind: InvitationKind::ResellerRelationship,
        recipient: NewRecipient { email: address(n), name: None, locale: None, organization_id: None },
        indirect_provider_id: None,
        provider_administration: None,
        administration: None,
        subject: None,
        text: None,
        expires_after: "P30D".to_owned(),
        idempotency_key: None,
    }
}

fn row(what: &str, times: &[Duration], rate: Option<String>) {
    let shown = |percent| format!("{:.2} ms", at(times, percent).as_secs_f64() * 1000.0);
    println!("{what:<44}{:>7}{:>12}{:>12}{:>10}", times.len(), shown(50), shown(99), rate.unwrap_or_default());
}

/// A percentile, by the nearest rank.
fn at(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[(sorted.len() * percent).div_ceil(100) - 1]
}
