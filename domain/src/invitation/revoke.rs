//! Takes an invitation back; with the end of a relationship all that ask for it anew.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{Invitation, InvitationId, InvitationKind, InvitationStatus, addressee};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Error, Result, refuse_all};
use crate::organization::{OrganizationDomain, OrganizationId, lower};
use crate::policy::Action;
use crate::schema::{invitations, users};
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
            activity::record(conn, actor, store.now(), invitation.revoked()).await?;
        }
        Ok::<_, Error>(invitation)
    })
    .await
}

/// Revokes every pending invitation of a partner's that asks this customer for a relationship, since the two just ended theirs:
/// named in it, by its address's domain or by whose address it is. Gives what is to be recorded.
///
/// A draft stays, and so does what a reseller asks for this partner as its provider: that is another's request.
pub(crate) async fn revoke_requests(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    customer: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for mut invitation in lock_requests(conn, partner, customer, now).await? {
        // The address may be somebody's whose organization is another all the same.
        let asked = addressee::organization(conn, &invitation).await?;
        if asked.is_some_and(|asked| asked.id == customer) && invitation.revoke(None, now)? {
            invitation.save(conn).await?;
            changes.push(invitation.revoked());
        }
    }
    Ok(changes)
}

/// The pending invitations of a partner's that may be this customer's, locked until the transaction ends.
async fn lock_requests(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    customer: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>> {
    let domains = OrganizationDomain::of(conn, &[customer]).await?.into_iter().map(|owned| owned.domain);
    // Addresses are kept as they were written: other letters than ASCII's too.
    let domains: Vec<String> = domains.flat_map(|ascii| [idna::domain_to_unicode(&ascii).0, ascii]).collect();
    let addresses = users::table.filter(users::organization_id.eq(customer)).select(lower(users::email));
    let is_of_domain = split_part(lower(invitations::recipient_email), "@", 2).eq_any(domains);
    let is_by_address = is_of_domain.or(lower(invitations::recipient_email).eq_any(addresses));
    let unnamed = invitations::recipient_organization_id.is_null().and(is_by_address);
    let query = invitations::table
        .filter(invitations::inviter_id.eq(partner))
        .filter(invitations::kind.eq(InvitationKind::ResellerRelationship))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::recipient_organization_id.eq(customer).assume_not_null().or(unnamed.assume_not_null()))
        .order(invitations::id);
    Ok(query.select(Invitation::as_select()).for_no_key_update().load(conn).await?)
}

impl Invitation {
    /// What is told of it once it is taken back.
    fn revoked(&self) -> Change {
        Change::new(Event::InvitationRevoked, self.id).read_by(self.readers())
    }
}

diesel::define_sql_function! {
    /// PostgreSQL's `split_part`.
    fn split_part(text: Text, by: Text, part: Integer) -> Text;
}
