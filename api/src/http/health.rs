//! What a load balancer asks.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::store::{Store, pending_migrations};
use serde_json::json;
use tokio::time::timeout;

use super::edge::Edge;

/// How long the database may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process runs.
pub(super) async fn live() -> Response {
    answer(StatusCode::OK, json!({ "live": true }))
}

/// Requests can be answered: the database is there, its migrations are current, and nobody told the process to stop.
pub(super) async fn ready<E>(State(edge): State<Arc<Edge<E>>>) -> Response {
    let reason =
        if edge.stopping.is_cancelled() { Some("shutting down".to_owned()) } else { missing(&edge.store).await };
    match reason {
        None => answer(StatusCode::OK, json!({ "ready": true })),
        Some(reason) => answer(StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false, "reason": reason })),
    }
}

/// What the database lacks; the log has the rest, which may name hosts and users.
async fn missing(store: &Store) -> Option<String> {
    match timeout(PATIENCE, pending_migrations(store)).await {
        Ok(Ok(missing)) if missing.is_empty() => None,
        Ok(Ok(missing)) => Some(format!("migrations are missing: {}", missing.join(", "))),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Some("the database does not answer, or was never migrated".to_owned())
        }
        Err(_elapsed) => Some("the database takes too long to answer".to_owned()),
    }
}

fn answer(status: StatusCode, body: serde_json::Value) -> Response {
    (status, Json(body)).into_response()
}
