//! Connections: accepts them, bounds how many there are and how long they may dawdle, and lets them finish.
//!
//! HTTP/1.1 only: what terminates TLS in front speaks it, and every wait of it can be bounded.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode, header};
use axum::response::IntoResponse;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::Peer;

/// How long a request's headers may take, and a connection may idle: longer than the 60 s that proxies commonly keep one,
/// so that it is they who close it and no request meets a closed connection.
const HEADER_PATIENCE: Duration = Duration::from_secs(65);

/// How long a client may take none of its answer.
const READER_PATIENCE: Duration = Duration::from_secs(30);

/// How long a connection beyond the bound may take to send a request.
const TURNED_AWAY: Duration = Duration::from_secs(5);

/// The connections that are open.
#[derive(Default)]
pub(crate) struct Connections {
    open: TaskTracker,
    closing: CancellationToken,
}

impl Connections {
    /// Lets what is in flight finish, and closes each connection behind it; those that wait for a request at once.
    pub(crate) async fn finish(&self) {
        self.closing.cancel();
        self.open.close();
        self.open.wait().await;
    }

    fn serve(&self, stream: TcpStream, peer: IpAddr, router: Router, place: OwnedSemaphorePermit) {
        let _ = stream.set_nodelay(true);
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            router.call(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(READER_PATIENCE));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service).with_upgrades();
        let closing = self.closing.clone();
        self.open.spawn(async move {
            let _place = place;
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = closing.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
}

/// Accepts connections until `stop`, then no more; those that are open can be told to finish.
///
/// At most `most` are served. As many more are told to come back later; what is beyond both is closed unanswered, so that
/// memory is bounded whatever comes. `turned_away` hears of each of these.
pub(crate) async fn accept(
    mut listener: TcpListener,
    router: Router,
    most: usize,
    turned_away: impl Fn() + Send,
    stop: impl Future<Output = ()> + Send,
) -> Connections {
    let connections = Connections::default();
    let (places, anteroom) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(most)));
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => return connections,
            // Waits and goes on where the system has no more connections to give.
            accepted = Listener::accept(&mut listener) => accepted,
        };
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            connections.serve(stream, peer.ip(), router.clone(), place);
            continue;
        }
        turned_away();
        if let Ok(place) = Arc::clone(&anteroom).try_acquire_owned() {
            turn_away(stream, place);
        }
    }
}

/// Answers one request of a connection for which there is no place.
fn turn_away(stream: TcpStream, place: OwnedSemaphorePermit) {
    let answer = async |_request| {
        let again = [(header::RETRY_AFTER, "1"), (header::CACHE_CONTROL, "no-store")];
        Ok::<_, std::convert::Infallible>((StatusCode::SERVICE_UNAVAILABLE, again).into_response())
    };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(TURNED_AWAY).keep_alive(false);
    let connection = http.serve_connection(TokioIo::new(stream), service_fn(answer));
    tokio::spawn(async move {
        let _place = place;
        let _ = tokio::time::timeout(TURNED_AWAY, connection).await;
    });
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};

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
        let server = tokio::spawn(accept(listener, Router::new().route("/", get(slow)), 1, || {}, shutdown));

        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        entered.notified().await;
        stop.send(()).unwrap();
        let connections = server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());

        opened.notify_one();
        connections.finish().await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_dawdles_over_its_headers_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(accept(listener, Router::new(), 1, || {}, pending()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
        let mut answer = String::new();
        let _ = client.read_to_string(&mut answer).await;
        assert_eq!(answer, "");
        server.abort();
    }
    #[tokio::test]
    async fn a_connection_beyond_the_bound_is_told_to_come_back_and_the_next_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let turned_away = Arc::new(AtomicUsize::new(0));
        let count = {
            let turned_away = Arc::clone(&turned_away);
            move || {
                turned_away.fetch_add(1, Ordering::Relaxed);
            }
        };
        tokio::spawn(accept(listener, Router::new().route("/", get(async || "done")), 1, count, pending()));

        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        let mut begun = [0; 12];
        first.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200");

        let mut second = TcpStream::connect(address).await.unwrap();
        let mut third = TcpStream::connect(address).await.unwrap();
        let mut nothing = String::new();
        let _ = third.read_to_string(&mut nothing).await;
        assert_eq!(nothing, "");
        second.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        second.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1"), "{answer}");
        assert_eq!(turned_away.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_request_knows_whose_it_is() {
        let peer = async |axum::Extension(peer): axum::Extension<Peer>| peer.0.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(accept(listener, Router::new().route("/", get(peer)), 1, || {}, pending()));
        client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("\r\n\r\n127.0.0.1"), "{answer}");
    }
}
