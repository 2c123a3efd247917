//! How many of something there are at once: in all, and of each user.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::actor::Identity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What there may be so many of in this process.
#[derive(Debug)]
pub(super) struct Crowd {
    places: Arc<Semaphore>,
    users: Arc<Mutex<HashMap<User, u32>>>,
    per_user: u32,
}

/// A user as the issuer knows them: their subject.
type User = String;

/// One of a user's; dropped, another may take its place.
#[derive(Debug)]
pub(super) struct Seat {
    user: User,
    users: Arc<Mutex<HashMap<User, u32>>>,
}

impl Crowd {
    /// For so many in all, and so many of one user.
    pub(super) fn new(in_all: u32, per_user: u32) -> Self {
        let places = usize::try_from(in_all).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(places)), users: Arc::default(), per_user }
    }

    /// A place for one more, whoever it is. None: there are as many as may be.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// A seat for one more of a user. None: they have as many as they may.
    pub(super) fn seat(&self, identity: &Identity) -> Option<Seat> {
        let user = identity.subject.clone();
        let mut users = lock(&self.users);
        let taken = users.get(&user).copied().unwrap_or_default();
        if taken >= self.per_user {
            return None;
        }
        users.insert(user.clone(), taken + 1);
        drop(users);
        Some(Seat { user, users: Arc::clone(&self.users) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut users = lock(&self.users);
        match users.get_mut(&self.user) {
            Some(taken) if *taken > 1 => *taken -= 1,
            // The last: nobody who left is remembered.
            _ => drop(users.remove(&self.user)),
        }
    }
}

fn lock(users: &Mutex<HashMap<User, u32>>) -> MutexGuard<'_, HashMap<User, u32>> {
    users.lock().unwrap_or_else(PoisonError::into_inner)
}
