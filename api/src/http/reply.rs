//! What a caller is answered, whether the operation ran or not.
//!
//! Every error has `extensions.code`, one of UNAUTHENTICATED, BAD_REQUEST, RATE_LIMITED, TIMEOUT and INTERNAL, and
//! `extensions.requestId`. What the library says of a document or an argument comes without a code: BAD_REQUEST.

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::error::TimedOut;
use serde::Serialize;

use super::access::RequestId;
use super::negotiate::{self, Media};
use super::rate::TooOften;
use crate::auth::{self, Denied, Rejection};
use crate::document::{Cost, MAX_ERRORS, Plan};
use crate::metrics::{Reason, code_of};

/// Characters of an error's message.
const MAX_MESSAGE: usize = 500;

const BAD_REQUEST: &str = "BAD_REQUEST";
const INTERNAL: &str = "INTERNAL";
const RATE_LIMITED: &str = "RATE_LIMITED";
const TIMEOUT: &str = "TIMEOUT";

/// Why a request did not come as far as being executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// Seconds after which it is worth trying again.
    retry_after: Option<u64>,
    /// Why it was not even begun, where there are too many.
    shed: Option<Reason>,
}

impl Problem {
    /// The caller's mistake.
    pub(super) fn bad_request(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, BAD_REQUEST, message)
    }

    /// Ours; logged by whoever found it.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, String::new())
    }

    /// The identity provider did not say yet whose tokens are good.
    pub(super) fn no_sign_in() -> Self {
        let message = "nobody can sign in now, since the identity provider does not answer; try again";
        // It is asked again no sooner.
        Self::new(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT, message).again_after(auth::MIN_GAP.as_secs())
    }

    /// The body did not come in time.
    pub(super) fn slow_body() -> Self {
        Self::timeout(StatusCode::REQUEST_TIMEOUT, "the body took too long to arrive")
    }

    /// As many operations run and wait as may.
    pub(super) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, RATE_LIMITED, "too many requests at once; try again")
            .again_after(1)
            .shed(Reason::Busy)
    }

    /// The database, or the pool of connections to it, had no time.
    pub(super) fn unavailable() -> Self {
        let message = "the database did not answer in time; try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT, message).again_after(5)
    }

    /// This caller asks too often.
    pub(super) fn too_often(TooOften { retry_after: seconds }: TooOften) -> Self {
        let message = format!("too many requests; try again after {seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message).again_after(seconds).shed(Reason::RateLimited)
    }

    /// Something took too long.
    pub(super) fn timeout(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, TIMEOUT, message)
    }

    /// There are as many already as may be.
    pub(super) fn too_many(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, RATE_LIMITED, message).again_after(5).shed(Reason::Busy)
    }

    /// As an error of a response.
    pub(super) fn error(self) -> ServerError {
        coded(self.code, self.message)
    }

    /// For the person who reads it.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, shed: None }
    }

    fn again_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    fn shed(self, reason: Reason) -> Self {
        Self { shed: Some(reason), ..self }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", rejection.to_string())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Rejected(rejection) => rejection.into(),
            Denied::Unavailable(fault) => {
                tracing::warn!(error = format!("{fault:#}"), "nobody can sign in");
                Self::no_sign_in()
            }
            Denied::Fault(fault) if TimedOut::caused(&fault) => {
                tracing::warn!(error = format!("{fault:#}"), "nobody can sign in");
                Self::unavailable()
            }
            Denied::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "nobody can sign in");
                Self::internal()
            }
        }
    }
}

/// The codes of a response's errors, for who counts them.
#[derive(Clone, Debug)]
pub(super) struct Codes(pub(super) Vec<&'static str>);

/// How a response is written, and under which id.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) media: Media,
    pub(super) id: RequestId,
}

/// A response as it is written, by POST and over a socket.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    /// Left out where nothing was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl Body {
    /// What the schema answered, put into the shape that the document asked for.
    pub(super) fn executed(response: Executed, plan: &Plan, id: &RequestId) -> Self {
        // Errors of a resolver have a path; those of a document that never came to one have none.
        let ran = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
        let data = plan.shape(response.data, response.errors.iter().map(|error| error.path.as_slice()));
        Self { extensions: response.extensions, ..Self::new(ran.then_some(data), response.errors, id) }
    }

    /// Bounds the errors and completes each.
    pub(super) fn new(data: Option<Value>, mut errors: Vec<ServerError>, id: &RequestId) -> Self {
        errors.truncate(MAX_ERRORS);
        errors.iter_mut().for_each(|error| complete(error, id));
        Self { data, errors, extensions: BTreeMap::new() }
    }

    /// The codes of its errors, to be counted.
    pub(super) fn codes(&self) -> Codes {
        Codes(self.errors.iter().map(code_of).collect())
    }
}

impl Reply {
    /// To a request of any route; in JSON where it accepts neither media type.
    pub(super) fn to(request: &Request) -> Self {
        let id = request.extensions().get().cloned().unwrap_or_default();
        Self { media: negotiate::accepted(request.headers()).unwrap_or(Media::Json), id }
    }

    /// What the schema answered, put into the shape that the document asked for.
    pub(super) fn executed(&self, response: Executed, plan: &Plan) -> Response {
        let body = Body::executed(response, plan, &self.id);
        let status = match self.media {
            Media::GraphqlResponse if body.data.is_none() => StatusCode::BAD_REQUEST,
            _ => StatusCode::OK,
        };
        self.write(status, &body)
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
        let error = coded(TIMEOUT, "this took too long; what it changed, if anything, may still come to pass");
        self.write(status, &Body::new(None, vec![error], &self.id))
    }

    /// A request that was not executed.
    pub(super) fn problem(&self, problem: Problem) -> Response {
        let body = Body::new(None, vec![coded(problem.code, problem.message)], &self.id);
        let mut response = self.write(problem.status, &body);
        if problem.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = problem.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(reason) = problem.shed {
            response.extensions_mut().insert(reason);
        }
        if problem.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            // What would have been taken: RFC 9110 §15.5.16.
            let headers = response.headers_mut();
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        response
    }

    fn write(&self, status: StatusCode, body: &Body) -> Response {
        match serde_json::to_vec(body) {
            Ok(written) => {
                let content_type = [(header::CONTENT_TYPE, self.media.content_type())];
                (status, Extension(body.codes()), content_type, written).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a response cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
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

fn complete(error: &mut ServerError, id: &RequestId) {
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
    extensions.set("requestId", id.as_str());
}

fn coded(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
