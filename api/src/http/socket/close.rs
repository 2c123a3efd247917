//! Why a socket is closed: the codes of graphql-transport-ws, and those of RFC 6455, section 7.4.

use std::borrow::Cow;

use axum::extract::ws::CloseFrame;

/// Bytes of a reason: a control frame has 125, the code two of them.
const MAX_REASON: usize = 123;

/// A code, and a reason for the person who reads it. Nothing of what the client sent is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The process is told to stop; clients connect again, elsewhere.
    pub(super) const GOING_AWAY: Self = Self::new(1001, "going away");
    /// What came is no WebSocket.
    pub(super) const PROTOCOL: Self = Self::new(1002, "a frame is malformed");
    /// A text that is not UTF-8.
    pub(super) const NOT_TEXT: Self = Self::new(1007, "a text message is not UTF-8");
    /// More than a message may have.
    pub(super) const TOO_BIG: Self = Self::new(1009, "a message exceeds 16 KiB");
    /// The user has as many as they may; clients try again later.
    pub(super) const TOO_MANY: Self = Self::new(1013, "try again later: too many sockets");
    /// The identity provider did not say yet whose tokens are good; clients try again later.
    pub(super) const NO_SIGN_IN: Self = Self::new(1013, "try again later: the identity provider does not answer");
    /// Subscribed before the connection was acknowledged.
    pub(super) const UNAUTHORIZED: Self = Self::new(4401, "Unauthorized");
    /// Nobody is signed in. Clients try again, with a fresh token if they have one.
    pub(super) const NO_TOKEN: Self =
        Self::new(4403, "send {\"authorization\": \"Bearer <token>\"} as the payload of connection_init");
    /// The token that the socket was opened with has expired.
    pub(super) const EXPIRED: Self = Self::new(4403, "token expired");
    /// Another protocol, or none.
    pub(super) const SUBPROTOCOL: Self = Self::new(4406, "Subprotocol not acceptable: ask for graphql-transport-ws");
    /// `connection_init` did not come.
    pub(super) const INIT_TIMEOUT: Self = Self::new(4408, "Connection initialisation timeout");
    /// The id is that of an operation that runs.
    pub(super) const DUPLICATE: Self = Self::new(4409, "Subscriber for this id already exists");
    /// A second `connection_init`.
    pub(super) const SECOND_INIT: Self = Self::new(4429, "Too many initialisation requests");
    /// Nothing was heard for two pings. The protocol has no code for it; graphql-ws has this one, and tries again.
    pub(super) const SILENT: Self = Self::new(4499, "nothing was heard of the client");
    /// Ours, and logged.
    pub(super) const INTERNAL: Self = Self::new(4500, "internal error");

    /// A message that is not of the protocol.
    pub(super) fn malformed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: 4400, reason: reason.into() }
    }

    /// A token that is not believed.
    pub(super) fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: 4403, reason: reason.into() }
    }
}

impl From<Close> for CloseFrame {
    fn from(close: Close) -> Self {
        let end = close.reason.floor_char_boundary(MAX_REASON);
        Self { code: close.code, reason: close.reason[..end].into() }
    }
}
