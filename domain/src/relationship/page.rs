//! Lists of relationships: a partner's customers, and a customer's partners.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Relationship, RelationshipId, RelationshipStatus, shared};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, key_time, keyset, like_pattern, parent, time_key};
use crate::schema::{organizations, partnerships, relationships, shared_customers};
use crate::store::Store;
use crate::text::{folded, sought};

/// Which relationships.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CustomerFilter {
    /// In the other side's name, domains or, for customers, the address invited; under three characters at a word's
    /// start.
    pub search: Option<String>,
    /// Of this status; none: active.
    pub status: Option<RelationshipStatus>,
    /// Where the other side is in this country.
    pub country: Option<String>,
    /// With an active admin grant, or without one.
    pub has_administration: Option<bool>,
    /// A reseller's, shared with this indirect provider now.
    pub indirect_provider: Option<OrganizationId>,
    /// A provider's, shared with this indirect reseller now.
    pub indirect_reseller: Option<OrganizationId>,
}

/// In which order customers come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CustomerOrder {
    /// By case-folded name.
    #[default]
    Name,
    /// The latest first.
    SinceDesc,
}

impl CustomerOrder {
    /// What a cursor of this order carries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "customer",
            Self::SinceDesc => "since",
        }
    }
}

impl Keyed for Relationship {
    fn cursor(&self, order: &'static str) -> Cursor {
        let id = self.id.uuid();
        match order {
            "customer" => Cursor::new(order, &self.customer_sort_name, id),
            "since" => Cursor::new(order, time_key(self.since), id),
            _ => Cursor::new(order, &self.partner_sort_name, id),
        }
    }
}

/// The grants of a relationship's two sides that read active, in a query over relationships.
macro_rules! active_grants {
    ($now:expr) => {
        $crate::schema::admin_grants::table
            .filter($crate::schema::admin_grants::partner_id.eq($crate::schema::relationships::partner_id))
            .filter($crate::schema::admin_grants::customer_id.eq($crate::schema::relationships::customer_id))
            .filter($crate::admin_grant::reads_active!($now))
            .select($crate::schema::admin_grants::id)
    };
}
pub(super) use active_grants;

/// Leaves what a filter leaves in a boxed query over relationships, alone or joined; `$search` is where it looks.
macro_rules! filtered {
    ($query:expr, $store:expr, $filter:expr, $search:expr) => {{
        let mut query = $query.filter(relationships::status.eq($filter.status.unwrap_or(RelationshipStatus::Active)));
        if let Some(search) = &$filter.search {
            query = query.filter($search.like(folded(&like_pattern(search))));
        }
        if let Some(wanted) = $filter.has_administration {
            let active = $crate::relationship::page::active_grants!($store.now());
            query = if wanted {
                query.filter(diesel::dsl::exists(active))
            } else {
                query.filter(diesel::dsl::not(diesel::dsl::exists(active)))
            };
        }
        query
    }};
}
pub(super) use filtered;

impl Relationship {
    /// What a cursor of a customer's list of partners carries.
    pub const BY_PARTNER: &'static str = "partner";

    /// A page of each partner's customers.
    pub async fn customer_pages(
        store: &Store,
        conn: &mut AsyncPgConnection,
        partners: &[Uuid],
        filter: &CustomerFilter,
        order: CustomerOrder,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        match (filter.indirect_provider, filter.indirect_reseller) {
            (None, None) => {}
            (Some(provider), None) => {
                return shared::with_provider(store, conn, partners, provider, filter, order, page).await;
            }
            (None, Some(reseller)) => {
                return shared::with_reseller(store, conn, partners, reseller, filter, order, page).await;
            }
            // A relationship is the one's or the other's, never both.
            (Some(_), Some(_)) => return Ok(partners.iter().map(|_| Page::empty()).collect()),
        }
        let query =
            relationships::table.filter(relationships::partner_id.eq(parent())).select(Self::as_select()).into_boxed();
        let mut query = filtered!(query, store, filter, relationships::customer_search);
        if let Some(country) = &filter.country {
            query = query.filter(relationships::customer_country.eq(sought(country)));
        }
        let query = match order {
            CustomerOrder::Name => {
                keyset!(query, page, true, relationships::customer_sort_name, str::to_owned, relationships::id)
            }
            CustomerOrder::SinceDesc => keyset!(query, page, false, relationships::since, key_time, relationships::id),
        };
        let rows: Vec<Self> = for_each(partners, query).load(conn).await?;
        Ok(Page::cut_each(partners, rows, page, |row| row.partner_id.uuid()))
    }

    /// Of these, the ones with an active admin grant: as the filter has it.
    pub(crate) async fn with_administration(
        conn: &mut AsyncPgConnection,
        ids: &[RelationshipId],
        now: DateTime<Utc>,
    ) -> Result<HashSet<RelationshipId>> {
        let active = active_grants!(now);
        let query = relationships::table
            .filter(relationships::id.eq_any(ids))
            .filter(diesel::dsl::exists(active))
            .select(relationships::id);
        let found: Vec<RelationshipId> = query.load(conn).await?;
        Ok(found.into_iter().collect())
    }

    /// A page of each customer's partners, by case-folded name.
    pub async fn partner_pages(
        store: &Store,
        conn: &mut AsyncPgConnection,
        customers: &[Uuid],
        filter: &CustomerFilter,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let query =
            relationships::table.filter(relationships::customer_id.eq(parent())).select(Self::as_select()).into_boxed();
        // A customer's partners are few: what follows is read through, no index is kept for it.
        let mut query = filtered!(query, store, filter, relationships::partner_search);
        if let Some(country) = &filter.country {
            let there = organizations::table
                .filter(organizations::id.eq(relationships::partner_id))
                .filter(organizations::country.eq(sought(country)));
            query = query.filter(diesel::dsl::exists(there.select(organizations::id)));
        }
        let shared = || shared_customers::table.inner_join(partnerships::table);
        if let Some(provider) = filter.indirect_provider {
            let with_it = shared()
                .filter(shared_customers::reseller_relationship_id.eq(relationships::id))
                .filter(shared_customers::ended_at.is_null())
                .filter(partnerships::provider_id.eq(provider));
            query = query.filter(diesel::dsl::exists(with_it.select(partnerships::id)));
        }
        if let Some(reseller) = filter.indirect_reseller {
            let with_it = shared()
                .filter(shared_customers::provider_relationship_id.eq(relationships::id))
                .filter(shared_customers::ended_at.is_null())
                .filter(partnerships::reseller_id.eq(reseller));
            query = query.filter(diesel::dsl::exists(with_it.select(partnerships::id)));
        }
        let query = keyset!(query, page, true, relationships::partner_sort_name, str::to_owned, relationships::id);
        let rows: Vec<Self> = for_each(customers, query).load(conn).await?;
        Ok(Page::cut_each(customers, rows, page, |row| row.customer_id.uuid()))
    }
}
