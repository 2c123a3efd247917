//! What is given to change a partnership.

use async_graphql::{Enum, ID, InputObject};

/// What becomes of delegated administration when what it was granted for ends. There is no default: who leaves must not
/// keep rights by oversight.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::admin_grant::AdministrationChoice")]
pub enum DelegatedAdministrationChoice {
    /// The grants stay listed on both sides; acting under them still needs what they were granted for.
    Keep,
    /// The grants end with it: ENDED where the partner leaves, REVOKED where the customer does.
    End,
}

/// Which partnership to end, and what becomes of administrator access.
#[derive(InputObject)]
pub struct EndPartnershipInput {
    /// The partnership.
    pub(super) id: ID,
    /// What becomes of the indirect provider's ACTIVE grants on the indirect reseller's own tenant that came with the
    /// partnership. Those of a relationship in which the reseller is the provider's customer are left as they are.
    pub(super) delegated_administration: DelegatedAdministrationChoice,
}
