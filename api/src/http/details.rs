//! Problem details (RFC 9457), for what is not GraphQL.

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::access::RequestId;
use super::problem::Problem;
use super::reply;

/// Why a request was refused, with the status it has.
pub(super) fn response(problem: Problem, id: &RequestId) -> Response {
    let status = problem.status;
    let mut details = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "requestId": id.as_str(),
    });
    let message = problem.message();
    if !message.is_empty() {
        details["detail"] = json!(message);
    }
    let mut response = (status, Json(details)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    reply::say_when(&problem, &mut response);
    response.extensions_mut().insert(problem.codes());
    response
}

/// Whether a route answers this way.
pub(super) fn are_of(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    route.is_some_and(|route| route.as_str().starts_with("/exports/"))
}
