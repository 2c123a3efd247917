//! Pings, and clients that are gone without a word.

use axum::extract::ws::Message;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use super::wire::{Client, Stage};

async fn ping(client: &mut Client) {
    assert_eq!(client.hear().await, json!({ "type": "ping" }));
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_pinged_and_closed_after_two_pings() {
    let opened = Instant::now();
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("a", "some-and-wait 0");
    ping(&mut client).await;
    assert_eq!(opened.elapsed(), Duration::from_secs(25));
    assert_eq!(client.closed().await, (4499, "nothing was heard of the client".to_owned()));
    assert_eq!(opened.elapsed(), Duration::from_secs(50));
    assert_eq!(stage.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_is_heard_of_a_client_keeps_its_socket() {
    let text = |message: Value| Message::Text(message.to_string().into());
    for sign_of_life in [
        text(json!({ "type": "pong" })),
        text(json!({ "type": "ping" })),
        text(json!({ "type": "complete", "id": "unknown" })),
        Message::Pong(b"".as_slice().into()),
        Message::Ping(b"".as_slice().into()),
    ] {
        let opened = Instant::now();
        let mut client = Stage::default().open_as("ann").await;
        while opened.elapsed() < Duration::from_secs(200) {
            let heard = client.hear().await;
            if heard["type"] == "ping" {
                client.send(sign_of_life.clone());
            } else {
                assert_eq!(heard["type"], "pong");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_pinged_who_is_not_known() {
    let mut client = Stage::default().open();
    assert!(matches!(client.next().await, Some(Message::Close(_))));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_close_its_side_is_waited_for_and_then_left() {
    let opened = Instant::now();
    let mut client = Stage::default().open();
    assert!(matches!(client.next().await, Some(Message::Close(_))));
    assert_eq!(client.next().await, None);
    assert_eq!(opened.elapsed(), Duration::from_secs(5 + 2));
}
