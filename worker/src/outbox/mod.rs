//! The rows of an outbox as apalis' source of work.
//!
//! ```text
//! bell, poll ──► look ──► claim in flight ──► ready ──► handed to a free slot
//!                                               └─ (shutdown) ─► given back
//! ```
//! Claims no more than there are free slots, so that no row waits here while another process has room for it. Its
//! `Error` is `Infallible`: apalis drops every running task when a backend fails, so what the database refuses is
//! logged and waited out here.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::layers::Identity;
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use domain::outbox::{self, Claimed, Claims, Outbox};
use domain::store::Store;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio::time::{MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use crate::config::Config;
use crate::metrics::WorkerMetrics;

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The rows of one outbox, claimed for one worker.
pub(crate) struct Rows {
    queue: Queue,
    slots: usize,
    wake: BoxStream<'static, ()>,
    look: bool,
    claim: Option<Claim>,
    ready: VecDeque<Claimed>,
    giving_back: Option<BoxFuture<'static, ()>>,
}

/// A claim in flight.
struct Claim {
    of: usize,
    claims: BoxFuture<'static, Claims>,
}

impl Rows {
    /// The rows of `outbox` for the worker of this name.
    pub(crate) fn new(config: &Config, store: Store, outbox: Outbox, worker: String, counts: WorkerMetrics) -> Self {
        let bell = outbox::listen(config.settings.database_url.clone(), outbox);
        Self {
            queue: Queue { store, outbox, worker, lease: config.lease(), counts },
            slots: config.slots,
            wake: stream::select(bell, every(config.poll())).boxed(),
            look: true,
            claim: None,
            ready: VecDeque::new(),
            giving_back: None,
        }
    }

    /// Takes in what a claim in flight brings.
    fn poll_claim(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(claim) = &mut self.claim {
            let Claims { rows, given_up } = ready!(claim.claims.poll_unpin(cx));
            // As many as asked for: there may be more.
            self.look |= rows.len() + given_up == claim.of;
            self.ready.extend(rows);
            self.claim = None;
        }
        Poll::Ready(())
    }
}

impl Backend for Rows {
    type Task = Task<Claimed>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Claimed>, Infallible>>> {
        loop {
            while let Poll::Ready(Some(())) = self.wake.poll_next_unpin(cx) {
                self.look = true;
            }
            ready!(self.poll_claim(cx));
            if let Some(row) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(task(row))));
            }
            // A slot that falls free wakes the worker, which then polls again.
            let free = self.slots.saturating_sub(worker.task_count());
            if !self.look || free == 0 {
                return Poll::Pending;
            }
            self.look = false;
            self.claim = Some(Claim { of: free, claims: self.queue.clone().claim(free).boxed() });
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        loop {
            ready!(self.poll_claim(cx));
            if let Some(giving_back) = &mut self.giving_back {
                ready!(giving_back.poll_unpin(cx));
                self.giving_back = None;
            }
            if self.ready.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let rows = std::mem::take(&mut self.ready).into();
            self.giving_back = Some(self.queue.clone().give_back(rows).boxed());
        }
    }
}

impl BackendConfig for Rows {
    type Args = Claimed;
    type Id = Uuid;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

/// Where rows are claimed, by whom and for how long.
#[derive(Clone)]
struct Queue {
    store: Store,
    outbox: Outbox,
    worker: String,
    lease: Duration,
    counts: WorkerMetrics,
}

impl Queue {
    async fn claim(self, how_many: usize) -> Claims {
        match outbox::claim(&self.store, self.outbox, &self.worker, how_many, self.lease).await {
            Ok(claims) => {
                self.counts.given_up(claims.given_up);
                claims
            }
            Err(error) => {
                tracing::warn!(outbox = self.outbox.table(), %error, "cannot claim");
                sleep(PAUSE).await;
                Claims::default()
            }
        }
    }

    async fn give_back(self, rows: Vec<Claimed>) {
        match outbox::give_back(&self.store, self.outbox, &rows).await {
            Ok(()) => tracing::info!(outbox = self.outbox.table(), rows = rows.len(), "gave back what was not begun"),
            Err(error) => tracing::warn!(
                outbox = self.outbox.table(), rows = rows.len(), %error, "cannot give back: the leases will end"
            ),
        }
    }
}

fn task(row: Claimed) -> Task<Claimed> {
    let attempts = usize::try_from(row.attempts).unwrap_or(0);
    let id = TaskId::from_uuid(row.id);
    // apalis counts the try that now begins; it has been counted already.
    TaskBuilder::new(row).task_id(id).attempt(attempts.saturating_sub(1)).build()
}

fn every(period: Duration) -> impl Stream<Item = ()> + Send {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold(ticks, |mut ticks| async move {
        ticks.tick().await;
        Some(((), ticks))
    })
}
