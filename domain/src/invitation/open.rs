//! Notes that a person looked at the offer.

use diesel_async::AsyncConnection;

use super::{Invitation, InvitationStatus, Offer};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// Notes the first time a person looked, while it can be answered; advice only, never a state. Public.
///
/// Refuses with `LINK_NOT_VALID`.
pub async fn open(store: &Store, actor: &Actor, token: &str) -> Result<Offer> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let refused = || Error::from(Code::LinkNotValid.on("token"));
        let mut invitation = Invitation::lock_by_token(store, conn, token).await?.ok_or_else(refused)?;
        let is_open = invitation.status_at(store.now()) == InvitationStatus::Pending;
        // The inviter looking at their own link is nobody opening it.
        if is_open && invitation.opened_at.is_none() && !invitation.is_inviters(actor) {
            invitation.opened_at = Some(store.now());
            invitation.save(conn).await?;
            let opened = Change::new(Event::InvitationOpened, invitation.id).read_by(invitation.readers());
            // By whom is not told: a link may be looked at by anybody.
            activity::record(conn, &Actor::Visitor, store.now(), opened).await?;
        }
        Offer::of(store, conn, &invitation).await?.ok_or_else(refused)
    })
    .await
}
