//! What a load balancer asks.

use std::sync::Arc;

use domain::store::why_not_ready;
use process::monitor::Readiness;

use super::edge::Edge;

/// Requests can be answered: the database is there, its migrations are current, and nobody told the process to stop.
pub fn readiness<E: Send + Sync + 'static>(edge: &Arc<Edge<E>>) -> Readiness {
    let (stopping, store) = (edge.stopping.clone(), edge.store.clone());
    Readiness::new(move || {
        let (stopping, store) = (stopping.clone(), store.clone());
        async move { if stopping.is_cancelled() { Some("shutting down".to_owned()) } else { why_not_ready(&store).await } }
    })
}
