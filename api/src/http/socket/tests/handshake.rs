//! Who opens a socket, over a real connection: the handshake, and how many there may be.

use serde_json::json;
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use super::loopback::{Answer, Server, TEXT, frame};
use crate::http::socket::READ_BUFFER;
use crate::http::socket::close::Close;

/// Well formed, of a key that no issuer has.
const TOKEN: &str = "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.c2ln";

/// A refusal that says when to come back.
fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 503);
    let seconds = answer.header("retry-after");
    assert!(seconds.parse::<u64>().is_ok_and(|seconds| seconds > 0), "{seconds}");
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], code);
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_socket() {
    let settings = ["--public-url=https://accord.example", "--cors-origins=https://portal.example"];
    for origin in ["https://evil.example", "https://accord.example.evil.example", "http://accord.example", "null"] {
        let answer = Server::start(&settings).await.upgrade(&[("origin", origin)]).await;
        assert_eq!(answer.status, 403, "{origin}");
        assert!(answer.header("content-type").starts_with("application/json"));
        let error = &answer.json()["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_REQUEST", "{error}");
        assert_eq!(error["extensions"]["requestId"], answer.header("x-request-id"), "{error}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("origin")), "{error}");
    }
}

#[tokio::test]
async fn a_page_of_accord_of_the_host_or_of_the_setting_opens_one_and_so_does_who_is_no_page() {
    let settings = ["--public-url=https://accord.example", "--cors-origins=https://a.example,https://b.example"];
    let server = Server::start(&settings).await;
    let host = format!("http://{}", server.address);
    // An empty one is not sent.
    for origin in ["", "https://accord.example", &host, "https://a.example", "https://b.example"] {
        let answer = server.upgrade(&[("origin", origin)]).await;
        assert_eq!(answer.status, 101, "{origin}");
    }
}

#[tokio::test]
async fn a_socket_beyond_the_bound_is_told_to_come_back() {
    let server = Server::start(&["--sockets=2"]).await;
    let (_first, _second) = (server.open().await, server.open().await);
    assert_refused(&server.upgrade(&[]).await, "RATE_LIMITED");
}

#[tokio::test]
async fn who_closes_a_socket_leaves_its_place_to_another() {
    let server = Server::start(&["--sockets=1"]).await;
    let mut first = server.open().await;
    assert_refused(&server.upgrade(&[]).await, "RATE_LIMITED");
    first.socket.close(None).await.unwrap();
    server.place_is_free().await;
    let mut second = server.open().await;
    // One that the server closes is as good.
    second.send(Message::binary("")).await;
    assert_eq!(second.closed().await.0, 4400);
    server.place_is_free().await;
    server.open().await;
}

#[tokio::test]
async fn a_client_that_is_gone_without_a_word_leaves_its_place_to_another() {
    let server = Server::start(&["--sockets=1"]).await;
    let client = server.open().await;
    assert!(server.edge.sockets.place().is_none());
    drop(client);
    server.place_is_free().await;
    // So does one that is gone in the midst of a frame, or before it is answered.
    let mut client = server.open().await;
    client.write(&[0x81, 0xff]).await;
    assert!(server.edge.sockets.place().is_none());
    drop(client);
    server.place_is_free().await;
    drop(server.send(&server.handshake(&[])).await);
    server.place_is_free().await;
    server.open().await;
}

#[tokio::test]
async fn a_process_that_stops_opens_no_socket_and_closes_those_that_are_open() {
    let server = Server::start(&[]).await;
    let mut open = server.open().await;
    server.edge.stopping.cancel();
    assert_refused(&server.upgrade(&[]).await, "TIMEOUT");
    assert_eq!(open.closed().await, (1001, Close::GOING_AWAY.reason.into_owned()));
}

#[tokio::test]
async fn the_protocol_is_answered_when_it_is_asked_for_among_others() {
    for asked in ["graphql-transport-ws", "graphql-ws, graphql-transport-ws", "graphql-transport-ws,soap"] {
        let server = Server::start(&[]).await;
        let answer = server.upgrade(&[("sec-websocket-protocol", asked)]).await;
        assert_eq!(answer.header("sec-websocket-protocol"), "graphql-transport-ws", "{asked}");
        let mut client = answer.opened().await;
        client.say(&json!({ "type": "ping" })).await;
        assert_eq!(client.hear().await, json!({ "type": "pong" }), "{asked}");
    }
}

#[tokio::test]
async fn a_socket_of_another_protocol_or_of_none_is_closed() {
    for asked in ["", "graphql-ws", "soap, graphql-ws", "graphql-transport-ws2"] {
        let server = Server::start(&["--sockets=1"]).await;
        let answer = server.upgrade(&[("sec-websocket-protocol", asked)]).await;
        assert_eq!(answer.header("sec-websocket-protocol"), "", "{asked}");
        let closed = answer.opened().await.closed().await;
        assert_eq!(closed, (4406, Close::SUBPROTOCOL.reason.into_owned()), "{asked}");
        server.place_is_free().await;
    }
}

#[tokio::test]
async fn a_client_that_talks_on_still_learns_why_its_socket_is_closed() {
    let server = Server::start(&[]).await;
    let mut client = server.upgrade(&[("sec-websocket-protocol", "soap")]).await.opened().await;
    // More than is read at once: a connection that is closed upon it is reset.
    client.write(&frame(TEXT, &[b' '; READ_BUFFER]).repeat(20)).await;
    assert_eq!(client.close_frame().await.0, 4406);
    assert!(client.next().await.is_none());
}

#[tokio::test]
async fn who_does_not_upgrade_gets_the_page_or_is_sent_to_post() {
    let server = Server::start(&["--graphiql"]).await;
    let get = |accept: &str| format!("GET /graphql HTTP/1.1\r\nhost: test\r\naccept: {accept}\r\n\r\n");
    let page = server.ask(&get("text/html")).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.body.contains("GraphiQL"), "{}", page.body);
    let refused = server.ask(&get("application/json")).await;
    assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn a_handshake_that_is_none_is_refused_and_takes_no_place() {
    let server = Server::start(&["--sockets=1"]).await;
    for (header, status) in [
        (("sec-websocket-version", ""), 400),
        (("sec-websocket-version", "8"), 400),
        (("sec-websocket-key", ""), 400),
        (("connection", "keep-alive"), 400),
        (("upgrade", "h2c"), 405),
    ] {
        let answer = server.upgrade(&[header]).await;
        assert_eq!(answer.status, status, "{header:?}");
        if status == 400 {
            assert_eq!(answer.header("sec-websocket-version"), "13");
            assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "BAD_REQUEST");
        }
    }
    let old = server.ask(&server.handshake(&[]).replace("HTTP/1.1", "HTTP/1.0")).await;
    assert!((400..500).contains(&old.status), "{}", old.status);
    // Every one of them left the only place.
    server.open().await;
}

