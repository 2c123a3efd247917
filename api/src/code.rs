//! The codes of top-level errors: `extensions.code` is one of them and nothing else.

use async_graphql::{Error, ErrorExtensions, ServerError, Value};

/// Errors of one response; one document can otherwise draw thousands.
pub(crate) const MAX_ERRORS: usize = 10;

/// Why a caller is answered an error that is no refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nobody is signed in, or their token is not believed.
    Unauthenticated,
    /// The caller's mistake: the request, the document, an argument, a cursor.
    BadRequest,
    /// Too often, or too much at once.
    RateLimited,
    /// It, or what it needs, took too long.
    Timeout,
    /// Ours.
    Internal,
}

impl Code {
    const ALL: [Self; 5] = [Self::Unauthenticated, Self::BadRequest, Self::RateLimited, Self::Timeout, Self::Internal];

    /// As `extensions.code` has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::BadRequest => "BAD_REQUEST",
            Self::RateLimited => "RATE_LIMITED",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }

    /// The code of an error. What the library says of a document or an argument has none: it is the caller's mistake.
    pub(crate) fn of(error: &ServerError) -> Self {
        match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
            None => Self::BadRequest,
            Some(Value::String(code)) => {
                Self::ALL.into_iter().find(|known| known.as_str() == code).unwrap_or(Self::Internal)
            }
            Some(_) => Self::Internal,
        }
    }

    /// Whether it is a fault of ours, as traces have it.
    pub(crate) fn is_fault(self) -> bool {
        matches!(self, Self::Internal | Self::Timeout)
    }

    /// An error of a resolver.
    pub(crate) fn error(self, message: impl Into<String>) -> Error {
        Error::new(message).extend_with(|_, extensions| extensions.set("code", self.as_str()))
    }

    /// An error of a request.
    pub(crate) fn server_error(self, message: impl Into<String>) -> ServerError {
        let mut error = ServerError::new(message, None);
        error.extensions.get_or_insert_default().set("code", self.as_str());
        error
    }
}
