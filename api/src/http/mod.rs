//! HTTP: GraphQL at a strict edge, and the pages.
//!
//! | route | answers |
//! | --- | --- |
//! | `POST /graphql` | one operation, executed in a task of its own |
//! | `GET /graphql` | a WebSocket of graphql-transport-ws, for subscriptions; else GraphiQL, for a browser and where it is on |
//! | `GET /invitations/{token}` | the customer's page; the same for every token, which it never looks at |
//! | `GET /assets/{path}` | a closed list of files |
//! | `GET /exports/{name}` | a list of one's own organization as CSV |
//!
//! What operators and balancers ask is at a port of its own: [`process::monitor`].

mod access;
mod admission;
mod assets;
mod body;
mod call;
mod crowd;
mod details;
mod edge;
mod export;
mod graphql;
mod headers;
mod health;
mod json;
mod negotiate;
mod origin;
mod pages;
mod peer;
mod problem;
mod rate;
mod reply;
mod socket;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::Executor;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

pub use edge::Edge;
pub(crate) use export::Ending;
pub use export::ExportSettings;
pub use health::readiness;
pub(crate) use peer::Peer;
pub use socket::SocketSettings;

/// Bytes of a request's body. A batch of 250 invitations of the usual length has a tenth of it; of the longest texts it
/// takes fewer rows.
const MAX_BODY: usize = 1024 * 1024;

/// Every route, and `extra` ones beside them, under the same access log and headers.
pub fn router<E: Executor>(edge: Arc<Edge<E>>, extra: Router) -> Router {
    let graphql = get(socket::get::<E>).post(graphql::post::<E>).layer(DefaultBodyLimit::max(MAX_BODY));
    let metrics = edge.metrics.clone();
    let router = Router::new()
        .route("/graphql", graphql)
        .route("/invitations/{token}", get(pages::invitation))
        .route("/assets/{*path}", get(assets::asset::<E>))
        .route("/exports/customers.csv", get(export::get::<E, export::CustomerList>))
        .route("/exports/activity.csv", get(export::get::<E, export::ActivityList>))
        .route("/exports/{name}", get(export::unknown))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&edge), rate::limit::<E>))
        .with_state(Arc::clone(&edge))
        .merge(extra);
    // Outermost of what answers, so that a page that may ask is told also why it was refused.
    let router = match edge.origins.cors() {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(edge, headers::secure::<E>))
        .layer(middleware::from_fn_with_state(metrics, access::observe))
}
