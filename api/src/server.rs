//! Connections: accepts them, bounds how long they may dawdle, and lets them finish.
//!
//! HTTP/1.1 only: what terminates TLS in front speaks it, and every wait of it can be bounded.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

/// How long a request's headers may take, and a connection may idle: longer than the 60 s that proxies commonly keep one,
/// so that it is they who close it and no request meets a closed connection.
const HEADER_PATIENCE: Duration = Duration::from_secs(65);

/// Accepts connections until `shutdown`, then no more; those that are open can be told to finish.
pub(crate) async fn accept(
    mut listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) -> GracefulShutdown {
    let connections = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, _peer) = tokio::select! {
            () = &mut shutdown => return connections,
            // Waits and goes on where the system has no more connections to give.
            accepted = Listener::accept(&mut listener) => accepted,
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
}
