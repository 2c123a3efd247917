//! An organization as a customer.

use async_graphql::{Context, Error, ID, Object};
use domain::admin_grant::AdminGrant as AdminGrantRow;
use domain::id::{Id, Named};
use domain::invitation::{Invitation as InvitationRow, InvitationOrder};
use domain::organization::Organization as OrganizationRow;
use domain::page::Page;
use domain::policy::Action;
use domain::relationship::Relationship as RelationshipRow;
use domain::user::{User as UserRow, UserFilter};

use super::activity::ActivityFilter;
use super::admin_grant::AdminGrantFilter;
use super::agreement::AgreementAcceptance;
use super::connection::{
    ActivityConnection, AdminGrantConnection, InvitationConnection, PageArgs, RelationshipConnection, UserConnection,
};
use super::context::ContextExt;
use super::lists::{GivenGrants, Partners, Users};
use super::loaders::{AcceptancesOf, Received, Visible};
use super::organization::Organization;
use super::partner::is_own;
use super::relationship::CustomerFilter;
use super::user::UserStatus;

/// An organization as a customer: who works on its behalf, and what it was asked. Seen by its own people.
#[derive(Clone)]
pub struct Account(OrganizationRow);

impl Named for Account {
    const PREFIX: &'static str = "acc";
}

impl Account {
    /// The organization as a customer, where the caller belongs to it. None: it is not theirs.
    pub(super) async fn find(ctx: &Context<'_>, id: Id<OrganizationRow>) -> Result<Option<Self>, Error> {
        if !is_own(ctx.actor(), id) {
            return Ok(None);
        }
        Ok(ctx.loaders().load_one(Visible(id)).await?.map(Self))
    }
}

/// An organization as a customer: who works on its behalf, and what it was asked. Seen by its own people.
#[Object]
impl Account {
    /// `acc_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.cast::<Self>().to_string().into()
    }

    /// The organization itself.
    async fn organization(&self) -> Organization {
        Organization(self.0.clone())
    }

    /// The partners it has a relationship with, by name. The filter is of the partners: their name, their country, what
    /// they may administer. Every user of the organization may look.
    async fn partners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partners; those of active relationships when left out.")] filter: Option<
            CustomerFilter,
        >,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<RelationshipConnection, Error> {
        let order = RelationshipRow::BY_PARTNER;
        let page = PageArgs { first, after, last, before }.request(order)?;
        let which = Partners { filter: CustomerFilter::read(filter)?, page };
        Ok(RelationshipConnection::new(ctx.page(self.0.id.uuid(), which).await?, order))
    }

    /// What partners may administer in its tenant, the oldest grant first; also what is over, and what was kept when the
    /// relationship ended. Every user of the organization may look.
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
        let which = GivenGrants { filter: AdminGrantFilter::read(filter, ctx.now())?, page };
        Ok(AdminGrantConnection::new(ctx.page(self.0.id.uuid(), which).await?, AdminGrantRow::BY_AGE))
    }

    /// The invitations sent to the caller's own verified address, the latest first.
    async fn received_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<InvitationConnection, Error> {
        let order = InvitationOrder::CreatedDesc.name();
        let page = PageArgs { first, after, last, before }.request(order)?;
        let found: Option<Page<InvitationRow>> = ctx.loaders().load_one(Received(page)).await?;
        let found = found.unwrap_or_else(Page::empty);
        Ok(InvitationConnection::new(found, order))
    }

    /// The agreements it accepted, the latest first. Every user of the organization may look.
    async fn agreements(&self, ctx: &Context<'_>) -> Result<Vec<AgreementAcceptance>, Error> {
        let accepted = ctx.loaders().load_one(AcceptancesOf(self.0.id)).await?.unwrap_or_default();
        Ok(accepted.into_iter().map(AgreementAcceptance).collect())
    }

    /// Its people, the longest known first; who was deleted more than 30 days ago is gone. Every user of the organization may
    /// look.
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
    ) -> Result<UserConnection, Error> {
        let page = PageArgs { first, after, last, before }.request(UserRow::BY_AGE)?;
        let which = Users { filter: UserFilter { search, status: status.map(Into::into) }, page };
        Ok(UserConnection::new(ctx.page(self.0.id.uuid(), which).await?, UserRow::BY_AGE))
    }

    /// What happened, the latest first. Null: only GLOBAL_ADMIN reads it.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity; all when left out.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<Option<ActivityConnection>, Error> {
        let reads =
            |actor: &domain::actor::Actor| actor.member().is_some_and(|member| member.can(Action::ReadAccountActivity));
        let may = ctx.actor().is_operator() || reads(ctx.actor());
        super::activity::page(ctx, self.0.id, may, filter, PageArgs { first, after, last, before }).await
    }
}
