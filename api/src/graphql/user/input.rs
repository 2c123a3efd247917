//! What is given of a person.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::error::{Code, Result};
use domain::user::{self as rows, NewUser, UserId};

use super::{Role, UserStatus};
use crate::graphql::scalars::{EmailAddress, Locale};

/// A person to create.
#[derive(InputObject)]
pub struct CreateCustomerUserInput {
    /// Whose person: the organization, `org_…`. A customer of yours, an indirect provider's reseller, or your own.
    customer_id: ID,
    /// For display, at most 200 characters.
    name: String,
    /// Of one of the organization's verified domains, and nobody else's there. Who signs in with it, verified, becomes this
    /// person.
    email: EmailAddress,
    /// The language of mails to this person; the organization's when left out.
    locale: Option<Locale>,
    /// What the person may do; none when left out: look only. GLOBAL_ADMIN alone unless the organization is a partner.
    /// Giving any takes GLOBAL_ADMINISTRATOR.
    roles: Option<Vec<Role>>,
    /// Repeating the call with the same key within 24 hours gives the first person again; 1 to 200 characters.
    idempotency_key: Option<String>,
}

/// A person's fields to change: what is left out stays.
#[derive(InputObject)]
pub struct UpdateCustomerUserInput {
    /// The person.
    pub(super) id: ID,
    /// For display, at most 200 characters; cannot be null.
    name: MaybeUndefined<String>,
    /// Of one of the organization's verified domains, and nobody else's there; cannot be null. Unverified until its owner
    /// signs in, when the address that their directory says comes back.
    email: MaybeUndefined<EmailAddress>,
    /// The language of mails to this person; cannot be null.
    locale: MaybeUndefined<Locale>,
    /// All that the person may do; null for none. GLOBAL_ADMIN alone unless the organization is a partner. Any change takes
    /// GLOBAL_ADMINISTRATOR.
    roles: MaybeUndefined<Vec<Role>>,
    /// ACTIVE or DEACTIVATED; cannot be null.
    status: MaybeUndefined<UserStatus>,
}

/// Whom to delete.
#[derive(InputObject)]
pub struct DeleteCustomerUserInput {
    /// The person.
    pub(super) id: ID,
}

/// Whom to restore.
#[derive(InputObject)]
pub struct RestoreCustomerUserInput {
    /// The person, DELETED at most 30 days ago.
    pub(super) id: ID,
}

impl CreateCustomerUserInput {
    /// As the domain has it; an id that is no organization's is refused as one that is unknown.
    pub(super) fn read(self) -> Result<NewUser> {
        Ok(NewUser {
            organization_id: self.customer_id.parse().map_err(|_| Code::NotFound.on("customerId"))?,
            name: self.name,
            email: self.email.0,
            locale: self.locale.map(|locale| locale.0),
            roles: self.roles.unwrap_or_default().into_iter().map(Into::into).collect(),
            idempotency_key: self.idempotency_key,
        })
    }
}

impl From<UpdateCustomerUserInput> for rows::UserChange {
    fn from(input: UpdateCustomerUserInput) -> Self {
        Self {
            name: change(input.name, |name| name),
            email: change(input.email, |email| email.0),
            locale: change(input.locale, |locale| locale.0),
            roles: change(input.roles, |roles| roles.into_iter().map(Into::into).collect()),
            status: change(input.status, Into::into),
        }
    }
}

/// Left out: none; null: none inside.
fn change<T, U>(field: MaybeUndefined<T>, into: impl FnOnce(T) -> U) -> Option<Option<U>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(into(value))),
    }
}

/// The person's id; what is none is refused as what is unknown.
pub(super) fn id(id: &ID) -> Result<UserId> {
    id.parse().map_err(|_| Code::NotFound.on("id").into())
}
