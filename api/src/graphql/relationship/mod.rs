//! One partner and one customer who agreed.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use domain::relationship as rows;

use super::admin_grant::{AdminGrant, AdminGrantFilter};
use super::context::ContextExt;
use super::invitation::Invitation;
use super::loaders::{GrantsOf, Visible};
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

    /// What it came from. Null: the partner added the customer, or it is not yours to see.
    async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<Invitation>, Error> {
        match self.0.invitation_id {
            Some(id) => Ok(ctx.loaders().load_one(Visible(id)).await?.map(Invitation)),
            None => Ok(None),
        }
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
}

impl CustomerFilter {
    /// As the domain has it.
    pub(super) fn read(filter: Option<Self>) -> rows::CustomerFilter {
        let filter = filter.unwrap_or_default();
        rows::CustomerFilter {
            search: filter.search,
            status: filter.status.map(Into::into),
            country: filter.country.map(|country| country.0),
            has_administration: filter.has_delegated_administration,
        }
    }
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
