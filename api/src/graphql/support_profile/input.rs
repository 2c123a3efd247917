//! What the mutation of a support profile takes.

use async_graphql::{InputObject, MaybeUndefined};
use domain::support_profile::SupportProfileChange;

use crate::graphql::business_profile::change;
use crate::graphql::scalars::{EmailAddress, Url};

/// A support profile's fields to change: what is left out stays, null clears. The first time name and email are needed.
#[derive(InputObject)]
pub struct UpdateSupportProfileInput {
    /// One line, at most 100 characters; cannot be null.
    name: MaybeUndefined<String>,
    /// Where it is written to; cannot be null.
    email: MaybeUndefined<EmailAddress>,
    /// One line, at most 40 characters; null for none.
    phone: MaybeUndefined<String>,
    /// `https:` or `http:`, without user and password, at most 2,000 characters; null for none.
    url: MaybeUndefined<Url>,
}

impl From<UpdateSupportProfileInput> for SupportProfileChange {
    fn from(input: UpdateSupportProfileInput) -> Self {
        Self {
            name: change(input.name, |name| name),
            email: change(input.email, |email| email.0),
            phone: change(input.phone, |phone| phone),
            url: change(input.url, |url| url.0),
        }
    }
}
