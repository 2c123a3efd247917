//! The customers that a partnership's two sides share.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Partnership, PartnershipId, PartnershipSide};
use crate::error::Result;
use crate::organization::{Organization, OrganizationId};
use crate::relationship::{Relationship, RelationshipId};
use crate::schema::{partnerships, shared_customers};

/// A customer that agreed to both partners at once.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = shared_customers, check_for_backend(diesel::pg::Pg))]
pub struct SharedCustomer {
    /// Whose customer is shared.
    pub partnership_id: PartnershipId,
    /// The customer's relationship with the provider.
    pub provider_relationship_id: RelationshipId,
    /// The customer's relationship with the reseller.
    pub reseller_relationship_id: RelationshipId,
    customer_sort_name: String,
    provider_since: DateTime<Utc>,
    reseller_since: DateTime<Utc>,
    /// When the customer agreed.
    pub shared_at: DateTime<Utc>,
    /// When the partnership or one of the relationships ended; none: it is shared.
    pub ended_at: Option<DateTime<Utc>>,
}

impl SharedCustomer {
    /// Has the two relationships point at the other partner; nothing changes where they do already.
    pub async fn share(
        conn: &mut AsyncPgConnection,
        partnership: &Partnership,
        provider: &Relationship,
        reseller: &Relationship,
        customer: &Organization,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let shared = Self {
            partnership_id: partnership.id,
            provider_relationship_id: provider.id,
            reseller_relationship_id: reseller.id,
            customer_sort_name: customer.sort_name(),
            provider_since: provider.since,
            reseller_since: reseller.since,
            shared_at: now,
            ended_at: None,
        };
        diesel::insert_into(shared_customers::table).values(shared).on_conflict_do_nothing().execute(conn).await?;
        Ok(())
    }

    /// Whether the two relationships point at each other's partner.
    pub(crate) async fn is_shared(
        conn: &mut AsyncPgConnection,
        partnership: PartnershipId,
        provider: RelationshipId,
        reseller: RelationshipId,
    ) -> Result<bool> {
        let shared = shared_customers::table
            .find((partnership, provider, reseller))
            .filter(shared_customers::ended_at.is_null());
        Ok(diesel::select(diesel::dsl::exists(shared)).get_result(conn).await?)
    }

    /// The indirect provider that each of these resellers' relationships is shared with, the latest of several.
    pub async fn providers_of(
        conn: &mut AsyncPgConnection,
        relationships: &[RelationshipId],
    ) -> Result<Vec<(RelationshipId, OrganizationId)>> {
        let query = shared_customers::table
            .inner_join(partnerships::table)
            .filter(shared_customers::reseller_relationship_id.eq_any(relationships))
            .filter(shared_customers::ended_at.is_null())
            .distinct_on(shared_customers::reseller_relationship_id)
            .order((
                shared_customers::reseller_relationship_id,
                shared_customers::shared_at.desc(),
                shared_customers::partnership_id.desc(),
            ))
            .select((shared_customers::reseller_relationship_id, partnerships::provider_id));
        Ok(query.load(conn).await?)
    }

    /// The indirect reseller that each of these providers' relationships is shared with, the latest of several.
    pub async fn resellers_of(
        conn: &mut AsyncPgConnection,
        relationships: &[RelationshipId],
    ) -> Result<Vec<(RelationshipId, OrganizationId)>> {
        let query = shared_customers::table
            .inner_join(partnerships::table)
            .filter(shared_customers::provider_relationship_id.eq_any(relationships))
            .filter(shared_customers::ended_at.is_null())
            .distinct_on(shared_customers::provider_relationship_id)
            .order((
                shared_customers::provider_relationship_id,
                shared_customers::shared_at.desc(),
                shared_customers::partnership_id.desc(),
            ))
            .select((shared_customers::provider_relationship_id, partnerships::reseller_id));
        Ok(query.load(conn).await?)
    }

    /// The partners that each of these relationships is shared with, and which side those are, the latest first.
    pub(crate) async fn partners_of(
        conn: &mut AsyncPgConnection,
        relationships: &[RelationshipId],
    ) -> Result<Vec<(RelationshipId, PartnershipSide, OrganizationId)>> {
        macro_rules! shared_with {
            ($side:ident, $own:ident, $other:ident) => {{
                let shared = shared_customers::table
                    .inner_join(partnerships::table)
                    .filter(shared_customers::$own.eq_any(relationships))
                    .filter(shared_customers::ended_at.is_null())
                    .order((shared_customers::shared_at.desc(), shared_customers::partnership_id.desc()))
                    .select((shared_customers::$own, partnerships::$other));
                let found: Vec<(RelationshipId, OrganizationId)> = shared.load(conn).await?;
                found.into_iter().map(|(relationship, other)| (relationship, PartnershipSide::$side, other))
            }};
        }
        let providers = shared_with!(IndirectProvider, reseller_relationship_id, provider_id);
        Ok(providers.chain(shared_with!(IndirectReseller, provider_relationship_id, reseller_id)).collect())
    }

    /// Ends the sharing of the customer of one relationship, with whomever.
    pub(crate) async fn end_of(
        conn: &mut AsyncPgConnection,
        relationship: RelationshipId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let is_of_it = shared_customers::provider_relationship_id
            .eq(relationship)
            .or(shared_customers::reseller_relationship_id.eq(relationship));
        let shared = shared_customers::table.filter(is_of_it).filter(shared_customers::ended_at.is_null());
        diesel::update(shared).set(shared_customers::ended_at.eq(now)).execute(conn).await?;
        Ok(())
    }

    /// Ends the sharing of every customer under a partnership; their relationships stay.
    pub(super) async fn end_all(
        conn: &mut AsyncPgConnection,
        partnership: PartnershipId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let shared = shared_customers::table
            .filter(shared_customers::partnership_id.eq(partnership))
            .filter(shared_customers::ended_at.is_null());
        diesel::update(shared).set(shared_customers::ended_at.eq(now)).execute(conn).await?;
        Ok(())
    }
}
