//! The two pages. Neither holds a script of its own or anything of the request.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets::graphiql_is_installed;
use super::edge::Edge;
use super::negotiate;

const GRAPHIQL: &str = include_str!("../../../web/graphiql/index.html");
const NOT_INSTALLED: &str = include_str!("../../../web/graphiql/missing.html");
const INVITATION: &str = include_str!("../../../web/invitation/index.html");

/// GraphiQL writes styles into the page.
const GRAPHIQL_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; \
                               img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                               frame-ancestors 'none'";

const INVITATION_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
                                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                                 require-trusted-types-for 'script'; trusted-types 'none'";

/// `GET /graphql`: GraphiQL for a browser. Nothing is ever executed by GET.
pub(super) async fn graphiql<E>(State(edge): State<Arc<Edge<E>>>, headers: HeaderMap) -> Response {
    if !negotiate::wants_html(&headers) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, HeaderValue::from_static("POST"))]).into_response();
    }
    if !edge.graphiql {
        return StatusCode::NOT_FOUND.into_response();
    }
    let page = if graphiql_is_installed(edge.web_dir.as_deref()) { GRAPHIQL } else { NOT_INSTALLED };
    let [html, policy] = page_headers(GRAPHIQL_POLICY);
    let cache = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    ([html, policy, cache], page).into_response()
}

/// `GET /invitations/{token}`: the same for every token, so that whoever guesses learns nothing, and a mail scanner that
/// follows the link changes nothing. The page itself asks what the link offers.
pub(super) async fn invitation() -> Response {
    let [html, policy] = page_headers(INVITATION_POLICY);
    let robots = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    ([html, policy, robots], INVITATION).into_response()
}

fn page_headers(policy: &'static str) -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
    ]
}
