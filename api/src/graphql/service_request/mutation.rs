//! What can be done about service requests.

use async_graphql::{Context, Error, Object, SimpleObject};
use domain::service_request as verbs;

use super::ServiceRequest;
use super::input::OpenServiceRequestInput;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done about service requests.
#[derive(Default)]
pub struct ServiceRequestMutation;

/// What came of opening a service request.
#[derive(SimpleObject)]
pub struct OpenServiceRequestPayload {
    /// The request. Null: refused.
    service_request: Option<ServiceRequest>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done about service requests.
#[Object]
impl ServiceRequestMutation {
    /// Asks the vendor, the platform's operators, for something on a customer's behalf: each of them is mailed. It needs no admin
    /// grant: the partner stays responsible for support after the customer took its administrator access away. GLOBAL_ADMIN
    /// and ADMIN_AGENT of the partner, authorized. Not ACTIVE: NO_RELATIONSHIP; more in 24 hours than the operator lets a
    /// partner open: RATE_LIMITED. Event: `service_request.opened`, which the customer reads too.
    async fn open_service_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which customer, and what.")] input: OpenServiceRequestInput,
    ) -> Result<OpenServiceRequestPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let (opened, user_errors) = payload(ctx, verbs::open(ctx.store(), actor, input.into()).await)?;
        Ok(OpenServiceRequestPayload { service_request: opened.map(Into::into), user_errors })
    }
}
