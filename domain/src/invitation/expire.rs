//! Writes down that a deadline has passed. Everybody has read it as expired since then.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{Invitation, InvitationStatus, Step};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::{self, EmailKind};
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::schema::invitations;
use crate::store::Store;

/// Expires up to `most` overdue invitations, each with activity and a mail to its inviter; returns how many.
///
/// Any number of workers may be at it: rows that another one holds, or that are being answered, are passed over.
pub async fn expire(store: &Store, most: i64) -> Result<usize> {
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    let expired = conn
        .transaction(async |conn| {
            let overdue = invitations::table
                .filter(invitations::status.eq(InvitationStatus::Pending))
                .filter(invitations::expires_at.le(store.now()))
                .order(invitations::expires_at)
                .limit(most);
            let rows: Vec<Invitation> =
                overdue.select(Invitation::as_select()).for_no_key_update().skip_locked().load(conn).await?;
            let count = rows.len();
            for mut row in rows {
                expire_locked(store, conn, &mut row).await?;
            }
            Ok::<_, Error>(count)
        })
        .await?;
    if expired > 0 {
        store.ring(Outbox::Emails);
    }
    Ok(expired)
}

/// Expires an overdue invitation that this transaction holds.
pub(super) async fn expire_locked(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &mut Invitation,
) -> Result<()> {
    // Everybody sees an overdue row as expired already; it is the written state that steps here.
    invitation.status = Step::Expire.from(invitation.status)?;
    invitation.remind_at = None;
    invitation.save(conn).await?;
    let expired = Change::new(Event::InvitationExpired, invitation.id).read_by(invitation.readers());
    activity::record(conn, &Actor::System, store.now(), expired).await?;
    email::queue(conn, EmailKind::InvitationExpired, invitation, store.now()).await?;
    Ok(())
}
