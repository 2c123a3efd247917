//! The routes behind a listener of this machine, and a client that writes its handshakes and odd frames by hand.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_util::task::AbortOnDropHandle;
use tungstenite::Message;
use tungstenite::protocol::Role;

use crate::http::tests::app::{App, TestSchema};
use crate::http::{Edge, router};
use crate::server::{Connections, accept};

/// Real time, longer than anything takes: a test that waits for this has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The key of RFC 6455, section 1.3, and what it makes of it.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPTED: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The first byte of a frame that is a whole message of text.
pub(super) const TEXT: u8 = 0x81;

/// So long that no socket of a test ends by it.
const INIT_NEVER: &str = "--socket-init-seconds=3600";

/// The routes, over a database and an issuer that are down.
pub(super) struct Server {
    pub(super) edge: Arc<Edge<TestSchema>>,
    pub(super) address: SocketAddr,
    _serving: AbortOnDropHandle<Connections>,
}

impl Server {
    /// By these settings, where a socket may stay silent unless they say how long.
    pub(super) async fn start(arguments: &[&str]) -> Self {
        let says = arguments.iter().any(|argument| argument.starts_with("--socket-init-seconds"));
        let silent = (!says).then_some(INIT_NEVER);
        let edge = App::new(&arguments.iter().copied().chain(silent).collect::<Vec<_>>()).edge;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = accept(listener, router(Arc::clone(&edge), Router::new()), 100, || {}, pending());
        Self { edge, address, _serving: AbortOnDropHandle::new(tokio::spawn(serving)) }
    }

    /// Sends a request as it is written here.
    pub(super) async fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// What a request is answered.
    pub(super) async fn ask(&self, request: &str) -> Answer {
        let stream = self.send(request).await;
        timeout(PATIENCE, Answer::read(stream)).await.expect("an answer")
    }

    /// A good handshake, in which these headers stand for those of their name; an empty one is left out.
    pub(super) fn handshake(&self, headers: &[(&str, &str)]) -> String {
        let host = self.address.to_string();
        let usual = [
            ("host", host.as_str()),
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
            ("sec-websocket-protocol", "graphql-transport-ws"),
        ];
        let usual = usual.iter().filter(|(name, _)| headers.iter().all(|(other, _)| name != other));
        let lines = usual.chain(headers).filter(|(_, value)| !value.is_empty());
        let lines = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        format!("GET /graphql HTTP/1.1\r\n{lines}\r\n")
    }

    /// What a handshake with these headers is answered.
    pub(super) async fn upgrade(&self, headers: &[(&str, &str)]) -> Answer {
        self.ask(&self.handshake(headers)).await
    }

    /// An open socket.
    pub(super) async fn open(&self) -> Client {
        self.upgrade(&[]).await.opened().await
    }

    /// Waits until there is a place for one more socket.
    pub(super) async fn place_is_free(&self) {
        let free = async {
            while self.edge.sockets.place().is_none() {
                yield_now().await;
            }
        };
        timeout(PATIENCE, free).await.expect("a place");
    }
}

/// What came back, and the connection that it came by.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    head: String,
    stream: TcpStream,
}

impl Answer {
    async fn read(mut stream: TcpStream) -> Self {
        let mut head = Vec::new();
        // Not a byte beyond the head: what follows may be frames.
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Self { status, body: String::new(), head, stream };
        let length = answer.header("content-length").parse().unwrap_or_default();
        let mut body = vec![0; length];
        answer.stream.read_exact(&mut body).await.unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    pub(super) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}{}", self.head, self.body))
    }

    /// The socket that was opened.
    pub(super) async fn opened(self) -> Client {
        assert_eq!((self.status, self.header("sec-websocket-accept")), (101, ACCEPTED), "{}{}", self.head, self.body);
        Client { socket: WebSocketStream::from_raw_socket(self.stream, Role::Client, None).await }
    }
}

/// The client's end; dropped, it hangs up without a close frame.
pub(super) struct Client {
    pub(super) socket: WebSocketStream<TcpStream>,
}

impl Client {
    pub(super) async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub(super) async fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub(super) async fn init(&mut self, payload: Value) {
        self.say(&json!({ "type": "connection_init", "payload": payload })).await;
    }

    /// Writes bytes where frames are expected.
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).await.unwrap();
    }

    pub(super) async fn next(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        timeout(PATIENCE, self.socket.next()).await.expect("a message, or an end")
    }

    /// The next message of the protocol.
    pub(super) async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} is no text"),
        }
    }

    /// The close frame, which is answered when more is read.
    pub(super) async fn close_frame(&mut self) -> (u16, String) {
        match self.next().await {
            Some(Ok(Message::Close(Some(frame)))) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("{other:?} is no close"),
        }
    }

    /// The close frame, after which the connection ends, in whichever way.
    pub(super) async fn closed(&mut self) -> (u16, String) {
        let closed = self.close_frame().await;
        let after = self.next().await;
        assert!(matches!(after, None | Some(Err(_))), "{after:?} follows a close");
        closed
    }
}

/// A frame of a client (RFC 6455, section 5.2) with this first byte, masked with zeros, which leave it as it is.
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut frame = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => frame.push(0x80 | short),
        (_, Ok(long)) => {
            frame.push(0x80 | 126);
            frame.extend(long.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}
