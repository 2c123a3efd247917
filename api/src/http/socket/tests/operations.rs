//! What runs over a socket.

use axum::extract::ws::Message;
use serde_json::{Value, json};
use tokio::task::yield_now;

use super::wire::{Client, Stage};

async fn types(client: &mut Client, count: usize) -> Vec<(Value, Value)> {
    let mut heard = Vec::new();
    for _ in 0..count {
        let message = client.hear().await;
        heard.push((message["id"].clone(), message["type"].clone()));
    }
    heard
}

#[tokio::test(start_paused = true)]
async fn each_event_comes_as_next_and_the_end_as_complete() {
    let mut client = Stage::default().open_as("ann").await;
    client.subscribe("a", "some 2");
    let next =
        |number: u8| json!({ "type": "next", "id": "a", "payload": { "data": { "number": number, "user": "ann" } } });
    assert_eq!(client.hear().await, next(0));
    assert_eq!(client.hear().await, next(1));
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "a" }));
    // Its id is free again.
    client.subscribe("a", "some 1");
    assert_eq!(client.hear().await, next(0));
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_ends_with_its_errors_and_nothing_more() {
    let mut client = Stage::default().open_as("ann").await;
    client.subscribe("a", "fail");
    let errors = json!([{
        "message": "no such field", "extensions": { "code": "BAD_REQUEST", "requestId": "the-request" },
    }]);
    assert_eq!(client.hear().await, json!({ "type": "error", "id": "a", "payload": errors }));
    client.subscribe("a", "some 0");
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "a" }));
}

#[tokio::test(start_paused = true)]
async fn a_bug_ends_its_operation_and_no_other() {
    let mut client = Stage::default().open_as("ann").await;
    client.subscribe("other", "some-and-wait 1");
    assert_eq!(client.hear().await["type"], "next");
    client.subscribe("a", "bug");
    let error = client.hear().await;
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("a")));
    assert_eq!(error["payload"][0]["message"], "internal error");
    assert_eq!(error["payload"][0]["extensions"]["code"], "INTERNAL");
    client.say(&json!({ "type": "ping", "payload": { "still": "here" } }));
    assert_eq!(client.hear().await, json!({ "type": "pong", "payload": { "still": "here" } }));
}

#[tokio::test(start_paused = true)]
async fn operations_run_beside_each_other() {
    let mut client = Stage::default().open_as("ann").await;
    client.subscribe("a", "some-and-wait 1");
    client.subscribe("b", "some 1");
    let mut heard = types(&mut client, 3).await;
    heard.sort_by_key(|(id, kind)| (id.to_string(), kind.to_string()));
    let pair = |id: &str, kind: &str| (json!(id), json!(kind));
    assert_eq!(heard, [pair("a", "next"), pair("b", "complete"), pair("b", "next")]);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_runs_already_closes_the_socket() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("secret", "some-and-wait 0");
    client.subscribe("secret", "some-and-wait 0");
    assert_eq!(client.closed().await, (4409, "Subscriber for this id already exists".to_owned()));
    assert_eq!(stage.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_client_completes_ends_and_its_id_is_free() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("a", "endless");
    assert_eq!(client.hear().await["type"], "next");
    assert_eq!(stage.running(), 1);
    client.say(&json!({ "type": "complete", "id": "a" }));
    client.say(&json!({ "type": "complete", "id": "unknown" }));
    client.subscribe("a", "some 0");
    // Of the first there is no complete: whoever completes knows that it ended.
    let last = loop {
        let message = client.hear().await;
        if message["type"] != "next" {
            break message;
        }
    };
    assert_eq!(last, json!({ "type": "complete", "id": "a" }));
    assert_eq!(stage.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_hangs_up_stops_what_runs() {
    for goodbye in [Some(Message::Close(None)), None] {
        let stage = Stage::default();
        let mut client = stage.open_as("ann").await;
        client.subscribe("a", "some-and-wait 1");
        assert_eq!(client.hear().await["type"], "next");
        assert_eq!(stage.running(), 1);
        if let Some(goodbye) = goodbye {
            client.send(goodbye);
        }
        drop(client);
        while stage.running() > 0 {
            yield_now().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stops_says_what_it_has_to_say_and_goes_away() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    let mut unknown = stage.open();
    client.subscribe("b", "some-and-wait 1");
    assert_eq!(client.hear().await["type"], "next");
    stage.stopping.cancel();
    // No operation that could go on is completed: its client connects again, elsewhere.
    match client.next().await {
        Some(Message::Close(Some(frame))) => assert_eq!((frame.code, frame.reason.as_str()), (1001, "going away")),
        other => panic!("{other:?} is no close"),
    }
    assert_eq!(unknown.closed().await.0, 1001);
    assert_eq!(stage.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_endless_operation_does_not_keep_a_process_from_stopping() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("a", "endless");
    assert_eq!(client.hear().await["type"], "next");
    stage.stopping.cancel();
    assert_eq!(client.closed().await, (1001, "going away".to_owned()));
}
