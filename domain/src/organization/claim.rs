//! Takes an unclaimed organization over.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Organization, OrganizationId, lower};
use crate::actor::Identity;
use crate::error::{Code, OnConstraint, Result};
use crate::schema::{organization_domains, organizations};

/// The unclaimed organization whose first administrator is named by this address, in any case. One that somebody else has
/// since shown to own the domain of is no longer to be had.
pub(crate) async fn find_claimable(conn: &mut AsyncPgConnection, email: &str) -> Result<Option<OrganizationId>> {
    let query = organizations::table
        .inner_join(organization_domains::table)
        .filter(lower(organizations::administrator_email.assume_not_null()).eq(lower(email)))
        .filter(organizations::administrator_email.is_not_null())
        .filter(organization_domains::is_unclaimed)
        .select(organizations::id);
    Ok(query.first(conn).await.optional()?)
}

/// Makes an unclaimed organization that of the identity's tenant: its domain is verified from now on, since the issuer
/// vouches for an address of it. None: somebody was faster.
///
/// Refuses with `CONFLICT`, and leaves the transaction to be taken back, where the tenant or the domain has become another
/// organization's meanwhile.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<Option<Organization>> {
    // Of several who claim it at once, the others wait here, and then find it claimed.
    let unclaimed = organizations::table.find(id).filter(organizations::administrator_email.is_not_null());
    let found: Option<OrganizationId> =
        unclaimed.select(organizations::id).for_no_key_update().first(conn).await.optional()?;
    if found.is_none() {
        return Ok(None);
    }
    let domain = organization_domains::table
        .filter(organization_domains::organization_id.eq(id))
        .filter(organization_domains::is_unclaimed);
    let verified = (
        organization_domains::is_unclaimed.eq(false),
        organization_domains::is_primary.eq(true),
        organization_domains::verified_at.eq(now),
    );
    let verified = diesel::update(domain).set(verified).execute(conn).await;
    if verified.on_constraint("organization_domains_one_owner", Code::Conflict.refusal())? == 0 {
        return Ok(None);
    }
    let claimed = (
        organizations::issuer.eq(&identity.issuer),
        organizations::tenant.eq(&identity.tenant),
        organizations::administrator_email.eq(None::<String>),
        organizations::claimed_at.eq(now),
    );
    let claimed = diesel::update(organizations::table.find(id)).set(claimed).returning(Organization::as_returning());
    let claimed: QueryResult<Organization> = claimed.get_result(conn).await;
    claimed.on_constraint("organizations_one_per_tenant", Code::Conflict.refusal()).map(Some)
}
