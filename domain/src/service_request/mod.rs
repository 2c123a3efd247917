//! What a partner asks of the vendor for a customer: it stays responsible for support, also where the customer took its
//! administrator access away.
//!
//! Owns the row, and mails it to the platform's operators. What becomes of it the operators settle elsewhere.

mod open;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use open::{NewServiceRequest, open};

use crate::actor::Actor;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::OrganizationId;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::relationship::RelationshipId;
use crate::schema::{relationships, service_requests};
use crate::user::UserId;

/// The id of a service request, `srq_`.
pub type ServiceRequestId = Id<ServiceRequest>;

/// What a partner asks of the vendor for a customer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = service_requests, check_for_backend(diesel::pg::Pg))]
pub struct ServiceRequest {
    /// Its id.
    pub id: ServiceRequestId,
    /// For which customer, and by which partner.
    pub relationship_id: RelationshipId,
    partner_id: OrganizationId,
    /// Who asked.
    pub opened_by: UserId,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// One line.
    pub subject: String,
    /// Plain text of several lines.
    pub description: String,
}

impl Named for ServiceRequest {
    const PREFIX: &'static str = "srq";
}

impl Keyed for ServiceRequest {
    fn cursor(&self, order: &'static str) -> Cursor {
        Cursor::new(order, "", self.id.uuid())
    }
}

impl ServiceRequest {
    /// The order of pages of service requests.
    pub const NEWEST: &'static str = "service_request";

    /// The service requests of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[ServiceRequestId]) -> Result<Vec<Self>> {
        let query = service_requests::table.filter(service_requests::id.eq_any(ids));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: those for a relationship that its organization is one of the two sides of.
    /// Operators see all.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[ServiceRequestId],
    ) -> Result<Vec<Self>> {
        if actor.is_operator() {
            return Self::find(conn, ids).await;
        }
        let Some(own) = actor.organization_id() else { return Ok(Vec::new()) };
        let query = service_requests::table
            .inner_join(relationships::table)
            .filter(service_requests::id.eq_any(ids))
            .filter(relationships::partner_id.eq(own).or(relationships::customer_id.eq(own)));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// A page of the requests for each relationship, the latest first.
    pub async fn pages(
        conn: &mut AsyncPgConnection,
        relationships: &[Uuid],
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let query = service_requests::table
            .filter(service_requests::relationship_id.eq(parent()))
            .select(Self::as_select())
            .into_boxed();
        let query = keyset!(query, page, false, service_requests::id);
        let rows: Vec<Self> = for_each(relationships, query).load(conn).await?;
        Ok(Page::cut_each(relationships, rows, page, |row| row.relationship_id.uuid()))
    }
}
