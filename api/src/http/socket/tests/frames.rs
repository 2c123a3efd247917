//! What a client may send, over a real connection: frames, and how large they are.

use serde_json::json;
use tungstenite::Message;

use super::loopback::{Client, Server, TEXT, frame};
use crate::http::socket::MAX_INCOMING;
use crate::http::socket::close::Close;

/// First bytes of other frames: whether it is the last of its message, and what it carries.
const TEXT_BEGINS: u8 = 0x01;
const TEXT_GOES_ON: u8 = 0x00;
const TEXT_ENDS: u8 = 0x80;
const PING: u8 = 0x89;

async fn open() -> Client {
    Server::start(&[]).await.open().await
}

/// A ping of the protocol in so many bytes.
fn ping_of(bytes: usize) -> Vec<u8> {
    let mut ping = json!({ "type": "ping" }).to_string().into_bytes();
    ping.resize(bytes, b' ');
    ping
}

/// A message in so many frames.
fn fragments(message: &[u8], count: usize) -> Vec<u8> {
    let pieces = message.chunks(message.len().div_ceil(count)).enumerate();
    let first = |number| match number {
        0 => TEXT_BEGINS,
        _ if number + 1 == count => TEXT_ENDS,
        _ => TEXT_GOES_ON,
    };
    pieces.flat_map(|(number, piece)| frame(first(number), piece)).collect()
}

#[tokio::test]
async fn a_message_of_as_many_bytes_as_may_be_is_heard_in_one_frame_or_many() {
    let mut client = open().await;
    for frames in [frame(TEXT, &ping_of(MAX_INCOMING)), fragments(&ping_of(MAX_INCOMING), 4)] {
        client.write(&frames).await;
        assert_eq!(client.hear().await, json!({ "type": "pong" }));
    }
}

#[tokio::test]
async fn a_message_of_a_byte_more_closes_the_socket() {
    let over = ping_of(MAX_INCOMING + 1);
    // Of the second, each frame alone would do; the third is begun and would go on.
    for frames in [frame(TEXT, &over), fragments(&over, 4), frame(TEXT_BEGINS, &over)] {
        let mut client = open().await;
        client.write(&frames).await;
        assert_eq!(client.closed().await, (1009, Close::TOO_BIG.reason.into_owned()));
    }
}

#[tokio::test]
async fn a_frame_that_only_announces_too_much_closes_the_socket() {
    let mut client = open().await;
    let over = frame(TEXT, &ping_of(MAX_INCOMING + 1));
    // Nothing of it comes: it is not waited for.
    client.write(&over[..over.len() - MAX_INCOMING - 1]).await;
    assert_eq!(client.closed().await, (1009, Close::TOO_BIG.reason.into_owned()));
}

#[tokio::test]
async fn a_text_that_is_not_utf8_closes_the_socket() {
    let in_fragments = [frame(TEXT_BEGINS, b"{\"type\":\"\xc3"), frame(TEXT_ENDS, b"\x28\"}")].concat();
    for frames in [frame(TEXT, b"{\"type\":\"\xff\"}"), in_fragments] {
        let mut client = open().await;
        client.write(&frames).await;
        assert_eq!(client.closed().await, (1007, Close::NOT_TEXT.reason.into_owned()));
    }
}

#[tokio::test]
async fn a_character_may_be_split_between_fragments() {
    let mut client = open().await;
    let ping = "{\"type\":\"ping\",\"payload\":{\"é\":1}}".as_bytes();
    let within = ping.iter().position(|byte| !byte.is_ascii()).unwrap() + 1;
    client.write(&[frame(TEXT_BEGINS, &ping[..within]), frame(TEXT_ENDS, &ping[within..])].concat()).await;
    assert_eq!(client.hear().await, json!({ "type": "pong", "payload": { "é": 1 } }));
}

#[tokio::test]
async fn a_malformed_frame_closes_the_socket() {
    let ping = ping_of(20);
    let unmasked = [&[TEXT, 20][..], &ping].concat();
    for (what, frames) in [
        ("not masked", unmasked),
        ("of an unknown kind", frame(0x83, &ping)),
        ("with a bit of an extension", frame(0xc0 | TEXT, &ping)),
        ("a ping in fragments", frame(PING & 0x0f, b"")),
        ("a ping of more than 125 bytes", frame(PING, &[0; 126])),
        ("the end of nothing", frame(TEXT_ENDS, &ping)),
        ("a message within another", [frame(TEXT_BEGINS, &ping), frame(TEXT, &ping)].concat()),
    ] {
        let mut client = open().await;
        client.write(&frames).await;
        assert_eq!(client.closed().await, (1002, Close::PROTOCOL.reason.into_owned()), "{what}");
    }
}

#[tokio::test]
async fn a_binary_message_closes_the_socket() {
    let mut client = open().await;
    client.send(Message::binary(ping_of(20))).await;
    assert_eq!(client.closed().await, (4400, "a message must be text".to_owned()));
}

#[tokio::test]
async fn what_is_not_of_the_protocol_closes_the_socket_and_is_not_quoted() {
    for text in ["hunter2", "", "[]", "{\"type\":\"hunter2\"}", "{\"type\":\"start\",\"id\":\"hunter2\"}", "{}"] {
        let mut client = open().await;
        client.send(Message::text(text)).await;
        let (code, reason) = client.closed().await;
        assert_eq!(code, 4400, "{text}");
        assert!(!reason.is_empty() && !reason.contains("hunter2"), "{reason}");
    }
}

#[tokio::test]
async fn a_ping_of_the_transport_is_answered() {
    let mut client = open().await;
    client.send(Message::Ping("still there?".into())).await;
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("still there?".into()));
}
