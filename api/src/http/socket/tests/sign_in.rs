//! Who opens a socket, and for how long.

use axum::extract::ws::Message;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use super::wire::{Client, Stage};

const NO_TOKEN: &str = "send {\"authorization\": \"Bearer <token>\"} as the payload of connection_init";

fn init(client: &Client, payload: Value) {
    client.say(&json!({ "type": "connection_init", "payload": payload }));
}

#[tokio::test(start_paused = true)]
async fn nobody_opens_a_socket_without_a_good_token() {
    for (payload, code, reason) in [
        (json!(null), 4403, NO_TOKEN),
        (json!({}), 4403, NO_TOKEN),
        (json!({ "authorization": 7 }), 4403, NO_TOKEN),
        (json!({ "authorization": "Basic YTpi" }), 4403, NO_TOKEN),
        (json!({ "authorization": "Bearer ann", "Authorization": "Bearer ann" }), 4403, NO_TOKEN),
        (json!({ "authorization": "Bearer stale" }), 4403, "the token has expired; sign in again"),
        (json!({ "authorization": "Bearer unlucky" }), 4500, "internal error"),
        (json!({ "authorization": "Bearer bug" }), 4500, "internal error"),
    ] {
        let mut client = Stage::default().open();
        init(&client, payload.clone());
        assert_eq!(client.closed().await, (code, reason.to_owned()), "{payload}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_key_of_the_token_is_written_in_any_case() {
    for key in ["authorization", "Authorization", "AUTHORIZATION"] {
        let mut client = Stage::default().open();
        init(&client, json!({ key: "Bearer ann", "other": 7 }));
        assert_eq!(client.hear().await["type"], "connection_ack");
    }
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_never_says_who_it_is_is_closed() {
    let opened = Instant::now();
    let mut client = Stage::default().open();
    client.say(&json!({ "type": "ping" }));
    assert_eq!(client.hear().await, json!({ "type": "pong" }));
    assert_eq!(client.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    assert_eq!(opened.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_second_connection_init_closes_the_socket() {
    let mut client = Stage::default().open_as("ann").await;
    init(&client, json!({ "authorization": "Bearer ann" }));
    assert_eq!(client.closed().await, (4429, "Too many initialisation requests".to_owned()));

    let mut client = Stage::default().open();
    init(&client, json!({ "authorization": "Bearer slow" }));
    init(&client, json!({ "authorization": "Bearer slow" }));
    assert_eq!(client.closed().await.0, 4429);
}

#[tokio::test(start_paused = true)]
async fn who_subscribes_before_they_are_known_is_unauthorized() {
    let mut early = Stage::default().open();
    early.subscribe("a", "some 1");
    assert_eq!(early.closed().await, (4401, "Unauthorized".to_owned()));

    let mut hasty = Stage::default().open();
    init(&hasty, json!({ "authorization": "Bearer slow" }));
    hasty.subscribe("a", "some 1");
    assert_eq!(hasty.closed().await.0, 4401);
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_closes_the_socket_when_a_request_with_it_would_be_refused() {
    let opened = Instant::now();
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("a", "some-and-wait 1");
    assert_eq!(client.hear().await["type"], "next");
    let pings = 360 / 25;
    for _ in 0..pings {
        assert_eq!(client.hear().await, json!({ "type": "ping" }));
        client.say(&json!({ "type": "pong" }));
    }
    assert_eq!(client.closed().await, (4403, "token expired".to_owned()));
    // Five minutes, and the minute by which the issuer's clock may be off.
    assert_eq!(opened.elapsed().as_secs_f64().round(), 360.0);
    assert_eq!(stage.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_text_is_4400() {
    let mut client = Stage::default().open_as("ann").await;
    client.send(Message::Binary(b"{\"type\":\"ping\"}".as_slice().into()));
    assert_eq!(client.closed().await, (4400, "a message must be text".to_owned()));

    let mut client = Stage::default().open_as("ann").await;
    client.say(&json!({ "type": "subscribe", "id": "a", "payload": { "query": 7 } }));
    assert_eq!(client.closed().await, (4400, "`query` must be given, a string".to_owned()));
}
