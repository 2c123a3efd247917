//! What a partner may administer in a customer's tenant, and until when.
//!
//! ```text
//! active ──(end)──► expired        a grant past its end reads expired, whether or not it was written
//!  │ ▲  ├─customer─► revoked
//!  └─┘  └─partner──► ended
//! roles narrowed by the customer; extended by itself, P180D at a time, and read so whether or not it was written
//! ```
//!
//! Whatever becomes of a grant, the relationship stands.

mod change_roles;
mod end;
mod expire;
mod meaning;
mod notify;
mod page;
mod requested;
mod revoke;
mod set_auto_extend;
mod state;
mod told;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use change_roles::change_roles;
pub use end::{AdministrationChoice, end};
pub use expire::expire;
pub(crate) use meaning::explained;
pub use meaning::{Meaning, meanings};
pub use notify::notify;
pub use page::AdminGrantFilter;
pub(crate) use page::reads_active;
pub use requested::{GranularAdministration, NewAdministration, RequestedAdministration};
pub use revoke::revoke;
pub use set_auto_extend::set_auto_extend;
pub use state::Step;

use crate::activity;
use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::id::{Id, Named};
use crate::invitation::InvitationId;
use crate::organization::OrganizationId;
use crate::relationship::RelationshipSide;
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
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = admin_grants, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
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
    /// As last written; read [`AdminGrant::end_at`].
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether it extends itself at its end.
    pub auto_extend: bool,
    /// Set exactly when no longer active.
    pub ended_at: Option<DateTime<Utc>>,
    /// When both sides are next to be told that it ends.
    pub notice_at: Option<DateTime<Utc>>,
}

impl Named for AdminGrant {
    const PREFIX: &'static str = "grt";
}

impl AdminGrant {
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
                let is_long_enough = duration.after(now) <= self.end_at(now) && (self.auto_extend || !auto_extend);
                has_roles && is_long_enough
            }
        }
    }

    /// The grant that gives what was asked for, from now on; `invitation` is what asked.
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
            RequestedAdministration::Granular { roles, duration, auto_extend } => {
                (AdminScope::Granular, roles.clone(), duration.after(now), *auto_extend)
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

    /// One grant that the member's organization is a side of, and which, locked until the transaction ends.
    async fn lock_own(
        conn: &mut AsyncPgConnection,
        member: &Member,
        id: AdminGrantId,
    ) -> Result<(Self, RelationshipSide)> {
        let found = admin_grants::table.find(id).select(Self::as_select()).for_no_key_update();
        let found: Option<Self> = found.first(conn).await.optional()?;
        let own = found.and_then(|it| it.side_of(member.organization.id).map(|side| (it, side)));
        own.ok_or_else(|| Code::NotFound.on("id").into())
    }

    /// Which side of it an organization is; none: neither.
    fn side_of(&self, organization: OrganizationId) -> Option<RelationshipSide> {
        match organization {
            it if it == self.partner_id => Some(RelationshipSide::Partner),
            it if it == self.customer_id => Some(RelationshipSide::Customer),
            _ => None,
        }
    }

    /// Partner and customer.
    pub(crate) fn sides(&self) -> [OrganizationId; 2] {
        [self.partner_id, self.customer_id]
    }

    /// Writes it as it is now.
    async fn save(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        diesel::update(admin_grants::table.find(self.id)).set(self).execute(conn).await?;
        Ok(())
    }

    /// Writes that it extended itself, where it is read so and nobody has: what is done to it next goes on from there.
    async fn catch_up(&mut self, conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<()> {
        if let Some(extended) = self.extend(now) {
            self.save(conn).await?;
            activity::record(conn, &Actor::System, now, extended).await?;
        }
        Ok(())
    }
}
