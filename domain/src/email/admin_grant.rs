//! Mails about admin grants: queueing them, and what they are filled with.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::queue::Reader;
use super::{Email, EmailId, EmailKind};
use crate::admin_grant::{AdminGrant, AdminGrantId, AdminGrantStatus, AdminScope, Meaning, meanings};
use crate::error::Result;
use crate::organization::{Organization, OrganizationId};
use crate::relationship::RelationshipSide;
use crate::schema::emails;
use crate::store::Store;
use crate::user::UserId;

/// A mail about an admin grant.
#[derive(Debug)]
pub(crate) struct GrantMail {
    /// Which grant.
    pub(crate) grant: AdminGrantId,
    /// On whose behalf.
    pub(crate) sender: OrganizationId,
    /// To whom.
    pub(crate) recipient: UserId,
    /// Of a notice: how many days before which end.
    pub(crate) notice: Option<(i16, DateTime<Utc>)>,
}

/// Rows of one statement: nine values each, of 65,535 that PostgreSQL takes.
const ROWS_AT_ONCE: usize = 1_000;

/// Queues mails about admin grants, in the transaction that causes them. What was queued before is not queued again.
pub(crate) async fn queue_about_grants(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    mails: &[GrantMail],
    now: DateTime<Utc>,
) -> Result<()> {
    let row = |mail: &GrantMail| {
        (
            emails::id.eq(EmailId::fresh()),
            emails::kind.eq(kind),
            emails::admin_grant_id.eq(mail.grant),
            emails::recipient_id.eq(mail.recipient),
            emails::days_left.eq(mail.notice.map(|(days_left, _)| days_left)),
            emails::ends_at.eq(mail.notice.map(|(_, end)| end)),
            emails::organization_id.eq(mail.sender),
            emails::created_at.eq(now),
            emails::next_attempt_at.eq(now),
        )
    };
    for some in mails.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some.iter().map(row).collect();
        diesel::insert_into(emails::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// What a mail about an admin grant is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AdminGrantFacts {
    /// Who may administer.
    pub partner_name: String,
    /// In whose tenant.
    pub customer_name: String,
    /// Whose people the reader is of.
    pub side: RelationshipSide,
    /// How far it reaches.
    pub scope: AdminScope,
    /// What it allows, in the mail's language.
    pub meanings: Vec<Meaning>,
    /// Whether it holds.
    pub status: AdminGrantStatus,
    /// For a notice: 30, 7 or 1.
    pub days_left: Option<i16>,
    /// None: it had no end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Until when it extends itself at its end; none: it does not.
    pub extends_until: Option<DateTime<Utc>>,
    /// When it was over; none: it holds.
    pub ended_at: Option<DateTime<Utc>>,
    /// Where the reader goes on.
    pub portal_url: String,
}

/// What a mail about a grant says to its reader. None: it is no longer wanted.
pub(super) async fn about_admin_grant(
    store: &Store,
    conn: &mut AsyncPgConnection,
    email: &Email,
    id: AdminGrantId,
    reader: &Reader,
) -> Result<Option<AdminGrantFacts>> {
    let Some(grant) = AdminGrant::find(conn, &[id]).await?.pop() else { return Ok(None) };
    if !is_wanted(email, &grant, store.now()) {
        return Ok(None);
    }
    let partner = Organization::get(conn, grant.partner_id).await?;
    let customer = Organization::get(conn, grant.customer_id).await?;
    let side =
        if reader.organization == Some(customer.id) { RelationshipSide::Customer } else { RelationshipSide::Partner };
    Ok(Some(AdminGrantFacts {
        side,
        portal_url: store.portals().of(customer.cloud).to_owned(),
        partner_name: partner.name,
        customer_name: customer.name,
        scope: grant.scope,
        meanings: meanings(grant.scope, &grant.roles, &reader.to.locale),
        status: grant.status_at(store.now()),
        days_left: email.days_left,
        ends_at: grant.ends_at,
        extends_until: grant.extended_end(),
        ended_at: grant.ended_at(store.now()),
    }))
}

/// Whether it is still to be told: a notice while the grant holds and its end is the one told of; what happened, always.
fn is_wanted(email: &Email, grant: &AdminGrant, now: DateTime<Utc>) -> bool {
    email.kind != EmailKind::AdminGrantExpiring
        || (grant.status_at(now) == AdminGrantStatus::Active && grant.end_at(now) == email.ends_at)
}
