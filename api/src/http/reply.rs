//! What a caller is answered, whether the operation ran or not.
//!
//! Every error has `extensions.code`, one of UNAUTHENTICATED, BAD_REQUEST, RATE_LIMITED, TIMEOUT and INTERNAL, and
//! `extensions.requestId`. What the library says of a document or an argument comes without a code: BAD_REQUEST.

use async_graphql::{Response as Executed, ServerError, Value};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::access::RequestId;
use super::negotiate::Media;
use crate::auth::{self, Rejection};
use crate::document::Plan;

/// Errors of one response; one document can otherwise draw thousands.
const MAX_ERRORS: usize = 10;

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

    /// The identity provider did not say yet whose tokens are good.
    pub(super) fn no_sign_in() -> Self {
        let message = "nobody can sign in now, since the identity provider does not answer; try again".to_owned();
        Self { status: StatusCode::SERVICE_UNAVAILABLE, code: "TIMEOUT", message }
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
        self.write(status, ran.then_some(data), response.errors)
    }

    /// A document that was not executed.
    pub(super) fn refused(&self, error: ServerError) -> Response {
        self.executed(Executed::from_errors(vec![error]), &Plan::default())
    }

    /// The operation goes on, but nobody waits for it.
    pub(super) fn timeout(&self) -> Response {
        let status = match self.media {
            Media::GraphqlResponse => StatusCode::GATEWAY_TIMEOUT,
            Media::Json => StatusCode::OK,
        };
        let error = coded("TIMEOUT", "this took too long; what it changed, if anything, may still come to pass");
        self.write(status, Some(Value::Null), vec![error])
    }

    /// A request that was not executed.
    pub(super) fn problem(&self, problem: Problem) -> Response {
        let mut response = self.write(problem.status, None, vec![coded(problem.code, problem.message)]);
        if problem.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if problem.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            // What would have been taken: RFC 9110 §15.5.16.
            let headers = response.headers_mut();
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if problem.status == StatusCode::SERVICE_UNAVAILABLE {
            // The provider is asked again no sooner.
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(auth::MIN_GAP.as_secs()));
        }
        response
    }

    fn write(&self, status: StatusCode, data: Option<Value>, mut errors: Vec<ServerError>) -> Response {
        errors.truncate(MAX_ERRORS);
        errors.iter_mut().for_each(|error| self.complete(error));
        match serde_json::to_vec(&Body { data, errors }) {
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

/// All that a caller learns of a fault.
const INTERNAL_MESSAGE: &str = "internal error";

fn coded(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
