//! Drafts and sends many at once: a result a row, a transaction a row.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::draft::{drafted, first_again};
use super::input::in_row;
use super::send::{may_go_out, send_locked};
use super::{Delivery, Invitation, InvitationId, InvitationStatus, NewInvitation};
use crate::actor::{Actor, Member};
use crate::error::{Code, Error, Refusal, Result};
use crate::idempotency::Once;
use crate::organization::lower;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::schema::invitations;
use crate::store::Store;

/// The most rows of one call.
pub const MOST_ROWS: usize = 250;

/// What became of a row: the invitation sent, or why not. Neither: a dry run found nothing wrong.
#[derive(Debug, Default)]
pub struct SentRow {
    /// What was sent.
    pub invitation: Option<Invitation>,
    /// Why it was not, with paths that begin with `rows` and the row's number from 0.
    pub refusals: Vec<Refusal>,
}

/// Drafts and sends every row that is good; bad rows say why. A dry run checks all and sends nothing.
///
/// With an `idempotency_key`, rows that an earlier call sent are given again: a call that broke off half way is
/// repeated as it was, and without one it cannot be told which rows went out. Each row takes a connection of its own, so
/// that many such calls leave others their turn.
///
/// Refuses as a whole with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, `OUT_OF_RANGE` (no rows, or more than 250) and
/// `IDEMPOTENCY_CONFLICT`.
pub async fn send_many(
    store: &Store,
    actor: &Actor,
    rows: Vec<NewInvitation>,
    dry_run: bool,
    idempotency_key: Option<&str>,
) -> Result<Vec<SentRow>> {
    let member = actor.may(Action::Invite)?;
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(Code::OutOfRange.on("rows").saying(format!("give 1 to {MOST_ROWS} rows")).into());
    }
    let call = Once::new(member.organization.id, "sendInvitations", idempotency_key, &rows)?;
    if let (Some(call), false) = (&call, dry_run) {
        let conn = &mut store.connection().await?;
        conn.transaction(async |conn| call.take(conn, store.now(), None).await).await?;
    }
    let mut seen = HashSet::new();
    let mut results = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let address = (row.kind, row.indirect_provider_id.clone(), row.recipient.email.trim().to_lowercase());
        let result = if seen.contains(&address) {
            Err(Code::AlreadyInvited.on("recipient.email").saying("an earlier row has this address").into())
        } else {
            match key_of(member, call.as_ref(), number, &row) {
                Ok(_) if dry_run => check_row(store, actor, member, row, seen.len()).await.map(|()| None),
                Ok(once) => send_row(store, actor, member, row, once).await.map(Some),
                Err(error) => Err(error),
            }
        };
        results.push(match result {
            Ok(invitation) => {
                // A row that was refused is in nobody's way.
                seen.insert(address);
                SentRow { invitation, refusals: Vec::new() }
            }
            Err(error) => match in_row(error, number) {
                Error::Refused(refusals) => SentRow { invitation: None, refusals },
                fault @ Error::Fault(_) => {
                    store.ring(Outbox::Emails);
                    return Err(fault);
                }
            },
        });
    }
    store.ring(Outbox::Emails);
    Ok(results)
}

/// A row's key: its own, else its part of the call's.
fn key_of(member: &Member, call: Option<&Once>, number: usize, row: &NewInvitation) -> Result<Option<Once>> {
    match (call, &row.idempotency_key) {
        (Some(call), None) => call.part("sendInvitations.part", number, row).map(Some),
        (_, own) => Once::new(member.organization.id, "sendInvitations.row", own.as_deref(), row),
    }
}

async fn send_row(
    store: &Store,
    actor: &Actor,
    member: &Member,
    row: NewInvitation,
    once: Option<Once>,
) -> Result<Invitation> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let id = InvitationId::fresh();
        if let Some(first) = first_again(store, conn, member, once.as_ref(), id).await? {
            return Ok(first);
        }
        send_new(store, conn, actor, member, row, id).await
    })
    .await
}

/// Drafts and sends in one transaction, by whoever may; whose key it was is settled.
pub(crate) async fn send_new(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    new: NewInvitation,
    id: InvitationId,
) -> Result<Invitation> {
    let draft = new.into_draft(store, conn, actor, member, id).await?;
    draft.insert(conn).await?;
    let before = vec![drafted(&draft, None)];
    send_locked(store, conn, actor, member, draft, Delivery::Mail, before).await
}

/// Says why a row would not be sent, `besides` so many that would; changes nothing.
async fn check_row(store: &Store, actor: &Actor, member: &Member, row: NewInvitation, besides: usize) -> Result<()> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| may_send_new(store, conn, actor, member, row, besides).await).await
}

/// Says why it would not be sent, `besides` so many mails that a dry run found good; changes nothing.
pub(crate) async fn may_send_new(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    new: NewInvitation,
    besides: usize,
) -> Result<()> {
    let mut draft = new.into_draft(store, conn, actor, member, InvitationId::fresh()).await?;
    draft.send(false, store.now())?;
    may_go_out(store, conn, member, &draft, Delivery::Mail, besides).await?;
    check_none_open(store, conn, &draft).await
}

/// What the unique index says when a row is really sent: an overdue one is expired then.
async fn check_none_open(store: &Store, conn: &mut AsyncPgConnection, draft: &Invitation) -> Result<()> {
    let open = invitations::table
        .filter(invitations::inviter_id.eq(draft.inviter_id))
        .filter(invitations::kind.eq(draft.kind))
        .filter(invitations::indirect_provider_id.is_not_distinct_from(draft.indirect_provider_id))
        .filter(lower(invitations::recipient_email).eq(lower(&draft.recipient_email)))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(store.now()));
    let is_open: bool = diesel::select(diesel::dsl::exists(open)).get_result(conn).await?;
    if is_open { Err(Code::AlreadyInvited.on("recipient.email").into()) } else { Ok(()) }
}
