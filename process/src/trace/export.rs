//! Export by OTLP over HTTP.
//!
//! ```text
//! span ends ──► bounded queue ──► one thread ──► collector
//!                   └─ (full) ─► dropped, and said once in the log
//! ```
//! No request waits for the collector, and no shutdown longer than for [`PATIENCE`].

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterFn, Filtered, LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::{TARGET, Traces};
use crate::Program;

/// How long the collector may take for one batch, and for the last ones when the process ends.
const PATIENCE: Duration = Duration::from_secs(3);

/// Spans that wait to be exported; what comes beyond is dropped. About a second of a busy API.
const QUEUE: usize = 16_384;

/// Spans of one post.
const BATCH: usize = 512;

/// How long a span waits at most before its batch is posted.
const DELAY: Duration = Duration::from_secs(1);

/// What the collector answers is read up to here.
const MAX_ANSWER: usize = 64 * 1024;

/// Hands spans under [`TARGET`] to the exporter.
pub(crate) type Layer<S> = Filtered<OpenTelemetryLayer<S, SdkTracer>, FilterFn, S>;

/// The export of traces, if there is one. To be ended when the process ends.
#[derive(Debug)]
#[must_use]
pub struct Export(Option<SdkTracerProvider>);

impl Export {
    /// Refuses settings that cannot work, naming the variable.
    pub(crate) fn start(program: Program, settings: &Traces) -> anyhow::Result<Self> {
        settings.check()?;
        let Some(endpoint) = settings.endpoint()? else { return Ok(Self(None)) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new(&endpoint)?)
            .with_endpoint(endpoint.as_str())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .build()
            .context("ACCORD_OTLP_ENDPOINT")?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY)
            .build();
        let service = [KeyValue::new("service.name", program.name), KeyValue::new("service.version", program.version)];
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.trace_ratio))))
            .with_resource(Resource::builder_empty().with_attributes(service).build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// The layer that hands spans over. None: nothing is exported.
    pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<Layer<S>> {
        let tracer = self.0.as_ref()?.tracer("accord");
        let layer = OpenTelemetryLayer::new(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false);
        let is_traced: FilterFn = filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET);
        Some(layer.with_filter(is_traced.with_max_level_hint(LevelFilter::INFO)))
    }

    /// Exports what waits, as far as the collector takes it in time; no more is exported from then on.
    pub async fn end(self) {
        let Some(provider) = self.0 else { return };
        let (done, ended) = oneshot::channel();
        // A thread that nobody waits for: shutting down blocks, and a runtime waits for its own threads.
        std::thread::spawn(move || done.send(provider.shutdown_with_timeout(PATIENCE)));
        match timeout(PATIENCE, ended).await {
            Ok(Ok(Ok(()))) => {}
            _ => tracing::warn!("the last spans were not exported in {PATIENCE:?}"),
        }
    }
}

/// Posts batches. The exporter's thread has no runtime, so the process' own does the talking.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

impl Client {
    fn new(endpoint: &reqwest::Url) -> anyhow::Result<Self> {
        // Whoever installed one before has the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        if endpoint.scheme() == "http" {
            // Near by: behind no proxy, and without certificates.
            http = http.no_proxy().tls_certs_only([]);
        }
        let http = http.build().context("ACCORD_OTLP_ENDPOINT: cannot prepare TLS")?;
        Ok(Self { http, runtime: Handle::try_current()? })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let asked = reqwest::Request::try_from(request)?;
        let answer = self.runtime.spawn(post(self.http.clone(), asked));
        answer.await?.map_err(|error| format!("{:#}", anyhow::Error::new(error.without_url())).into())
    }
}

async fn post(http: reqwest::Client, asked: reqwest::Request) -> reqwest::Result<Response<Bytes>> {
    let mut answer = http.execute(asked).await?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            break;
        }
    }
    let mut response = Response::new(body.into());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    Ok(response)
}
