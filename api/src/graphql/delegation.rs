//! Whose people the caller may look at, and which of them: as the domain's delegation says.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Error};
use domain::delegation::readable;
use domain::organization::OrganizationId;
use domain::user::{User, UserId};

use super::context::ContextExt;
use super::error::fault;
use super::loaders::{Reader, Visible};

/// That the caller may look at an organization's people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PeopleOf(OrganizationId);

impl Loader<PeopleOf> for Reader {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[PeopleOf]) -> Result<HashMap<PeopleOf, ()>, Error> {
        let ids: Vec<OrganizationId> = keys.iter().map(|key| key.0).collect();
        let conn = &mut *self.connection().await?;
        let found = readable(conn, &self.actor, &ids, self.store.now()).await.map_err(fault)?;
        Ok(found.into_iter().map(|id| (PeopleOf(id), ())).collect())
    }
}

impl Loader<Visible<User>> for Reader {
    type Value = User;
    type Error = Error;

    async fn load(&self, keys: &[Visible<User>]) -> Result<HashMap<Visible<User>, User>, Error> {
        let ids: Vec<UserId> = keys.iter().map(|key| key.0).collect();
        let conn = &mut *self.connection().await?;
        let rows = User::find_visible(conn, &self.actor, &ids, self.store.now()).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| (Visible(row.id), row)).collect())
    }
}

/// Whether the caller may look at an organization's people: their own without asking the database.
pub(super) async fn may_read(ctx: &Context<'_>, organization: OrganizationId) -> Result<bool, Error> {
    let actor = ctx.actor();
    if actor.is_operator() || actor.organization_id() == Some(organization) {
        return Ok(true);
    }
    Ok(ctx.loaders().load_one(PeopleOf(organization)).await?.is_some())
}
