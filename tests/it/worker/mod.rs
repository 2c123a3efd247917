//! The worker as its process runs it, against a mail server that answers as bad ones do.

mod bell;
mod lease;
mod mail;
mod monitor;
mod outage;
mod retry;
mod schedule;
mod shutdown;
mod unwanted;

use std::sync::Arc;
use std::time::Duration;

use accord_tests::{DEMO, Draft, TestApp, metrics};
use domain::outbox::{Outbox, depth};
use process::Metrics;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;

/// How long a test waits before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A worker at work.
struct Working {
    stop: oneshot::Sender<()>,
    stopping: oneshot::Receiver<()>,
    ended: JoinHandle<anyhow::Result<()>>,
    metrics: Metrics,
}

impl Working {
    /// On the mails of a test.
    fn for_app(app: &TestApp) -> Self {
        Self::with(app, app.worker_config())
    }

    /// The same, otherwise configured.
    fn with(app: &TestApp, config: worker::Config) -> Self {
        let (stop, told) = oneshot::channel();
        let (heard, stopping) = oneshot::channel();
        let shutdown = async move {
            let _ = told.await;
            let _ = heard.send(());
        };
        let metrics = metrics();
        let ended = tokio::spawn(worker::run(config, app.store.clone(), metrics.clone(), shutdown));
        Self { stop, stopping, ended, metrics }
    }

    /// The sample of a series, such as `accord_worker_mails_total{outcome="sent"}`. None: there is none.
    async fn sample(&self, series: &str) -> Option<f64> {
        let text = self.metrics.exposition().await.expect("metrics");
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map(|value| value.parse().expect("a number"))
    }

    /// Tells it to stop; it knows once this returns.
    async fn tell(self) -> JoinHandle<anyhow::Result<()>> {
        self.stop.send(()).expect("a worker that runs");
        self.stopping.await.expect("a worker that listens");
        self.ended
    }

    /// Waits until it has ended, as it should.
    async fn stop(self) {
        ended(self.tell().await).await;
    }
}

async fn ended(worker: JoinHandle<anyhow::Result<()>>) {
    timeout(PATIENCE, worker).await.expect("an end in time").expect("no panic").expect("no failure");
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let so = async {
        while !is_so().await {
            yield_now().await;
        }
    };
    timeout(PATIENCE, so).await.unwrap_or_else(|_| panic!("waited {PATIENCE:?} until {what}"));
}

/// Waits until no mail is due.
async fn all_settled(app: &TestApp) {
    until("no mail is due", async || depth(&app.store, Outbox::Emails).await.is_ok_and(|depth| depth.due == 0)).await;
}

/// Invites this name at Blue Sky; gives the invitation's id.
async fn invite(app: &TestApp, name: &str) -> String {
    app.invite(DEMO.reseller, Draft::to(&address(name))).await.0
}

/// Invites so many at once.
async fn invite_many(app: &TestApp, count: usize) {
    let rows = (0..count).map(|n| Draft::to(&address(&format!("many-{n}")))).collect();
    let sent = app.send_many(rows).await;
    assert_eq!(sent.only()["rows"].as_array().expect("rows").len(), count);
}

fn address(name: &str) -> String {
    format!("{name}@blue-sky.example")
}

/// How an invitation's mail fares, as its inviter reads it.
async fn delivery(app: &TestApp, id: &str) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Invitation {
        delivery { status attempts nextAttemptAt sentAt messageId lastError } } } }";
    app.ask(DEMO.reseller, document, json!({ "id": id })).await.only()["delivery"].clone()
}

/// The addresses that mails went to, in order.
fn recipients(app: &TestApp) -> Vec<String> {
    let mut to: Vec<String> = app.mailbox.received().into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    to
}

/// How many mails to Blue Sky are so; the demo world has sent others.
async fn count(app: &TestApp, so: &str) -> i64 {
    let ours = "invitation_id in (select id from invitations where recipient_email like '%@blue-sky.example')";
    app.count(&format!("from emails where {ours} and {so}")).await
}

/// Lets every lease end.
async fn leases_end(app: &TestApp) {
    app.sql("update emails set leased_until = now() - interval '1 second' where leased_until is not null").await;
}

/// A way to the mail server on which everybody waits until it is opened.
struct Gate {
    url: String,
    arrived: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

impl Gate {
    async fn before(app: &TestApp) -> Self {
        let (listener, server) = (TcpListener::bind("127.0.0.1:0").await.expect("a port"), app.mailbox.address());
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let gate = Self { url, arrived: Arc::new(Semaphore::new(0)), opened: Arc::new(Semaphore::new(0)) };
        let (arrived, opened) = (gate.arrived.clone(), gate.opened.clone());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                arrived.add_permits(1);
                let opened = opened.clone();
                tokio::spawn(async move {
                    opened.acquire().await.expect("a gate").forget();
                    let mut server = TcpStream::connect(server).await.expect("a mail server");
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        gate
    }

    /// Waits until so many more stand before it.
    async fn arrivals(&self, count: u32) {
        let arrived = timeout(PATIENCE, self.arrived.acquire_many(count)).await.expect("somebody in time");
        arrived.expect("a gate").forget();
    }

    /// Lets everybody through from now on.
    fn open(&self) {
        self.opened.add_permits(1_000);
    }
}
