//! How a socket ends.

use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tungstenite::Error as Cause;

use super::close::Close;
use super::session::Transport;

/// How long a client may take to close its side.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// RFC 6455, section 7.1.5: a close frame without a code.
const NO_CODE: u16 = 1005;
/// No close frame at all.
const ABNORMAL: u16 = 1006;

/// How a socket ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The server closes it.
    Closing(Close),
    /// The client closed it, with this code.
    Closed(Option<u16>),
    /// The connection is gone, or its client does not read.
    Lost,
}

impl End {
    /// What could not be read, by what the library says of it.
    pub(super) fn unreadable(error: axum::Error) -> Self {
        let error = error.into_inner();
        match error.downcast_ref::<Cause>() {
            Some(Cause::Capacity(_)) => Self::Closing(Close::TOO_BIG),
            Some(Cause::Utf8(_)) => Self::Closing(Close::NOT_TEXT),
            Some(Cause::Protocol(cause)) if is_of_a_frame(cause) => Self::Closing(Close::PROTOCOL),
            _ => Self::Lost,
        }
    }

    /// The code it ends with, as the client sees it too where the connection is there.
    pub(super) fn code(&self) -> u16 {
        match self {
            Self::Closing(close) => close.code,
            Self::Closed(code) => code.unwrap_or(NO_CODE),
            Self::Lost => ABNORMAL,
        }
    }
}

/// Whether the client broke the protocol, rather than being gone.
fn is_of_a_frame(cause: &tungstenite::error::ProtocolError) -> bool {
    !matches!(cause, tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)
}

/// Closes a socket, and waits for the client to close its side: whoever hangs up on unread data takes the reason along.
pub(super) async fn close(transport: &mut impl Transport, end: End) {
    let closing = async {
        match end {
            End::Closing(close) => transport.send(Message::Close(Some(close.into()))).await?,
            // The library answers by itself, once it is asked for more.
            End::Closed(_) => {}
            End::Lost => return Ok(()),
        }
        while let Some(Ok(_)) = transport.next().await {}
        Ok::<_, axum::Error>(())
    };
    // Whatever goes wrong here, the connection is dropped next.
    let _ = timeout(CLOSE_PATIENCE, closing).await;
}
