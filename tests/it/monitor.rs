//! Asking a monitoring port.

use axum::http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What it answered.
pub(crate) struct Asked {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

/// Asks. None: nobody listens there.
pub(crate) async fn get(port: u16, path: &str) -> Option<Asked> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    Some(Asked { status: head.split(' ').nth(1)?.parse().ok()?, text: text.to_owned() })
}
