//! What the mutation of service requests takes.

use async_graphql::{ID, InputObject};
use domain::service_request::NewServiceRequest;

/// What to ask of the vendor for a customer.
#[derive(InputObject)]
pub struct OpenServiceRequestInput {
    /// The relationship with the customer, ACTIVE.
    relationship_id: ID,
    /// One line, at most 200 characters. It stands in the subject of the operators' mail.
    subject: String,
    /// Plain text, at most 10,000 characters.
    description: String,
    /// Repeating the call with the same key within 24 hours gives the first request again; 1 to 200 characters.
    idempotency_key: Option<String>,
}

impl From<OpenServiceRequestInput> for NewServiceRequest {
    fn from(input: OpenServiceRequestInput) -> Self {
        Self {
            relationship_id: input.relationship_id.0,
            subject: input.subject,
            description: input.description,
            idempotency_key: input.idempotency_key,
        }
    }
}
