//! An OpenTelemetry collector in the test: keeps what processes export to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

/// A span as it was exported.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Which process it is of, and of which release.
    pub service: (String, String),
    /// Its name.
    pub name: String,
    /// In hexadecimal digits.
    pub trace: String,
    /// In hexadecimal digits.
    pub id: String,
    /// Empty: it has none.
    pub parent: String,
    /// As the protocol numbers them: 2 server, 3 client, 5 consumer.
    pub kind: i32,
    /// As the protocol numbers them: 0 unset, 2 error.
    pub status: i32,
    /// What it says.
    pub attributes: BTreeMap<String, String>,
    /// How many events it has.
    pub events: usize,
}

/// Takes spans by OTLP over HTTP. Clones share it.
#[derive(Clone, Default)]
pub struct Collector {
    posts: Arc<Mutex<Vec<Bytes>>>,
}

impl Collector {
    /// One at a free port, and its address.
    pub async fn start() -> (Self, String) {
        let collector = Self::default();
        let routes = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, routes).await.expect("a server") });
        (collector, format!("http://{address}"))
    }

    /// All that came, byte by byte.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).concat()
    }

    /// The spans that came.
    #[must_use]
    pub fn spans(&self) -> Vec<Exported> {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        posts.iter().flat_map(|post| read(post)).collect()
    }
}

async fn take(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> Bytes {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    collector.posts.lock().unwrap_or_else(PoisonError::into_inner).push(body);
    Bytes::new()
}

fn read(post: &[u8]) -> Vec<Exported> {
    let request = ExportTraceServiceRequest::decode(post).expect("a request to export");
    let mut spans = Vec::new();
    for of_process in request.resource_spans {
        let process = attributes(of_process.resource.map(|resource| resource.attributes).unwrap_or_default());
        let service = (process["service.name"].clone(), process["service.version"].clone());
        let all = of_process.scope_spans.into_iter().flat_map(|scope| scope.spans);
        spans.extend(all.map(|span| exported(service.clone(), span)));
    }
    spans
}

fn exported(service: (String, String), span: Span) -> Exported {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Exported {
        service,
        name: span.name,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        kind: span.kind,
        status: span.status.map_or(0, |status| status.code),
        attributes: attributes(span.attributes),
        events: span.events.len(),
    }
}

fn attributes(of: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value| match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    of.into_iter().map(|pair| (pair.key, text(pair.value.and_then(|value| value.value)))).collect()
}
