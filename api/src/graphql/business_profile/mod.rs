//! Business profiles, and the directory of them.

mod input;
mod mutation;

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Error, ID, Object};
use domain::business_profile::{self as rows, Listed};
use domain::page::{Page, PageRequest};

pub use self::input::DirectoryFilter;
pub(super) use self::input::change;
pub use self::mutation::BusinessProfileMutation;
use super::context::ContextExt;
use super::error::fault;
use super::loaders::{ProfileOf, Reader};
use super::organization::{Organization, referred};
use super::scalars::{CountryCode, Locale, Url};

/// How a partner presents itself.
#[derive(Clone)]
pub struct BusinessProfile(rows::BusinessProfile);

impl From<rows::BusinessProfile> for BusinessProfile {
    fn from(row: rows::BusinessProfile) -> Self {
        Self(row)
    }
}

impl From<Listed> for BusinessProfile {
    fn from(listed: Listed) -> Self {
        Self(listed.profile)
    }
}

impl BusinessProfile {
    /// An organization's own. None: it never wrote one.
    pub(super) async fn of(
        ctx: &Context<'_>,
        organization: domain::organization::OrganizationId,
    ) -> Result<Option<Self>, Error> {
        let profile = ctx.loaders().load_one(ProfileOf(organization)).await?;
        Ok(profile.map(Self))
    }
}

/// A page of the directory, the same for whoever is signed in; several in one request are read one after the other.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct Directory {
    pub(in crate::graphql) filter: rows::DirectoryFilter,
    pub(in crate::graphql) page: PageRequest,
}

impl Loader<Directory> for Reader {
    type Value = Page<Listed>;
    type Error = Error;

    async fn load(&self, keys: &[Directory]) -> Result<HashMap<Directory, Page<Listed>>, Error> {
        let conn = &mut *self.connection().await?;
        let mut found = HashMap::new();
        for key in keys {
            let page = rows::BusinessProfile::directory(conn, &key.filter, &key.page).await.map_err(fault)?;
            found.insert(key.clone(), page);
        }
        Ok(found)
    }
}

/// How a partner presents itself. Those of authorized indirect providers are listed in `indirectProviders` and seen by
/// anyone signed in; any other by the partner's own people.
#[Object]
impl BusinessProfile {
    /// `bpr_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The partner.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        referred(ctx, self.0.organization_id).await
    }

    /// What the partner is, in one line.
    async fn headline(&self) -> &str {
        &self.0.headline
    }

    /// What it does for whom, in plain text of several lines.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Where to read more, `https:` or `http:`. Null: nowhere.
    async fn website(&self) -> Option<Url> {
        self.0.website.as_deref().map(Into::into)
    }

    /// Where it does business, at least one, in its own order.
    async fn countries(&self) -> Vec<CountryCode> {
        self.0.countries.iter().map(|code| code.as_str().into()).collect()
    }

    /// Which languages it speaks, at least one, in its own order.
    async fn languages(&self) -> Vec<Locale> {
        self.0.languages.iter().map(|tag| tag.as_str().into()).collect()
    }

    /// What it offers, in its own order. Empty: nothing is named.
    async fn services(&self) -> &[String] {
        &self.0.services
    }
}
