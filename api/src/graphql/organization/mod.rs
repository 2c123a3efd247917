//! Organizations and regions.

use async_graphql::{Context, Enum, Error, ID, Object};
use domain::organization::{self as rows, OrganizationId};

use super::context::ContextExt;
use super::loaders::{DomainsOf, EnrollmentOf};
use super::scalars::CountryCode;

/// A cloud that tenants live in. Partners and customers deal within one only.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::organization::Cloud")]
pub enum Cloud {
    /// The worldwide public cloud.
    Public,
    /// The cloud of the United States' government. A relationship comes with delegated administration only.
    UsGovernment,
    /// The cloud operated in Germany. A relationship comes with delegated administration only.
    Germany,
}

/// How a partner sells.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::enrollment::PartnerKind")]
pub enum PartnerKind {
    /// Buys from the vendor itself and sells to customers.
    DirectPartner,
    /// A distributor: buys from the vendor, sells through indirect resellers.
    IndirectProvider,
    /// Sells to customers; an indirect provider transacts for it.
    IndirectReseller,
}

/// A company with a directory tenant. Any organization can be a customer; an enrollment makes it a partner too.
#[derive(Clone)]
pub struct Organization(pub(super) rows::Organization);

impl From<rows::Organization> for Organization {
    fn from(row: rows::Organization) -> Self {
        Self(row)
    }
}

/// A company with a directory tenant. Any organization can be a customer; an enrollment makes it a partner too.
///
/// Seen by its own people, by the other side of its relationships and partnerships, also of those that ended, and by who
/// was invited by it; a provider that `indirectProviders` lists by anyone signed in.
#[Object]
impl Organization {
    /// `org_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// As it calls itself, or as the partner who added it does: claiming it changes nothing of that.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether people of its own have it. False: a partner added it, and nobody whom that partner named as its first
    /// administrator has signed in yet; until then its domain is unverified, and nobody accepts for it. Where that person's
    /// tenant is registered already, it stays unclaimed: remove the relationship, and invite them.
    async fn is_claimed(&self) -> bool {
        self.0.is_claimed()
    }

    /// The primary DNS domain; while it is unclaimed, the unverified one that the partner who added it named.
    async fn domain(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let domains = domains(ctx, self.0.id).await?;
        Ok(domains.into_iter().next().unwrap_or_else(|| self.0.unverified_domain()))
    }

    /// Every verified DNS domain, the primary one first; empty while it is unclaimed.
    async fn domains(&self, ctx: &Context<'_>) -> Result<Vec<String>, Error> {
        domains(ctx, self.0.id).await
    }

    /// The tenant's country, which decides the region; not an office's. Of one that a partner added, as that said.
    async fn country(&self) -> CountryCode {
        self.0.country.as_str().into()
    }

    /// The sales region of its country. Null: no partner may sell there.
    async fn region(&self) -> Option<Region> {
        self.0.region().map(Region)
    }

    /// The cloud its tenant lives in; of one that a partner added, that partner's.
    async fn cloud(&self) -> Cloud {
        self.0.cloud.into()
    }

    /// How it sells. Null until it is first authorized as a partner.
    async fn partner_kind(&self, ctx: &Context<'_>) -> Result<Option<PartnerKind>, Error> {
        let enrollment = ctx.loaders().load_one(EnrollmentOf(self.0.id)).await?;
        Ok(enrollment.map(|enrollment| enrollment.kind.into()))
    }

    /// The partner program's own id (MPN id). Null until it is first authorized as a partner, or where it has none.
    async fn partner_id(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let enrollment = ctx.loaders().load_one(EnrollmentOf(self.0.id)).await?;
        Ok(enrollment.and_then(|enrollment| enrollment.program_id))
    }
}

async fn domains(ctx: &Context<'_>, id: OrganizationId) -> Result<Vec<String>, Error> {
    let domains = ctx.loaders().load_one(DomainsOf(id)).await?.unwrap_or_default();
    Ok(domains.into_iter().map(|domain| domain.domain).collect())
}

/// The organization that another row refers to.
pub(super) async fn referred(ctx: &Context<'_>, id: OrganizationId) -> Result<Organization, Error> {
    ctx.referred(id).await.map(Organization)
}

/// A sales region: partners deal only with organizations whose tenant country is in the same one.
pub struct Region(pub(super) &'static rows::Region);

/// A sales region: partners deal only with organizations whose tenant country is in the same one.
#[Object]
impl Region {
    /// Stable, such as `EUROPE`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// For display, in English.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its countries.
    async fn countries(&self) -> Vec<CountryCode> {
        self.0.countries.iter().map(|country| country.code.as_str().into()).collect()
    }
}
