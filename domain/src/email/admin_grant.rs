//! Mails about admin grants: queueing them, and what they are filled with.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::queue::Reader;
use super::{Email, EmailId, EmailKind};
use crate::activity::{Activity, Event};
use crate::admin_grant::{
    AdminGrant, AdminGrantFilter, AdminGrantId, AdminGrantStatus, AdminScope, DirectoryRole, Meaning, days_left,
    meanings,
};
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
    /// Of a notice, which: so many days before the end.
    pub(crate) days_left: Option<i16>,
    /// The end that it is about, or of a change of auto-extension when it was made.
    pub(crate) at: Option<DateTime<Utc>>,
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
            emails::days_left.eq(mail.days_left),
            emails::ends_at.eq(mail.at),
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

/// What a mail about an admin grant is filled with, read when its turn comes.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AdminGrantFacts {
    /// Which grant, `grt_…`.
    pub admin_grant_id: String,
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
    /// When the customer agreed.
    pub granted_at: DateTime<Utc>,
    /// Whether it holds.
    pub status: AdminGrantStatus,
    /// How many days are left of the calendar, UTC; none: it had no end.
    pub days_left: Option<i64>,
    /// None: it had no end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Until when it extends itself at its end; none: it does not.
    pub extends_until: Option<DateTime<Utc>>,
    /// Whether one of the two sides can have it extend itself.
    pub may_extend: bool,
    /// When it was over; none: it holds.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the partner's other grants there allow once this one is over, in the mail's language.
    pub keeps: Vec<Meaning>,
    /// Of a change of auto-extension: which side made it.
    pub changed_by: Option<RelationshipSide>,
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
    let now = store.now();
    let Some(grant) = AdminGrant::find(conn, &[id]).await?.pop() else { return Ok(None) };
    let changed_by = changed_by(conn, email, &grant).await?;
    if !is_wanted(email, &grant, changed_by, now) {
        return Ok(None);
    }
    let partner = Organization::get(conn, grant.partner_id).await?;
    let customer = Organization::get(conn, grant.customer_id).await?;
    let side =
        if reader.organization == Some(customer.id) { RelationshipSide::Customer } else { RelationshipSide::Partner };
    let ends_at = grant.end_at(now);
    Ok(Some(AdminGrantFacts {
        admin_grant_id: grant.id.to_string(),
        side,
        portal_url: store.portals().of(customer.cloud).to_owned(),
        partner_name: partner.name,
        customer_name: customer.name,
        scope: grant.scope,
        meanings: meanings(grant.scope, &grant.roles, &reader.to.locale),
        granted_at: grant.granted_at,
        status: grant.status_at(now),
        days_left: ends_at.map(|end| days_left(end, now)),
        ends_at,
        extends_until: grant.extended_end(now),
        may_extend: grant.may_extend(),
        ended_at: grant.ended_at(now),
        keeps: kept(conn, &grant, &reader.to.locale, now).await?,
        changed_by,
    }))
}

/// What the partner's other grants at the customer allow, each thing once: those that hold now, and still will when this one
/// ends.
async fn kept(
    conn: &mut AsyncPgConnection,
    grant: &AdminGrant,
    locale: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Meaning>> {
    let then = match grant.status_at(now) {
        AdminGrantStatus::Active => grant.end_at(now).unwrap_or(now),
        _ => now,
    };
    let pair = (grant.partner_id, grant.customer_id);
    let mut others = AdminGrant::of_pairs(conn, &[pair], &AdminGrantFilter::active(), now).await?;
    others.retain(|other| other.id != grant.id && other.status_at(then) == AdminGrantStatus::Active);
    let mut roles: Vec<DirectoryRole> = others.iter().flat_map(|other| &other.roles).copied().collect();
    roles.sort_unstable();
    roles.dedup();
    let mut kept = meanings(AdminScope::Granular, &roles, locale);
    if others.iter().any(|other| other.scope == AdminScope::Full) {
        kept.splice(0..0, meanings(AdminScope::Full, &[], locale));
    }
    Ok(kept)
}

/// Which side made the change of auto-extension that a mail tells of. None: it tells of none, or of one that another change
/// followed.
async fn changed_by(
    conn: &mut AsyncPgConnection,
    email: &Email,
    grant: &AdminGrant,
) -> Result<Option<RelationshipSide>> {
    if email.kind != EmailKind::AdminGrantAutoExtendChanged {
        return Ok(None);
    }
    let event = Event::AdminGrantAutoExtendChanged;
    let latest = Activity::find_latest(conn, grant.customer_id, grant.id, event).await?;
    let told = latest.filter(|change| Some(change.at) == email.ends_at);
    Ok(told.map(|change| match change.actor_organization_id {
        Some(customer) if customer == grant.customer_id => RelationshipSide::Customer,
        _ => RelationshipSide::Partner,
    }))
}

/// Whether it is still to be told: of an end, while the grant holds and has that end; of auto-extension, while it holds and
/// nobody has changed it since; what happened, always.
fn is_wanted(email: &Email, grant: &AdminGrant, changed_by: Option<RelationshipSide>, now: DateTime<Utc>) -> bool {
    let holds = grant.status_at(now) == AdminGrantStatus::Active;
    match email.kind {
        EmailKind::AdminGrantExpiring | EmailKind::AdminGrantExtended => holds && grant.end_at(now) == email.ends_at,
        EmailKind::AdminGrantAutoExtendChanged => holds && changed_by.is_some(),
        _ => true,
    }
}