#[tokio::test]
async fn a_socket_that_does_not_say_who_it_is_is_closed_by_the_clock() {
    let server = Server::start(&["--socket-init-seconds=1"]).await;
    let closed = server.open().await.closed().await;
    assert_eq!(closed, (4408, Close::INIT_TIMEOUT.reason.into_owned()));
}

#[tokio::test]
async fn nobody_signs_in_without_a_token_that_is_believed() {
    let malformed = Close::forbidden("the token is malformed");
    let algorithm = Close::forbidden("the token must be signed with RS256, ES256 or EdDSA, as its key says");
    for (payload, close) in [
        (json!(null), Close::NO_TOKEN),
        (json!({ "authorization": "Basic YTpi" }), Close::NO_TOKEN),
        (json!({ "authorization": "Bearer hunter2" }), malformed),
        (json!({ "authorization": "Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ.e30.c2ln" }), algorithm),
    ] {
        let mut client = Server::start(&[]).await.open().await;
        client.init(payload.clone()).await;
        assert_eq!(client.closed().await, (4403, close.reason.into_owned()), "{payload}");
    }
}

#[tokio::test]
async fn while_the_issuer_is_down_clients_are_told_to_come_back() {
    let mut client = Server::start(&[]).await.open().await;
    client.init(json!({ "authorization": TOKEN })).await;
    assert_eq!(client.closed().await, (1013, Close::NO_SIGN_IN.reason.into_owned()));
}

#[tokio::test]
async fn a_clients_close_is_answered_with_its_code() {
    let mut client = Server::start(&[]).await.open().await;
    let goodbye = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    client.socket.close(Some(goodbye)).await.unwrap();
    assert_eq!(client.closed().await.0, 1000);
}
