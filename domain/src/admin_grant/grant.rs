//! Grants what was asked for, where nothing that stands covers it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::{AdminGrant, AdminGrantFilter, AdminGrantId, AdminGrantStatus, AdminScope, RequestedAdministration, state};
use crate::error::Result;
use crate::invitation::InvitationId;
use crate::organization::OrganizationId;
use crate::schema::admin_grants;

impl AdminGrant {
    /// Whether it already gives all that is asked for, for as long; also where it was granted for as long and its end is not
    /// near yet, so that the same is not asked again at once, and can be once notice of the end is due.
    ///
    /// Another scope is something new: who is to move from FULL to GRANULAR is granted the narrower beside it first.
    #[must_use]
    pub fn covers(&self, asked: &RequestedAdministration, now: DateTime<Utc>) -> bool {
        if self.status_at(now) != AdminGrantStatus::Active {
            return false;
        }
        match (self.scope, asked) {
            (AdminScope::Full, RequestedAdministration::Full) => true,
            (AdminScope::Granular, RequestedAdministration::Granular { roles, duration, auto_extend }) => {
                let has_roles = roles.iter().all(|role| self.roles.contains(role));
                let lasts = duration.after(now) <= self.end_at(now);
                let lasted = duration.after(self.granted_at) <= self.end_at(now) && !self.is_near_end(now);
                has_roles && (lasts || lasted) && (self.auto_extend || !auto_extend)
            }
            _ => false,
        }
    }

    /// Whether it gives what is asked for and nothing besides: no other role, no later end.
    #[must_use]
    pub fn is_just(&self, asked: &RequestedAdministration, now: DateTime<Utc>) -> bool {
        let has_more = match asked {
            RequestedAdministration::Full => false,
            RequestedAdministration::Granular { roles, duration, auto_extend } => {
                let other_roles = self.roles.iter().any(|role| !roles.contains(role));
                other_roles || self.end_at(now) > duration.after(now) || (self.auto_extend && !auto_extend)
            }
        };
        self.covers(asked, now) && !has_more
    }

    /// The grant that gives what was asked for, from now on, and never for longer than may be asked for now; `invitation` is
    /// what asked.
    #[must_use]
    pub fn granting(
        asked: &RequestedAdministration,
        partner_id: OrganizationId,
        customer_id: OrganizationId,
        invitation: Option<InvitationId>,
        now: DateTime<Utc>,
    ) -> Self {
        let (scope, roles, ends_at, auto_extend) = match asked {
            RequestedAdministration::Full => (AdminScope::Full, Vec::new(), None, false),
            RequestedAdministration::Granular { roles, auto_extend, .. } => {
                (AdminScope::Granular, roles.clone(), asked.end_from(now), *auto_extend)
            }
        };
        Self {
            id: AdminGrantId::fresh(),
            partner_id,
            customer_id,
            invitation_id: invitation,
            scope,
            roles,
            status: AdminGrantStatus::Active,
            granted_at: now,
            ends_at,
            auto_extend,
            ended_at: None,
            notice_at: ends_at.and_then(|end| state::first_notice(now, end)),
        }
    }

    /// What the account says of it when it is granted.
    #[must_use]
    pub fn granted_details(&self) -> serde_json::Value {
        let (roles, ends_at) = (&self.roles, self.ends_at);
        json!({ "scope": self.scope, "roles": roles, "endsAt": ends_at, "autoExtend": self.auto_extend })
    }

    /// Stores a new grant.
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        diesel::insert_into(admin_grants::table).values(self).execute(conn).await?;
        Ok(())
    }

    /// Of the partner's grants at the customer, one that covers what is asked.
    pub(crate) async fn find_covering(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        asked: &RequestedAdministration,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let grants = Self::of_pairs(conn, &[(partner, customer)], &AdminGrantFilter::active(), now).await?;
        Ok(grants.into_iter().find(|grant| grant.covers(asked, now)))
    }

    /// The same, kept as it is until the transaction ends: whoever takes it away waits for what is agreed with it.
    pub(crate) async fn hold_covering(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        asked: &RequestedAdministration,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let grants = Self::hold_active(conn, partner, customer).await?;
        Ok(grants.into_iter().find(|grant| grant.covers(asked, now)))
    }

    /// The partner's grants at the customer that nobody ended, kept as they are until the transaction ends. Some may be past
    /// their end: read [`AdminGrant::status_at`].
    pub(crate) async fn hold_active(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
    ) -> Result<Vec<Self>> {
        let query = admin_grants::table
            .filter(admin_grants::partner_id.eq(partner))
            .filter(admin_grants::customer_id.eq(customer))
            .filter(admin_grants::status.eq(AdminGrantStatus::Active))
            .order(admin_grants::id);
        Ok(query.select(Self::as_select()).for_share().load(conn).await?)
    }
}
