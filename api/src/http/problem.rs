//! Why a request did not come as far as being executed.

use async_graphql::ServerError;
use axum::http::StatusCode;
use domain::error::TimedOut;

use super::body::Codes;
use super::rate::TooOften;
use crate::auth::{self, Denied, Rejection};
use crate::code::Code;
use crate::metrics::Reason;

/// Why a request did not come as far as being executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    code: Code,
    message: String,
    /// Seconds after which it is worth trying again.
    pub(super) retry_after: Option<u64>,
    /// Why it was not even begun, where there are too many.
    pub(super) shed: Option<Reason>,
}

impl Problem {
    /// The caller's mistake.
    pub(super) fn bad_request(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, Code::BadRequest, message)
    }

    /// Nobody is signed in where somebody must be.
    pub(super) fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Code::Unauthenticated,
            "sign in: send a token as `Authorization: Bearer <token>`",
        )
    }

    /// Ours; logged by whoever found it.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, String::new())
    }

    /// The identity provider did not say yet whose tokens are good.
    pub(super) fn no_sign_in() -> Self {
        let message = "nobody can sign in now, since the identity provider does not answer; try again";
        // It is asked again no sooner.
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, message).again_after(auth::MIN_GAP.as_secs())
    }

    /// The body did not come in time.
    pub(super) fn slow_body() -> Self {
        Self::timeout(StatusCode::REQUEST_TIMEOUT, "the body took too long to arrive")
    }

    /// As many operations run and wait as may.
    pub(super) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::RateLimited, "too many requests at once; try again")
            .again_after(1)
            .shed(Reason::Busy)
    }

    /// The database, or the pool of connections to it, had no time.
    pub(super) fn unavailable() -> Self {
        let message = "the database did not answer in time; try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, message).again_after(5)
    }

    /// This caller asks too often.
    pub(super) fn too_often(TooOften { retry_after: seconds }: TooOften) -> Self {
        let message = format!("too many requests; try again after {seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, message)
            .again_after(seconds)
            .shed(Reason::RateLimited)
    }

    /// Something took too long.
    pub(super) fn timeout(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, Code::Timeout, message)
    }

    /// The process is told to stop, and another one takes over.
    pub(super) fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, "this process is stopping; connect again")
            .again_after(1)
    }

    /// There are as many already as may be.
    pub(super) fn too_many(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, Code::RateLimited, message).again_after(5).shed(Reason::Busy)
    }

    /// As an error of a response.
    pub(super) fn error(self) -> ServerError {
        self.code.server_error(self.message)
    }

    /// The same, where it is still needed.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// What it counts as.
    pub(super) fn codes(&self) -> Codes {
        Codes(vec![self.code])
    }

    /// For the person who reads it.
    pub(super) fn into_message(self) -> String {
        self.message
    }

    fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
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
        Self::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, rejection.to_string())
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
