//! What partners ask of the vendor for a customer.

mod input;
mod mutation;

use async_graphql::{Context, Error, ID, Object};
use domain::service_request as rows;

pub use self::mutation::ServiceRequestMutation;
use super::context::ContextExt;
use super::relationship::Relationship;
use super::scalars::DateTime;
use super::user::User;

/// What a partner asked of the vendor, the platform's operators, for a customer.
#[derive(Clone)]
pub struct ServiceRequest(rows::ServiceRequest);

impl From<rows::ServiceRequest> for ServiceRequest {
    fn from(row: rows::ServiceRequest) -> Self {
        Self(row)
    }
}

/// What a partner asked of the vendor, the platform's operators, for a customer. They were mailed it. Seen by every user of the
/// partner and of the customer, and by the operators.
#[Object]
impl ServiceRequest {
    /// `srq_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// For which customer, and by which partner.
    async fn relationship(&self, ctx: &Context<'_>) -> Result<Relationship, Error> {
        ctx.referred(self.0.relationship_id).await.map(Relationship::from)
    }

    /// Who asked, of the partner's people. The customer sees only name and organization.
    async fn opened_by(&self, ctx: &Context<'_>) -> Result<User, Error> {
        ctx.referred(self.0.opened_by).await.map(User::from)
    }

    /// When.
    async fn opened_at(&self) -> DateTime {
        self.0.opened_at.into()
    }

    /// One line, in the partner's words.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Plain text of several lines, in the partner's words.
    async fn description(&self) -> &str {
        &self.0.description
    }
}
