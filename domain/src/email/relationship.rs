//! Mails about relationships: what they are filled with.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::queue::Reader;
use crate::error::Result;
use crate::organization::Organization;
use crate::relationship::{Relationship, RelationshipId, RelationshipSide};
use crate::store::Store;

/// What a mail about a relationship that was removed is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RelationshipFacts {
    /// Who worked on the customer's behalf.
    pub partner_name: String,
    /// On whose behalf.
    pub customer_name: String,
    /// Whose people the reader is of.
    pub side: RelationshipSide,
    /// Which side removed it.
    pub removed_by: Option<RelationshipSide>,
    /// When.
    pub removed_at: Option<DateTime<Utc>>,
    /// Whether the partner's administrator access was kept; none: there was none.
    pub administration_kept: Option<bool>,
    /// Where the reader goes on.
    pub portal_url: String,
}

/// What a mail about a removed relationship says to its reader: what happened, whatever was agreed since. None: it stands.
pub(super) async fn about_relationship(
    store: &Store,
    conn: &mut AsyncPgConnection,
    id: RelationshipId,
    reader: &Reader,
) -> Result<Option<RelationshipFacts>> {
    let removed = Relationship::find(conn, &[id]).await?.pop().filter(|it| it.removed_at.is_some());
    let Some(relationship) = removed else { return Ok(None) };
    let partner = Organization::get(conn, relationship.partner_id).await?;
    let customer = Organization::get(conn, relationship.customer_id).await?;
    let side = reader.organization.and_then(|organization| relationship.side_of(organization));
    Ok(Some(RelationshipFacts {
        side: side.unwrap_or(RelationshipSide::Customer),
        portal_url: store.portals().of(customer.cloud).to_owned(),
        partner_name: partner.name,
        customer_name: customer.name,
        removed_by: relationship.removed_by,
        removed_at: relationship.removed_at,
        administration_kept: relationship.administration_kept,
    }))
}
