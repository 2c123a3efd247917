//! A company with a directory tenant. Any organization can be a customer; an enrollment makes it a partner too.
//!
//! ```text
//! unclaimed ──claim──► claimed        one that a partner added begins unclaimed, every other one has its tenant at once
//! ```
//!
//! Owns the organization's row, its domains and its region. It never decides who deals with whom: that is
//! [`crate::invitation`]'s rules.

mod claim;
mod region;
mod unclaimed;
mod visible;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub(crate) use claim::{claim, find_claimable};
pub(crate) use region::is_country;
pub use region::{Country, Region, country_name};
pub(crate) use unclaimed::Holder;

use crate::error::Result;
use crate::id::{Id, Named};
use crate::schema::{organization_domains, organizations};
use crate::text::domain_of;
use crate::text_enum::text_enum;

/// The id of an organization, `org_`.
pub type OrganizationId = Id<Organization>;

text_enum! {
    /// A cloud that tenants live in; partners deal within one only.
    Cloud {
        /// The worldwide public cloud.
        Public = "public",
        /// The cloud of the United States' government.
        UsGovernment = "us_government",
        /// The cloud operated in Germany.
        Germany = "germany",
    }
}

impl Cloud {
    /// Whether a relationship in this cloud comes with delegated administration only.
    #[must_use]
    pub fn requires_delegated_administration(self) -> bool {
        matches!(self, Self::UsGovernment | Self::Germany)
    }
}

/// A company with a directory tenant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(diesel::pg::Pg))]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The OpenID Connect issuer whose tenant this is; none exactly while unclaimed.
    pub issuer: Option<String>,
    /// The issuer's name for the tenant; none exactly while unclaimed.
    pub tenant: Option<String>,
    /// As it calls itself, or the partner who added it does.
    pub name: String,
    /// The tenant's country, ISO 3166-1 alpha-2; of one that a partner added, as that said.
    pub country: String,
    /// The cloud its tenant lives in.
    pub cloud: Cloud,
    /// BCP 47; the language of mails to it where nobody says otherwise.
    pub locale: String,
    /// When Accord first knew of it.
    pub created_at: DateTime<Utc>,
    /// Whom the partner who added it named as its first administrator; set exactly while unclaimed.
    pub administrator_email: Option<String>,
}

impl Named for Organization {
    const PREFIX: &'static str = "org";
}

/// A DNS domain of an organization.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_domains, check_for_backend(diesel::pg::Pg))]
pub struct OrganizationDomain {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Lower case.
    pub domain: String,
    /// Whether it is shown first.
    pub is_primary: bool,
    /// When ownership was shown.
    pub verified_at: Option<DateTime<Utc>>,
}

impl Organization {
    /// The region it may be sold to in; none: no partner may.
    #[must_use]
    pub fn region(&self) -> Option<&'static Region> {
        Region::of(&self.country)
    }

    /// Whether people of its own have it. Until then it is what a partner said of it, and nobody acts for it.
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        self.tenant.is_some()
    }

    /// What it is shown by where it has shown to own no domain: the one it was added with, else its tenant's name.
    #[must_use]
    pub fn unverified_domain(&self) -> String {
        let named = || self.administrator_email.as_deref().map(domain_of);
        self.tenant.clone().or_else(named).unwrap_or_default()
    }

    /// What lists are sorted by: the case-folded name.
    #[must_use]
    pub fn sort_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// The organizations of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = organizations::table.filter(organizations::id.eq_any(ids));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// One organization that another row refers to, whoever asks.
    pub(crate) async fn get(conn: &mut AsyncPgConnection, id: OrganizationId) -> Result<Self> {
        Ok(organizations::table.find(id).select(Self::as_select()).first(conn).await?)
    }

    /// One organization, locked until the transaction ends: the first lock of an acceptance.
    pub(crate) async fn lock(conn: &mut AsyncPgConnection, id: OrganizationId) -> Result<Self> {
        Ok(organizations::table.find(id).select(Self::as_select()).for_no_key_update().first(conn).await?)
    }

    /// The organization that has shown it owns exactly this domain.
    pub(crate) async fn find_by_domain(conn: &mut AsyncPgConnection, domain: &str) -> Result<Option<Self>> {
        let query = organization_domains::table
            .inner_join(organizations::table)
            .filter(organization_domains::domain.eq(domain.to_lowercase()))
            .filter(organization_domains::verified_at.is_not_null())
            .select(Self::as_select());
        Ok(query.first(conn).await.optional()?)
    }
}

impl OrganizationDomain {
    /// The verified domains of these organizations, the primary one first.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = organization_domains::table
            .filter(organization_domains::organization_id.eq_any(organizations))
            .filter(organization_domains::verified_at.is_not_null())
            .order((organization_domains::is_primary.desc(), organization_domains::domain.asc()));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// The organizations that have shown they own exactly these domains, each with its domain.
    pub(crate) async fn owners(
        conn: &mut AsyncPgConnection,
        domains: &[String],
    ) -> Result<Vec<(String, OrganizationId)>> {
        let query = organization_domains::table
            .filter(organization_domains::domain.eq_any(domains))
            .filter(organization_domains::verified_at.is_not_null());
        Ok(query.select((organization_domains::domain, organization_domains::organization_id)).load(conn).await?)
    }
}

diesel::define_sql_function! {
    /// PostgreSQL's `lower`.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
