//! How many sockets there are: in all from the handshake on, and of each user once they are known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::actor::Identity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::settings::SocketSettings;

/// The sockets of this process.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(super) settings: SocketSettings,
    places: Arc<Semaphore>,
    users: Arc<Mutex<HashMap<User, u32>>>,
}

/// A user as the issuer knows them: their subject.
type User = String;

/// One of a user's sockets; dropped, another may take its place.
#[derive(Debug)]
pub(super) struct Seat {
    user: User,
    users: Arc<Mutex<HashMap<User, u32>>>,
}

impl Sockets {
    pub(crate) fn new(settings: &SocketSettings) -> Self {
        let places = usize::try_from(settings.in_all).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(places));
        Self { settings: settings.clone(), places, users: Arc::default() }
    }

    /// A place for a socket. None: there are as many as may be.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// A seat for one more socket of a user. None: they have as many as they may.
    pub(super) fn seat(&self, identity: &Identity) -> Option<Seat> {
        let user = identity.subject.clone();
        let mut users = lock(&self.users);
        let taken = users.get(&user).copied().unwrap_or_default();
        if taken >= self.settings.per_user {
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
