//! One partner and one customer who agreed.

mod input;
mod mutation;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use domain::agreement::AgreementAcceptance as AcceptanceRow;
use domain::organization::OrganizationId;
use domain::relationship as rows;
use domain::service_request::ServiceRequest as ServiceRequestRow;
use domain::user::{User as UserRow, UserFilter};

pub use self::mutation::RelationshipMutation;
use super::admin_grant::{AdminGrant, AdminGrantFilter};
use super::agreement::{AcceptanceInForce, AgreementAcceptance};
use super::connection::{PageArgs, ServiceRequestConnection, UserConnection};
use super::context::ContextExt;
use super::delegation;
use super::error::bad_request;
use super::invitation::Invitation;
use super::lists::{ServiceRequests, Users};
use super::loaders::{GrantsOf, ProviderOf, ResellerOf, SupportContactOf, Visible};
use super::organization::{self, Organization};
use super::scalars::{CountryCode, DateTime};
use super::support_profile::SupportContact;
use super::user::UserStatus;

/// Whether a relationship stands.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::relationship::RelationshipStatus")]
pub enum RelationshipStatus {
    /// It does.
    Active,
    /// One side ended it; kept for history. Several of one pair may be; a new relationship is another object.
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

    /// When both had agreed, or the partner added or imported the customer.
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

    /// What it came from. Null: the partner added or imported the customer, or it is not yours to see.
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

    /// What the partner may administer in the customer's tenant, the oldest first; also what was kept when the relationship
    /// was removed, which cannot be used while none is ACTIVE.
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

    /// The customer's people, the longest known first; who was deleted more than 30 days ago is gone. Every user of the
    /// customer may look, and of an authorized partner ADMIN_AGENT, SALES_AGENT and HELPDESK_AGENT, while the relationship
    /// is ACTIVE and an ACTIVE admin grant gives any directory role. Null: your role or the grants do not allow it.
    #[expect(clippy::too_many_arguments, reason = "a field's arguments are what clients may give")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In name or address; under 3 characters at the start of a word.")] search: Option<String>,
        #[graphql(desc = "Of this status; of any when left out.")] status: Option<UserStatus>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<Option<UserConnection>, Error> {
        let page = PageArgs { first, after, last, before }.request(UserRow::BY_AGE)?;
        // The one partner of a joint invitation comes by the other's relationship, and looks at nobody there.
        if !self.0.is_visible_to(ctx.actor()) || !delegation::may_read(ctx, self.0.customer_id).await? {
            return Ok(None);
        }
        let which = Users { filter: UserFilter { search, status: status.map(Into::into) }, page };
        let found = ctx.page(self.0.customer_id.uuid(), which).await?;
        Ok(Some(UserConnection::new(found, UserRow::BY_AGE)))
    }

    /// Whose support the customer turns to, and how it is reached: whoever `assignSupportContact` named, while it is the
    /// partner or shares the customer with it, else the partner itself. Until somebody is named: the indirect provider that
    /// shares the customer with its indirect reseller, where it has said how its support is reached, else the partner itself.
    /// Null: whose support it is has not said so, or the relationship is REMOVED.
    async fn support_contact(&self, ctx: &Context<'_>) -> Result<Option<SupportContact>, Error> {
        Ok(ctx.loaders().load_one(SupportContactOf(self.0.id)).await?.map(Into::into))
    }

    /// What the partner asked of the vendor for the customer, the latest first; also once the relationship is REMOVED. Every
    /// user of both sides may look.
    async fn service_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<ServiceRequestConnection, Error> {
        let order = ServiceRequestRow::NEWEST;
        let which = ServiceRequests { page: PageArgs { first, after, last, before }.request(order)? };
        Ok(ServiceRequestConnection::new(ctx.page(self.0.id.uuid(), which).await?, order))
    }
}

/// Which relationships.
#[derive(InputObject, Default)]
pub struct CustomerFilter {
    /// In the other side's name or domains, or the address invited or named as its administrator's; under 3 characters at the start of a word.
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
