//! What resolvers find in their context: the store, who asks, and the loaders of this request.

use async_graphql::{Context, Error};
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::page::Page;
use domain::store::Store;
use uuid::Uuid;

use super::error::unauthenticated;
use super::lists::{PageOf, Which};
use super::loaders::{Loaders, Reader};
use crate::auth::Session;

/// Shorthands for what every resolver needs.
pub(super) trait ContextExt {
    /// The database, handed in.
    fn store(&self) -> &Store;
    /// The loaders of this request.
    fn loaders(&self) -> &Loaders;
    /// Who asks, signed in or not.
    fn session(&self) -> &Session;
    /// Who asks.
    fn actor(&self) -> &Actor {
        &self.session().actor
    }
    /// Now, the same for the whole request.
    fn now(&self) -> DateTime<Utc>;
    /// Who asks; UNAUTHENTICATED unless they are signed in.
    fn signed_in(&self) -> Result<&Session, Error> {
        let session = self.session();
        if session.identity.is_some() { Ok(session) } else { Err(unauthenticated()) }
    }
    /// The page of a parent's list.
    fn page<W: Which>(&self, parent: Uuid, which: W) -> impl Future<Output = Result<Page<W::Row>, Error>> + Send
    where
        Self: Sync,
    {
        async move {
            let found = self.loaders().load_one(PageOf { parent, which }).await?;
            Ok(found.unwrap_or_else(Page::empty))
        }
    }
    /// A row that another row refers to: the database has it.
    fn referred<K>(
        &self,
        id: K,
    ) -> impl Future<Output = Result<<Reader as async_graphql::dataloader::Loader<K>>::Value, Error>> + Send
    where
        Self: Sync,
        K: Clone + Send + Sync + Eq + std::hash::Hash + 'static,
        Reader: async_graphql::dataloader::Loader<K, Error = Error>,
    {
        async move {
            let found = self.loaders().load_one(id).await?;
            found.ok_or_else(|| super::error::fault(anyhow::anyhow!("a row refers to one that is not there").into()))
        }
    }
}

impl ContextExt for Context<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.store().now()
    }

    fn store(&self) -> &Store {
        self.data_unchecked()
    }

    fn loaders(&self) -> &Loaders {
        self.data_unchecked()
    }

    fn session(&self) -> &Session {
        self.data_unchecked()
    }
}
