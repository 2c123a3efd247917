//! The GraphQL schema: one file a type, named like it; every resolver translates, none decides.
//!
//! Doc comments are the schema's descriptions: what a thing is, when it is null, who may see or do it, which event it
//! raises.

mod account;
mod activity;
mod admin_grant;
mod agreement;
mod connection;
mod context;
mod error;
mod invitation;
mod loaders;
mod node;
mod organization;
mod partner;
mod query;
mod relationship;
mod scalars;
mod user;
mod viewer;

use async_graphql::{EmptySubscription, MergedObject, Request, SDLExportOptions, SchemaBuilder};
use domain::store::Store;

use self::invitation::InvitationMutation;
use self::query::Query;
use crate::auth::Session;

/// The roots that change something. Every payload is the changed object, null when refused, beside `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(InvitationMutation);

/// Accord's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query, Mutation::default(), EmptySubscription)
}

/// The schema, ready for requests that [`prepare`] made ready.
#[must_use]
pub fn schema(introspection: bool) -> Schema {
    let builder = builder();
    if introspection { builder.finish() } else { builder.disable_introspection().finish() }
}

/// The schema as `schema.graphql` has it.
#[must_use]
pub fn sdl() -> String {
    builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

/// Gives a request who asks, one time that all of it sees, and loaders of its own.
#[must_use]
pub fn prepare(request: Request, store: &Store, session: Session) -> Request {
    let store = store.at_one_moment();
    let loaders = loaders::loaders(store.clone(), session.actor.clone());
    request.data(store).data(loaders).data(session)
}
