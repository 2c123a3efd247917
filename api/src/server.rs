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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::{Notify, oneshot};

    use super::*;

    #[tokio::test]
    async fn what_is_in_flight_finishes_and_nothing_new_is_taken() {
        let (entered, opened) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (enter, open) = (Arc::clone(&entered), Arc::clone(&opened));
        let slow = async move || {
            enter.notify_one();
            open.notified().await;
            "done"
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap() };
        let server = tokio::spawn(accept(listener, Router::new().route("/", get(slow)), shutdown));

        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        entered.notified().await;
        stop.send(()).unwrap();
        let connections = server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());

        opened.notify_one();
        connections.shutdown().await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_dawdles_over_its_headers_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(accept(listener, Router::new(), std::future::pending()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
        let mut answer = String::new();
        let _ = client.read_to_string(&mut answer).await;
        assert_eq!(answer, "");
        server.abort();
    }
}
