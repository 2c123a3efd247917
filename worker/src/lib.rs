//! What happens later: mails, expiry, reminders, seals.
//!
//! ```text
//! emails row ──claim──► find the letter ──► render ──► SMTP ──► settle what became of it
//! clock      ──tick───► whoever writes it down first ──► expire · remind · seal · prune
//! ```
//! Decides nothing: every rule, and every row, is the domain's. The rows are the queue; apalis gives the loop around
//! them, the bound on how many run, and the orderly end. Any number of these processes may run at once.

pub mod agreements;
mod config;
mod email;
mod metrics;
mod outbox;
pub mod schedule;

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use apalis::prelude::*;
use domain::outbox::Outbox;
use domain::store::{Store, why_not_ready};
use futures_util::future::{BoxFuture, FutureExt};
use process::Metrics;
use process::monitor::{self, Monitor, Readiness};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

pub use config::Config;

use crate::email::{Postman, deliver};
use crate::metrics::WorkerMetrics;
use crate::outbox::Rows;
use crate::schedule::{Clockwork, Every, Schedule, on_tick};

/// Works until `shutdown` completes, then finishes what runs, gives back what was claimed and not begun, and returns.
///
/// Adds its families to `metrics`, and answers for them and for its health where the settings say, up to its very end.
/// Refuses a configuration that cannot work, naming the variable. A part that ends by itself ends all, with an error:
/// whoever supervises the process starts it anew.
pub async fn run(
    config: Config,
    store: Store,
    metrics: Metrics,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    config.check()?;
    let me = domain::id::spell("wrk", uuid::Uuid::now_v7());
    let counts = WorkerMetrics::register(&metrics, &store);
    let postman = Arc::new(Postman::new(&config, store.clone(), counts.clone())?);
    let clockwork = Arc::new(Clockwork::new(store.clone(), config.seal_key()?, counts.clone()));
    let (stop, stopping) = watch::channel(false);
    let _monitor = monitor(&config, metrics, store.clone(), stopping.clone()).await?;

    let mut parts = JoinSet::new();
    let rows = Rows::new(&config, store, Outbox::Emails, me.clone(), counts);
    parts.spawn(send_mails(me.clone(), rows, config.slots, postman.clone(), stopping.clone()));
    for schedule in Schedule::ALL {
        parts.spawn(keep_time(schedule, clockwork.clone(), stopping.clone()));
    }
    tracing::info!(worker.id = %me, slots = config.slots, "working");

    let mut shutdown = Box::pin(shutdown);
    let mut ended = Ok(());
    while !parts.is_empty() {
        tokio::select! {
            () = &mut shutdown, if !*stop.borrow() => tracing::info!("shutting down: what runs is finished"),
            Some(part) = parts.join_next() => {
                let by_itself = !*stop.borrow();
                ended = ended.and(verdict(part, by_itself));
            }
        }
        stop.send_replace(true);
    }
    postman.close().await;
    tracing::info!(worker.id = %me, "ended");
    ended
}

/// The worker's monitoring port, if it has one.
async fn monitor(
    config: &Config,
    metrics: Metrics,
    store: Store,
    stopping: watch::Receiver<bool>,
) -> anyhow::Result<Option<Monitor>> {
    let Some(listener) = config.monitor.listen("ACCORD_WORKER_MONITOR_LISTEN").await? else { return Ok(None) };
    let readiness = Readiness::new(move || {
        let (store, is_stopping) = (store.clone(), *stopping.borrow());
        async move { if is_stopping { Some("shutting down".to_owned()) } else { why_not_ready(&store).await } }
    });
    Ok(Some(Monitor::start(listener, monitor::routes(metrics, readiness))))
}

/// Sends mails, `slots` at a time.
fn send_mails(
    name: String,
    rows: Rows,
    slots: usize,
    postman: Arc<Postman>,
    stopping: watch::Receiver<bool>,
) -> BoxFuture<'static, Result<(), WorkerError>> {
    WorkerBuilder::new(name)
        .backend(rows)
        .concurrency(slots)
        .data(postman)
        .parallelize(tokio::spawn)
        .enable_tracing()
        .build(deliver)
        .run_until(stop_of(stopping))
        .boxed()
}

/// Does the work of one schedule when its ticks come.
///
/// Unbounded on purpose: a backend of ticks fails when it is polled late, so nothing may hold it up. [`Clockwork`]
/// sees to it that a schedule runs once at a time.
fn keep_time(
    schedule: Schedule,
    clockwork: Arc<Clockwork>,
    stopping: watch::Receiver<bool>,
) -> BoxFuture<'static, Result<(), WorkerError>> {
    WorkerBuilder::new(schedule.name())
        .backend(Every::ticks_of(schedule))
        .data(schedule)
        .data(clockwork)
        .parallelize(tokio::spawn)
        .enable_tracing()
        .build(on_tick)
        .run_until(stop_of(stopping))
        .boxed()
}

async fn stop_of(mut stopping: watch::Receiver<bool>) -> Result<(), WorkerError> {
    // An error means that whoever would say so is gone: that too is a reason to stop.
    let _ = stopping.wait_for(|stop| *stop).await;
    Ok(())
}

fn verdict(part: Result<Result<(), WorkerError>, JoinError>, by_itself: bool) -> anyhow::Result<()> {
    part.context("a part of the worker panicked")?.context("a part of the worker failed")?;
    if by_itself { Err(anyhow!("a part of the worker ended by itself")) } else { Ok(()) }
}
