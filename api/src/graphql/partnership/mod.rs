//! One indirect provider and one indirect reseller who agreed.

mod input;
mod mutation;

use async_graphql::{Context, Enum, Error, ID, Object};
use domain::page::Page;
use domain::partnership as rows;
use domain::relationship::CustomerOrder;
use domain::user::{User as UserRow, UserFilter};

pub use self::input::DelegatedAdministrationChoice;
pub use self::mutation::PartnershipMutation;
use super::connection::{PageArgs, RelationshipConnection, UserConnection};
use super::context::ContextExt;
use super::delegation;
use super::lists::{SharedCustomers, Users};
use super::organization::{self, Organization};
use super::scalars::DateTime;
use super::user::UserStatus;

/// Whether a partnership stands.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::partnership::PartnershipStatus")]
pub enum PartnershipStatus {
    /// It does.
    Active,
    /// One side ended it; kept for history.
    Ended,
}

/// One indirect provider and one indirect reseller who agreed. Both sides see the same object.
#[derive(Clone)]
pub struct Partnership(pub(super) rows::Partnership);

impl From<rows::Partnership> for Partnership {
    fn from(row: rows::Partnership) -> Self {
        Self(row)
    }
}

/// One indirect provider and one indirect reseller who agreed. Both sides see the same object.
#[Object]
impl Partnership {
    /// `psh_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who transacts for the reseller.
    async fn indirect_provider(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.provider_id).await
    }

    /// Who sells through the provider.
    async fn indirect_reseller(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.reseller_id).await
    }

    /// Whether it stands.
    async fn status(&self) -> PartnershipStatus {
        self.0.status.into()
    }

    /// When both had agreed.
    async fn since(&self) -> DateTime {
        self.0.since.into()
    }

    /// When one side ended it. Null: it stands.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(Into::into)
    }

    /// The customers that agreed to both partners at once, by name: your own organization's ACTIVE relationship with each;
    /// the platform's staff see the indirect provider's. None once the partnership has ended.
    async fn shared_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<RelationshipConnection, Error> {
        let order = CustomerOrder::Name.name();
        let page = PageArgs { first, after, last, before }.request(order)?;
        let shared = match self.0.seen_from(ctx.actor()) {
            Some(side) => ctx.page(self.0.id.uuid(), SharedCustomers { side, page }).await?,
            None => Page::empty(),
        };
        Ok(RelationshipConnection::new(shared, order))
    }

    /// The indirect reseller's people, the longest known first; who was deleted more than 30 days ago is gone. Every user of
    /// the reseller may look, and of an authorized indirect provider ADMIN_AGENT, SALES_AGENT and HELPDESK_AGENT, while the
    /// partnership is ACTIVE, or the reseller its customer too, and an ACTIVE admin grant gives any directory role. Null: your
    /// role or the grants do not allow it.
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
        if !delegation::may_read(ctx, self.0.reseller_id).await? {
            return Ok(None);
        }
        let which = Users { filter: UserFilter { search, status: status.map(Into::into) }, page };
        let found = ctx.page(self.0.reseller_id.uuid(), which).await?;
        Ok(Some(UserConnection::new(found, UserRow::BY_AGE)))
    }
}
