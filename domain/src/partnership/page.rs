//! Lists of partnerships: a reseller's providers, and a provider's resellers. Ended ones are on neither.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Partnership, PartnershipStatus};
use crate::error::Result;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::schema::partnerships;

impl Keyed for Partnership {
    fn cursor(&self, order: &'static str) -> Cursor {
        let name = if order == Self::BY_RESELLER { &self.reseller_sort_name } else { &self.provider_sort_name };
        Cursor::new(order, name, self.id.uuid())
    }
}

impl Partnership {
    /// What a cursor of a reseller's list of providers carries.
    pub const BY_PROVIDER: &'static str = "provider";

    /// What a cursor of a provider's list of resellers carries.
    pub const BY_RESELLER: &'static str = "reseller";

    /// A page of the active partnerships of each reseller, by the provider's case-folded name.
    pub async fn provider_pages(
        conn: &mut AsyncPgConnection,
        resellers: &[Uuid],
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let query = partnerships::table
            .filter(partnerships::reseller_id.eq(parent()))
            .filter(partnerships::status.eq(PartnershipStatus::Active))
            .select(Self::as_select())
            .into_boxed();
        let query = keyset!(query, page, true, partnerships::provider_sort_name, str::to_owned, partnerships::id);
        let rows: Vec<Self> = for_each(resellers, query).load(conn).await?;
        Ok(Page::cut_each(resellers, rows, page, |row| row.reseller_id.uuid()))
    }

    /// A page of the active partnerships of each provider, by the reseller's case-folded name.
    pub async fn reseller_pages(
        conn: &mut AsyncPgConnection,
        providers: &[Uuid],
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let query = partnerships::table
            .filter(partnerships::provider_id.eq(parent()))
            .filter(partnerships::status.eq(PartnershipStatus::Active))
            .select(Self::as_select())
            .into_boxed();
        let query = keyset!(query, page, true, partnerships::reseller_sort_name, str::to_owned, partnerships::id);
        let rows: Vec<Self> = for_each(providers, query).load(conn).await?;
        Ok(Page::cut_each(providers, rows, page, |row| row.provider_id.uuid()))
    }
}
