//! How customers reach a partner's support.

mod input;
mod mutation;

use async_graphql::{Context, Error, Object};
use domain::support_profile as rows;

pub use self::mutation::SupportProfileMutation;
use super::organization::{self, Organization};
use super::scalars::{EmailAddress, Url};

/// How customers reach a partner's support.
#[derive(Clone)]
pub struct SupportProfile(rows::SupportProfile);

impl From<rows::SupportProfile> for SupportProfile {
    fn from(row: rows::SupportProfile) -> Self {
        Self(row)
    }
}

/// How customers reach a partner's support. Seen by the partner's own people; customers see it as a `SupportContact`.
#[Object]
impl SupportProfile {
    /// What the support is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is written to.
    async fn email(&self) -> EmailAddress {
        self.0.email.as_str().into()
    }

    /// Where it is called, as the partner spells it. Null: nowhere.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Where it is found, `https:` or `http:`. Null: nowhere.
    async fn url(&self) -> Option<Url> {
        self.0.url.as_deref().map(Into::into)
    }
}

/// Whose support a customer turns to, and how it is reached.
#[derive(Clone)]
pub struct SupportContact(rows::SupportProfile);

impl From<rows::SupportProfile> for SupportContact {
    fn from(row: rows::SupportProfile) -> Self {
        Self(row)
    }
}

/// Whose support a customer turns to, and how it is reached: that organization's support profile as it is now. Seen by both
/// sides of the relationship.
#[Object]
impl SupportContact {
    /// The partner itself, or the partner that shares the customer with it.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.organization_id).await
    }

    /// What the support is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is written to.
    async fn email(&self) -> EmailAddress {
        self.0.email.as_str().into()
    }

    /// Where it is called, as the organization spells it. Null: nowhere.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Where it is found, `https:` or `http:`. Null: nowhere.
    async fn url(&self) -> Option<Url> {
        self.0.url.as_deref().map(Into::into)
    }
}
