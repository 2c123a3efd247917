//! One partner and one customer who agreed.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use domain::agreement::AgreementAcceptance as AcceptanceRow;
use domain::organization::OrganizationId;
use domain::relationship as rows;

use super::admin_grant::{AdminGrant, AdminGrantFilter};
use super::agreement::{AcceptanceInForce, AgreementAcceptance};
use super::context::ContextExt;
use super::error::bad_request;
use super::invitation::Invitation;
use super::loaders::{GrantsOf, ProviderOf, ResellerOf, Visible};
use super::organization::{self, Organization};
use super::scalars::{CountryCode, DateTime};

/// Whether a relationship stands.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::relationship::RelationshipStatus")]
pub enum RelationshipStatus {
    /// It does.
    Active,
    /// One side ended it; kept for history.
    Removed,
}

/// Which side of a relationship.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::relationship::RelationshipSide")]
pub enum RelationshipSide {
    /// The partner's.
    Partner,
    /// The customer's.
    Customer,
}

/// One partner and one customer who agreed. Both sides see the same object.
#[derive(Clone)]
pub struct Relationship(pub(super) rows::Relationship);

impl From<rows::Relationship> for Relationship {
    fn from(row: rows::Relationship) -> Self {
        Self(row)
    }
}

/// One partner and one customer who agreed. Both sides see the same object.
#[Object]
impl Relationship {
    /// `rel_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who works on the customer's behalf.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.partner_id).await
    }

    /// On whose behalf.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.customer_id).await
    }

    /// Whether it stands.
    async fn status(&self) -> RelationshipStatus {
        self.0.status.into()
    }

    /// When both had agreed.
    async fn since(&self) -> DateTime {
        self.0.since.into()
    }

    /// When it was removed. Null: it stands.
    async fn removed_at(&self) -> Option<DateTime> {
        self.0.removed_at.map(Into::into)
    }

    /// Which side removed it. Null: it stands.
    async fn removed_by(&self) -> Option<RelationshipSide> {
        self.0.removed_by.map(Into::into)
    }

    /// The indirect provider that shares the customer, the latest of several: on an indirect reseller's relationship, while
    /// both are partners. Null: the customer is shared with none, or this is no reseller's relationship.
    async fn indirect_provider(&self, ctx: &Context<'_>) -> Result<Option<Organization>, Error> {
        match ctx.loaders().load_one(ProviderOf(self.0.id)).await? {
            Some(provider) => organization::referred(ctx, provider).await.map(Some),
            None => Ok(None),
        }
    }

    /// The indirect reseller that shares the customer, the latest of several: on an indirect provider's relationship, while
    /// both are partners. Null: the customer is shared with none, or this is no provider's relationship.
    async fn indirect_reseller(&self, ctx: &Context<'_>) -> Result<Option<Organization>, Error> {
        match ctx.loaders().load_one(ResellerOf(self.0.id)).await? {
            Some(reseller) => organization::referred(ctx, reseller).await.map(Some),
            None => Ok(None),
        }
    }

    /// What it came from. Null: the partner added the customer, or it is not yours to see.
    async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<Invitation>, Error> {
        match self.0.invitation_id {
            Some(id) => Ok(ctx.loaders().load_one(Visible(id)).await?.map(Invitation)),
            None => Ok(None),
        }
    }

    /// The customer's acceptance of the version of the customer agreement that is in force for it: its own before one that a
    /// partner attested. The customer's people read it, and the partner's ADMIN_AGENT and SALES_AGENT. Null: that version is
    /// not accepted yet, whatever was accepted before; the relationship was removed; or it is not yours to read.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<AgreementAcceptance>, Error> {
        if !AcceptanceRow::is_shown(ctx.actor(), &self.0) {
            return Ok(None);
        }
        let accepted = ctx.loaders().load_one(AcceptanceInForce(self.0.customer_id)).await?;
        Ok(accepted.map(AgreementAcceptance))
    }

    /// What the partner may administer in the customer's tenant, the oldest first.
    async fn admin_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grants; all when left out.")] filter: Option<AdminGrantFilter>,
    ) -> Result<Vec<AdminGrant>, Error> {
        let filter = AdminGrantFilter::read(filter, ctx.now())?;
        let key = GrantsOf { partner: self.0.partner_id, customer: self.0.customer_id, filter };
        let grants = ctx.loaders().load_one(key).await?.unwrap_or_default();
        Ok(grants.into_iter().map(AdminGrant).collect())
    }
}

/// Which relationships.
#[derive(InputObject, Default)]
pub struct CustomerFilter {
    /// In the other side's name or domains, or the address invited; under 3 characters at the start of a word.
    search: Option<String>,
    /// ACTIVE when left out.
    status: Option<RelationshipStatus>,
    /// Where the other side is in this country.
    country: Option<CountryCode>,
    /// With an active admin grant, or without one.
    has_delegated_administration: Option<bool>,
    /// An indirect reseller's relationships, shared with this indirect provider now; among `Account.partners` the resellers
    /// of such. None where it shares none with it, or it is unknown; BAD_REQUEST where it is no organization's id.
    indirect_provider_id: Option<ID>,
    /// An indirect provider's relationships, shared with this indirect reseller now; among `Account.partners` the providers
    /// of such. None where it shares none with it, or it is unknown; BAD_REQUEST where it is no organization's id.
    indirect_reseller_id: Option<ID>,
}

impl CustomerFilter {
    /// As the domain has it; BAD_REQUEST where an id is no organization's.
    pub(super) fn read(filter: Option<Self>) -> Result<rows::CustomerFilter, Error> {
        let filter = filter.unwrap_or_default();
        Ok(rows::CustomerFilter {
            search: filter.search,
            status: filter.status.map(Into::into),
            country: filter.country.map(|country| country.0),
            has_administration: filter.has_delegated_administration,
            indirect_provider: organization_id("filter.indirectProviderId", filter.indirect_provider_id)?,
            indirect_reseller: organization_id("filter.indirectResellerId", filter.indirect_reseller_id)?,
        })
    }
}

/// An organization's id; BAD_REQUEST naming the argument where it is none.
pub(crate) fn organization_id(argument: &str, id: Option<ID>) -> Result<Option<OrganizationId>, Error> {
    let wrong = |_| bad_request(format!("{argument}: this is no organization's id"));
    id.map(|id| id.parse().map_err(wrong)).transpose()
}

/// In which order customers come.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::relationship::CustomerOrder")]
pub enum CustomerOrder {
    /// By case-folded name, then id.
    Name,
    /// The latest relationship first.
    SinceDesc,
}
