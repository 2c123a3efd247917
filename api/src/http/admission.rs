//! How many operations run at once, and how many wait: what is beyond that is sent away at once.
//!
//! An operation that runs needs connections of the pool, of which there are few on purpose; more at once would only wait
//! there, in memory and without an end. First come, first served.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long an operation may wait; who asked is better served by an answer that says when to come back.
const PATIENCE: Duration = Duration::from_secs(2);

/// The places of operations.
#[derive(Debug)]
pub(super) struct Admission {
    running: Arc<Semaphore>,
    waiting: Semaphore,
}

/// A place to run, free again when it is dropped.
pub(super) type Place = OwnedSemaphorePermit;

/// There is no place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Admission {
    /// For so many at once, and so many that wait.
    pub(super) fn new(at_once: usize, waiting: usize) -> Self {
        Self { running: Arc::new(Semaphore::new(at_once)), waiting: Semaphore::new(waiting) }
    }

    /// A place, waited for where there is room to wait.
    pub(super) async fn enter(&self) -> Result<Place, Full> {
        if let Ok(place) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| Full)?;
        match timeout(PATIENCE, Arc::clone(&self.running).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            // Never closed; or waited for too long.
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn so_many_run_so_many_wait_and_the_rest_is_sent_away_at_once() {
        let admission = Admission::new(2, 1);
        let (first, _second) = (admission.enter().await.unwrap(), admission.enter().await.unwrap());
        let mut third = Box::pin(admission.enter());
        assert!(third.as_mut().now_or_never().is_none());
        assert_eq!(admission.enter().now_or_never().unwrap().unwrap_err(), Full);
        drop(first);
        assert!(third.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let admission = Admission::new(1, 1);
        let _first = admission.enter().await.unwrap();
        assert_eq!(admission.enter().await.unwrap_err(), Full);
        // Whoever gave up waiting left room for the next.
        assert!(admission.enter().now_or_never().is_none());
    }
}
