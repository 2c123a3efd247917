//! The issuer's two public documents.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{ISSUER, Issuer};

impl Issuer {
    /// Serves `/.well-known/openid-configuration` and `/jwks.json`.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks.json", get(async |State(issuer): State<Arc<Self>>| Json(issuer.jwks())))
            .with_state(Arc::clone(self))
    }

    /// Serves its documents on a free loopback port until the task is aborted.
    pub async fn serve_on_loopback(self: &Arc<Self>) -> Result<(SocketAddr, JoinHandle<()>)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // Connections have tasks of their own; none of them shall be kept and answer for an issuer that has stopped.
        let router = self.router().layer(map_response(async |mut response: Response| {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }));
        let server = tokio::spawn(async move {
            // `serve` goes on after every error there is.
            let _ = axum::serve(listener, router).await;
        });
        Ok((address, server))
    }
}

/// What OpenID Connect Discovery 1.0 §3 requires.
///
/// The issuer is a name, not a place: the keys are where the caller asked.
async fn configuration(headers: HeaderMap) -> Json<Value> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Json(json!({
        "issuer": ISSUER,
        "jwks_uri": format!("http://{host}/jwks.json"),
        "authorization_endpoint": format!("http://{host}/authorize"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "EdDSA"],
    }))
}
