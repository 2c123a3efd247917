//! What a partner may administer in a customer's tenant, and until when.
//!
//! ```text
//! active ──(end)──► expired        a grant past its end reads expired, whether or not it was written
//!    ├──customer──► revoked
//!    └──partner───► ended
//! ```

mod end;
mod requested;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use end::AdministrationChoice;
pub use requested::{GranularAdministration, NewAdministration, RequestedAdministration};

use crate::actor::Actor;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::invitation::InvitationId;
use crate::organization::OrganizationId;
use crate::schema::admin_grants;
use crate::text_enum::text_enum;

/// The id of an admin grant, `grt_`.
pub type AdminGrantId = Id<AdminGrant>;

text_enum! {
    /// How far delegated administration reaches.
    AdminScope {
        /// Classic delegated administration privileges, without an end.
        Full = "full",
        /// The roles named, for a limited time.
        Granular = "granular",
    }
}

text_enum! {
    /// Whether a grant holds.
    AdminGrantStatus {
        /// It does.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// The customer took it away.
        Revoked = "revoked",
        /// The partner gave it back.
        Ended = "ended",
    }
}

text_enum! {
    /// A role of the customer's directory that a granular grant names.
    DirectoryRole {
        /// Everything, other administrators included.
        GlobalAdministrator = "global_administrator",
        /// Reads everything.
        GlobalReader = "global_reader",
        /// Manages people and groups.
        UserAdministrator = "user_administrator",
        /// Assigns licences.
        LicenseAdministrator = "license_administrator",
        /// Resets passwords of people who are no administrators.
        HelpdeskAdministrator = "helpdesk_administrator",
        /// Sees and pays bills.
        BillingAdministrator = "billing_administrator",
        /// Opens support requests.
        ServiceSupportAdministrator = "service_support_administrator",
        /// Reads the directory.
        DirectoryReaders = "directory_readers",
        /// Reads and writes basic directory data.
        DirectoryWriters = "directory_writers",
        /// Manages applications.
        ApplicationAdministrator = "application_administrator",
        /// Manages cloud applications.
        CloudApplicationAdministrator = "cloud_application_administrator",
        /// Assigns roles.
        PrivilegedRoleAdministrator = "privileged_role_administrator",
        /// Resets any person's way to sign in.
        PrivilegedAuthenticationAdministrator = "privileged_authentication_administrator",
    }
}

/// What a partner may administer in a customer's tenant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = admin_grants, check_for_backend(diesel::pg::Pg))]
pub struct AdminGrant {
    /// Its id.
    pub id: AdminGrantId,
    /// Who may administer.
    pub partner_id: OrganizationId,
    /// In whose tenant.
    pub customer_id: OrganizationId,
    /// What asked for it.
    pub invitation_id: Option<InvitationId>,
    /// How far it reaches.
    pub scope: AdminScope,
    /// Directory roles; only for granular.
    pub roles: Vec<DirectoryRole>,
    /// As last written; read [`AdminGrant::status_at`].
    pub status: AdminGrantStatus,
    /// When the customer agreed.
    pub granted_at: DateTime<Utc>,
    /// None: until revoked.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether it extends itself at its end.
    pub auto_extend: bool,
    /// Set exactly when no longer active.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Named for AdminGrant {
    const PREFIX: &'static str = "grt";
}

/// Which grants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AdminGrantFilter {
    /// Of this status; none: of any.
    pub status: Option<AdminGrantStatus>,
    /// Ending before then; grants without an end never do.
    pub ends_before: Option<DateTime<Utc>>,
}

impl AdminGrantFilter {
    /// The active ones.
    #[must_use]
    pub fn active() -> Self {
        Self { status: Some(AdminGrantStatus::Active), ends_before: None }
    }
}

impl AdminGrant {
    /// The status as everybody sees it: one past its end is expired.
    #[must_use]
    pub fn status_at(&self, now: DateTime<Utc>) -> AdminGrantStatus {
        match (self.status, self.ends_at) {
            (AdminGrantStatus::Active, Some(end)) if end <= now => AdminGrantStatus::Expired,
            (status, _) => status,
        }
    }

