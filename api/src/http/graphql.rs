//! `POST /graphql`: JSON in, JSON out, one operation, and nothing of the library's own HTTP.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, ServerError};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use tokio::time::timeout;

use super::access::{RequestId, Spans};
use super::admission::Place;
use super::body::with_cost;
use super::call;
use super::edge::Edge;
use super::negotiate::{self, Media};
use super::peer::Network;
use super::problem::Problem;
use super::reply::Reply;
use crate::auth::{self, Verified};
use crate::document::{Asked, Cost};
use crate::graphql::prepare;
use crate::watch::Watch;

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(15);

const TOO_LARGE: &str = "the body exceeds 1 MiB; send fewer rows at once";

/// The header that asks for `extensions.cost`, with the value 1.
const COST: &str = "x-accord-cost";

const NOT_A_SOCKET: &str = "subscribe over a WebSocket of protocol graphql-transport-ws at this address";

/// Answers one operation.
pub(super) async fn post<E: Executor>(
    State(edge): State<Arc<Edge<E>>>,
    Extension(id): Extension<RequestId>,
    Extension(spans): Extension<Spans>,
    Extension(network): Extension<Network>,
    request: Request,
) -> Response {
    let Some(media) = negotiate::accepted(request.headers()) else {
        let spoken = "accept application/graphql-response+json or application/json";
        let reply = Reply { media: Media::Json, id };
        return reply.problem(Problem::bad_request(StatusCode::NOT_ACCEPTABLE, spoken));
    };
    let reply = Reply { media, id: id.clone() };
    let shows_cost = request.headers().get(COST).is_some_and(|wanted| wanted == "1");
    let (call, place) = match admit(&edge, network, request).await {
        Ok(admitted) => admitted,
        Err(problem) => return reply.problem(problem),
    };

    // Invariant: a task of its own, awaited but never dropped, so that neither a caller who hangs up nor the timeout
    // leaves a transaction open on a connection of the pool. The database ends what hangs.
    let edge_of_task = Arc::clone(&edge);
    let running = async move {
        let reply = Reply { media, id };
        let answer = run(&edge_of_task, &reply, call, shows_cost).await;
        // Held until it is done, whoever still waits for it.
        drop(place);
        answer.unwrap_or_else(|problem| reply.problem(problem))
    };
    match timeout(edge.request_timeout, edge.operations.spawn(spans.around(running))).await {
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

/// A call that may be run: what is asked, by whom, and from where.
struct Call {
    asked: Asked,
    token: Option<Verified>,
    network: Network,
}

/// Reads a request, and waits for a place to run it in: a slow sender holds none. The token is verified in the place, since
/// what is sent away must cost next to nothing.
async fn admit<E>(edge: &Edge<E>, network: Network, request: Request) -> Result<(Call, Place), Problem> {
    let headers = request.headers().clone();
    let asked = read(request).await?;
    if !headers.contains_key(header::AUTHORIZATION) {
        edge.rates.public(network, 1).map_err(Problem::too_often)?;
    }
    let place = edge.admission.enter().await.map_err(|_full| Problem::busy())?;
    let token = auth::verify(&edge.verifier, &headers).await?;
    if let Some(token) = &token {
        edge.rates.user(&token.identity).map_err(Problem::too_often)?;
    }
    Ok((Call { asked, token, network }, place))
}

async fn read(request: Request) -> Result<Asked, Problem> {
    if !negotiate::is_json(request.headers()) {
        let wanted = "send the request as application/json";
        return Err(Problem::bad_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, wanted));
    }
    if !negotiate::is_plain(request.headers()) {
        let wanted = "send the request without Content-Encoding";
        return Err(Problem::bad_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, wanted));
    }
    let body = timeout(BODY_PATIENCE, Bytes::from_request(request, &())).await.map_err(|_| Problem::slow_body())?;
    call::read(&body.map_err(|rejection| match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => Problem::bad_request(status, TOO_LARGE),
        _ => Problem::bad_request(StatusCode::BAD_REQUEST, "the body did not arrive whole"),
    })?)
}

/// What an operation came to, or why there was none.
async fn run<E: Executor>(edge: &Edge<E>, reply: &Reply, call: Call, shows_cost: bool) -> Result<Response, Problem> {
    let Call { asked, token, network } = call;
    let session = auth::sign_in(&edge.store, token).await?;
    let shown = |cost: Cost| shows_cost.then_some(cost);
    let operation = match edge.documents.operation(asked) {
        Ok(operation) => operation,
        Err(error) => {
            let cost = error.source::<Cost>().copied().and_then(shown);
            return Ok(reply.refused_at(error, cost));
        }
    };
    if operation.kind == Some(OperationType::Subscription) {
        return Ok(reply.refused(ServerError::new(NOT_A_SOCKET, None)));
    }
    if session.identity.is_none() {
        // One is taken already.
        edge.rates.public(network, operation.root_fields.saturating_sub(1)).map_err(Problem::too_often)?;
    }
    let watch = Watch::begin(&edge.metrics, &operation);
    let request = prepare(operation.request, &edge.store, session).data(edge.metrics.clone());
    let response = watch.over(edge.executor.execute(request)).await;
    Ok(reply.executed(with_cost(response, shown(operation.cost)), &operation.plan))
}
