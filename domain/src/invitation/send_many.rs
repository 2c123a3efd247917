//! Drafts and sends many at once: a result a row, a transaction a row.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::draft::{drafted, first_again};
use super::input::in_row;
use super::send::{may_go_out, send_locked};
use super::{Delivery, Invitation, InvitationStatus, NewInvitation};
use crate::activity;
use crate::actor::{Actor, Member};
use crate::error::{Code, Error, Refusal, Result};
use crate::idempotency::Once;
use crate::organization::lower;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::schema::invitations;
use crate::store::{Connection, Store};

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
/// repeated as it was. Refuses as a whole with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, `OUT_OF_RANGE` (no rows, or more
/// than 250) and `IDEMPOTENCY_CONFLICT`.
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
    let conn = &mut store.connection().await?;
    if let (Some(once), false) =
        (Once::new(member.organization.id, "sendInvitations", idempotency_key, &rows)?, dry_run)
    {
        conn.transaction(async |conn| once.take(conn, store.now(), None).await).await?;
    }
    let mut seen = HashSet::new();
    let mut results = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let key = row.idempotency_key.clone().or_else(|| idempotency_key.map(|key| format!("{key}#{number}")));
        let twice = !seen.insert((row.kind, row.recipient.email.trim().to_lowercase()));
        let result = if twice {
            Err(Code::AlreadyInvited.on("recipient.email").saying("an earlier row has this address").into())
        } else {
            send_row(store, conn, actor, member, row, key.as_deref(), dry_run).await
        };
        results.push(match result {
            Ok(invitation) => SentRow { invitation, refusals: Vec::new() },
            Err(error) => match in_row(error, number) {
                Error::Refused(refusals) => SentRow { invitation: None, refusals },
                fault @ Error::Fault(_) => return Err(fault),
            },
        });
    }
    store.ring(Outbox::Emails);
    Ok(results)
}

async fn send_row(
    store: &Store,
    conn: &mut Connection,
    actor: &Actor,
    member: &Member,
    row: NewInvitation,
    key: Option<&str>,
    dry_run: bool,
) -> Result<Option<Invitation>> {
    let once = Once::new(member.organization.id, "sendInvitations.row", key, &row)?;
    conn.transaction(async |conn| {
        let mut draft = row.into_draft(store, conn, actor, member).await?;
        if dry_run {
            draft.send(false, store.now())?;
            may_go_out(store, conn, member, &draft, Delivery::Mail).await?;
            return check_none_open(conn, &draft).await.map(|()| None);
        }
        if let Some(once) = &once
            && let Some(Some(first)) = once.take(conn, store.now(), Some(draft.id.uuid())).await?
        {
            return first_again(conn, member, first).await.map(Some);
        }
        draft.insert(conn).await?;
        activity::record(conn, actor, store.now(), drafted(&draft)).await?;
        send_locked(store, conn, actor, member, draft, Delivery::Mail).await.map(Some)
    })
    .await
}

/// What the unique index says when a row is really sent: an overdue one was expired before, in this transaction.
async fn check_none_open(conn: &mut AsyncPgConnection, draft: &Invitation) -> Result<()> {
    let open = invitations::table
        .filter(invitations::inviter_id.eq(draft.inviter_id))
        .filter(invitations::kind.eq(draft.kind))
        .filter(lower(invitations::recipient_email).eq(lower(&draft.recipient_email)))
        .filter(invitations::status.eq(InvitationStatus::Pending));
    let is_open: bool = diesel::select(diesel::dsl::exists(open)).get_result(conn).await?;
    if is_open { Err(Code::AlreadyInvited.on("recipient.email").into()) } else { Ok(()) }
}
