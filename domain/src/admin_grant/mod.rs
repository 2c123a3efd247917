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
mod grant;
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
use diesel::sql_types::{self, Array, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

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
pub(crate) use state::days_left;

use self::told::News;
use crate::activity;
use crate::actor::{Actor, Member};
use crate::email::EmailKind;
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
        /// The partner gave it back, or a new relationship of the two did not ask for it.
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

    /// Writes what time did to these, all in one statement.
    async fn save_times(conn: &mut AsyncPgConnection, grants: &[Self]) -> Result<()> {
        let ids: Vec<Uuid> = grants.iter().map(|grant| grant.id.uuid()).collect();
        let statuses: Vec<&str> = grants.iter().map(|grant| grant.status.as_str()).collect();
        let times = |of: fn(&Self) -> Option<DateTime<Utc>>| grants.iter().map(of).collect::<Vec<_>>();
        diesel::sql_query(
            "update admin_grants as row set status = now.status, ends_at = now.ends_at, ended_at = now.ended_at,
                 notice_at = now.notice_at
             from unnest($1, $2, $3, $4, $5) as now (id, status, ends_at, ended_at, notice_at) where row.id = now.id",
        )
        .bind::<Array<sql_types::Uuid>, _>(ids)
        .bind::<Array<Text>, _>(statuses)
        .bind::<Array<Nullable<Timestamptz>>, _>(times(|grant| grant.ends_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(times(|grant| grant.ended_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(times(|grant| grant.notice_at))
        .execute(conn)
        .await?;
        Ok(())
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
            activity::record(conn, &Actor::System, now, extended.change).await?;
            if !extended.was_told {
                told::tell(conn, EmailKind::AdminGrantExtended, &[News::extended(self)], now).await?;
            }
        }
        Ok(())
    }
}
