//! What can be done to a support profile.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::support_profile as verbs;

use super::SupportProfile;
use super::input::UpdateSupportProfileInput;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done to a support profile.
#[derive(Default)]
pub struct SupportProfileMutation;

/// What came of changing a support profile.
#[derive(SimpleObject)]
pub struct UpdateSupportProfilePayload {
    /// The profile as it is now. Null: refused.
    support_profile: Option<SupportProfile>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to a support profile.
#[Object]
impl SupportProfileMutation {
    /// Changes how customers reach your partner's support; the first time says it. It shows at once on every relationship whose
    /// `supportContact` your organization is. GLOBAL_ADMIN and ADMIN_AGENT of an authorized partner. Event:
    /// `support_profile.updated`, unless nothing changed.
    async fn update_support_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateSupportProfileInput,
    ) -> Result<UpdateSupportProfilePayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let (profile, user_errors) = payload(ctx, verbs::update(ctx.store(), actor, input.into()).await)?;
        Ok(UpdateSupportProfilePayload { support_profile: profile.map(Into::into), user_errors })
    }
}
