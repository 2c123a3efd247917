//! The request's id and trace, the access log, and what is counted.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use process::trace;
use tracing::{Instrument, Level, Span, field};
use uuid::Uuid;

use super::body::Codes;
use crate::metrics::{ApiMetrics, InFlight, Reason};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is logged and counted where a caller hung up: no status is ever sent.
const HUNG_UP: u16 = 499;

/// Names a request in its response, in its errors and in the log.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestId(String);

impl RequestId {
    /// The caller's own, if it is 1 to 64 of `A–Z a–z 0–9 . _ -`; else a fresh one.
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
        Self(given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }

    /// A certain one, for a test.
    #[cfg(test)]
    pub(super) fn fixed(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// As it is written.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// Logs, traces and counts each request by its route, never by its path: that of an invitation is a secret.
pub(super) async fn observe(State(metrics): State<ApiMetrics>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let method = name_of(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let traced = span(method, route.as_ref().map(MatchedPath::as_str));
    let position = trace::join(&traced, request.headers());
    // Of level ERROR, so that the ids stand on every line, however little RUST_LOG asks for.
    let logged = tracing::error_span!("request", request.id = id.as_str(), trace.id = %position.trace_id());
    let spans = Spans { logged, traced };
    request.extensions_mut().insert(spans.clone());
    let mut answering = Answering::begin(metrics.clone(), method, route, spans.clone());
    let mut response = spans.around(next.run(request)).await;
    answering.status = Some(response.status());
    for code in response.extensions().get::<Codes>().into_iter().flat_map(|codes| &codes.0) {
        metrics.error(*code);
    }
    if let Some(reason) = response.extensions().get::<Reason>() {
        metrics.shed(*reason);
    }

    if let Some(traceparent) = position.traceparent() {
        response.headers_mut().insert(trace::TRACEPARENT, traceparent);
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The spans of a request: the log's, which has its ids, and the exported one. Each filters the other out, so that a task
/// of its own must carry both.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    logged: Span,
    traced: Span,
}

impl Spans {
    /// Runs a task of this request.
    pub(super) fn around<F: Future>(&self, task: F) -> impl Future<Output = F::Output> + use<F> {
        task.instrument(self.traced.clone()).instrument(self.logged.clone())
    }
}

/// A request that is being answered. Dropped, it is logged and counted: without a status where its caller hung up before.
struct Answering {
    began: Instant,
    _in_flight: InFlight,
    metrics: ApiMetrics,
    method: &'static str,
    route: Option<MatchedPath>,
    spans: Spans,
    status: Option<StatusCode>,
}

impl Answering {
    fn begin(metrics: ApiMetrics, method: &'static str, route: Option<MatchedPath>, spans: Spans) -> Self {
        let _in_flight = metrics.begin();
        Self { began: Instant::now(), _in_flight, metrics, method, route, spans, status: None }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let status = self.status.map_or(HUNG_UP, |status| status.as_u16());
        let route = self.route.as_ref().map(MatchedPath::as_str);
        self.spans.logged.in_scope(|| {
            tracing::info!(
                http.method = self.method,
                http.route = route.unwrap_or("none"),
                http.status = status,
                latency.ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
                "answered"
            );
        });
        self.spans.traced.record("http.response.status_code", status);
        if status >= 500 {
            self.spans.traced.record("otel.status_code", "ERROR").record("error.type", status.to_string());
        }
        self.metrics.answered(route, self.method, status);
    }
}

/// The span of a request, named as the conventions for HTTP servers have it.
fn span(method: &'static str, route: Option<&str>) -> Span {
    tracing::span!(
        target: trace::TARGET,
        Level::INFO,
        "HTTP",
        otel.name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}")),
        otel.kind = "server",
        otel.status_code = field::Empty,
        "error.type" = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
    )
}

/// A method that is known; any other word that a caller writes counts as one.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}
