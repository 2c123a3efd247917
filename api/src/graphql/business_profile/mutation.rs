//! What can be done to a business profile.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::business_profile as verbs;

use super::BusinessProfile;
use super::input::UpdateBusinessProfileInput;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done to a business profile.
#[derive(Default)]
pub struct BusinessProfileMutation;

/// What came of changing a business profile.
#[derive(SimpleObject)]
pub struct UpdateBusinessProfilePayload {
    /// The profile as it is now. Null: refused.
    business_profile: Option<BusinessProfile>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to a business profile.
#[Object]
impl BusinessProfileMutation {
    /// Changes your partner's business profile; the first time makes it. That of an indirect provider is listed in
    /// `indirectProviders` at once. GLOBAL_ADMIN and ADMIN_AGENT of an authorized partner. Event:
    /// `business_profile.updated`, unless nothing changed.
    async fn update_business_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateBusinessProfileInput,
    ) -> Result<UpdateBusinessProfilePayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let (profile, user_errors) = payload(ctx, verbs::update(ctx.store(), actor, input.into()).await)?;
        Ok(UpdateBusinessProfilePayload { business_profile: profile.map(Into::into), user_errors })
    }
}
