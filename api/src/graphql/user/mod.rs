//! People.

use async_graphql::{Context, Enum, Error, ID, Object};
use domain::actor::Actor;
use domain::user::{self as rows, UserId};

use super::context::ContextExt;
use super::organization::{self, Organization};
use super::scalars::{DateTime, EmailAddress, Locale};

/// What a person is to their organization.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::user::Role")]
pub enum Role {
    /// Decides for the organization.
    GlobalAdmin,
    /// Works for customers with all a partner may do.
    AdminAgent,
    /// Sells.
    SalesAgent,
    /// Helps.
    HelpdeskAgent,
}

/// Whether a person can sign in.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::user::UserStatus")]
pub enum UserStatus {
    /// They can.
    Active,
    /// They cannot, until activated again.
    Deactivated,
    /// They cannot; restorable for 30 days from `deletedAt`.
    Deleted,
}

/// A person of an organization. Of another organization's people only name and organization are shown.
#[derive(Clone)]
pub struct User(pub(super) rows::User);

impl From<rows::User> for User {
    fn from(row: rows::User) -> Self {
        Self(row)
    }
}

impl User {
    /// The row, where the caller may see all of it.
    fn own(&self, actor: &Actor) -> Option<&rows::User> {
        let is_own = actor.is_operator() || actor.organization_id() == Some(self.0.organization_id);
        is_own.then_some(&self.0)
    }
}

/// A person of an organization. Of another organization's people only name and organization are shown.
#[Object]
impl User {
    /// `usr_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Whose person.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.organization_id).await
    }

    /// For display.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// As the directory last said. Null: of another organization.
    async fn email(&self, ctx: &Context<'_>) -> Option<EmailAddress> {
        self.own(ctx.actor()).map(|row| row.email.as_str().into())
    }

    /// The language of mails to this person. Null: of another organization.
    async fn locale(&self, ctx: &Context<'_>) -> Option<Locale> {
        self.own(ctx.actor()).map(|row| row.locale.as_str().into())
    }

    /// What the person may do; empty: look only. Null: of another organization.
    async fn roles(&self, ctx: &Context<'_>) -> Option<Vec<Role>> {
        self.own(ctx.actor()).map(|row| row.roles.iter().copied().map(Into::into).collect())
    }

    /// Whether the person can sign in. Null: of another organization.
    async fn status(&self, ctx: &Context<'_>) -> Option<UserStatus> {
        self.own(ctx.actor()).map(|row| row.status.into())
    }

    /// Restorable for 30 days from then. Null: not deleted, or of another organization.
    async fn deleted_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        self.own(ctx.actor()).and_then(|row| row.deleted_at).map(Into::into)
    }
}

/// The person that another row refers to.
pub(super) async fn referred(ctx: &Context<'_>, id: Option<UserId>) -> Result<Option<User>, Error> {
    match id {
        Some(id) => ctx.referred(id).await.map(|row| Some(User(row))),
        None => Ok(None),
    }
}
