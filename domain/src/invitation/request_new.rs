//! Asks the inviter for a new link, by the holder of an expired one.

use diesel_async::AsyncConnection;

use super::{Invitation, InvitationStatus, Offer};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::{self, EmailKind};
use crate::error::{Code, Error, Result};
use crate::outbox::Outbox;
use crate::store::Store;

/// Tells the inviter by mail that the holder of an expired link would like a new one; once a link. Public.
///
/// Refuses with `LINK_NOT_VALID`, and with the code of its status what is not expired: `NOT_PENDING` while it can still
/// be answered, `INVITATION_REVOKED`, `INVITATION_ANSWERED`.
pub async fn request_new(store: &Store, token: &str) -> Result<Offer> {
    let conn = &mut store.connection().await?;
    let offer = conn
        .transaction(async |conn| {
            let refused = || Error::from(Code::LinkNotValid.on("token"));
            let invitation = Invitation::lock_by_token(store, conn, token).await?.ok_or_else(refused)?;
            match invitation.status_at(store.now()) {
                InvitationStatus::Expired => {}
                InvitationStatus::Revoked => return Err(Code::InvitationRevoked.on("token").into()),
                InvitationStatus::Accepted | InvitationStatus::Declined => {
                    return Err(Code::InvitationAnswered.on("token").into());
                }
                InvitationStatus::Draft | InvitationStatus::Pending => {
                    return Err(Code::NotPending.on("token").saying("this invitation can still be answered").into());
                }
            }
            if email::queue(conn, EmailKind::InvitationRenewal, &invitation, store.now()).await? {
                let asked = Change::new(Event::InvitationRenewalRequested, invitation.id).read_by(invitation.readers());
                activity::record(conn, &Actor::Visitor, store.now(), asked).await?;
            }
            Offer::of(store, conn, &invitation).await?.ok_or_else(refused)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(offer)
}
