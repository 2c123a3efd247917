//! How many sockets there are: in all from the handshake on, and of each user once they are known.

use domain::actor::Identity;
use tokio::sync::OwnedSemaphorePermit;

use super::settings::SocketSettings;
use crate::http::crowd::{Crowd, Seat};

/// The sockets of this process.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(super) settings: SocketSettings,
    crowd: Crowd,
}

impl Sockets {
    pub(crate) fn new(settings: &SocketSettings) -> Self {
        Self { settings: settings.clone(), crowd: Crowd::new(settings.in_all, settings.per_user) }
    }

    /// A place for a socket. None: there are as many as may be.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.crowd.place()
    }

    /// A seat for one more socket of a user. None: they have as many as they may.
    pub(super) fn seat(&self, identity: &Identity) -> Option<Seat> {
        self.crowd.seat(identity)
    }
}
