//! Ends grants together with what they were granted for.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{AdminGrant, AdminGrantStatus};
use crate::error::Result;
use crate::invitation::InvitationKind;
use crate::organization::OrganizationId;
use crate::schema::{admin_grants, invitations};
use crate::text_enum::text_enum;

text_enum! {
    /// What becomes of delegated administration when what it was granted for ends. There is no default: who leaves must not
    /// keep rights by oversight.
    AdministrationChoice {
        /// The grants stay.
        Keep = "keep",
        /// The grants end with it.
        End = "end",
    }
}

impl AdminGrant {
    /// Whether a grant that came with a partnership is active.
    pub(crate) async fn is_any_of_partnership(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        Ok(diesel::select(exists(of_partnership(provider, reseller, now))).get_result(conn).await?)
    }

    /// Ends every active grant that came with a partnership, and gives them as they are now: revoked where the reseller
    /// ends them, ended where the provider does. What the reseller granted as the provider's customer stands by itself.
    pub(crate) async fn end_of_partnership(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let status = if by == reseller { AdminGrantStatus::Revoked } else { AdminGrantStatus::Ended };
        let end = (admin_grants::status.eq(status), admin_grants::ended_at.eq(now));
        let active = of_partnership(provider, reseller, now);
        let mut ended: Vec<Self> =
            diesel::update(active).set(end).returning(Self::as_returning()).get_results(conn).await?;
        ended.sort_by_key(|grant| grant.id.uuid());
        Ok(ended)
    }
}

/// The active grants that came with a partnership. One past its end reads expired, and stays so.
#[auto_type]
fn of_partnership(provider: OrganizationId, reseller: OrganizationId, now: DateTime<Utc>) -> _ {
    let (active, kind): (AdminGrantStatus, InvitationKind) =
        (AdminGrantStatus::Active, InvitationKind::ResellerRelationship);
    let of_relationship = invitations::table
        .filter(invitations::id.nullable().eq(admin_grants::invitation_id))
        .filter(invitations::kind.eq(kind))
        .select(invitations::id);
    admin_grants::table
        .filter(admin_grants::partner_id.eq(provider))
        .filter(admin_grants::customer_id.eq(reseller))
        .filter(admin_grants::status.eq(active))
        .filter(admin_grants::ends_at.is_null().or(admin_grants::ends_at.assume_not_null().gt(now)))
        .filter(not(exists(of_relationship)))
}
