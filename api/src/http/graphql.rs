//! `POST /graphql`: JSON in, JSON out, one operation, and nothing of the library's own HTTP.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Executor;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::time::timeout;
use tracing::Instrument;

use super::access::RequestId;
use super::call::Call;
use super::edge::Edge;
use super::negotiate::{self, Media};
use super::reply::{Problem, Reply};
use crate::auth::{self, Denied};
use crate::graphql::prepare;

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(15);

const TOO_LARGE: &str = "the body exceeds 1 MiB; send fewer rows at once";

/// Answers one operation.
pub(super) async fn post<E: Executor>(
    State(edge): State<Arc<Edge<E>>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let Some(media) = negotiate::accepted(request.headers()) else {
        let spoken = "accept application/graphql-response+json or application/json";
        let reply = Reply { media: Media::Json, id };
        return reply.problem(Problem::bad_request(StatusCode::NOT_ACCEPTABLE, spoken));
    };
    let reply = Reply { media, id: id.clone() };
    let headers = request.headers().clone();
    let call = match read(request).await {
        Ok(call) => call,
        Err(problem) => return reply.problem(problem),
    };

    // Invariant: a task of its own, awaited but never dropped, so that neither a caller who hangs up nor the timeout
    // leaves a transaction open on a connection of the pool. The database ends what hangs.
    let running = run(Arc::clone(&edge), Reply { media, id }, headers, call).in_current_span();
    match timeout(edge.request_timeout, edge.operations.spawn(running)).await {
        Ok(Ok(response)) => response,
        Ok(Err(panicked)) => {
            tracing::error!(error = %panicked, "a request panicked");
            reply.problem(Problem::internal())
        }
        Err(_elapsed) => {
            tracing::warn!("a request timed out");
            reply.timeout()
        }
    }
}

async fn read(request: Request) -> Result<Call, Problem> {
    if !negotiate::is_json(request.headers()) {
        let wanted = "send the request as application/json";
        return Err(Problem::bad_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, wanted));
    }
    let body = timeout(BODY_PATIENCE, Bytes::from_request(request, &())).await.map_err(|_| Problem::slow_body())?;
    Call::read(&body.map_err(|rejection| match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => Problem::bad_request(status, TOO_LARGE),
        _ => Problem::bad_request(StatusCode::BAD_REQUEST, "the body did not arrive whole"),
    })?)
}

async fn run<E: Executor>(edge: Arc<Edge<E>>, reply: Reply, headers: HeaderMap, call: Call) -> Response {
    let session = match auth::authenticate(&edge.store, &edge.verifier, &headers).await {
        Ok(session) => session,
        Err(Denied::Rejected(rejection)) => return reply.problem(rejection.into()),
        Err(Denied::Fault(fault)) => {
            tracing::error!(error = format!("{fault:#}"), "nobody can sign in");
            return reply.problem(Problem::internal());
        }
    };
    match call.into_request(&edge.types, edge.introspection) {
        Ok((request, plan)) => {
            let response = edge.executor.execute(prepare(request, &edge.store, session)).await;
            reply.executed(response, &plan)
        }
        Err(error) => reply.refused(error),
    }
}
