//! What can be done to an organization's people.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::error::Result as Outcome;
use domain::user as verbs;

use super::User;
use super::input::{
    CreateCustomerUserInput, DeleteCustomerUserInput, RestoreCustomerUserInput, UpdateCustomerUserInput, id,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done to an organization's people.
#[derive(Default)]
pub struct UserMutation;

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* user })+) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            user: Option<User>,
            /// Why it was refused; empty when it was not.
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn of(ctx: &Context<'_>, result: Outcome<verbs::User>) -> Result<Self, Error> {
                let (user, user_errors) = payload(ctx, result)?;
                Ok(Self { user: user.map(User), user_errors })
            }
        }
    )+};
}

payloads! {
    /// What came of creating a person.
    CreateCustomerUserPayload {
        /// The person, ACTIVE. Null: refused.
        user
    }
    /// What came of changing a person.
    UpdateCustomerUserPayload {
        /// The person as they are now. Null: refused.
        user
    }
    /// What came of deleting a person.
    DeleteCustomerUserPayload {
        /// The person, DELETED. Null: refused.
        user
    }
    /// What came of restoring a person.
    RestoreCustomerUserPayload {
        /// The person, ACTIVE. Null: refused.
        user
    }
}

/// What can be done to an organization's people.
#[Object]
impl UserMutation {
    /// Creates a person of a customer, who has not signed in yet. The organization's own GLOBAL_ADMIN; of an authorized
    /// partner ADMIN_AGENT, while the relationship is ACTIVE (of an indirect provider on its reseller: the partnership) and
    /// under an ACTIVE grant that gives USER_ADMINISTRATOR or GLOBAL_ADMINISTRATOR; giving a role: GLOBAL_ADMINISTRATOR.
    /// Event: `customer_user.created`.
    async fn create_customer_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to create, and where.")] input: CreateCustomerUserInput,
    ) -> Result<CreateCustomerUserPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let created = match input.read() {
            Ok(new) => verbs::create(ctx.store(), actor, new).await,
            Err(unknown) => Err(unknown),
        };
        CreateCustomerUserPayload::of(ctx, created)
    }

    /// Changes a person of a customer. As `createCustomerUser`, and besides under HELPDESK_ADMINISTRATOR and by
    /// HELPDESK_AGENT. Who holds GLOBAL_ADMIN, roles, and the address of somebody with a role who has not signed in:
    /// GLOBAL_ADMINISTRATOR only. The last active GLOBAL_ADMIN stays one: LAST_ADMIN. What changes nothing is not told.
    /// Event: `customer_user.updated`.
    async fn update_customer_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and what to change.")] input: UpdateCustomerUserInput,
    ) -> Result<UpdateCustomerUserPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let updated = match id(&input.id) {
            Ok(id) => verbs::update(ctx.store(), actor, id, input.into()).await,
            Err(unknown) => Err(unknown),
        };
        UpdateCustomerUserPayload::of(ctx, updated)
    }

    /// Deletes a person of a customer, who no longer signs in; restorable for 30 days, then their data is erased, the account
    /// they signed in with too: from then on whoever signs in with it is somebody new, without roles. To keep them out for
    /// good, the customer's directory must remove the account. As `createCustomerUser`; who holds GLOBAL_ADMIN under GLOBAL_ADMINISTRATOR only, the last active one never: LAST_ADMIN.
    /// One who is DELETED is given again. Events: `customer_user.deleted`, and 30 days later `customer_user.purged`,
    /// which the customer alone reads.
    async fn delete_customer_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: DeleteCustomerUserInput,
    ) -> Result<DeleteCustomerUserPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let deleted = match id(&input.id) {
            Ok(id) => verbs::delete(ctx.store(), actor, id).await,
            Err(unknown) => Err(unknown),
        };
        DeleteCustomerUserPayload::of(ctx, deleted)
    }

    /// Restores a person of a customer who was deleted at most 30 days ago: ACTIVE, with the roles they had. As
    /// `deleteCustomerUser`. Where somebody else has their address since: CONFLICT. One who is not DELETED is given again.
    /// Event: `customer_user.restored`.
    async fn restore_customer_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RestoreCustomerUserInput,
    ) -> Result<RestoreCustomerUserPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let restored = match id(&input.id) {
            Ok(id) => verbs::restore(ctx.store(), actor, id).await,
            Err(unknown) => Err(unknown),
        };
        RestoreCustomerUserPayload::of(ctx, restored)
    }
}
