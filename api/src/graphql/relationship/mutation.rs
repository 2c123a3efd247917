//! What can be done to a relationship.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::error::Code;
use domain::relationship::{self as verbs, Reinstatement};

use super::Relationship;
use super::input::{AssignSupportContactInput, ReinstateRelationshipInput, RemoveRelationshipInput};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};
use crate::graphql::invitation::Invitation;

/// What can be done to a relationship.
#[derive(Default)]
pub struct RelationshipMutation;

/// What came of removing a relationship.
#[derive(SimpleObject)]
pub struct RemoveRelationshipPayload {
    /// The relationship, REMOVED. Null: refused.
    relationship: Option<Relationship>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of reinstating a relationship.
#[derive(SimpleObject)]
pub struct ReinstateRelationshipPayload {
    /// The draft that asks for it again. Null: refused.
    invitation: Option<Invitation>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of assigning a customer's support.
#[derive(SimpleObject)]
pub struct AssignSupportContactPayload {
    /// The relationship, with its support contact. Null: refused.
    relationship: Option<Relationship>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to a relationship.
#[Object]
impl RelationshipMutation {
    /// Removes a relationship. It stays on both sides' lists as REMOVED; nothing is ordered or supported under it any more, and
    /// the customer is no longer shared with another partner. PENDING invitations by which the partner asks this customer for a
    /// relationship are REVOKED, so that it comes back by a new request alone; drafts stay.
    ///
    /// By the partner: GLOBAL_ADMIN and ADMIN_AGENT, also of a suspended partner; it attests good faith and says what becomes
    /// of its administrator access, and the customer is mailed only if it is to be. By the customer: GLOBAL_ADMIN, at any
    /// time; every grant is revoked and the partner's people who could have removed it are mailed. One that was removed
    /// before: NO_RELATIONSHIP. Events: `relationship.removed`, and of a grant that ends with it `admin_grant.ended` where
    /// the partner leaves, `admin_grant.revoked` where the customer does; `invitation.revoked`, read by who asked.
    async fn remove_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which relationship, and how.")] input: RemoveRelationshipInput,
    ) -> Result<RemoveRelationshipPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let removed = match input.id.parse() {
            Ok(id) => verbs::remove(ctx.store(), actor, id, input.removal()).await,
            // What is no relationship's id is refused as what is unknown.
            Err(_) => Err(Code::NotFound.on("id").into()),
        };
        let (removed, user_errors) = payload(ctx, removed)?;
        Ok(RemoveRelationshipPayload { relationship: removed.map(Relationship), user_errors })
    }

    /// Drafts a fresh invitation with the terms of the one that a REMOVED relationship came from: its recipient, the delegated
    /// administration asked for your organization, its duration, and the indirect provider who asked together with you while
    /// you are partners; the words are the usual ones. Edit and send it as any other. Nothing stands until the customer
    /// accepts; grants that are over do not come back, and what you kept goes on only where this asks for the same.
    ///
    /// GLOBAL_ADMIN and ADMIN_AGENT of the partner, authorized. Related to the customer now: ALREADY_RELATED. A
    /// customer that is unclaimed: INVALID; add it again with `addCustomer`. Event: `invitation.drafted`.
    async fn reinstate_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which relationship, and whom to ask.")] input: ReinstateRelationshipInput,
    ) -> Result<ReinstateRelationshipPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let ReinstateRelationshipInput { id, recipient, idempotency_key } = input;
        let drafted = match id.parse() {
            Ok(id) => {
                let again = Reinstatement { id, recipient: recipient.map(Into::into), idempotency_key };
                verbs::reinstate(ctx.store(), actor, again).await
            }
            Err(_) => Err(Code::NotFound.on("id").into()),
        };
        let (drafted, user_errors) = payload(ctx, drafted)?;
        Ok(ReinstateRelationshipPayload { invitation: drafted.map(Invitation), user_errors })
    }

    /// Says whose support a customer turns to. GLOBAL_ADMIN, ADMIN_AGENT and HELPDESK_AGENT of the partner, authorized. Not
    /// ACTIVE: NO_RELATIONSHIP. Event: `support_contact.assigned`, which the organization named reads too; none where nothing
    /// changed.
    async fn assign_support_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which relationship, and whose support.")] input: AssignSupportContactInput,
    ) -> Result<AssignSupportContactPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let assigned = match input.relationship_id.parse() {
            Ok(id) => {
                let contact = input.organization_id.parse().ok();
                verbs::assign_support_contact(ctx.store(), actor, id, contact).await
            }
            Err(_) => Err(Code::NotFound.on("relationshipId").into()),
        };
        let (assigned, user_errors) = payload(ctx, assigned)?;
        Ok(AssignSupportContactPayload { relationship: assigned.map(Relationship), user_errors })
    }
}
