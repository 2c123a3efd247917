//! What mutations of agreements take.

use async_graphql::{ID, InputObject};
use domain::agreement::{NewAttestation, NewSigner};

use crate::graphql::scalars::{DateTime, EmailAddress};

/// Who signs for an organization.
#[derive(InputObject, Clone)]
pub struct SignerInput {
    /// Given name, at most 100 characters.
    first_name: String,
    /// Family name, at most 100 characters.
    last_name: String,
    /// Where to reach them.
    email: EmailAddress,
    /// Where to reach them, at most 40 characters.
    phone: Option<String>,
}

impl From<SignerInput> for NewSigner {
    fn from(input: SignerInput) -> Self {
        let SignerInput { first_name, last_name, email, phone } = input;
        Self { first_name, last_name, email: email.0, phone }
    }
}

/// What a partner attests.
#[derive(InputObject)]
pub struct AttestAgreementInput {
    /// Your relationship with the customer, which is ACTIVE (NO_RELATIONSHIP).
    relationship_id: ID,
    /// The text that was signed: of the version of the customer agreement in force for the customer's country
    /// (AGREEMENT_REQUIRED, naming that).
    agreement_id: ID,
    /// Who signed for the customer; they are mailed. An address at a verified domain of your own is refused (INVALID).
    signer: SignerInput,
    /// When they signed: not in the future, and not before the version came into force.
    accepted_at: DateTime,
}

impl From<AttestAgreementInput> for NewAttestation {
    fn from(input: AttestAgreementInput) -> Self {
        Self {
            relationship_id: input.relationship_id.0,
            agreement_id: input.agreement_id.0,
            signer: input.signer.into(),
            accepted_at: input.accepted_at.0,
        }
    }
}
