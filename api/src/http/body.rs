//! A response as it is written, by POST and over a socket: its errors bounded and complete, its bytes bounded.
//!
//! Every error has `extensions.code`, one of [`Code`], and `extensions.requestId`.

use std::collections::BTreeMap;
use std::io;

use async_graphql::{Response as Executed, ServerError, Value};
use serde::Serialize;

use super::access::RequestId;
use crate::code::{Code, MAX_ERRORS};
use crate::document::{Cost, Plan};

/// Characters of an error's message.
const MAX_MESSAGE: usize = 500;

/// Bytes of an answer; one row of each kind has a few hundred.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// All that a caller learns of a fault.
const INTERNAL_MESSAGE: &str = "internal error";

/// The codes of a response's errors, for who counts them.
#[derive(Clone, Debug)]
pub(super) struct Codes(pub(super) Vec<Code>);

/// A response as it is written, by POST and over a socket.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    /// Left out where nothing was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl Body {
    /// What the schema answered, put into the shape that the document asked for.
    pub(super) fn executed(response: Executed, plan: &Plan, id: &RequestId) -> Self {
        // Errors of a resolver have a path; those of a document that never came to one have none.
        let ran = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
        let data = plan.shape(response.data, response.errors.iter().map(|error| error.path.as_slice()));
        Self { extensions: response.extensions, ..Self::new(ran.then_some(data), response.errors, id) }
    }

    /// Bounds the errors and completes each.
    pub(super) fn new(data: Option<Value>, mut errors: Vec<ServerError>, id: &RequestId) -> Self {
        errors.truncate(MAX_ERRORS);
        errors.iter_mut().for_each(|error| complete(error, id));
        Self { data, errors, extensions: BTreeMap::new() }
    }

    /// The codes of its errors, to be counted.
    pub(super) fn codes(&self) -> Codes {
        Codes(self.errors.iter().map(Code::of).collect())
    }

    /// As JSON. None: it would be longer than an answer may be.
    pub(super) fn written(&self) -> serde_json::Result<Option<Vec<u8>>> {
        let mut written = Bounded(Vec::new());
        match serde_json::to_writer(&mut written, self) {
            Ok(()) => Ok(Some(written.0)),
            Err(error) if error.is_io() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An answer that is being written, and takes no more than one may have.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_ANSWER {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says the cost in a response's extensions.
pub(super) fn with_cost(response: Executed, cost: Option<Cost>) -> Executed {
    match cost {
        Some(cost) => response.extension("cost", cost.shown()),
        None => response,
    }
}

fn complete(error: &mut ServerError, id: &RequestId) {
    // A message may quote what the caller wrote, however long that is.
    if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
        error.message.truncate(end);
        error.message.push('…');
    }
    let code = Code::of(error);
    if code == Code::Internal {
        INTERNAL_MESSAGE.clone_into(&mut error.message);
    }
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", code.as_str());
    extensions.set("requestId", id.as_str());
}
