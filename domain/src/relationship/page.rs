//! Lists of relationships: a partner's customers, and a customer's partners.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Relationship, RelationshipStatus};
use crate::admin_grant::AdminGrantStatus;
use crate::error::Result;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, key_time, keyset, like_pattern, parent, time_key};
use crate::schema::{admin_grants, organizations, relationships};
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

type Query<'a> = relationships::BoxedQuery<
    'a,
    diesel::pg::Pg,
    diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<Relationship, diesel::pg::Pg>>,
>;

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
        let mut query =
            relationships::table.filter(relationships::partner_id.eq(parent())).select(Self::as_select()).into_boxed();
        if let Some(search) = &filter.search {
            query = query.filter(relationships::customer_search.like(folded(&like_pattern(search))));
        }
        if let Some(country) = &filter.country {
            query = query.filter(relationships::customer_country.eq(sought(country)));
        }
        let query = filter.apply(store, query);
        let query = match order {
            CustomerOrder::Name => {
                keyset!(query, page, true, relationships::customer_sort_name, str::to_owned, relationships::id)
            }
            CustomerOrder::SinceDesc => keyset!(query, page, false, relationships::since, key_time, relationships::id),
        };
        let rows: Vec<Self> = for_each(partners, query).load(conn).await?;
        Ok(Page::cut_each(partners, rows, page, |row| row.partner_id.uuid()))
    }

    /// A page of each customer's partners, by case-folded name.
    pub async fn partner_pages(
        store: &Store,
        conn: &mut AsyncPgConnection,
        customers: &[Uuid],
        filter: &CustomerFilter,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let mut query =
            relationships::table.filter(relationships::customer_id.eq(parent())).select(Self::as_select()).into_boxed();
        // A customer's partners are few: what follows is read through, no index is kept for it.
        if let Some(search) = &filter.search {
            query = query.filter(relationships::partner_search.like(folded(&like_pattern(search))));
        }
        if let Some(country) = &filter.country {
            let there = organizations::table
                .filter(organizations::id.eq(relationships::partner_id))
                .filter(organizations::country.eq(sought(country)));
            query = query.filter(diesel::dsl::exists(there.select(organizations::id)));
        }
        let query = filter.apply(store, query);
        let query = keyset!(query, page, true, relationships::partner_sort_name, str::to_owned, relationships::id);
        let rows: Vec<Self> = for_each(customers, query).load(conn).await?;
        Ok(Page::cut_each(customers, rows, page, |row| row.customer_id.uuid()))
    }
}

impl CustomerFilter {
    /// What is the same from both sides.
    fn apply<'a>(&self, store: &Store, mut query: Query<'a>) -> Query<'a> {
        query = query.filter(relationships::status.eq(self.status.unwrap_or(RelationshipStatus::Active)));
        if let Some(wanted) = self.has_administration {
            let active = admin_grants::table
                .filter(admin_grants::partner_id.eq(relationships::partner_id))
                .filter(admin_grants::customer_id.eq(relationships::customer_id))
                .filter(admin_grants::status.eq(AdminGrantStatus::Active))
                .filter(admin_grants::ends_at.is_null().or(admin_grants::ends_at.gt(store.now()).assume_not_null()))
                .select(admin_grants::id);
            query = if wanted {
                query.filter(diesel::dsl::exists(active))
            } else {
                query.filter(diesel::dsl::not(diesel::dsl::exists(active)))
            };
        }
        query
    }
}
