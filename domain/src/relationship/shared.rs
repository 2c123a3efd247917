//! Lists of shared customers: one side's own relationships with them.
//!
//! They are read from the side of the sharing, which keeps what they are sorted by: a page costs what it shows, whether a
//! partner shares all its customers or the last few.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::page::{CustomerFilter, CustomerOrder, filtered};
use super::{Relationship, RelationshipStatus};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::page::{Page, PageRequest, for_each, key_time, keyset, like_pattern, parent};
use crate::partnership::{PartnershipSide, PartnershipStatus};
use crate::schema::{partnerships, relationships, shared_customers};
use crate::store::Store;
use crate::text::{folded, sought};

/// What is shared under the partnership of an id, as the relationships of the side whose column that is.
macro_rules! shared_under {
    ($partnership:expr, $relationship:ident) => {
        shared_customers::table
            .inner_join(relationships::table.on(relationships::id.eq(shared_customers::$relationship)))
            .filter(shared_customers::partnership_id.nullable().eq($partnership.nullable()))
            .filter(shared_customers::ended_at.is_null())
    };
}

/// A page of each partner's customers that it shares with one other partner.
macro_rules! with_partner {
    ($(#[$doc:meta])* $name:ident: $own:ident, $other:ident, $relationship:ident, $since:ident) => {
        $(#[$doc])*
        pub(super) async fn $name(
            store: &Store,
            conn: &mut AsyncPgConnection,
            partners: &[Uuid],
            other: OrganizationId,
            filter: &CustomerFilter,
            order: CustomerOrder,
            page: &PageRequest,
        ) -> Result<Vec<Page<Relationship>>> {
            // Of the two at most one is active, and only an active one shares: asked as a value, so that what is shared
            // under it is read in the order of its index.
            let partnership = partnerships::table
                .filter(partnerships::$own.eq(parent()))
                .filter(partnerships::$other.eq(other))
                .filter(partnerships::status.eq(PartnershipStatus::Active))
                .select(partnerships::id)
                .single_value();
            let query =
                shared_under!(partnership, $relationship).select(Relationship::as_select()).into_boxed();
            let mut query = filtered!(query, store, filter, relationships::customer_search);
            // Whose relationships these are the sharing says. Said again it has the planner read all of the partner's, unless
            // an index that begins with the partner finds few of them.
            if filter.search.is_some() || filter.country.is_some() {
                query = query.filter(relationships::partner_id.eq(parent()));
            }
            if let Some(country) = &filter.country {
                query = query.filter(relationships::customer_country.eq(sought(country)));
            }
            let (name, id) = (shared_customers::customer_sort_name, shared_customers::$relationship);
            let query = match order {
                CustomerOrder::Name => keyset!(query, page, true, name, str::to_owned, id),
                CustomerOrder::SinceDesc => keyset!(query, page, false, shared_customers::$since, key_time, id),
            };
            let rows: Vec<Relationship> = for_each(partners, query).load(conn).await?;
            Ok(Page::cut_each(partners, rows, page, |row| row.partner_id.uuid()))
        }
    };
}

with_partner! {
    /// A page of each reseller's customers that it shares with an indirect provider.
    with_provider: reseller_id, provider_id, reseller_relationship_id, reseller_since
}
with_partner! {
    /// A page of each provider's customers that it shares with an indirect reseller.
    with_reseller: provider_id, reseller_id, provider_relationship_id, provider_since
}

impl Relationship {
    /// A page of the customers that are shared under each partnership, by case-folded name: one side's own active
    /// relationships with them.
    pub async fn shared_pages(
        conn: &mut AsyncPgConnection,
        partnerships: &[Uuid],
        side: PartnershipSide,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        macro_rules! of_side {
            ($relationship:ident) => {{
                let query = shared_under!(parent(), $relationship)
                    .filter(relationships::status.eq(RelationshipStatus::Active))
                    .select((shared_customers::partnership_id, Self::as_select()))
                    .into_boxed();
                let (name, id) = (shared_customers::customer_sort_name, shared_customers::$relationship);
                for_each(partnerships, keyset!(query, page, true, name, str::to_owned, id)).load(conn).await?
            }};
        }
        let rows: Vec<(Uuid, Self)> = match side {
            PartnershipSide::IndirectProvider => of_side!(provider_relationship_id),
            PartnershipSide::IndirectReseller => of_side!(reseller_relationship_id),
        };
        let pages = Page::cut_each(partnerships, rows, page, |(partnership, _)| *partnership);
        Ok(pages.into_iter().map(|page| page.map(|(_, relationship)| relationship)).collect())
    }
}
