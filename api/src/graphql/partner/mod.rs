//! An organization as a partner.

use async_graphql::{Context, Error, ID, Object};
use domain::actor::Actor;
use domain::admin_grant::AdminGrant as AdminGrantRow;
use domain::id::{Id, Named};
use domain::invitation::Invitation as InvitationRow;
use domain::organization::Organization as OrganizationRow;
use domain::partnership::Partnership as PartnershipRow;
use domain::policy::Action;
use domain::user::User as UserRow;
use futures_util::future::try_join;

use super::activity::ActivityFilter;
use super::admin_grant::AdminGrantFilter;
use super::business_profile::BusinessProfile;
use super::connection::{
    ActivityConnection, AdminGrantConnection, InvitationConnection, PageArgs, PartnershipConnection,
    RelationshipConnection, UserConnection,
};
use super::context::ContextExt;
use super::invitation::{InvitationFilter, InvitationOrder};
use super::lists::{Customers, HeldGrants, IndirectProviders, IndirectResellers, Invitations, Users};
use super::loaders::{EnrollmentOf, SupportOf, Visible};
use super::organization::{Organization, PartnerKind};
use super::relationship::{CustomerFilter, CustomerOrder};
use super::support_profile::SupportProfile;

/// An organization as a partner: its customers and what it asked of whom. Seen by its own people.
#[derive(Clone)]
pub struct Partner {
    organization: OrganizationRow,
    kind: PartnerKind,
}

impl Named for Partner {
    const PREFIX: &'static str = "ptn";
}

impl Partner {
    /// The organization as a partner, where the caller belongs to it. None: it never was one, or is not theirs.
    pub(super) async fn find(ctx: &Context<'_>, id: Id<OrganizationRow>) -> Result<Option<Self>, Error> {
        if !is_own(ctx.actor(), id) {
            return Ok(None);
        }
        let (enrollment, organization) =
            try_join(ctx.loaders().load_one(EnrollmentOf(id)), ctx.loaders().load_one(Visible(id))).await?;
        Ok(enrollment
            .zip(organization)
            .map(|(enrollment, organization)| Self { organization, kind: enrollment.kind.into() }))
    }
}

/// Whether the caller is of this organization, or of the platform's staff.
pub(super) fn is_own(actor: &Actor, id: Id<OrganizationRow>) -> bool {
    actor.is_operator() || actor.organization_id() == Some(id)
}

/// An organization as a partner: its customers and what it asked of whom. Seen by its own people.
#[Object]
impl Partner {
    /// `ptn_…`
    pub(super) async fn id(&self) -> ID {
        self.organization.id.cast::<Self>().to_string().into()
    }

    /// The organization itself.
    async fn organization(&self) -> Organization {
        Organization(self.organization.clone())
    }

    /// How it sells.
    async fn kind(&self) -> PartnerKind {
        self.kind
    }

