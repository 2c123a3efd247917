//! A person of an organization: (issuer, subject) in the directory, with roles.

mod operators;
mod sign_in;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub(crate) use operators::operators;
pub(crate) use sign_in::as_they_are;
pub use sign_in::sign_in;

use crate::actor::Actor;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::{OrganizationId, lower};
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::policy::{self, Action};
use crate::schema::users;
use crate::text_enum::text_enum;

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
    /// The token's `sub`.
    pub subject: String,
    /// For display.
    pub name: String,
    /// As the directory last said.
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

    /// The users of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[UserId]) -> Result<Vec<Self>> {
        Ok(users::table.filter(users::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: people of its own organization; operators see all.
    pub async fn find_visible(conn: &mut AsyncPgConnection, actor: &Actor, ids: &[UserId]) -> Result<Vec<Self>> {
        let mut found = Self::find(conn, ids).await?;
        found.retain(|user| actor.is_operator() || actor.organization_id() == Some(user.organization_id));
        Ok(found)
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
    ) -> Result<Vec<Page<Self>>> {
        let mut query = users::table.filter(users::organization_id.eq(parent())).select(Self::as_select()).into_boxed();
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
