//! The operations of one socket, polled in its own task: one that is not polled reads nothing more from the database.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use async_graphql::ServerError;
use futures_util::future::{FutureExt, pending, ready};
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, StreamExt, abortable};

use crate::http::body::Body;
use crate::http::problem::Problem;

/// What comes of an operation.
#[derive(Debug)]
pub(super) enum Event {
    Next(Body),
    /// The last there is of it.
    Failed(Vec<ServerError>),
    /// It has ended.
    Done,
}

/// All that comes of an operation, but that it has ended.
pub(super) type Events = BoxStream<'static, Event>;

/// The operations that run.
#[derive(Default)]
pub(super) struct Operations {
    events: SelectAll<BoxStream<'static, (String, Event)>>,
    handles: HashMap<String, AbortHandle>,
    begun: u64,
}

impl Operations {
    /// Runs an operation under an id that no other has.
    pub(super) fn start(&mut self, id: String, events: Events) {
        let caught = AssertUnwindSafe(events).catch_unwind().map(|event| event.unwrap_or_else(|_| panicked()));
        let whole = caught.chain(stream::once(ready(Event::Done)));
        let named = id.clone();
        let (events, handle) = abortable(whole.map(move |event| (named.clone(), event)));
        self.events.push(events.boxed());
        self.handles.insert(id, handle);
        self.begun += 1;
    }

    /// Ends an operation; nothing more comes of it.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    /// What comes next of any of them. Waits where there are none.
    pub(super) async fn next(&mut self) -> (String, Event) {
        match self.events.next().await {
            Some(event) => event,
            None => pending().await,
        }
    }

    /// What has come already of any of them.
    pub(super) fn next_ready(&mut self) -> Option<(String, Event)> {
        self.next().now_or_never()
    }

    /// Ends all of them.
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.handles.clear();
    }

    /// How many were begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }
}

/// A bug ends its operation and no other.
fn panicked() -> Event {
    tracing::error!("a subscription panicked");
    Event::Failed(vec![Problem::internal().error()])
}
