//! What can be done about agreements, besides accepting one with an invitation.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::agreement as verbs;

use super::AgreementAcceptance;
use super::input::AttestAgreementInput;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done about agreements.
#[derive(Default)]
pub struct AgreementMutation;

/// What came of attesting an agreement.
#[derive(SimpleObject)]
pub struct AttestAgreementPayload {
    /// The acceptance that stands: the one attested, or the one before it. Null: refused.
    agreement_acceptance: Option<AgreementAcceptance>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done about agreements.
#[Object]
impl AgreementMutation {
    /// Attests on a customer's behalf that it accepted the customer agreement in force. Who is said to have signed and the
    /// customer's GLOBAL_ADMINs are mailed, while it is unclaimed the first administrator named; mails to who is no user count
    /// among your mails of the day (RATE_LIMITED). Where the version is accepted already, by the customer or as a partner attested,
    /// what stands is given and nothing else happens; so a repeat changes nothing. What the customer itself accepts later
    /// stands beside the attestation, and counts more. ADMIN_AGENT and SALES_AGENT of an authorized direct partner or
    /// indirect provider; an indirect reseller is refused with WRONG_PARTNER_KIND. Event: `agreement.attested`, which both
    /// sides read.
    async fn attest_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to attest.")] input: AttestAgreementInput,
    ) -> Result<AttestAgreementPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let (accepted, user_errors) = payload(ctx, verbs::attest(ctx.store(), actor, &input.into()).await)?;
        Ok(AttestAgreementPayload { agreement_acceptance: accepted.map(AgreementAcceptance), user_errors })
    }
}
