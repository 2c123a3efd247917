//! The headers that every response has.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::edge::Edge;

/// A year: browsers come back by https alone.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What is no page loads nothing and stands in no frame.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds them; pages keep their own policy, files their own caching.
pub(super) async fn secure<E: Send + Sync + 'static>(
    State(edge): State<Arc<Edge<E>>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut usual = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    usual(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    usual(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    usual(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    usual(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    if edge.https {
        usual(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    if edge.stopping.is_cancelled() {
        // Whoever keeps this connection opens its next one elsewhere.
        usual(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