    /// Its customers, by name unless ordered otherwise. Every user of the partner may look.
    #[expect(clippy::too_many_arguments, reason = "a field's arguments are what clients may give")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customers; the active ones when left out.")] filter: Option<CustomerFilter>,
        #[graphql(desc = "In which order; NAME when left out.")] order_by: Option<CustomerOrder>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<RelationshipConnection, Error> {
        let order: domain::relationship::CustomerOrder = order_by.map(Into::into).unwrap_or_default();
        let page = PageArgs { first, after, last, before }.request(order.name())?;
        let which = Customers { filter: CustomerFilter::read(filter)?, order, page };
        Ok(RelationshipConnection::new(ctx.page(self.organization.id.uuid(), which).await?, order.name()))
    }

    /// The invitations it drafted, the latest first unless ordered otherwise. Every user of the partner may look.
    ///
    /// A joint invitation is in its indirect reseller's list alone: the indirect provider finds it in `activity` once it is
    /// sent, and on the relationship that came of it.
    #[expect(clippy::too_many_arguments, reason = "a field's arguments are what clients may give")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitations; all when left out.")] filter: Option<InvitationFilter>,
        #[graphql(desc = "In which order; CREATED_DESC when left out.")] order_by: Option<InvitationOrder>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<InvitationConnection, Error> {
        let order: domain::invitation::InvitationOrder = order_by.map(Into::into).unwrap_or_default();
        let page = PageArgs { first, after, last, before }.request(order.name())?;
        let which = Invitations { filter: filter.unwrap_or_default().into(), order, page };
        let found: domain::page::Page<InvitationRow> = ctx.page(self.organization.id.uuid(), which).await?;
        Ok(InvitationConnection::new(found, order.name()))
    }

    /// The ACTIVE partnerships of an indirect reseller, by the indirect provider's name; none for another kind of partner.
    /// One that has ended is found by its id alone, which `activity` has. Every user of the partner may look.
    async fn indirect_providers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<PartnershipConnection, Error> {
        let order = PartnershipRow::BY_PROVIDER;
        let which = IndirectProviders { page: PageArgs { first, after, last, before }.request(order)? };
        Ok(PartnershipConnection::new(ctx.page(self.organization.id.uuid(), which).await?, order))
    }

    /// The ACTIVE partnerships of an indirect provider, by the indirect reseller's name; none for another kind of partner.
    /// One that has ended is found by its id alone, which `activity` has. Every user of the partner may look.
    async fn indirect_resellers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<PartnershipConnection, Error> {
        let order = PartnershipRow::BY_RESELLER;
        let which = IndirectResellers { page: PageArgs { first, after, last, before }.request(order)? };
        Ok(PartnershipConnection::new(ctx.page(self.organization.id.uuid(), which).await?, order))
    }

    /// What it may administer in the tenants of customers and, as an indirect provider, of its resellers, the oldest grant first;
    /// also what is over, and what was kept when the relationship ended. Every user of the partner may look.
    async fn admin_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grants; all when left out.")] filter: Option<AdminGrantFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<AdminGrantConnection, Error> {
        let page = PageArgs { first, after, last, before }.request(AdminGrantRow::BY_AGE)?;
        let which = HeldGrants { filter: AdminGrantFilter::read(filter, ctx.now())?, page };
        Ok(AdminGrantConnection::new(ctx.page(self.organization.id.uuid(), which).await?, AdminGrantRow::BY_AGE))
    }

    /// Its people, the longest known first. Every user of the partner may look.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<UserConnection, Error> {
        let page = PageArgs { first, after, last, before }.request(UserRow::BY_AGE)?;
        let which = Users { filter: domain::user::UserFilter::default(), page };
        Ok(UserConnection::new(ctx.page(self.organization.id.uuid(), which).await?, UserRow::BY_AGE))
    }

    /// How customers reach its support. Null: until it first said so by `updateSupportProfile`. Every user of the partner may
    /// look; customers find it where it is their relationship's `supportContact`.
    async fn support_profile(&self, ctx: &Context<'_>) -> Result<Option<SupportProfile>, Error> {
        Ok(ctx.loaders().load_one(SupportOf(self.organization.id)).await?.map(Into::into))
    }

    /// How it presents itself. Null: until it first did by `updateBusinessProfile`.
    async fn business_profile(&self, ctx: &Context<'_>) -> Result<Option<BusinessProfile>, Error> {
        BusinessProfile::of(ctx, self.organization.id).await
    }

    /// What happened, the latest first. Null: only GLOBAL_ADMIN and ADMIN_AGENT read it.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity; all when left out.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<Option<ActivityConnection>, Error> {
        let may =
            ctx.actor().is_operator() || ctx.actor().member().is_some_and(|member| member.can(Action::ReadActivity));
        super::activity::page(ctx, self.organization.id, may, filter, PageArgs { first, after, last, before }).await
    }
}
