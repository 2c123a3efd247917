//! What is done when its time comes: expiring, extending, reminding, purging, sealing, pruning.
//!
//! Every process ticks; whoever writes a tick down first does its work, in batches until nothing is left. Each run may
//! repeat, overlap with another process' or come late without doing anything twice: the domain takes what is due. A
//! run that fails is made up for by the next tick.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis::prelude::{Data, WorkerContext};
use apalis_cron::timezone::Utc;
use apalis_cron::{CronScheduler, Tick};
use chrono::DateTime;
use domain::activity::seal;
use domain::error::Result;
use domain::settings::Key;
use domain::store::Store;
use domain::{admin_grant, idempotency, invitation, schedule, user};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::metrics::{Run, WorkerMetrics};

/// Rows to a transaction.
const BATCH: i64 = 200;

/// A run that takes longer is left to the next tick: what it has committed stays, and the pool drops its connection.
const LONGEST_RUN: Duration = Duration::from_secs(120);

/// What is done when its time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// Writes down that deadlines have passed.
    Expire,
    /// Queues the reminders that are due.
    Remind,
    /// Writes down which grants have ended, and which extended themselves.
    EndGrants,
    /// Queues the notices of grants that are about to end.
    NotifyGrants,
    /// Erases the data of people who were deleted long enough ago.
    PurgeUsers,
    /// Seals the activity that waits for it.
    Seal,
    /// Removes what nobody needs any more.
    Prune,
}

impl Schedule {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Expire, Self::Remind, Self::EndGrants, Self::NotifyGrants, Self::PurgeUsers, Self::Seal, Self::Prune];

    /// As its ticks are written down.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expire => "expire",
            Self::Remind => "remind",
            Self::EndGrants => "end_grants",
            Self::NotifyGrants => "notify_grants",
            Self::PurgeUsers => "purge_users",
            Self::Seal => "seal",
            Self::Prune => "prune",
        }
    }

    /// Seconds from tick to tick.
    const fn period(self) -> u64 {
        match self {
            Self::Expire | Self::Remind | Self::EndGrants | Self::NotifyGrants | Self::PurgeUsers => 60,
            Self::Seal => 10,
            Self::Prune => 3600,
        }
    }

    /// Does one batch of what is due. True: there may be more.
    pub async fn batch(self, store: &Store, seal_key: &Key) -> Result<bool> {
        match self {
            Self::Expire => is_full(self, invitation::expire(store, BATCH).await?),
            Self::Remind => is_full(self, invitation::remind(store, BATCH).await?),
            Self::EndGrants => is_full(self, admin_grant::expire(store, BATCH).await?),
            Self::NotifyGrants => is_full(self, admin_grant::notify(store, BATCH).await?),
            Self::PurgeUsers => is_full(self, user::purge(store, BATCH).await?),
            Self::Seal => {
                let head = seal::seal(store, seal_key).await?;
                if let Some(head) = &head {
                    // The log is where cutting batches off the account's end is seen.
                    tracing::info!(seal.number = head.number, seal.size = head.size, seal.mac = head.mac, "sealed");
                }
                // A batch that is not full took all there was; what came meanwhile waits for the next tick.
                Ok(head.is_some_and(|head| head.size == seal::MOST))
            }
            Self::Prune => {
                let (keys, ticks) = (idempotency::prune(store).await?, schedule::prune(store).await?);
                tracing::info!(keys, ticks, "pruned");
                Ok(false)
            }
        }
    }
}

fn is_full(schedule: Schedule, rows: usize) -> Result<bool> {
    if rows > 0 {
        tracing::info!(schedule = schedule.name(), rows, "done");
    }
    Ok(i64::try_from(rows).is_ok_and(|rows| rows >= BATCH))
}

/// What the schedules work with.
pub(crate) struct Clockwork {
    store: Store,
    seal_key: Key,
    metrics: WorkerMetrics,
    running: [Mutex<()>; Schedule::ALL.len()],
}

impl Clockwork {
    pub(crate) fn new(store: Store, seal_key: Key, metrics: WorkerMetrics) -> Self {
        Self { store, seal_key, metrics, running: Default::default() }
    }

    /// Runs a tick's work unless another process does, or the run before is not over here.
    async fn run(&self, schedule: Schedule, tick: DateTime<chrono::Utc>, worker: &WorkerContext) -> Result<Run> {
        // Asked before the tick is taken, so that another process may have it.
        let Ok(_only_one) = self.running[schedule as usize].try_lock() else { return Ok(Run::Left) };
        if !schedule::take_tick(&self.store, schedule.name(), tick).await? {
            return Ok(Run::Left);
        }
        while schedule.batch(&self.store, &self.seal_key).await? && !worker.is_shutting_down() {}
        Ok(Run::Done)
    }
}

/// What apalis calls on every tick. Never fails: a run that does is logged, and the next one makes up for it.
pub(crate) async fn on_tick(
    tick: Tick<Utc>,
    schedule: Data<Schedule>,
    clockwork: Data<Arc<Clockwork>>,
    worker: WorkerContext,
) {
    let seconds = i64::try_from(tick.get_timestamp()).unwrap_or(i64::MAX);
    let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let run = match timeout(LONGEST_RUN, clockwork.run(*schedule, at, &worker)).await {
        Ok(Ok(run)) => run,
        Ok(Err(error)) => {
            tracing::error!(schedule = schedule.name(), %error, "a run failed");
            Run::Failed
        }
        Err(_) => {
            tracing::error!(schedule = schedule.name(), "a run took longer than {LONGEST_RUN:?}");
            Run::TimedOut
        }
    };
    clockwork.metrics.ran(*schedule, run);
}

/// Ticks at the whole multiples of a period, so that all processes mean the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Every {
    period: u64,
}

impl Every {
    /// The source of a schedule's ticks.
    pub(crate) fn ticks_of(schedule: Schedule) -> CronScheduler<Self> {
        CronScheduler::new(Self { period: schedule.period() })
    }

    /// The next tick, at least a second from now: one that has passed by the time it is waited for ends the source.
    fn after(&self, now: u64) -> u64 {
        ((now + 1) / self.period + 1) * self.period
    }
}

impl apalis_cron::Schedule<Utc> for Every {
    fn next_tick(&mut self, _: &Utc) -> Option<Tick<Utc>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        Some(Tick::new(self.after(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_whole_multiples_and_never_closer_than_a_second() {
        let every = Every { period: 10 };
        let next = [0, 7, 8, 9, 10, 11, 18, 19, 20].map(|now| every.after(now));
        assert_eq!(next, [10, 10, 10, 20, 20, 20, 20, 30, 30]);
    }
}
