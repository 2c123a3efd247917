//! What can be done to a partnership.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::error::Code;
use domain::partnership as verbs;

use super::Partnership;
use super::input::EndPartnershipInput;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done to a partnership.
#[derive(Default)]
pub struct PartnershipMutation;

/// What came of ending a partnership.
#[derive(SimpleObject)]
pub struct EndPartnershipPayload {
    /// The partnership, ENDED. Null: refused.
    partnership: Option<Partnership>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to a partnership.
#[Object]
impl PartnershipMutation {
    /// Ends a partnership for both sides: customers stay with either partner and are no longer shared, and joint invitations
    /// of the two can no longer be accepted. Both sides' people who could have ended it are mailed. GLOBAL_ADMIN and
    /// ADMIN_AGENT of either side; a suspended partner may, too. One that has ended before: NOT_PARTNERS. Events:
    /// `partnership.ended`, and of a grant that ends with it `admin_grant.ended` where the provider ends the partnership,
    /// `admin_grant.revoked` where the reseller does.
    async fn end_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partnership, and what becomes of administrator access.")] input: EndPartnershipInput,
    ) -> Result<EndPartnershipPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let ended = match input.id.parse() {
            Ok(id) => verbs::end(ctx.store(), actor, id, input.delegated_administration.into()).await,
            // What is no partnership's id is refused as what is unknown.
            Err(_) => Err(Code::NotFound.on("id").into()),
        };
        let (ended, user_errors) = payload(ctx, ended)?;
        Ok(EndPartnershipPayload { partnership: ended.map(Partnership), user_errors })
    }
}
