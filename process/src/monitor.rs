//! What operators and balancers ask, on a port of its own: `/metrics`, `/health/live`, `/health/ready`.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::Listener;
use axum::{Json, Router};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::Metrics;

/// How long a request's headers may take, and a connection may idle: longer than scrapers commonly pause.
const HEADER_PATIENCE: Duration = Duration::from_secs(65);

/// Connections at once; who comes later waits for one to end.
const MOST_CONNECTIONS: usize = 32;

const OPENMETRICS: HeaderValue = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Where a process is monitored: at an address of its own, or wherever the one other word of its setting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(Option<SocketAddr>);

impl Place {
    /// Reads an address, or `api`.
    pub fn or_api(text: &str) -> anyhow::Result<Self> {
        Self::read(text, "api")
    }

    /// Reads an address, or `off`.
    pub fn or_off(text: &str) -> anyhow::Result<Self> {
        Self::read(text, "off")
    }

    fn read(text: &str, word: &str) -> anyhow::Result<Self> {
        if text == word {
            return Ok(Self(None));
        }
        let address = text.parse().with_context(|| format!("want an address such as 127.0.0.1:9464, or {word}"))?;
        Ok(Self(Some(address)))
    }

    /// Listens where it says. None: it has no address. An error names the variable.
    pub async fn listen(self, variable: &str) -> anyhow::Result<Option<TcpListener>> {
        let Some(address) = self.0 else { return Ok(None) };
        let listener = TcpListener::bind(address).await;
        Ok(Some(listener.with_context(|| format!("{variable}: cannot listen on {address}"))?))
    }
}

/// Says why a process cannot do its work now; None: it can.
#[derive(Clone)]
pub struct Readiness(Arc<dyn Fn() -> BoxFuture<'static, Option<String>> + Send + Sync>);

impl Readiness {
    /// `why_not` is asked each time, and bounds itself. What it says is shown to whoever asks.
    pub fn new<F>(why_not: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<String>> + Send + 'static,
    {
        Self(Arc::new(move || why_not().boxed()))
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness").finish_non_exhaustive()
    }
}

/// The routes of the monitoring port.
pub fn routes(metrics: Metrics, readiness: Readiness) -> Router {
    Router::new()
        .route("/metrics", get(exposition))
        .with_state(metrics)
        .route("/health/live", get(async || health(None, "live")))
        .route("/health/ready", get(async |State(readiness): State<Readiness>| health((readiness.0)().await, "ready")))
        .with_state(readiness)
}

async fn exposition(State(metrics): State<Metrics>) -> Response {
    match metrics.exposition().await {
        Ok(text) => ([(header::CONTENT_TYPE, OPENMETRICS), no_store()], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn health(why_not: Option<String>, is: &str) -> Response {
    let (status, body) = match why_not {
        None => (StatusCode::OK, json!({ is: true })),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, json!({ is: false, "reason": reason })),
    };
    (status, [no_store()], Json(body)).into_response()
}

fn no_store() -> (HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// The monitoring port; dropped, it is closed.
#[derive(Debug)]
#[must_use]
pub struct Monitor(JoinHandle<()>);

impl Monitor {
    /// Answers from now on.
    pub fn start(listener: TcpListener, routes: Router) -> Self {
        Self(tokio::spawn(accept(listener, routes)))
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn accept(mut listener: TcpListener, routes: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        // Waits and goes on where the system has no more connections to give.
        let (stream, _peer) = Listener::accept(&mut listener).await;
        while connections.try_join_next().is_some() {}
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        connections.spawn(async move {
            let _slot = slot;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection of the monitoring port broke");
            }
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::Program;
    use crate::log::Output;

    const PROGRAM: Program = Program { name: "test", version: "1", usual_log: "off", log_to: Output::Stderr };

    async fn monitor() -> (Monitor, SocketAddr) {
        let place = Place::or_off("127.0.0.1:0").unwrap();
        let listener = place.listen("VARIABLE").await.unwrap().unwrap();
        let address = listener.local_addr().unwrap();
        let readiness = Readiness::new(async || Some("too early".to_owned()));
        (Monitor::start(listener, routes(Metrics::new(PROGRAM), readiness)), address)
    }

    async fn ask(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn a_monitor_answers_until_it_is_dropped() {
        let (monitor, address) = monitor().await;
        let metrics = ask(address, "GET /metrics HTTP/1.0\r\n\r\n").await;
        assert!(metrics.starts_with("HTTP/1.0 200") && metrics.ends_with("# EOF\n"), "{metrics}");
        assert!(ask(address, "GET /health/live HTTP/1.0\r\n\r\n").await.ends_with(r#"{"live":true}"#));
        let unready = ask(address, "GET /health/ready HTTP/1.0\r\n\r\n").await;
        assert!(unready.starts_with("HTTP/1.0 503") && unready.contains("too early"), "{unready}");
        assert!(ask(address, "GET / HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 404"));

        drop(monitor);
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clients_that_dawdle_are_cut_off_and_others_get_their_turn() {
        let (_monitor, address) = monitor().await;
        let mut dawdling = Vec::new();
        for _ in 0..MOST_CONNECTIONS {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
            dawdling.push(stream);
        }
        let answer = ask(address, "GET /health/live HTTP/1.0\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    }

    #[tokio::test]
    async fn a_place_is_an_address_or_its_one_word_and_an_error_names_the_variable() {
        assert_eq!(Place::or_api("api").unwrap(), Place(None));
        assert_eq!(Place::or_off("off").unwrap(), Place(None));
        for wrong in [Place::or_api("off"), Place::or_off("api"), Place::or_off("9464")] {
            assert!(wrong.unwrap_err().to_string().starts_with("want an address"));
        }
        let (_monitor, taken) = monitor().await;
        let error = Place(Some(taken)).listen("VARIABLE").await.unwrap_err().to_string();
        assert_eq!(error, format!("VARIABLE: cannot listen on {taken}"));
    }
}
