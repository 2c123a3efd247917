//! Reminds who was mailed and has not answered: 7 days and 1 day before the deadline, once each.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::json;

use super::{Invitation, InvitationStatus};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::{self, Email, EmailStatus};
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::schema::invitations;
use crate::store::Store;

/// Queues up to `most` reminders that are due; returns how many rows it looked at.
///
/// After a long pause only the latest due reminder goes out, and none after the deadline; whom the invitation's mail has
/// not reached is not reminded of it, nor who is asked by two that are no longer partners.
pub async fn remind(store: &Store, most: i64) -> Result<usize> {
    let conn = &mut store.connection().await?;
    let now = store.now();
    let seen = conn
        .transaction(async |conn| {
            let due = invitations::table
                .filter(invitations::remind_at.le(now))
                .filter(invitations::status.eq(InvitationStatus::Pending))
                // What is overdue is left to expiry, which would pass over rows that are held here.
                .filter(invitations::expires_at.gt(now))
                .order(invitations::remind_at)
                .limit(most);
            let rows: Vec<Invitation> =
                due.select(Invitation::as_select()).for_no_key_update().skip_locked().load(conn).await?;
            let count = rows.len();
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let mailed: Vec<_> = Email::bringing(conn, &ids).await?;
            let was_mailed =
                |id| mailed.iter().any(|mail| mail.invitation_id == Some(id) && mail.status == EmailStatus::Sent);
            for mut invitation in rows {
                let days_left = invitation.take_reminder(now);
                invitation.save(conn).await?;
                if let Some(days_left) = days_left
                    && was_mailed(invitation.id)
                    && invitation.askers_are_partners(conn).await?
                    && email::queue_reminder(conn, &invitation, days_left, now).await?
                {
                    let reminded = Change::new(Event::InvitationReminded, invitation.id).read_by(invitation.readers());
                    activity::record(conn, &Actor::System, now, reminded.with(json!({ "daysLeft": days_left })))
                        .await?;
                }
            }
            Ok::<_, Error>(count)
        })
        .await?;
    if seen > 0 {
        store.ring(Outbox::Emails);
    }
    Ok(seen)
}
