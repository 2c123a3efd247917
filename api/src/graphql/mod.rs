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
mod discretion;
mod error;
mod invitation;
mod loaders;
mod loads;
mod node;
mod organization;
mod partner;
mod query;
mod relationship;
mod scalars;
mod user;
mod viewer;

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::{
    Data, EmptySubscription, Executor, MergedObject, Request, Response, SDLExportOptions, SchemaBuilder,
};
use domain::store::Store;
use futures_util::stream::{self, BoxStream, StreamExt};

pub(crate) use self::connection::USUAL;
use self::discretion::Written;
use self::invitation::InvitationMutation;
use self::loads::Loads;
use self::query::Query;
use crate::auth::Session;

/// The roots that change something. Every payload is the changed object, null when refused, beside `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(InvitationMutation);

/// Accord's schema, for requests that [`prepare`] made ready.
#[derive(Clone)]
pub struct Schema {
    inner: async_graphql::Schema<Query, Mutation, EmptySubscription>,
    /// Whether its messages may name what the caller did not.
    names: bool,
}

impl Executor for Schema {
    async fn execute(&self, request: Request) -> Response {
        let loads = request.data.get(&TypeId::of::<Loads>()).and_then(|loads| loads.downcast_ref::<Loads>());
        let loads = loads.cloned().unwrap_or_default();
        let written = (!self.names).then(|| Written::of(&request));
        let mut response = loads.run(self.inner.execute(request)).await;
        if let Some(written) = written {
            written.conceal(&mut response);
        }
        response
    }

    /// The one answer: there are no subscriptions.
    fn execute_stream(&self, request: Request, _session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let schema = self.clone();
        stream::once(async move { schema.execute(request).await }).boxed()
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    async_graphql::Schema::build(Query, Mutation::default(), EmptySubscription)
}

/// The schema. Without introspection its messages name nothing of it that the caller did not write.
#[must_use]
pub fn schema(introspection: bool) -> Schema {
    let builder = builder();
    let builder = if introspection { builder } else { builder.disable_introspection().disable_suggestions() };
    Schema { inner: builder.finish(), names: introspection }
}

/// The schema as `schema.graphql` has it.
#[must_use]
pub fn sdl() -> String {
    builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

/// Gives a request who asks, one time that all of it sees, and loaders of its own.
#[must_use]
pub fn prepare(request: Request, store: &Store, session: Session) -> Request {
    attach(request, store.at_one_moment(), session)
}

/// The same for a subscription, which outlives the moment it began: each of its events sees the time as it then is.
#[must_use]
pub fn prepare_subscription(request: Request, store: &Store, session: Session) -> Request {
    attach(request, store.clone(), session)
}

fn attach(request: Request, store: Store, session: Session) -> Request {
    let loads = Loads::default();
    let loaders = loaders::loaders(store.clone(), session.actor.clone(), loads.clone());
    request.data(store).data(loads).data(loaders).data(session)
}
