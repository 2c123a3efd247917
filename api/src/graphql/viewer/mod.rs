//! Who is signed in, and all that is theirs.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::organization::OrganizationId;

use super::account::Account;
use super::context::ContextExt;
use super::organization::Organization;
use super::partner::Partner;
use super::scalars::EmailAddress;
use super::user::User;

/// Who is signed in, and all that is theirs.
pub struct Viewer;

/// Who is signed in, and all that is theirs.
#[Object]
impl Viewer {
    /// What the token says.
    async fn identity(&self, ctx: &Context<'_>) -> Result<Identity, Error> {
        let identity = ctx.signed_in()?.identity.as_ref();
        Ok(Identity {
            email: identity.and_then(|identity| identity.email.as_deref()).map(Into::into),
            is_email_verified: identity.is_some_and(|identity| identity.email_verified),
            name: identity.and_then(|identity| identity.name.clone()),
        })
    }

    /// The person. Null until the organization is registered, and for the platform's staff.
    async fn user(&self, ctx: &Context<'_>) -> Option<User> {
        ctx.actor().member().map(|member| User(member.user.clone()))
    }

    /// The person's organization. Null until it is registered, and for the platform's staff.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Organization> {
        ctx.actor().member().map(|member| Organization(member.organization.clone()))
    }

    /// The organization as a customer. Null until it is registered, and for the platform's staff.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        match own(ctx) {
            Some(id) => Account::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The organization as a partner. Null until it is first authorized as one; stays when it is suspended.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Option<Partner>, Error> {
        match own(ctx) {
            Some(id) => Partner::find(ctx, id).await,
            None => Ok(None),
        }
    }
}

fn own(ctx: &Context<'_>) -> Option<OrganizationId> {
    ctx.actor().organization_id()
}

/// What the token says of the person.
#[derive(SimpleObject)]
pub struct Identity {
    /// The address. Null: the token has none.
    email: Option<EmailAddress>,
    /// Whether the issuer vouches for the address; without that it proves nothing.
    is_email_verified: bool,
    /// For display. Null: the token has none.
    name: Option<String>,
}
