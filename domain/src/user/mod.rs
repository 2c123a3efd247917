//! A person of an organization: (issuer, subject) in the directory, with roles.
//!
//! ```text
//! (sign-in) ─► active ◄─► deactivated        who signs in first, or is created and signs in later
//! (create) ──►   │ ▲           │
//!                ▼ └─restore─┐ ▼
//!              deleted ──────┴───(30 days)──► purged: the row stays, the person's data is erased
//! ```
//!
//! Who manages an organization's people is [`crate::delegation`]'s to say: its own global administrator, and a partner as far
//! as its grants reach.

mod address;
mod admit;
mod claim;
mod create;
mod delete;
mod input;
mod managed;
mod operators;
mod purge;
mod restore;
mod sign_in;
mod update;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use create::create;
pub use delete::delete;
pub use input::{NewUser, UserChange};
pub(crate) use operators::operators;
pub use purge::purge;
pub use restore::restore;
pub use sign_in::sign_in;
pub(crate) use sign_in::{as_they_are, hold};
pub use update::update;

use crate::actor::Actor;
use crate::delegation;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::{OrganizationId, lower};
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::policy::{self, Action};
use crate::schema::users;
use crate::text_enum::text_enum;

/// How long a deleted person can be restored.
const RESTORABLE: TimeDelta = TimeDelta::days(30);

/// The id of a user, `usr_`.
pub type UserId = Id<User>;

text_enum! {
    /// What a person is to their organization. The table of what each may is [`crate::policy`].
    Role {
        /// Decides for the organization.
        GlobalAdmin = "global_admin",
        /// Works for customers with all a partner may do.
        AdminAgent = "admin_agent",
        /// Sells.
        SalesAgent = "sales_agent",
        /// Helps.
        HelpdeskAgent = "helpdesk_agent",
    }
}

text_enum! {
    /// Whether a person can sign in.
    UserStatus {
        /// They can.
        Active = "active",
        /// They cannot, until activated again.
        Deactivated = "deactivated",
        /// They cannot; restorable for 30 days.
        Deleted = "deleted",
    }
}

/// A person of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Whose person.
    pub organization_id: OrganizationId,
    /// The OpenID Connect issuer that signs the person in.
    pub issuer: String,
    /// The token's `sub`; none: they have not signed in yet.
    pub subject: Option<String>,
    /// For display.
    pub name: String,
    /// As the directory last said, or who manages the organization's people since.
    pub email: String,
    /// When the issuer first vouched for the address; none: it proves nothing.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// BCP 47, for mails to this person.
    pub locale: String,
    /// What the person may do; none: look only.
    pub roles: Vec<Role>,
    /// Whether the person can sign in.
    pub status: UserStatus,
    /// Set exactly while deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When Accord first knew the person.
    pub created_at: DateTime<Utc>,
}

impl Named for User {
    const PREFIX: &'static str = "usr";
}

impl Keyed for User {
    fn cursor(&self, order: &'static str) -> Cursor {
        Cursor::new(order, "", self.id.uuid())
    }
}

/// Which of an account's people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    /// In name or address; under three characters at its start.
    pub search: Option<String>,
    /// Of this status; none: of any.
    pub status: Option<UserStatus>,
}

impl User {
    /// The order of pages of users.
    pub const BY_AGE: &'static str = "user";

    /// The users of these ids, whoever asks; not those that were purged, or are due to be.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[UserId], now: DateTime<Utc>) -> Result<Vec<Self>> {
        let query = users::table.filter(users::id.eq_any(ids)).filter(is_kept(now));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// Whose people these are or were, purged ones included.
    pub(crate) async fn organizations(
        conn: &mut AsyncPgConnection,
        ids: &[UserId],
    ) -> Result<Vec<(UserId, OrganizationId)>> {
        let query = users::table.filter(users::id.eq_any(ids)).select((users::id, users::organization_id));
        Ok(query.load(conn).await?)
    }

    /// Of these, the ones the actor may see: people of its own organization, and of those whose people it may look at under a
    /// grant; operators see all.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let query = users::table.filter(users::id.eq_any(ids)).filter(is_kept(now));
        let mut found: Vec<Self> = query.select(Self::as_select()).load(conn).await?;
        let mut organizations: Vec<OrganizationId> = found.iter().map(|user| user.organization_id).collect();
        organizations.sort_unstable();
        organizations.dedup();
        let readable = delegation::readable(conn, actor, &organizations, now).await?;
        found.retain(|user| readable.contains(&user.organization_id));
        Ok(found)
    }

    /// Whether the person decides for their organization, could they sign in.
    #[must_use]
    pub fn is_global_admin(&self) -> bool {
        self.roles.contains(&Role::GlobalAdmin)
    }

    /// The active person whose verified address this is; several share one: none.
    pub(crate) async fn find_by_verified_email(conn: &mut AsyncPgConnection, email: &str) -> Result<Option<Self>> {
        let query = users::table
            .filter(lower(users::email).eq(lower(email)))
            .filter(users::email_verified_at.is_not_null())
            .filter(users::status.eq(UserStatus::Active))
            .limit(2);
        let mut found: Vec<Self> = query.select(Self::as_select()).load(conn).await?;
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// The active people of these organizations whose roles reach `action`.
    pub(crate) async fn find_who_may(
        conn: &mut AsyncPgConnection,
        organizations: &[OrganizationId],
        action: Action,
    ) -> Result<Vec<UserId>> {
        let found = Self::find_who_may_of_each(conn, organizations, action).await?;
        Ok(found.into_iter().map(|(_, user)| user).collect())
    }

    /// The same, each with whose they are.
    pub(crate) async fn find_who_may_of_each(
        conn: &mut AsyncPgConnection,
        organizations: &[OrganizationId],
        action: Action,
    ) -> Result<Vec<(OrganizationId, UserId)>> {
        let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| policy::allows(*role, action)).collect();
        let query = users::table
            .filter(users::organization_id.eq_any(organizations))
            .filter(users::status.eq(UserStatus::Active))
            .filter(users::roles.overlaps_with(roles))
            .order(users::id);
        Ok(query.select((users::organization_id, users::id)).load(conn).await?)
    }

    /// A page of the people of each organization, oldest first.
    pub async fn pages(
        conn: &mut AsyncPgConnection,
        organizations: &[Uuid],
        filter: &UserFilter,
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<Page<Self>>> {
        let of_parent = users::table.filter(users::organization_id.eq(parent())).filter(is_kept(now));
        let mut query = of_parent.select(Self::as_select()).into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(users::status.eq(status));
        }
        if let Some(search) = &filter.search {
            // One organization's people are few enough to be read through; no index is kept for this.
            let pattern = crate::page::like_pattern(search);
            let text =
                diesel::dsl::sql::<diesel::sql_types::Text>("(' ' || lower(users.name) || ' ' || lower(users.email))");
            query = query.filter(text.like(lower(pattern)));
        }
        let query = keyset!(query, page, true, users::id);
        let rows: Vec<Self> = for_each(organizations, query).load(conn).await?;
        Ok(Page::cut_each(organizations, rows, page, |user| user.organization_id.uuid()))
    }
}

/// That a person is there to be seen: not one deleted longer ago than they can be restored, whether or not the worker has
/// been by.
#[auto_type]
fn is_kept(now: DateTime<Utc>) -> _ {
    let since: DateTime<Utc> = now - RESTORABLE;
    let is_restorable = users::deleted_at.gt(since).assume_not_null();
    users::purged_at.is_null().and(users::deleted_at.is_null().or(is_restorable))
}
