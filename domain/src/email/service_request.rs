//! Mails about service requests: what they are filled with.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use crate::error::Result;
use crate::organization::Organization;
use crate::relationship::Relationship;
use crate::service_request::{ServiceRequest, ServiceRequestId};
use crate::store::Store;
use crate::user::User;

/// What a mail about a service request is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ServiceRequestFacts {
    /// Its id, as the API has it.
    pub service_request_id: String,
    /// Who asks.
    pub partner_name: String,
    /// On whose behalf.
    pub customer_name: String,
    /// The person who asks.
    pub opened_by_name: String,
    /// Where they are answered.
    pub opened_by_email: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// One line, in the partner's words.
    pub subject: String,
    /// Several lines, in the partner's words.
    pub description: String,
    /// Where the reader goes on.
    pub portal_url: String,
}

/// What a mail about a service request says. None: it is no more, or who asked is not.
pub(super) async fn about_service_request(
    store: &Store,
    conn: &mut AsyncPgConnection,
    id: ServiceRequestId,
) -> Result<Option<ServiceRequestFacts>> {
    let Some(request) = ServiceRequest::find(conn, &[id]).await?.pop() else { return Ok(None) };
    let Some(relationship) = Relationship::find(conn, &[request.relationship_id]).await?.pop() else { return Ok(None) };
    let Some(opener) = User::find(conn, &[request.opened_by], store.now()).await?.pop() else { return Ok(None) };
    let partner = Organization::get(conn, relationship.partner_id).await?;
    let customer = Organization::get(conn, relationship.customer_id).await?;
    Ok(Some(ServiceRequestFacts {
        service_request_id: request.id.to_string(),
        portal_url: store.portals().of(customer.cloud).to_owned(),
        partner_name: partner.name,
        customer_name: customer.name,
        opened_by_name: opener.name,
        opened_by_email: opener.email,
        opened_at: request.opened_at,
        subject: request.subject,
        description: request.description,
    }))
}
