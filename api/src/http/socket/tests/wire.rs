//! A client at the other end of a wire in memory, and a host that does what the client's documents say.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_graphql::{ServerError, Value as Data};
use axum::extract::ws::Message;
use chrono::{TimeDelta, Utc};
use domain::actor::Identity;
use futures_util::future::{self, BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt};
use futures_util::{Sink, SinkExt, Stream};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, PollSender};

use crate::auth::{Denied, Rejection, Verified};
use crate::document::{Asked, Document};
use crate::http::access::RequestId;
use crate::http::body::Body;
use crate::http::socket::host::Host;
use crate::http::socket::operations::{Event, Events};
use crate::http::socket::registry::Sockets;
use crate::http::socket::session::Session;
use crate::http::socket::settings::SocketSettings;

/// Longer than anything takes: a test that waits for this has failed.
const FOR_EVER: Duration = Duration::from_secs(24 * 3600);

/// What sockets share, and what became of their operations.
#[derive(Clone)]
pub(super) struct Stage {
    sockets: Arc<Sockets>,
    pub(super) stopping: CancellationToken,
    /// Events that operations were asked for.
    pub(super) asked_for: Arc<AtomicUsize>,
    /// Held by each operation that runs.
    running: Arc<()>,
}

impl Default for Stage {
    fn default() -> Self {
        let settings = SocketSettings { in_all: 10, per_user: 2, init_seconds: 5, ping_seconds: 25 };
        Self {
            sockets: Arc::new(Sockets::new(&settings)),
            stopping: CancellationToken::new(),
            asked_for: Arc::default(),
            running: Arc::default(),
        }
    }
}

impl Stage {
    /// Opens a socket whose client has room for so many messages that it has not read.
    pub(super) fn open_with_room_for(&self, messages: usize) -> Client {
        let (say, incoming) = mpsc::unbounded_channel();
        let (outgoing, hear) = mpsc::channel(messages);
        let wire = Wire { incoming, outgoing: PollSender::new(outgoing) };
        let id = RequestId::fixed("the-request");
        let session = Session::new(self.clone(), id, Arc::clone(&self.sockets), self.stopping.clone());
        tokio::spawn(session.run(wire));
        Client { say, hear }
    }

    pub(super) fn open(&self) -> Client {
        self.open_with_room_for(1000)
    }

    /// Opens a socket and signs in.
    pub(super) async fn open_as(&self, user: &str) -> Client {
        let mut client = self.open();
        client.sign_in(user).await;
        client
    }

    /// Operations that run, of all sockets.
    pub(super) fn running(&self) -> usize {
        // One is the stage's own, and so is that of each socket's copy of it.
        Arc::weak_count(&self.running)
    }
}

impl Host for Stage {
    /// `Bearer <user>` is good for five minutes; some users are not.
    fn verify(&self, credentials: String) -> BoxFuture<'static, Result<Verified, Denied>> {
        let user = credentials.strip_prefix("Bearer ").unwrap_or_default().to_owned();
        match user.as_str() {
            "" => future::ready(Err(Rejection::Scheme.into())).boxed(),
            "stale" => future::ready(Err(Rejection::Expired.into())).boxed(),
            "unlucky" => future::ready(Err(Denied::Fault(anyhow::anyhow!("the issuer is down")))).boxed(),
            "slow" => future::pending().boxed(),
            "bug" => async { panic!("a bug") }.boxed(),
            _ => future::ready(Ok(verified(user))).boxed(),
        }
    }

    fn run(&self, who: Verified, asked: Asked) -> Events {
        let (asked_for, running) = (Arc::clone(&self.asked_for), Arc::downgrade(&self.running));
        let event = move |number: usize| {
            let _ = &running;
            asked_for.fetch_add(1, Ordering::Relaxed);
            Event::Next(body(json!({ "number": number, "user": who.identity.subject })))
        };
        let Document::Text(script) = asked.document else { panic!("a script is a text") };
        let (script, length) = script.split_once(' ').unwrap_or((&script, "0"));
        let length = length.parse().unwrap();
        match script {
            "some" => stream::iter(0..length).map(event).boxed(),
            "some-and-wait" => stream::iter(0..length).chain(stream::pending()).map(event).boxed(),
            "endless" => stream::iter(0..).map(event).boxed(),
            "large" => stream::iter([Event::Next(body(json!("x".repeat(length))))]).chain(stream::pending()).boxed(),
            "fail" => stream::iter([Event::Failed(vec![ServerError::new("no such field", None)])]).boxed(),
            "bug" => stream::iter([0]).map(|_| panic!("a bug")).boxed(),
            other => panic!("{other} is no script"),
        }
    }
}

fn verified(user: String) -> Verified {
    let identity = Identity {
        issuer: "https://issuer.example".to_owned(),
        tenant: "contoso".to_owned(),
        subject: user,
        email: None,
        email_verified: false,
        name: None,
        may_claim: true,
    };
    Verified { identity, expires_at: Utc::now() + TimeDelta::seconds(300) }
}

fn body(data: Value) -> Body {
    Body::new(Some(Data::from_json(data).unwrap()), Vec::new(), &RequestId::default())
}

/// The server's end.
struct Wire {
    incoming: mpsc::UnboundedReceiver<Result<Message, axum::Error>>,
    outgoing: PollSender<Message>,
}

impl Stream for Wire {
    type Item = Result<Message, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx)
    }
}

impl Sink<Message> for Wire {
    type Error = axum::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        self.outgoing.poll_ready_unpin(cx).map_err(axum::Error::new)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
        self.outgoing.start_send_unpin(message).map_err(axum::Error::new)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        self.outgoing.poll_flush_unpin(cx).map_err(axum::Error::new)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        self.outgoing.poll_close_unpin(cx).map_err(axum::Error::new)
    }
}

/// The client's end; dropped, it hangs up.
pub(super) struct Client {
    say: mpsc::UnboundedSender<Result<Message, axum::Error>>,
    hear: mpsc::Receiver<Message>,
}

impl Client {
    pub(super) fn send(&self, message: Message) {
        self.say.send(Ok(message)).unwrap();
    }

    pub(super) fn say(&self, message: &Value) {
        self.send(Message::Text(message.to_string().into()));
    }

    pub(super) fn subscribe(&self, id: &str, script: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": script } }));
    }

    pub(super) async fn sign_in(&mut self, user: &str) {
        let authorization = format!("Bearer {user}");
        self.say(&json!({ "type": "connection_init", "payload": { "authorization": authorization } }));
        assert_eq!(self.hear().await, json!({ "type": "connection_ack" }));
    }

    /// Says nothing more, and goes on listening.
    pub(super) fn hang_up(&mut self) {
        (self.say, _) = mpsc::unbounded_channel();
    }

    /// The next message. None: the wire is cut.
    pub(super) async fn next(&mut self) -> Option<Message> {
        timeout(FOR_EVER, self.hear.recv()).await.expect("a message, or an end")
    }

    /// The next message of the protocol.
    pub(super) async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} is no text"),
        }
    }

    /// The close frame, after which nothing comes; what comes before it is passed over.
    pub(super) async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Some(Message::Text(_)) => {}
                Some(Message::Close(Some(frame))) => {
                    self.hang_up();
                    assert_eq!(self.next().await, None, "nothing follows a close");
                    return (frame.code, frame.reason.to_string());
                }
                other => panic!("{other:?} is no close"),
            }
        }
    }
}
