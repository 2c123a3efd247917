//! Turns to read what happened: when all followers are woken at once, the pool stays for requests.
//!
//! ```text
//! follower ──▶ a task: waits for a permit ──▶ reads ──▶ what was read, and the turn ──▶ resolved, then dropped
//! ```
//! Invariant: waiting and reading is done in a task of its own. A follower is polled only while its client takes what it is
//! told, and must hold up nobody else meanwhile; one that is dropped leaves no statement running on a connection of the pool.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use diesel_async::AsyncPgConnection;
use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;
use tracing::Instrument;

use crate::error::{Result, TimedOut};
use crate::outbox::{PATIENCE, connection, in_time};
use crate::store::Store;

/// Turns at the same time.
const MOST: usize = 2;

/// How long who begins to follow waits to have read where they stand.
const BEGINNING: Duration = Duration::from_secs(5);

/// How long a turn lasts once something was read, if it is not dropped: as long as a request waits for a connection.
const LONGEST: Duration = Duration::from_secs(5);

/// Hands out turns, a few at a time, in the order in which they were asked for.
pub(super) struct Turns {
    store: Store,
    permits: Arc<Semaphore>,
}

/// A follower's turn, over when it is dropped. Also when it is not, after a while: a client that reads slowly keeps nobody
/// else from reading.
#[derive(Debug)]
pub struct Turn {
    _held: oneshot::Sender<()>,
}

impl Turns {
    pub(super) fn new(store: Store) -> Self {
        Self { store, permits: Arc::new(Semaphore::new(MOST)) }
    }

    /// Reads, when it is this follower's turn. A connection that hangs is given up.
    pub(super) async fn read<T, R>(&self, read: R) -> Result<(T, Turn)>
    where
        T: Send + 'static,
        R: for<'a> FnOnce(&'a mut AsyncPgConnection) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        let (store, permits) = (self.store.clone(), Arc::clone(&self.permits));
        let (mut answer, answered) = oneshot::channel();
        let turn = async move {
            let permit = tokio::select! {
                biased;
                // Nobody wants it any more.
                () = answer.closed() => return,
                permit = permits.acquire_owned() => permit,
            };
            let read = match permit {
                Ok(permit) => read_once(&store, read).await.map(|found| (found, Turn::of(permit))),
                Err(closed) => Err(anyhow::Error::new(closed).into()),
            };
            // Where nobody waits for it any more, the turn is over with this.
            let _ = answer.send(read);
        };
        tokio::spawn(turn.in_current_span());
        answered.await.unwrap_or_else(|_| Err(anyhow!("reading activity panicked").into()))
    }

    /// The same for who begins to follow: they are told soon that there is no time for them. Who follows already waits on.
    pub(super) async fn read_soon<T, R>(&self, read: R) -> Result<(T, Turn)>
    where
        T: Send + 'static,
        R: for<'a> FnOnce(&'a mut AsyncPgConnection) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        let no_time = |_| Err(anyhow!("no turn to read activity in {BEGINNING:?}").context(TimedOut).into());
        timeout(BEGINNING, self.read(read)).await.unwrap_or_else(no_time)
    }
}

impl Turn {
    fn of(permit: OwnedSemaphorePermit) -> Self {
        let (held, dropped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let _permit = permit;
            let _ = timeout(LONGEST, dropped).await;
        });
        Self { _held: held }
    }
}

async fn read_once<T, R>(store: &Store, read: R) -> Result<T>
where
    R: for<'a> FnOnce(&'a mut AsyncPgConnection) -> BoxFuture<'a, Result<T>>,
{
    let mut conn = connection(store).await?;
    let answer = timeout(PATIENCE, read(&mut conn)).await;
    in_time(conn, answer)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::error::Error;

    fn turns() -> Turns {
        Turns::new(crate::activity::feed::tests::store_of_nowhere())
    }

    fn permit_of(turns: &Turns) -> OwnedSemaphorePermit {
        Arc::clone(&turns.permits).try_acquire_owned().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn who_begins_to_follow_is_told_soon_that_there_is_no_turn_and_asks_for_none_any_more() {
        let turns = turns();
        let taken: Vec<_> = (0..MOST).map(|_| permit_of(&turns)).collect();
        let began = Instant::now();
        let refused = turns.read_soon(|_| async { Ok(()) }.boxed()).await;
        assert!(matches!(refused, Err(Error::Fault(fault)) if TimedOut::caused(&fault)));
        assert_eq!(began.elapsed(), BEGINNING);
        drop(taken);
        while Arc::strong_count(&turns.permits) > 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(turns.permits.available_permits(), MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn who_follows_already_waits_for_a_turn_however_long_it_takes() {
        let turns = turns();
        let _taken: Vec<_> = (0..MOST).map(|_| permit_of(&turns)).collect();
        let reading = turns.read(|_| async { Ok(()) }.boxed());
        tokio::select! {
            biased;
            _ = reading => panic!("there was no turn"),
            () = sleep(100 * BEGINNING) => {}
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_is_over_when_it_is_dropped_and_after_a_while_in_any_case() {
        let turns = turns();
        let free = || turns.permits.available_permits();
        let (short, long) = (Turn::of(permit_of(&turns)), Turn::of(permit_of(&turns)));
        assert_eq!(free(), 0);
        drop(short);
        sleep(LONGEST / 2).await;
        assert_eq!(free(), 1);
        sleep(LONGEST).await;
        assert_eq!(free(), 2);
        drop(long);
    }
}
