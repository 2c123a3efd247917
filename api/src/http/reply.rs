//! What a caller is answered, whether the operation ran or not.

use async_graphql::{Response as Executed, ServerError};
use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::access::RequestId;
use super::body::{Body, with_cost};
use super::negotiate::{self, Media};
use super::problem::Problem;
use crate::code::Code;
use crate::document::{Cost, Plan};

const TOO_LONG: &str = "the answer exceeds 16 MiB; ask for fewer rows, or less of each";

/// Says how to be let in, and when to come again.
pub(super) fn say_when(problem: &Problem, response: &mut Response) {
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
}

/// How a response is written, and under which id.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) media: Media,
    pub(super) id: RequestId,
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
        let error =
            Code::Timeout.server_error("this took too long; what it changed, if anything, may still come to pass");
        self.write(status, &Body::new(None, vec![error], &self.id))
    }

    /// A request that was not executed.
    pub(super) fn problem(&self, problem: Problem) -> Response {
        let body = Body::new(None, vec![problem.clone().error()], &self.id);
        let mut response = self.write(problem.status, &body);
        say_when(&problem, &mut response);
        if problem.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            // What would have been taken: RFC 9110 §15.5.16.
            let headers = response.headers_mut();
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        response
    }

    fn write(&self, status: StatusCode, body: &Body) -> Response {
        match body.written() {
            Ok(Some(written)) => {
                let content_type = [(header::CONTENT_TYPE, self.media.content_type())];
                (status, Extension(body.codes()), content_type, written).into_response()
            }
            Ok(None) => self.refused(ServerError::new(TOO_LONG, None)),
            Err(error) => {
                tracing::error!(%error, "a response cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
