//! What a caller is answered, whether the operation ran or not.
//!
//! Every error has `extensions.code`, one of UNAUTHENTICATED, BAD_REQUEST, RATE_LIMITED, TIMEOUT and INTERNAL, and
//! `extensions.requestId`. What the library says of a document or an argument comes without a code: BAD_REQUEST.

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::access::RequestId;
use super::negotiate::Media;
use crate::auth::Rejection;
use crate::document::{Cost, Plan};

/// Errors of one response; one document can otherwise draw thousands.
const MAX_ERRORS: usize = 10;

/// Characters of an error's message.
const MAX_MESSAGE: usize = 500;

const BAD_REQUEST: &str = "BAD_REQUEST";
const INTERNAL: &str = "INTERNAL";

/// Why a request did not come as far as being executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Problem {
    /// The caller's mistake.
    pub(super) fn bad_request(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: BAD_REQUEST, message: message.into() }
    }

    /// Ours; logged by whoever found it.
    pub(super) fn internal() -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: INTERNAL, message: String::new() }
    }

    /// The body did not come in time.
    pub(super) fn slow_body() -> Self {
        let message = "the body took too long to arrive".to_owned();
        Self { status: StatusCode::REQUEST_TIMEOUT, code: "TIMEOUT", message }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, code: "UNAUTHENTICATED", message: rejection.to_string() }
    }
}

/// How a response is written, and under which id.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) media: Media,
    pub(super) id: RequestId,
}

#[derive(Serialize)]
struct Body {
    /// Left out where nothing was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl Reply {
    /// What the schema answered, put into the shape that the document asked for.
    pub(super) fn executed(&self, response: Executed, plan: &Plan) -> Response {
        // Errors of a resolver have a path; those of a document that never came to one have none.
        let ran = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
        let data = plan.shape(response.data, response.errors.iter().map(|error| error.path.as_slice()));
        let status = match self.media {
            Media::GraphqlResponse if !ran => StatusCode::BAD_REQUEST,
            _ => StatusCode::OK,
        };
        self.write(status, ran.then_some(data), response.errors, response.extensions)
    }

    /// A document that was not executed.
    pub(super) fn refused(&self, error: ServerError) -> Response {
        self.refused_at(error, None)
    }

    /// The same, saying the cost.
    pub(super) fn refused_at(&self, error: ServerError, cost: Option<Cost>) -> Response {
        self.executed(with_cost(Executed::from_errors(vec![error]), cost), &Plan::default())
    }

    /// The operation goes on, but nobody waits for it.
    pub(super) fn timeout(&self) -> Response {
        let status = match self.media {
            Media::GraphqlResponse => StatusCode::GATEWAY_TIMEOUT,
            Media::Json => StatusCode::OK,
        };
        let error = coded("TIMEOUT", "this took too long; what it changed, if anything, may still come to pass");
        self.write(status, Some(Value::Null), vec![error], BTreeMap::new())
    }

    /// A request that was not executed.
    pub(super) fn problem(&self, problem: Problem) -> Response {
        let error = coded(problem.code, problem.message);
        let mut response = self.write(problem.status, None, vec![error], BTreeMap::new());
        if problem.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }

    fn write(
        &self,
        status: StatusCode,
        data: Option<Value>,
        mut errors: Vec<ServerError>,
        extensions: BTreeMap<String, Value>,
    ) -> Response {
        errors.truncate(MAX_ERRORS);
        errors.iter_mut().for_each(|error| self.complete(error));
        match serde_json::to_vec(&Body { data, errors, extensions }) {
            Ok(body) => {
                let content_type = (header::CONTENT_TYPE, self.media.content_type());
                let cache = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                (status, [content_type, cache], body).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a response cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    fn complete(&self, error: &mut ServerError) {
        // A message may quote what the caller wrote, however long that is.
        if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
            error.message.truncate(end);
            error.message.push('…');
        }
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", BAD_REQUEST);
        }
        if extensions.get("code") == Some(&Value::from(INTERNAL)) {
            INTERNAL_MESSAGE.clone_into(&mut error.message);
        }
        extensions.set("requestId", self.id.as_str());
    }
}

/// Says the cost in a response's extensions.
pub(super) fn with_cost(response: Executed, cost: Option<Cost>) -> Executed {
    match cost {
        Some(cost) => response.extension("cost", cost.shown()),
        None => response,
    }
}

/// All that a caller learns of a fault.
const INTERNAL_MESSAGE: &str = "internal error";

fn coded(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
