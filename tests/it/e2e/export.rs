//! Exports over a real connection: how a client tells a whole file from a part.

use accord_tests::{PARTNER, TestApp};
use dev::issuer::claims_for;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Api, PATIENCE, environment, until};

/// The last chunk of a chunked body that ends well (RFC 9112, section 7.1).
const END: &str = "\r\n0\r\n\r\n";

/// More than the buffers between a process and its client hold.
const ROWS: usize = 60_000;

async fn start(app: &TestApp) -> Api {
    let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
    let (api, _) = Api::start(environment.with("ACCORD_SHUTDOWN_GRACE_SECONDS", 1));
    api.until_ready().await;
    api
}

/// Asks for the customers, and waits for the answer's first bytes.
async fn ask(app: &TestApp, api: &Api) -> TcpStream {
    let token = app.issuer.token(&claims_for(PARTNER).unwrap(), PATIENCE).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", api.port)).await.unwrap();
    let request = format!(
        "GET /exports/customers.csv HTTP/1.1\r\nHost: accord.example\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 15];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    stream
}

/// All that comes until the connection is closed or reset.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("rel_")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_file_ends_with_the_last_chunk_and_one_that_is_broken_off_without() {
    let app = TestApp::new().await;
    app.many_customers(ROWS).await;
    let api = start(&app).await;
    let whole = rest(ask(&app, &api).await).await;
    assert!(whole.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked\r\n"), "{}", &whole[..500]);
    assert!(whole.ends_with(END) && lines(&whole) == ROWS, "{}", lines(&whole));

    let stream = ask(&app, &api).await;
    app.sql("alter table relationships rename to gone").await;
    let part = rest(stream).await;
    assert!(!part.ends_with(END) && lines(&part) < ROWS, "{}", lines(&part));
    let said = "a page of an export could not be read";
    until("the log says why", async || api.process.log().contains(said)).await;
    assert!(api.process.log().contains("\"outcome\":\"failed\""), "{}", api.process.log());
    let metrics = api.monitor("/metrics").await.unwrap().body.to_string();
    assert!(metrics.contains("outcome=\\\"failed\\\"} 1") && metrics.contains("outcome=\\\"whole\\\"} 1"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_a_stop_cuts_off_does_not_look_whole() {
    let app = TestApp::new().await;
    app.many_customers(ROWS).await;
    let mut api = start(&app).await;
    let stream = ask(&app, &api).await;
    // Its client reads nothing, and would keep the process for ever.
    assert!(api.process.terminate().await.success(), "{}", api.process.log());
    let part = rest(stream).await;
    assert!(!part.ends_with(END) && lines(&part) < ROWS, "{}", lines(&part));
}
