//! The GraphQL schema: one file a type, named like it; every resolver translates, none decides.
//!
//! Doc comments are the schema's descriptions: what a thing is, when it is null, who may see or do it, which event it
//! raises.

mod account;
mod activity;
mod admin_grant;
mod agreement;
mod business_profile;
mod connection;
mod context;
mod customer;
mod delegation;
mod discretion;
mod error;
mod invitation;
mod lists;
mod loaders;
mod loads;
mod node;
mod organization;
mod partner;
mod partnership;
mod query;
mod relationship;
mod scalars;
mod service_request;
mod subscription;
mod support_profile;
mod user;
mod viewer;

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::{Data, Executor, MergedObject, Request, Response, SDLExportOptions, SchemaBuilder};
use domain::activity::Feed;
use domain::store::Store;
use futures_util::stream::{BoxStream, StreamExt};

pub(crate) use self::activity::{actor_id, event, shown, subject_id};
use self::admin_grant::AdminGrantMutation;
use self::agreement::AgreementMutation;
use self::business_profile::BusinessProfileMutation;
pub(crate) use self::connection::USUAL;
use self::customer::CustomerMutation;
use self::discretion::Written;
pub use self::error::UserErrorCode;
use self::invitation::InvitationMutation;
use self::loads::Loads;
use self::partnership::PartnershipMutation;
use self::query::Query;
use self::relationship::RelationshipMutation;
pub(crate) use self::relationship::{CustomerOrder, RelationshipSide, RelationshipStatus, organization_id};
use self::service_request::ServiceRequestMutation;
use self::subscription::Subscription;
use self::support_profile::SupportProfileMutation;
use self::user::UserMutation;
use crate::auth::Session;

/// The roots that change something. Every payload is the changed object, null when refused, beside `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    InvitationMutation,
    RelationshipMutation,
    PartnershipMutation,
    AdminGrantMutation,
    UserMutation,
    ServiceRequestMutation,
    SupportProfileMutation,
    AgreementMutation,
    BusinessProfileMutation,
    CustomerMutation,
);

/// Accord's schema, for requests that [`prepare`] or [`prepare_subscription`] made ready.
#[derive(Clone)]
pub struct Schema {
    inner: async_graphql::Schema<Query, Mutation, Subscription>,
    /// Whether its messages may name what the caller did not.
    names: bool,
}

impl Executor for Schema {
    async fn execute(&self, request: Request) -> Response {
        let loads = loads_of(&request);
        let written = (!self.names).then(|| Written::of(&request));
        let mut response = loads.run(self.inner.execute(request)).await;
        if let Some(written) = written {
            written.conceal(&mut response);
        }
        response
    }

    /// The answers of a subscription, until it ends; of anything else the one there is.
    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let loads = loads_of(&request);
        let written = (!self.names).then(|| Written::of(&request));
        let answers = loads.drive(Executor::execute_stream(&self.inner, request, session));
        let concealed = move |mut response| {
            if let Some(written) = &written {
                written.conceal(&mut response);
            }
            response
        };
        answers.map(concealed).boxed()
    }
}

/// The loads that a request's loaders begin.
fn loads_of(request: &Request) -> Loads {
    let loads = request.data.get(&TypeId::of::<Loads>()).and_then(|loads| loads.downcast_ref::<Loads>());
    loads.cloned().unwrap_or_default()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query, Mutation::default(), Subscription)
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
pub fn prepare(mut request: Request, store: &Store, session: Session) -> Request {
    let loads = Loads::default();
    equip(&mut request.data, store.at_one_moment(), session, &loads);
    request.data(loads)
}

/// The same for a subscription, which outlives the moment it began: each of what it tells is resolved at a moment of its
/// own, as who asked is then.
#[must_use]
pub fn prepare_subscription(mut request: Request, store: &Store, session: Session, feed: &Feed) -> Request {
    let loads = Loads::default();
    equip(&mut request.data, store.clone(), session, &loads);
    request.data(loads).data(feed.clone())
}

/// Lays out what resolvers look for in their context.
fn equip(data: &mut Data, store: Store, session: Session, loads: &Loads) {
    data.insert(loaders::loaders(store.clone(), session.actor.clone(), loads.clone()));
    data.insert(store);
    data.insert(session);
}
