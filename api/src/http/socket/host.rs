//! What a socket asks of the rest of the API: who is asking, and for the events of an operation.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Response, ServerError, Value};
use axum::http::StatusCode;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::time::timeout;

use super::operations::{Event, Events};
use crate::auth::{self, Denied, Session, Verified};
use crate::code::Code;
use crate::document::{Asked, Plan};
use crate::graphql::prepare_subscription;
use crate::http::access::{RequestId, Spans};
use crate::http::body::Body;
use crate::http::edge::Edge;
use crate::http::problem::Problem;
use crate::metrics::Reason;
use crate::watch::Watch;

const BY_POST: &str = "send queries and mutations by POST";

/// What a socket asks of the rest of the API.
pub(super) trait Host: Send + 'static {
    /// Who is asking, given credentials as `Authorization` has them.
    fn verify(&self, credentials: String) -> BoxFuture<'static, Result<Verified, Denied>>;

    /// Runs an operation. Begins when it is first polled, and ends when it is dropped.
    fn run(&self, who: Verified, asked: Asked) -> Events;
}

/// The API, for the socket that this request opened.
pub(super) struct Api<E> {
    pub(super) edge: Arc<Edge<E>>,
    pub(super) id: RequestId,
    pub(super) spans: Spans,
}

impl<E: Executor> Host for Api<E> {
    fn verify(&self, credentials: String) -> BoxFuture<'static, Result<Verified, Denied>> {
        let edge = Arc::clone(&self.edge);
        async move { auth::verify_credentials(&edge.verifier, &credentials).await }.boxed()
    }

    fn run(&self, who: Verified, asked: Asked) -> Events {
        let (edge, id, spans) = (Arc::clone(&self.edge), self.id.clone(), self.spans.clone());
        let begun = async move {
            match subscribe(&edge, &spans, who, asked).await {
                Ok(begun) => events(begun, id).await,
                Err(error) => failed(vec![error]),
            }
        };
        let metrics = self.edge.metrics.clone();
        let counted = move |event: &Event| {
            if let Event::Failed(errors) = event {
                errors.iter().for_each(|error| metrics.error(Code::of(error)));
            }
        };
        stream::once(begun).flatten().inspect(counted).boxed()
    }
}

/// What the schema answers to a subscription, from its first response on.
struct Begun {
    responses: BoxStream<'static, Response>,
    plan: Plan,
    /// Until there is something to tell.
    watch: Watch,
}

/// Begins a subscription: the caller's rate first, then a place to begin it in, as for any operation.
async fn subscribe<E: Executor>(
    edge: &Arc<Edge<E>>,
    spans: &Spans,
    who: Verified,
    asked: Asked,
) -> Result<Begun, ServerError> {
    let shed = |reason, problem: Problem| {
        edge.metrics.shed(reason);
        problem.error()
    };
    let rate = edge.rates.user(&who.identity);
    rate.map_err(|too_often| shed(Reason::RateLimited, Problem::too_often(too_often)))?;
    let _place = edge.admission.enter().await.map_err(|_full| shed(Reason::Busy, Problem::busy()))?;
    let operation = edge.documents.operation(asked)?;
    // Of a document that has no such operation the schema says so.
    if operation.kind.is_some_and(|kind| kind != OperationType::Subscription) {
        return Err(ServerError::new(BY_POST, None));
    }
    let session = sign_in(edge, spans, who).await?;
    let watch = Watch::begin(&edge.metrics, &operation).of_subscription();
    let request = prepare_subscription(operation.request, &edge.store, session, &edge.feed);
    let responses = edge.executor.execute_stream(request.data(edge.metrics.clone()), None);
    Ok(Begun { responses, plan: operation.plan, watch })
}

/// The actor is read anew for each operation: a role that was taken away is gone with the next one.
async fn sign_in<E: Executor>(edge: &Arc<Edge<E>>, spans: &Spans, who: Verified) -> Result<Session, ServerError> {
    let own = Arc::clone(edge);
    // Invariant: a task of its own, awaited but never dropped, so that a client that hangs up leaves no transaction open
    // on a connection of the pool.
    let reading = spans.around(async move { auth::sign_in(&own.store, Some(who)).await });
    let problem = match timeout(edge.request_timeout, edge.operations.spawn(reading)).await {
        Ok(Ok(Ok(session))) => return Ok(session),
        Ok(Ok(Err(denied))) => denied.into(),
        Ok(Err(panicked)) => {
            tracing::error!(error = %panicked, "a sign-in panicked");
            Problem::internal()
        }
        Err(_elapsed) => {
            tracing::warn!("a sign-in timed out");
            Problem::timeout(StatusCode::GATEWAY_TIMEOUT, "signing in took too long; subscribe again")
        }
    };
    Err(problem.error())
}

/// What comes of a subscription, from its first response on.
async fn events(begun: Begun, id: RequestId) -> Events {
    let Begun { mut responses, plan, watch } = begun;
    let Some(first) = responses.next().await else { return stream::empty().boxed() };
    watch.end(&first.errors);
    let mut begun = vec![first];
    // A field that cannot be subscribed to gives one failure and nothing after it (GraphQL specification, section 6.2.3):
    // the operation never began. An event that failed has others after it, at some time.
    if let Some(Response { data: Value::Null, errors, .. }) = begun.first_mut() {
        match responses.next().now_or_never() {
            Some(None) => return failed(std::mem::take(errors)),
            Some(Some(second)) => begun.push(second),
            None => {}
        }
    }
    let event = move |response| match Body::executed(response, &plan, &id) {
        Body { data: None, errors, .. } => Event::Failed(errors),
        body => Event::Next(body),
    };
    stream::iter(begun).chain(responses).map(event).boxed()
}

fn failed(errors: Vec<ServerError>) -> Events {
    stream::iter([Event::Failed(errors)]).boxed()
}
