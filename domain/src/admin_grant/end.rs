//! Ends grants together with what they were granted for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{AdminGrant, AdminGrantStatus};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::schema::admin_grants;
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
    /// Ends every grant of the partner at the customer that is active, and gives them as they are now: revoked where the
    /// customer ends them, ended where the partner does.
    pub(crate) async fn end_all(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let status = if by == customer { AdminGrantStatus::Revoked } else { AdminGrantStatus::Ended };
        // One past its end reads expired, and stays so.
        let active = admin_grants::table
            .filter(admin_grants::partner_id.eq(partner))
            .filter(admin_grants::customer_id.eq(customer))
            .filter(admin_grants::status.eq(AdminGrantStatus::Active))
            .filter(admin_grants::ends_at.is_null().or(admin_grants::ends_at.gt(now).assume_not_null()));
        let end = (admin_grants::status.eq(status), admin_grants::ended_at.eq(now));
        let mut ended: Vec<Self> =
            diesel::update(active).set(end).returning(Self::as_returning()).get_results(conn).await?;
        ended.sort_by_key(|grant| grant.id.uuid());
        Ok(ended)
    }
}
