//! What is given to change a relationship.

use async_graphql::{ID, InputObject};
use domain::relationship::Removal;

use crate::graphql::invitation::RecipientInput;
use crate::graphql::partnership::DelegatedAdministrationChoice;

/// Which relationship to remove, and how.
#[derive(InputObject)]
pub struct RemoveRelationshipInput {
    /// The relationship.
    pub(super) id: ID,
    /// That it is removed in good faith: a partner gives true (REQUIRED), a customer leaves it out.
    #[graphql(default_with = "Some(false)")]
    attest_good_faith: Option<bool>,
    /// What becomes of the partner's ACTIVE grants on the customer's tenant. A partner must say (REQUIRED), also where it has
    /// none. A customer's removal revokes them all: it gives END or leaves this out (KEEP: INVALID). A grant that came with
    /// a partnership of the two stays while that partnership does. What is kept stays on both lists and allows nothing; a new
    /// relationship of the two ends it, unless its invitation asks for the same.
    delegated_administration: Option<DelegatedAdministrationChoice>,
    /// Whether the customer's GLOBAL_ADMINs are mailed that the partner left. The partner's people are always mailed that the
    /// customer did, whatever stands here.
    #[graphql(default_with = "Some(false)")]
    notify_customer: Option<bool>,
}

impl RemoveRelationshipInput {
    /// As the domain has it.
    pub(super) fn removal(&self) -> Removal {
        Removal {
            attest_good_faith: self.attest_good_faith.unwrap_or_default(),
            administration: self.delegated_administration.map(Into::into),
            notify_customer: self.notify_customer.unwrap_or_default(),
        }
    }
}

/// Which relationship to ask for again.
#[derive(InputObject)]
pub struct ReinstateRelationshipInput {
    /// The relationship, REMOVED.
    pub(super) id: ID,
    /// Whom to ask; who was asked before when left out. Needed where the relationship came from no invitation (REQUIRED). Its
    /// `organizationId` is the relationship's customer, and may be left out.
    pub(super) recipient: Option<RecipientInput>,
    /// Repeating the call with the same key within 24 hours gives the first invitation again; 1 to 200 characters.
    pub(super) idempotency_key: Option<String>,
}

/// Whose support a customer turns to.
#[derive(InputObject)]
pub struct AssignSupportContactInput {
    /// The relationship, ACTIVE.
    pub(super) relationship_id: ID,
    /// Your own organization; on an indirect reseller's relationship also an indirect provider that shares the customer, on
    /// a provider's an indirect reseller that does. Any other: INVALID.
    pub(super) organization_id: ID,
}
