//! Sends an invitation again: a new link, a new deadline.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::expire::expire_locked;
use super::input::{LONGEST, SHORTEST};
use super::send::{expire_overdue_twin, may_go_out};
use super::{Delivery, Invitation, InvitationId};
use crate::activity::{self, Activity, Change, Event};
use crate::actor::Actor;
use crate::email::{self, EmailKind};
use crate::error::{Code, Error, OnConstraint, Result, refuse_all};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::store::Store;
use crate::text::Checks;

/// How often one invitation is sent again in 24 hours.
const MOST_A_DAY: i64 = 5;

/// Sends a pending or expired invitation again. The older link is dead from the commit on.
///
/// Refuses with `NOT_FOUND`, `NOT_PENDING`, `RATE_LIMITED` (five times in 24 hours), `INVALID` and `OUT_OF_RANGE` of
/// `expiresAfter`, and as [`super::send`] does.
pub async fn resend(
    store: &Store,
    actor: &Actor,
    id: InvitationId,
    expires_after: &str,
    by: Delivery,
) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let now = store.now();
    let conn = &mut store.connection().await?;
    let sent = conn
        .transaction(async |conn| {
            let mut invitation = Invitation::lock_own(conn, member, id).await?;
            let mut checks = Checks::default();
            let expires_after = checks.period("expiresAfter", expires_after, SHORTEST, LONGEST, now);
            refuse_all(checks.0)?;
            if invitation.is_overdue_at(now) {
                expire_locked(store, conn, &mut invitation).await?;
            }
            invitation.resend(expires_after, by == Delivery::ByHand, now)?;
            let resent = Activity::count_since(
                conn,
                invitation.inviter_id,
                invitation.id,
                Event::InvitationResent,
                now - TimeDelta::days(1),
            );
            if resent.await? >= MOST_A_DAY {
                let message = format!("an invitation is sent again at most {MOST_A_DAY} times in 24 hours");
                return Err(Code::RateLimited.on("id").saying(message).into());
            }
            may_go_out(store, conn, member, &invitation, by, 0).await?;
            expire_overdue_twin(store, conn, &invitation).await?;
            invitation
                .save(conn)
                .await
                .on_constraint("invitations_one_open", Code::AlreadyInvited.on("recipient.email"))?;
            let resent = Change::new(Event::InvitationResent, invitation.id).read_by(invitation.readers());
            activity::record(conn, actor, now, resent.with(json!({ "byHand": invitation.by_hand }))).await?;
            if by == Delivery::Mail {
                email::queue(conn, EmailKind::Invitation, &invitation, now).await?;
            }
            Ok::<_, Error>(invitation)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(sent)
}
