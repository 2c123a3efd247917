//! People.

mod input;
mod mutation;

use async_graphql::{Context, Enum, Error, ID, Object};
use domain::user::{self as rows, UserId};

pub use self::mutation::UserMutation;
use super::context::ContextExt;
use super::delegation;
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

/// A person of an organization. Of another organization's people only name and organization are shown, unless an ACTIVE admin
/// grant lets you look at them, as `Relationship.users` has it.
#[derive(Clone)]
pub struct User(pub(super) rows::User);

impl From<rows::User> for User {
    fn from(row: rows::User) -> Self {
        Self(row)
    }
}

impl User {
    /// The row, where the caller may see all of it.
    async fn whole(&self, ctx: &Context<'_>) -> Result<Option<&rows::User>, Error> {
        Ok(delegation::may_read(ctx, self.0.organization_id).await?.then_some(&self.0))
    }
}

/// A person of an organization. Of another organization's people only name and organization are shown, unless an ACTIVE admin
/// grant lets you look at them, as `Relationship.users` has it.
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

    /// As the directory last said, or who manages the organization's people since. Null: not yours to look at.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<EmailAddress>, Error> {
        Ok(self.whole(ctx).await?.map(|row| row.email.as_str().into()))
    }

    /// The language of mails to this person. Null: not yours to look at.
    async fn locale(&self, ctx: &Context<'_>) -> Result<Option<Locale>, Error> {
        Ok(self.whole(ctx).await?.map(|row| row.locale.as_str().into()))
    }

    /// What the person may do; empty: look only. Null: not yours to look at.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<Role>>, Error> {
        Ok(self.whole(ctx).await?.map(|row| row.roles.iter().copied().map(Into::into).collect()))
    }

    /// Whether the person can sign in. Null: not yours to look at.
    async fn status(&self, ctx: &Context<'_>) -> Result<Option<UserStatus>, Error> {
        Ok(self.whole(ctx).await?.map(|row| row.status.into()))
    }

    /// When the person was deleted; restorable by `restoreCustomerUser` for 30 days from then, and purged after. Null: not
    /// deleted, or not yours to look at.
    async fn deleted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>, Error> {
        Ok(self.whole(ctx).await?.and_then(|row| row.deleted_at).map(Into::into))
    }
}

/// The person that another row refers to. None: there is none, or the person was purged.
pub(super) async fn referred(ctx: &Context<'_>, id: Option<UserId>) -> Result<Option<User>, Error> {
    match id {
        Some(id) => Ok(ctx.loaders().load_one(id).await?.map(User)),
        None => Ok(None),
    }
}
