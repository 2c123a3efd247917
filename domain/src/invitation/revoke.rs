//! Takes an invitation back.

use diesel_async::AsyncConnection;

use super::{Invitation, InvitationId};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Error, Result, refuse_all};
use crate::policy::Action;
use crate::store::Store;
use crate::text::Checks;

/// Revokes a draft or a pending invitation: its link is dead at once, and a mail still queued is not sent.
///
/// One that was revoked before is given again, unchanged. Refuses with `NOT_FOUND` and `NOT_PENDING`.
pub async fn revoke(store: &Store, actor: &Actor, id: InvitationId, reason: Option<&str>) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let mut checks = Checks::default();
    let reason = checks.reason(reason);
    refuse_all(checks.0)?;
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut invitation = Invitation::lock_own(conn, member, id).await?;
        if invitation.revoke(reason, store.now())? {
            invitation.save(conn).await?;
            let revoked = Change::new(Event::InvitationRevoked, invitation.id).read_by(invitation.readers());
            activity::record(conn, actor, store.now(), revoked).await?;
        }
        Ok::<_, Error>(invitation)
    })
    .await
}
