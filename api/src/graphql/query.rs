//! The roots that read.

use async_graphql::{Context, Error, ID, Object};
use domain::agreement::Agreement as AgreementRow;
use domain::organization::Region as RegionRow;
use domain::page::Page;

use super::agreement::{Agreement, AgreementKind};
use super::business_profile::{Directory, DirectoryFilter};
use super::connection::{BusinessProfileConnection, PageArgs};
use super::context::ContextExt;
use super::error::fault;
use super::invitation::InvitationOffer;
use super::node::{self, Node};
use super::organization::Region;
use super::scalars::{CountryCode, Locale};
use super::viewer::Viewer;

/// The roots that read. Nothing is refused by an error: what is unknown, malformed or not yours is null.
#[derive(Default)]
pub struct Query;

/// The roots that read. Nothing is refused by an error: what is unknown, malformed or not yours is null.
#[Object]
impl Query {
    /// Who is signed in, and all that is theirs.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer, Error> {
        ctx.signed_in().map(|_| Viewer)
    }

    /// Any object by its id. Null: unknown, malformed, or not yours to see.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Of any type.")] id: ID) -> Result<Option<Node>, Error> {
        ctx.signed_in()?;
        node::by_id(ctx, &id).await
    }

    /// Objects by their ids, in order. Null: unknown, malformed, or not yours to see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100, of any types.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Error> {
        ctx.signed_in()?;
        node::by_ids(ctx, &ids).await
    }

    /// The offer behind a personal link; reading it changes nothing. Public: whoever holds the link. Null: forged,
    /// incomplete, superseded, or not yet sent.
    async fn invitation_by_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The last part of the link's path.")] token: String,
    ) -> Result<Option<InvitationOffer>, Error> {
        let offer = domain::invitation::offer(ctx.store(), &token).await.map_err(fault)?;
        Ok(offer.map(Into::into))
    }

    /// The directory: authorized indirect providers that have a business profile, for anyone signed in, of a registered
    /// organization or not. What a search finds comes the best first, the name counting most, then headline, services and
    /// description; without a search, and among equals, they come by name.
    async fn indirect_providers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which providers; all when left out.")] filter: Option<DirectoryFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 when left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor; goes with first.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor; goes with last.")] before: Option<String>,
    ) -> Result<BusinessProfileConnection, Error> {
        ctx.signed_in()?;
        let filter: domain::business_profile::DirectoryFilter = filter.unwrap_or_default().into();
        let order = filter.order();
        let page = PageArgs { first, after, last, before }.request(order)?;
        let found = ctx.loaders().load_one(Directory { filter, page }).await?;
        Ok(BusinessProfileConnection::new(found.unwrap_or_else(Page::empty), order))
    }

    /// The agreement in force for a country, in the language asked for or the nearest there is. Public. Null: none is, or
    /// there is no such country.
    async fn agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who accepts it.")] kind: AgreementKind,
        #[graphql(desc = "Of the organization that accepts.")] country: CountryCode,
        #[graphql(desc = "English when left out.")] locale: Option<Locale>,
    ) -> Result<Option<Agreement>, Error> {
        let conn = &mut *ctx.store().connection().await.map_err(fault)?;
        let locale = locale.map_or_else(|| "en".to_owned(), |locale| locale.0);
        let found = AgreementRow::in_force(conn, kind.into(), &country.0, &locale, ctx.now()).await;
        Ok(found.map_err(fault)?.map(Into::into))
    }

    /// The sales regions: partners deal only with organizations in their own. Public.
    async fn regions(&self) -> Vec<Region> {
        RegionRow::all().iter().map(Region).collect()
    }
}
