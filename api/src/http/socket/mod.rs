//! Subscriptions, over WebSockets of the protocol graphql-transport-ws.
//!
//! ```text
//! GET /graphql ─ upgrade ─▶ Session ─ connection_init ─▶ verified, seated ─ subscribe ─▶ sign_in ─▶ the schema's stream
//!      │ 403 Origin            │ what is heard, what comes, time       each event ◀─ in shape ◀─────────────┘
//!      └ 503 too many          └ close: a code and a reason
//! ```
//! [`protocol`] knows the messages and waits for nothing; [`session`] waits and sends; [`host`] is the rest of the API. The
//! library's own WebSocket is not used: it lacks close codes, and keeps sockets that never say who they are.
//!
//! Memory is bounded: what is read, what is written, how many operations and sockets there are.

mod close;
mod end;
mod host;
mod operations;
mod protocol;
mod registry;
mod session;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_graphql::Executor;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::close::Close;
use self::end::End;
use self::host::Api;
use self::session::{MAX_OUTGOING, Session};
use super::access::{RequestId, Spans};
use super::edge::Edge;
use super::negotiate::Media;
use super::pages;
use super::peer::Network;
use super::problem::Problem;
use super::reply::Reply;

pub(crate) use registry::Sockets;
pub use settings::SocketSettings;

/// Bytes of a message of the client. What subscribes is short, and is kept for as long as it is subscribed.
const MAX_INCOMING: usize = 16 * 1024;

/// Bytes that are read at once. Each socket has a buffer of them.
const READ_BUFFER: usize = 8 * 1024;

/// Room for the frame around a message, and for a pong and a close beside it.
const FRAMES: usize = 1024;

/// Opens a socket for who asks for one; for everybody else there is the page.
pub(super) async fn get<E: Executor>(
    State(edge): State<Arc<Edge<E>>>,
    Extension(id): Extension<RequestId>,
    Extension(spans): Extension<Spans>,
    Extension(network): Extension<Network>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !asks_for_a_socket(&headers) {
        return pages::graphiql(State(edge), headers).await;
    }
    match upgrade {
        Ok(upgrade) => open(edge, (id, spans), network, &headers, upgrade),
        Err(rejection) => no_handshake(id, rejection.into_response().status()),
    }
}

/// Refuses what asks for a socket in a way that none is opened by; says which version there is (RFC 6455, section 4.4).
fn no_handshake(id: RequestId, status: StatusCode) -> Response {
    let wanted = "open a WebSocket by HTTP/1.1, with Sec-WebSocket-Key and Sec-WebSocket-Version: 13";
    let mut response = Reply { media: Media::Json, id }.problem(Problem::bad_request(status, wanted));
    response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}

fn asks_for_a_socket(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|wanted| wanted.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

fn open<E: Executor>(
    edge: Arc<Edge<E>>,
    (id, spans): (RequestId, Spans),
    network: Network,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let reply = Reply { media: Media::Json, id: id.clone() };
    if !edge.origins.allows(headers) {
        let elsewhere = "pages of this origin may not open a socket here";
        return reply.problem(Problem::bad_request(StatusCode::FORBIDDEN, elsewhere));
    }
    if edge.stopping.is_cancelled() {
        return reply.problem(Problem::stopping());
    }
    // Nobody knows yet who it is.
    if let Err(too_often) = edge.rates.public(network, 1) {
        return reply.problem(Problem::too_often(too_often));
    }
    let Some(place) = edge.sockets.place() else {
        let full = "there are too many sockets; try again later";
        return reply.problem(Problem::too_many(StatusCode::SERVICE_UNAVAILABLE, full));
    };

    let upgrade = upgrade
        .protocols([protocol::NAME])
        .max_message_size(MAX_INCOMING)
        .max_frame_size(MAX_INCOMING)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_OUTGOING + FRAMES);
    let speaks = upgrade.selected_protocol().is_some();
    // From here on, so that whoever waits for the operations waits for the socket.
    let tracked = edge.operations.token();
    let counted = edge.metrics.open_socket();
    upgrade.on_upgrade(move |mut socket| {
        let api = Api { edge: Arc::clone(&edge), id: id.clone(), spans: spans.clone() };
        spans.around(async move {
            let _held = (place, tracked, counted);
            if speaks {
                let (sockets, stopping) = (Arc::clone(&edge.sockets), edge.stopping.clone());
                Session::new(api, id, sockets, stopping).run(socket).await;
            } else {
                end::close(&mut socket, End::Closing(Close::SUBPROTOCOL)).await;
            }
        })
    })
}
