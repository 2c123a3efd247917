//! One socket, from its handshake to its end, in one task: what is heard, what comes of its operations, and time.
//!
//! One message is written at a time, and while it is, nothing is read and no operation polled: a client that reads slowly
//! slows its own operations down and fills no queue; one that does not read is dropped.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::ServerError;
use axum::extract::ws::Message;
use axum::http::StatusCode;
use futures_util::future::{BoxFuture, FutureExt, OptionFuture};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::close::Close;
use super::end::{End, close};
use super::host::Host;
use super::operations::{Event, Operations};
use super::protocol::{Incoming, MAX_OPERATIONS, Outgoing, Protocol, Step};
use super::registry::Sockets;
use crate::auth::{Denied, Rejection, Verified};
use crate::http::access::RequestId;
use crate::http::body::Body;
use crate::http::call;
use crate::http::crowd::Seat;
use crate::http::problem::Problem;

/// How long a message may take to be written.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a message of the server. An event is far smaller, unless its document asks for lists of lists.
pub(super) const MAX_OUTGOING: usize = 256 * 1024;

/// Messages that are still written when the process is told to stop.
const LAST_WORDS: usize = 100;

/// What carries messages.
pub(super) trait Transport:
    Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send
{
}

impl<T> Transport for T where
    T: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send
{
}

/// One socket.
pub(super) struct Session<H> {
    host: H,
    id: RequestId,
    sockets: Arc<Sockets>,
    stopping: CancellationToken,
    protocol: Protocol,
    operations: Operations,
    verifying: OptionFuture<BoxFuture<'static, Result<Verified, Denied>>>,
    /// Who is asking, once it is known, and their seat.
    user: Option<(Verified, Seat)>,
    /// When the socket ends unless something else happens, and why.
    deadline: Pin<Box<Sleep>>,
    overdue: Option<Close>,
    pings: Interval,
    heard: Instant,
}

/// What happens next.
enum Turn {
    Heard(Option<Result<Message, axum::Error>>),
    Verified(Result<Verified, Denied>),
    Came(String, Event),
    Overdue(Close),
    Ping,
    Stopping,
}

