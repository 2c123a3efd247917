//! The demo users' sign-in for GraphiQL: routes that only `cargo dev up` adds to the API.
//!
//! Whoever can reach `POST /dev/token` is whoever they like, so it answers this machine's own pages alone: the server
//! listens on loopback; the Host header names loopback, so that no other site's name can be made to lead here; a JSON
//! body and no CORS keep other sites' scripts out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::issuer::{Issuer, LIFETIME, claims_for};
use crate::seed;

/// The routes of a server on this port.
pub(super) fn routes(issuer: Arc<Issuer>, port: u16) -> Router {
    Router::new()
        .route("/dev/users", get(users))
        .route("/dev/token", post(token))
        .layer(from_fn_with_state(port, from_this_machine))
        .with_state(issuer)
}

/// A demo user as GraphiQL's list shows them.
#[derive(Serialize)]
struct Person {
    email: String,
    name: String,
    organization: &'static str,
    roles: Vec<String>,
}

/// Everybody, company by company.
async fn users() -> Response {
    let person = |user: seed::DemoUser| {
        let name = claims_for(&user.email).map_or_else(|_| user.email.clone(), |claims| claims.name);
        let organization = user.organization.map_or("Accord, the operator", |organization| organization.name);
        let roles = user.role.iter().map(|role| role.as_str().to_uppercase()).collect();
        Person { email: user.email, name, organization, roles }
    };
    Json(seed::users().map(person).collect::<Vec<_>>()).into_response()
}

#[derive(Deserialize)]
struct Wanted {
    email: String,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

/// A sign-in; 404 for who is nobody of the demo world. Anything but JSON is refused by the extractor.
async fn token(State(issuer): State<Arc<Issuer>>, Json(wanted): Json<Wanted>) -> Response {
    let Some(user) = seed::find_user(&wanted.email) else { return StatusCode::NOT_FOUND.into_response() };
    match claims_for(&user.email).and_then(|claims| issuer.token(&claims, LIFETIME)) {
        Ok(token) => ([(header::CACHE_CONTROL, "no-store")], Json(Token { token })).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Lets through what was asked of a loopback name.
async fn from_this_machine(State(port): State<u16>, request: Request, next: Next) -> Response {
    if names_loopback(request.headers(), port) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn names_loopback(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let suffix = format!(":{port}");
    host.strip_suffix(&suffix).is_some_and(|name| matches!(name, "127.0.0.1" | "localhost" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_loopback_names_with_the_port_are_this_machine() {
        let asked = |host: &'static str| {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            names_loopback(&headers, 8080)
        };
        for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"] {
            assert!(asked(host), "{host}");
        }
        for host in ["evil.example:8080", "localhost", "localhost:80", "localhost:8080.evil.example", ""] {
            assert!(!asked(host), "{host}");
        }
        assert!(!names_loopback(&HeaderMap::new(), 8080));
    }
}
