//! Sends a draft.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::rules::{self, Askers};
use super::{Invitation, InvitationId, InvitationStatus, expire};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::email::{self, EmailKind};
use crate::error::{Code, Error, OnConstraint, Result, refuse_all};
use crate::organization::lower;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::schema::invitations;
use crate::store::Store;

/// Who brings the mail to the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Accord does.
    Mail,
    /// The person does, from their own mail application.
    ByHand,
}

/// Sends a draft: sets its deadline and queues the mail, in one transaction.
///
/// Refuses with `NOT_FOUND`, `NOT_A_DRAFT`, `NOT_AUTHORIZED_PARTNER`, `NOT_PARTNERS`, `OWN_ORGANIZATION`,
/// `WRONG_PARTNER_KIND`, `ALREADY_RELATED`, `ALREADY_INVITED`, `RATE_LIMITED` and the rules of region and cloud.
pub async fn send(store: &Store, actor: &Actor, id: InvitationId, by: Delivery) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let conn = &mut store.connection().await?;
    let sent = conn
        .transaction(async |conn| {
            let draft = Invitation::lock_own(conn, member, id).await?;
            send_locked(store, conn, actor, member, draft, by, Vec::new()).await
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(sent)
}

/// Sends a draft that this transaction holds; `before` is what the transaction did before, to be recorded with it.
pub(super) async fn send_locked(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    mut draft: Invitation,
    by: Delivery,
    before: Vec<Change>,
) -> Result<Invitation> {
    draft.send(by == Delivery::ByHand, store.now())?;
    may_go_out(store, conn, member, &draft, by, 0).await?;
    expire_overdue_twin(store, conn, &draft).await?;
    draft.save(conn).await.on_constraint("invitations_one_open", Code::AlreadyInvited.on("recipient.email"))?;
    let sent = Change::new(Event::InvitationSent, draft.id).read_by(draft.readers());
    let sent = sent.with(json!({ "byHand": draft.by_hand }));
    activity::record_all(conn, actor, store.now(), before.into_iter().chain([sent]).collect()).await?;
    if by == Delivery::Mail {
        email::queue(conn, EmailKind::Invitation, &draft, store.now()).await?;
    }
    Ok(draft)
}

/// What must hold for a draft, or one that is sent again, to go out now, `besides` so many others that a dry run
/// found good. Changes nothing.
pub(super) async fn may_go_out(
    store: &Store,
    conn: &mut AsyncPgConnection,
    member: &Member,
    invitation: &Invitation,
    by: Delivery,
    besides: usize,
) -> Result<()> {
    let askers = Askers::of(conn, invitation).await?;
    let mut refusals = Vec::new();
    askers.hold_standing(conn, invitation.kind, &mut refusals).await?;
    refuse_all(refusals)?;
    rules::check_sending(store, conn, invitation, &askers).await?;
    if by == Delivery::Mail {
        email::check_daily_limit(store, conn, member.organization.id, besides).await?;
    }
    Ok(())
}

/// Expires an overdue invitation of the same key, which the worker has not come to yet: it is in nobody's way.
pub(super) async fn expire_overdue_twin(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
) -> Result<()> {
    let twin = invitations::table
        .filter(invitations::inviter_id.eq(invitation.inviter_id))
        .filter(invitations::kind.eq(invitation.kind))
        .filter(invitations::indirect_provider_id.is_not_distinct_from(invitation.indirect_provider_id))
        .filter(lower(invitations::recipient_email).eq(lower(&invitation.recipient_email)))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.le(store.now()))
        .filter(invitations::id.ne(invitation.id));
    let found: Option<Invitation> =
        twin.select(Invitation::as_select()).for_no_key_update().first(conn).await.optional()?;
    match found {
        Some(mut twin) => expire::expire_locked(store, conn, &mut twin).await,
        None => Ok::<_, Error>(()),
    }
}