    /// Whether it already gives all that is asked for, for as long.
    #[must_use]
    pub fn covers(&self, asked: &RequestedAdministration, now: DateTime<Utc>) -> bool {
        if self.status_at(now) != AdminGrantStatus::Active {
            return false;
        }
        match (self.scope, asked) {
            (AdminScope::Full, _) => true,
            (AdminScope::Granular, RequestedAdministration::Full) => false,
            (AdminScope::Granular, RequestedAdministration::Granular { roles, duration, auto_extend }) => {
                let has_roles = roles.iter().all(|role| self.roles.contains(role));
                let is_long_enough = duration.after(now) <= self.ends_at && (self.auto_extend || !auto_extend);
                has_roles && is_long_enough
            }
        }
    }

    /// The grant that gives what was asked for, from now on.
    pub(crate) fn granting(
        asked: &RequestedAdministration,
        partner_id: OrganizationId,
        customer_id: OrganizationId,
        invitation_id: InvitationId,
        now: DateTime<Utc>,
    ) -> Self {
        let (scope, roles, ends_at, auto_extend) = match asked {
            RequestedAdministration::Full => (AdminScope::Full, Vec::new(), None, false),
            RequestedAdministration::Granular { roles, duration, auto_extend } => {
                (AdminScope::Granular, roles.clone(), duration.after(now), *auto_extend)
            }
        };
        Self {
            id: AdminGrantId::fresh(),
            partner_id,
            customer_id,
            invitation_id: Some(invitation_id),
            scope,
            roles,
            status: AdminGrantStatus::Active,
            granted_at: now,
            ends_at,
            auto_extend,
            ended_at: None,
        }
    }

    /// Stores a new grant.
    pub(crate) async fn insert(&self, conn: &mut AsyncPgConnection) -> Result<()> {
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
        let grants = Self::of_pairs(conn, &[(partner, customer)], &AdminGrantFilter::default(), now).await?;
        Ok(grants.into_iter().find(|grant| grant.covers(asked, now)))
    }

    /// The grants of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[AdminGrantId]) -> Result<Vec<Self>> {
        Ok(admin_grants::table.filter(admin_grants::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: those where its organization is one of the two sides. Operators see all.
    pub async fn find_visible(conn: &mut AsyncPgConnection, actor: &Actor, ids: &[AdminGrantId]) -> Result<Vec<Self>> {
        let mut found = Self::find(conn, ids).await?;
        let own = actor.organization_id();
        found.retain(|grant| actor.is_operator() || own == Some(grant.partner_id) || own == Some(grant.customer_id));
        Ok(found)
    }

    /// The grants of these partners at these customers, oldest first, in one statement.
    pub async fn of_pairs(
        conn: &mut AsyncPgConnection,
        pairs: &[(OrganizationId, OrganizationId)],
        filter: &AdminGrantFilter,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let partners: Vec<Uuid> = pairs.iter().map(|pair| pair.0.uuid()).collect();
        let customers: Vec<Uuid> = pairs.iter().map(|pair| pair.1.uuid()).collect();
        // Grants of other pairs among the same organizations come along and are dropped: seldom, and few.
        let mut query = admin_grants::table
            .filter(admin_grants::partner_id.eq_any(partners))
            .filter(admin_grants::customer_id.eq_any(customers))
            .order(admin_grants::id)
            .select(Self::as_select())
            .into_boxed();
        if let Some(before) = filter.ends_before {
            query = query.filter(admin_grants::ends_at.lt(before));
        }
        let mut found: Vec<Self> = query.load(conn).await?;
        found.retain(|grant| {
            pairs.contains(&(grant.partner_id, grant.customer_id))
                && filter.status.is_none_or(|status| grant.status_at(now) == status)
        });
        Ok(found)
    }
}
