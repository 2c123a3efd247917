//! HTTP: GraphQL at a strict edge, the pages, and what a load balancer asks.
//!
//! | route | answers |
//! | --- | --- |
//! | `POST /graphql` | one operation, executed in a task of its own |
//! | `GET /graphql` | GraphiQL, for a browser and where it is on |
//! | `GET /invitations/{token}` | the customer's page; the same for every token, which it never looks at |
//! | `GET /assets/{path}` | a closed list of files |
//! | `GET /health/live`, `/health/ready` | what a load balancer asks |

mod access;
mod assets;
mod call;
mod edge;
mod graphql;
mod health;
mod json;
mod negotiate;
mod pages;
mod reply;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::Executor;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

pub use edge::Edge;

/// Bytes of a request's body. A batch of 250 invitations of the usual length has a tenth of it; of the longest texts it
/// takes fewer rows.
const MAX_BODY: usize = 1024 * 1024;

/// Every route, and `extra` ones beside them, under the same access log and headers.
pub fn router<E: Executor>(edge: Arc<Edge<E>>, extra: Router) -> Router {
    let graphql = get(pages::graphiql::<E>).post(graphql::post::<E>).layer(DefaultBodyLimit::max(MAX_BODY));
    Router::new()
        .route("/graphql", graphql)
        .route("/invitations/{token}", get(pages::invitation))
        .route("/assets/{*path}", get(assets::asset::<E>))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready::<E>))
        .with_state(edge)
        .merge(extra)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(access::observe))
}
