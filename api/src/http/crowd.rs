//! How many of something there are at once: in all, and of each user or organization.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::actor::Identity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What there may be so many of in this process.
#[derive(Debug)]
pub(super) struct Crowd {
    places: Arc<Semaphore>,
    users: Seats,
}

/// So many seats for each of many.
#[derive(Debug)]
pub(super) struct Seats {
    taken: Arc<Mutex<HashMap<Sitter, u32>>>,
    each: u32,
}

/// Whose a seat is, as the issuer knows them: a user's subject, an organization's tenant.
type Sitter = String;

/// One of somebody's; dropped, another may take its place.
#[derive(Debug)]
pub(super) struct Seat {
    sitter: Sitter,
    taken: Arc<Mutex<HashMap<Sitter, u32>>>,
}

impl Crowd {
    /// For so many in all, and so many of one user.
    pub(super) fn new(in_all: u32, per_user: u32) -> Self {
        let places = usize::try_from(in_all).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(places)), users: Seats::new(per_user) }
    }

    /// A place for one more, whoever it is. None: there are as many as may be.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// A seat for one more of a user. None: they have as many as they may.
    pub(super) fn seat(&self, identity: &Identity) -> Option<Seat> {
        self.users.take(&identity.subject)
    }
}

impl Seats {
    /// So many for each.
    pub(super) fn new(each: u32) -> Self {
        Self { taken: Arc::default(), each }
    }

    /// One more of somebody's. None: they have as many as they may.
    pub(super) fn take(&self, sitter: &str) -> Option<Seat> {
        let mut seats = lock(&self.taken);
        let taken = seats.get(sitter).copied().unwrap_or_default();
        if taken >= self.each {
            return None;
        }
        seats.insert(sitter.to_owned(), taken + 1);
        drop(seats);
        Some(Seat { sitter: sitter.to_owned(), taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.taken);
        match seats.get_mut(&self.sitter) {
            Some(taken) if *taken > 1 => *taken -= 1,
            // The last: nobody who left is remembered.
            _ => drop(seats.remove(&self.sitter)),
        }
    }
}

fn lock(seats: &Mutex<HashMap<Sitter, u32>>) -> MutexGuard<'_, HashMap<Sitter, u32>> {
    seats.lock().unwrap_or_else(PoisonError::into_inner)
}
