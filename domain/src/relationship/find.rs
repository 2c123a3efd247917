//! Finds relationships: whoever asks, one's own, and kept as they are until a transaction ends.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Relationship, RelationshipId, RelationshipSide, RelationshipStatus};
use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::organization::OrganizationId;
use crate::schema::relationships;

impl Relationship {
    /// The relationship that stands between the two.
    pub(crate) async fn find_active(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
    ) -> Result<Option<Self>> {
        let query = relationships::table
            .filter(relationships::partner_id.eq(partner))
            .filter(relationships::customer_id.eq(customer))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        Ok(query.select(Self::as_select()).first(conn).await.optional()?)
    }

    /// The partners that an organization is the customer of now.
    pub(crate) async fn partners_of(
        conn: &mut AsyncPgConnection,
        customer: OrganizationId,
    ) -> Result<Vec<OrganizationId>> {
        let query = relationships::table
            .filter(relationships::customer_id.eq(customer))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        Ok(query.select(relationships::partner_id).load(conn).await?)
    }

    /// Whether one of the two ended their relationship after that time.
    pub(crate) async fn was_removed_since(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        since: DateTime<Utc>,
    ) -> Result<bool> {
        let removed = relationships::table
            .filter(relationships::partner_id.eq(partner))
            .filter(relationships::customer_id.eq(customer))
            .filter(relationships::removed_at.ge(since));
        Ok(diesel::select(diesel::dsl::exists(removed)).get_result(conn).await?)
    }

    /// The relationship that stands between the two, kept as it is until the transaction ends: whoever removes it waits for
    /// what is done under it.
    pub(crate) async fn hold_active(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
    ) -> Result<Option<Self>> {
        let query = relationships::table
            .filter(relationships::partner_id.eq(partner))
            .filter(relationships::customer_id.eq(customer))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        Ok(query.select(Self::as_select()).for_share().first(conn).await.optional()?)
    }

    /// The relationships that stand between these partners and customers, in one statement.
    pub(crate) async fn active_of_pairs(
        conn: &mut AsyncPgConnection,
        pairs: &[(OrganizationId, OrganizationId)],
    ) -> Result<Vec<Self>> {
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        let (partners, customers): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let query = relationships::table
            .filter(relationships::partner_id.eq_any(partners))
            .filter(relationships::customer_id.eq_any(customers))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        let mut found: Vec<Self> = query.select(Self::as_select()).load(conn).await?;
        found.retain(|it| pairs.contains(&(it.partner_id, it.customer_id)));
        Ok(found)
    }

    /// The relationships of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[RelationshipId]) -> Result<Vec<Self>> {
        Ok(relationships::table.filter(relationships::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: those where its organization is one of the two sides. Operators see all.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[RelationshipId],
    ) -> Result<Vec<Self>> {
        let mut found = Self::find(conn, ids).await?;
        found.retain(|it| it.is_visible_to(actor));
        Ok(found)
    }

    /// One relationship that the member's organization is a side of, and which; refused on `field` where it is of neither.
    pub(super) async fn get_own(
        conn: &mut AsyncPgConnection,
        member: &Member,
        id: RelationshipId,
        field: &str,
    ) -> Result<(Self, RelationshipSide)> {
        let found = Self::find(conn, &[id]).await?.pop();
        let own = found.and_then(|it| it.side_of(member.organization.id).map(|side| (it, side)));
        own.ok_or_else(|| Code::NotFound.on(field).into())
    }

    /// One relationship that the member's organization is the partner of; refused on `field`, where it is the customer
    /// with `FORBIDDEN`.
    pub(super) async fn get_as_partner(
        conn: &mut AsyncPgConnection,
        member: &Member,
        id: RelationshipId,
        field: &str,
    ) -> Result<Self> {
        match Self::get_own(conn, member, id, field).await? {
            (found, RelationshipSide::Partner) => Ok(found),
            (_, RelationshipSide::Customer) => {
                let message = "only the partner of a relationship does this; your organization is its customer";
                Err(Code::Forbidden.on(field).saying(message).into())
            }
        }
    }

    /// One active relationship that the member's organization is the partner of, kept as it is until the transaction ends:
    /// whoever removes it waits for what is done under it. Refused on `field`, also with `NO_RELATIONSHIP`.
    pub(crate) async fn hold_as_partner(
        conn: &mut AsyncPgConnection,
        member: &Member,
        id: RelationshipId,
        field: &str,
    ) -> Result<Self> {
        Self::get_as_partner(conn, member, id, field).await?;
        let held: Self = relationships::table.find(id).select(Self::as_select()).for_share().first(conn).await?;
        held.check_active(field)?;
        Ok(held)
    }

    /// The same relationship as it is now, locked until the transaction ends.
    pub(super) async fn lock(&self, conn: &mut AsyncPgConnection) -> Result<Self> {
        Ok(relationships::table.find(self.id).select(Self::as_select()).for_no_key_update().first(conn).await?)
    }
}
