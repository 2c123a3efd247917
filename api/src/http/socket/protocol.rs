//! graphql-transport-ws, as the npm package graphql-ws describes it in PROTOCOL.md: its messages, and what each leads to.
//! Nothing here waits or sends.
//!
//! ```text
//!            connection_init          verified
//! Opened ───────────────────▶ Asking ──────────▶ Ready ─ subscribe ─▶ an operation runs until complete or error
//!    │ nothing for 5 s: 4408    │ refused: 4403     │ connection_init: 4429
//!    └ subscribe: 4401          └ subscribe: 4401   └ subscribe with the id of one that runs: 4409
//! ```

use std::collections::HashSet;

use async_graphql::ServerError;
use serde::Serialize;
use serde_json::{Map, Value};

use super::close::Close;
use crate::http::body::Body;
use crate::http::json;

/// What `Sec-WebSocket-Protocol` calls it.
pub(super) const NAME: &str = "graphql-transport-ws";

/// Bytes of an operation's id, which stands in every message about it; a UUID has 36.
const MAX_ID: usize = 128;

/// Operations that run at once over one socket.
pub(super) const MAX_OPERATIONS: usize = 20;

/// A message of the client.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// `connection_init`, its payload empty where there is none.
    Init(Map<String, Value>),
    Ping(Option<Map<String, Value>>),
    Pong,
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete(String),
}

/// A message of the server.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Outgoing<'a> {
    ConnectionAck,
    Ping,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: Body,
    },
    Error {
        id: &'a str,
        payload: Vec<ServerError>,
    },
    Complete {
        id: &'a str,
    },
}

/// What a message of the client leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// To look at who is asking.
    Verify(Map<String, Value>),
    Pong(Option<Map<String, Value>>),
    Start {
        id: String,
        payload: Map<String, Value>,
    },
    /// To answer with an error: as many as may run do.
    Refuse(String),
    Stop(String),
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Opened,
    Asking,
    Ready,
}

/// Where a socket stands.
#[derive(Debug, Default)]
pub(super) struct Protocol {
    phase: Phase,
    /// The ids of the operations that run.
    running: HashSet<String>,
}

impl Incoming {
    /// Reads a message; refuses one that is not of the protocol, without quoting it.
    pub(super) fn read(text: &str) -> Result<Self, Close> {
        let Ok(Value::Object(mut message)) = json::read(text.as_bytes()) else {
            return Err(Close::malformed("a message must be a JSON object, each name once"));
        };
        let payload = message.remove("payload").filter(|payload| !payload.is_null());
        match message.get("type").and_then(Value::as_str) {
            Some("connection_init") => Ok(Self::Init(object(payload)?.unwrap_or_default())),
            Some("ping") => Ok(Self::Ping(object(payload)?)),
            Some("pong") => object(payload).map(|_| Self::Pong),
            Some("subscribe") => {
                let id = id(&mut message)?;
                let payload = object(payload)?.ok_or(Close::malformed("`payload` must be given, an object"))?;
                Ok(Self::Subscribe { id, payload })
            }
            Some("complete") => id(&mut message).map(Self::Complete),
            Some("connection_ack" | "next" | "error") => Err(Close::malformed("only the server sends this `type`")),
            Some(_) => Err(Close::malformed("`type` is none of graphql-transport-ws")),
            None => Err(Close::malformed("`type` must be given, a string")),
        }
    }
}

fn object(payload: Option<Value>) -> Result<Option<Map<String, Value>>, Close> {
    match payload {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Close::malformed("`payload` must be an object")),
    }
}

fn id(message: &mut Map<String, Value>) -> Result<String, Close> {
    match message.remove("id") {
        Some(Value::String(id)) if (1..=MAX_ID).contains(&id.len()) => Ok(id),
        _ => Err(Close::malformed("`id` must be given, a string of 1 to 128 bytes")),
    }
}

impl Protocol {
    /// Takes a message of the client.
    pub(super) fn hear(&mut self, message: Incoming) -> Result<Step, Close> {
        match (message, self.phase) {
            (Incoming::Init(payload), Phase::Opened) => {
                self.phase = Phase::Asking;
                Ok(Step::Verify(payload))
            }
            (Incoming::Init(_), _) => Err(Close::SECOND_INIT),
            (Incoming::Ping(payload), _) => Ok(Step::Pong(payload)),
            (Incoming::Pong, _) => Ok(Step::Nothing),
            (Incoming::Subscribe { id, payload }, Phase::Ready) => self.start(id, payload),
            (Incoming::Subscribe { .. }, _) => Err(Close::UNAUTHORIZED),
            // Of one that has ended already it says nothing new.
            (Incoming::Complete(id), _) => Ok(if self.running.remove(&id) { Step::Stop(id) } else { Step::Nothing }),
        }
    }

    fn start(&mut self, id: String, payload: Map<String, Value>) -> Result<Step, Close> {
        if self.running.contains(&id) {
            return Err(Close::DUPLICATE);
        }
        if self.running.len() == MAX_OPERATIONS {
            return Ok(Step::Refuse(id));
        }
        self.running.insert(id.clone());
        Ok(Step::Start { id, payload })
    }

    /// Whoever asks is known; the socket is about to say so.
    pub(super) fn acknowledge(&mut self) {
        self.phase = Phase::Ready;
    }

    /// Whether operations may run.
    pub(super) fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// An operation has ended: its id may be used anew.
    pub(super) fn ended(&mut self, id: &str) {
        self.running.remove(id);
    }
}
