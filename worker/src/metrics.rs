//! What the worker counts, and what is read of its queue when somebody asks.

use chrono::{DateTime, Utc};
use domain::email::{EmailStatus, Settled};
use domain::outbox::{Claimed, Outbox, depth};
use domain::store::{PoolState, Store};
use process::Metrics;
use process::metrics::Pool;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Unit;

use crate::schedule::Schedule;

/// What its families' names begin with, after `accord_`.
const PREFIX: &str = "worker";

/// The outcome of a mail that is not tried again.
const FAILED: &str = "failed";

/// Seconds from a mail's due time until the mail server has it.
const DELAYS: [f64; 13] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0];

/// What the worker counts. Clones share it.
#[derive(Clone)]
pub(crate) struct WorkerMetrics {
    mails: Family<[(&'static str, &'static str); 1], Counter>,
    delays: Histogram,
    runs: Family<[(&'static str, &'static str); 2], Counter>,
}

/// What became of a schedule's tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    /// All that was due is done.
    Done,
    /// Another process does it, or the run before is not over.
    Left,
    /// The next tick makes up for it.
    Failed,
    /// It took too long; the next tick goes on.
    TimedOut,
}

impl Run {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Left => "left",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }
}

impl WorkerMetrics {
    /// Adds the worker's families.
    pub(crate) fn register(metrics: &Metrics, store: &Store) -> Self {
        let counts = Self { mails: Family::default(), delays: Histogram::new(DELAYS), runs: Family::default() };
        metrics.register(PREFIX, |to| {
            to.register("mails", "Mails by what became of a try", counts.mails.clone());
            let help = "Time from when a mail was due until the mail server took it";
            to.register_with_unit("mail_delay", help, Unit::Seconds, counts.delays.clone());
            to.register("schedule_runs", "Ticks of the schedules by what became of them", counts.runs.clone());
        });
        watch_queue(metrics, store.clone());
        let store = store.clone();
        metrics.watch_pool(PREFIX, move || {
            let PoolState { most, idle, used, waiting } = store.pool();
            Pool { most, idle, used, waiting }
        });
        counts
    }

    /// A try at a mail was settled. None: it could not be, and its lease will end.
    pub(crate) fn settled(&self, claimed: &Claimed, settled: Option<Settled>, now: DateTime<Utc>) {
        let outcome = match settled {
            Some(Settled::As(EmailStatus::Sent)) => "sent",
            Some(Settled::As(EmailStatus::Failed)) => FAILED,
            Some(Settled::As(EmailStatus::Discarded)) => "discarded",
            Some(Settled::As(EmailStatus::Queued)) => "retried",
            Some(Settled::LeaseLost) => "lease_lost",
            None => "unsettled",
        };
        if outcome == "sent" {
            self.delays.observe(seconds(claimed.due_at, now));
        }
        self.mails.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// Mails that lost their workers too often failed without a try.
    pub(crate) fn given_up(&self, mails: usize) {
        if mails > 0 {
            self.mails.get_or_create(&[("outcome", FAILED)]).inc_by(u64::try_from(mails).unwrap_or(u64::MAX));
        }
    }

    /// A tick came.
    pub(crate) fn ran(&self, schedule: Schedule, run: Run) {
        self.runs.get_or_create(&[("schedule", schedule.name()), ("outcome", run.name())]).inc();
    }
}

/// Adds the queue's families, read when metrics are asked for. What cannot be read then is left out: no number rather than
/// an old one.
fn watch_queue(metrics: &Metrics, store: Store) {
    let gauges = || Family::<[(&'static str, &'static str); 1], Gauge>::default();
    let (due, queued) = (gauges(), gauges());
    let age = Family::<[(&'static str, &'static str); 1], Gauge<f64, std::sync::atomic::AtomicU64>>::default();
    metrics.register(PREFIX, |to| {
        to.register("outbox_due", "Rows that are due and not settled", due.clone());
        to.register("outbox_queued", "Rows that are not settled, put off ones among them", queued.clone());
        let help = "How long the oldest due row has been due";
        to.register_with_unit("outbox_oldest_due_age", help, Unit::Seconds, age.clone());
    });
    metrics.read_when_asked(move || {
        let (store, due, queued, age) = (store.clone(), due.clone(), queued.clone(), age.clone());
        async move {
            let of = [("outbox", Outbox::Emails.table())];
            let Ok(depth) = depth(&store, Outbox::Emails).await else {
                due.clear();
                queued.clear();
                age.clear();
                return;
            };
            due.get_or_create(&of).set(depth.due);
            queued.get_or_create(&of).set(depth.queued);
            age.get_or_create(&of).set(depth.oldest.map_or(0.0, |oldest| seconds(oldest, store.now())));
        }
    });
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).to_std().unwrap_or_default().as_secs_f64()
}