impl<H: Host> Session<H> {
    /// One that nothing was heard of yet; `id` is that of the request that opened it.
    pub(super) fn new(host: H, id: RequestId, sockets: Arc<Sockets>, stopping: CancellationToken) -> Self {
        let period = sockets.settings.ping();
        let mut pings = interval_at(Instant::now() + period, period);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            host,
            id,
            stopping,
            protocol: Protocol::default(),
            operations: Operations::default(),
            verifying: None.into(),
            user: None,
            deadline: Box::pin(sleep(sockets.settings.init())),
            overdue: Some(Close::INIT_TIMEOUT),
            pings,
            heard: Instant::now(),
            sockets,
        }
    }

    /// Serves the socket to its end.
    pub(super) async fn run(mut self, mut transport: impl Transport) {
        let opened = Instant::now();
        let end = AssertUnwindSafe(self.serve(&mut transport)).catch_unwind().await.unwrap_or_else(|_panic| {
            tracing::error!("a socket panicked");
            End::Closing(Close::INTERNAL)
        });
        let begun = self.operations.begun();
        // Nothing runs on for a client that is only waited for.
        self.operations.clear();
        let code = end.code();
        close(&mut transport, end).await;
        tracing::info!(
            socket.close_code = code,
            socket.operations = begun,
            duration.ms = u64::try_from(opened.elapsed().as_millis()).unwrap_or(u64::MAX),
            "a socket ended"
        );
    }

    async fn serve(&mut self, transport: &mut impl Transport) -> End {
        loop {
            let turn = self.turn(transport).await;
            let stopping = matches!(turn, Turn::Stopping);
            let done = match self.take(turn) {
                Ok(Some(message)) => send(transport, message).await,
                Ok(None) if stopping => return self.last_words(transport).await,
                Ok(None) => Ok(()),
                Err(end) => Err(end),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Waits for what happens next.
    async fn turn(&mut self, transport: &mut impl Transport) -> Turn {
        let overdue = self.overdue.clone();
        // In this order: what ends the socket is not put off, and who talks without end delays their own operations alone.
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => Turn::Stopping,
            Some(close) = async { (&mut self.deadline).await; overdue }, if self.overdue.is_some() => Turn::Overdue(close),
            message = transport.next() => Turn::Heard(message),
            Some(verified) = &mut self.verifying => Turn::Verified(verified),
            _ = self.pings.tick(), if self.protocol.is_ready() => Turn::Ping,
            (id, event) = self.operations.next() => Turn::Came(id, event),
        }
    }

    /// Does what a turn asks for; gives what is to be sent, if anything.
    fn take(&mut self, turn: Turn) -> Result<Option<String>, End> {
        match turn {
            Turn::Heard(message) => self.hear(message),
            Turn::Verified(verified) => self.acknowledge(verified).map_err(End::Closing),
            Turn::Came(id, event) => Ok(Some(self.report(&id, event))),
            Turn::Overdue(close) => Err(End::Closing(close)),
            Turn::Ping if self.heard.elapsed() >= 2 * self.pings.period() => Err(End::Closing(Close::SILENT)),
            Turn::Ping => Ok(Some(written(&Outgoing::Ping))),
            Turn::Stopping => Ok(None),
        }
    }

    fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<Option<String>, End> {
        let message = message.ok_or(End::Lost)?.map_err(End::unreadable)?;
        self.heard = Instant::now();
        match message {
            Message::Text(text) => {
                let step = Incoming::read(&text).and_then(|message| self.protocol.hear(message));
                step.and_then(|step| self.step(step)).map_err(End::Closing)
            }
            Message::Binary(_) => Err(End::Closing(Close::malformed("a message must be text"))),
            // The library answers pings of the transport by itself.
            Message::Ping(_) | Message::Pong(_) => Ok(None),
            Message::Close(frame) => Err(End::Closed(frame.map(|frame| frame.code))),
        }
    }

    fn step(&mut self, step: Step) -> Result<Option<String>, Close> {
        match step {
            Step::Nothing => Ok(None),
            Step::Pong(payload) => Ok(Some(written(&Outgoing::Pong { payload }))),
            Step::Verify(payload) => {
                self.overdue = None;
                self.verifying = Some(self.host.verify(credentials(payload)?)).into();
                Ok(None)
            }
            Step::Start { id, payload } => {
                let asked = call::asked(payload).map_err(|problem| Close::malformed(problem.into_message()))?;
                // Invariant: operations start only once it is known who is asking.
                let (who, _seat) = self.user.as_ref().ok_or(Close::UNAUTHORIZED)?;
                self.operations.start(id, self.host.run(who.clone(), asked));
                Ok(None)
            }
            Step::Refuse(id) => {
                let message = format!("at most {MAX_OPERATIONS} operations run at once over one socket; complete one");
                let problem = Problem::too_many(StatusCode::TOO_MANY_REQUESTS, message);
                Ok(Some(self.error(&id, vec![problem.error()])))
            }
            Step::Stop(id) => {
                self.operations.stop(&id);
                Ok(None)
            }
        }
    }

    /// Takes in who is asking, if their token is believed and they have no more sockets than they may.
    fn acknowledge(&mut self, verified: Result<Verified, Denied>) -> Result<Option<String>, Close> {
        self.verifying = None.into();
        let verified = verified.map_err(refusal)?;
        let seat = self.sockets.seat(&verified.identity).ok_or(Close::TOO_MANY)?;
        self.deadline = Box::pin(sleep(verified.remaining()));
        self.overdue = Some(Close::EXPIRED);
        self.user = Some((verified, seat));
        self.pings.reset();
        self.protocol.acknowledge();
        Ok(Some(written(&Outgoing::ConnectionAck)))
    }

    /// What the client is told of an operation.
    fn report(&mut self, id: &str, event: Event) -> String {
        let (text, ended) = match event {
            Event::Next(payload) => {
                let text = written(&Outgoing::Next { id, payload });
                if text.len() <= MAX_OUTGOING {
                    (text, false)
                } else {
                    let remedy = format!("an event exceeds {} KiB; select less", MAX_OUTGOING / 1024);
                    (self.error(id, vec![ServerError::new(remedy, None)]), true)
                }
            }
            Event::Failed(errors) => (self.error(id, errors), true),
            Event::Done => (written(&Outgoing::Complete { id }), true),
        };
        if ended {
            self.operations.stop(id);
            self.protocol.ended(id);
        }
        text
    }

    fn error(&self, id: &str, errors: Vec<ServerError>) -> String {
        let payload = Body::new(None, errors, &self.id).errors;
        written(&Outgoing::Error { id, payload })
    }

    /// Sends what has come already, and ends. No operation that could go on is completed: its client would take it for the
    /// end of what it follows, where it is to connect again, elsewhere, and go on.
    async fn last_words(&mut self, transport: &mut impl Transport) -> End {
        for _ in 0..LAST_WORDS {
            let Some((id, event)) = self.operations.next_ready() else { break };
            let message = self.report(&id, event);
            if let Err(end) = send(transport, message).await {
                return end;
            }
        }
        End::Closing(Close::GOING_AWAY)
    }
}

/// What `connection_init` gives as `authorization`, in any case, as headers have it.
fn credentials(payload: Map<String, Value>) -> Result<String, Close> {
    let mut given = payload.into_iter().filter(|(key, _)| key.eq_ignore_ascii_case("authorization"));
    match (given.next(), given.next()) {
        (None, _) => Err(Close::NO_TOKEN),
        (Some((_, Value::String(credentials))), None) => Ok(credentials),
        _ => Err(Close::NO_TOKEN),
    }
}

fn refusal(denied: Denied) -> Close {
    match denied {
        Denied::Rejected(Rejection::Scheme) => Close::NO_TOKEN,
        Denied::Rejected(rejection) => Close::forbidden(rejection.to_string()),
        Denied::Unavailable(fault) => {
            tracing::warn!(error = format!("{fault:#}"), "nobody can sign in");
            Close::NO_SIGN_IN
        }
        Denied::Fault(fault) => {
            tracing::error!(error = format!("{fault:#}"), "nobody can sign in");
            Close::INTERNAL
        }
    }
}

/// A message as JSON. It holds nothing that JSON lacks: one that did would be empty, and is logged.
fn written(message: &Outgoing<'_>) -> String {
    serde_json::to_string(message).unwrap_or_else(|error| {
        tracing::error!(%error, "a message cannot be written");
        String::new()
    })
}

async fn send(transport: &mut impl Transport, message: String) -> Result<(), End> {
    match timeout(WRITE_PATIENCE, transport.send(Message::Text(message.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Lost),
    }
}
