//! Watches operations: each has a span of its own, and is counted.

use std::time::Instant;

use async_graphql::{Response, ServerError};
use process::trace;
use tracing::{Instrument, Level, Span, field};

use crate::code::Code;
use crate::document::{Operation, kind_name};
use crate::metrics::ApiMetrics;

/// An operation that runs; dropped before it has ended, it ended by a bug.
#[derive(Debug)]
pub(crate) struct Watch {
    metrics: ApiMetrics,
    label: String,
    span: Span,
    began: Instant,
    timed: bool,
    /// The first error's code, once there is an answer; none: it has no errors.
    outcome: Option<Code>,
}

impl Watch {
    /// Begins now. The span holds the operation's type and name, never its document or variables.
    pub(crate) fn begin(metrics: &ApiMetrics, operation: &Operation) -> Self {
        let kind = kind_name(operation.kind);
        let span = tracing::span!(
            target: trace::TARGET,
            Level::INFO,
            "GraphQL Operation",
            otel.name = kind,
            otel.kind = "server",
            otel.status_code = field::Empty,
            "error.type" = field::Empty,
            graphql.operation.type = kind,
            graphql.operation.name = operation.name.as_deref(),
        );
        let (label, began) = (operation.label.clone().into_owned(), Instant::now());
        Self { metrics: metrics.clone(), label, span, began, timed: true, outcome: Some(Code::Internal) }
    }

    /// Of a subscription, which goes well where nobody waits for what it tells first, and takes as long as nothing happens.
    pub(crate) fn of_subscription(mut self) -> Self {
        self.outcome = None;
        self.timed = false;
        self
    }

    /// Until it has ended.
    pub(crate) async fn over(self, execution: impl Future<Output = Response>) -> Response {
        let response = execution.instrument(self.span.clone()).await;
        self.end(&response.errors);
        response
    }

    /// It ended with these errors.
    pub(crate) fn end(mut self, errors: &[ServerError]) {
        self.outcome = errors.first().map(Code::of);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(code) = self.outcome {
            self.span.record("error.type", code.as_str());
            if code.is_fault() {
                self.span.record("otel.status_code", "ERROR");
            }
        }
        self.metrics.ran(&self.label, self.outcome, self.timed.then(|| self.began.elapsed()));
    }
}
