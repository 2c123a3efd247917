//! How much there may be of everything.

use std::sync::atomic::Ordering;

use serde_json::json;
use tokio::task::yield_now;
use tokio::time::{Duration, Instant, advance};

use super::wire::Stage;

#[tokio::test(start_paused = true)]
async fn a_user_has_so_many_sockets_and_no_more() {
    let stage = Stage::default();
    let first = stage.open_as("ann").await;
    let _second = stage.open_as("ann").await;
    let mut third = stage.open();
    third.say(&json!({ "type": "connection_init", "payload": { "authorization": "Bearer ann" } }));
    assert_eq!(third.closed().await, (1013, "try again later: too many sockets".to_owned()));
    // Another user's are their own.
    stage.open_as("bob").await;

    drop(first);
    advance(Duration::from_secs(1)).await;
    stage.open_as("ann").await;
}

#[tokio::test(start_paused = true)]
async fn twenty_operations_run_at_once_and_no_more() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    for number in 0..20 {
        client.subscribe(&number.to_string(), "some-and-wait 0");
    }
    client.subscribe("more", "some-and-wait 0");
    let error = client.hear().await;
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("more")));
    assert_eq!(error["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    assert_eq!(stage.running(), 20);

    client.say(&json!({ "type": "complete", "id": "7" }));
    client.subscribe("more", "some 0");
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "more" }));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_too_large_ends_its_operation() {
    let stage = Stage::default();
    let mut client = stage.open_as("ann").await;
    client.subscribe("a", "large 200000");
    assert_eq!(client.hear().await["type"], "next");
    client.subscribe("b", "large 300000");
    let error = client.hear().await;
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("b")));
    assert_eq!(error["payload"][0]["message"], "an event exceeds 256 KiB; select less");
    client.subscribe("b", "some 0");
    assert_eq!(client.hear().await["type"], "complete");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_holds_no_queue_and_is_dropped() {
    let stage = Stage::default();
    let mut client = stage.open_with_room_for(1);
    client.sign_in("ann").await;
    client.subscribe("a", "endless");
    // One fills the room that there is, the next waits for it.
    while stage.asked_for.load(Ordering::Relaxed) < 2 {
        yield_now().await;
    }
    let stuck = Instant::now();
    while stage.running() > 0 {
        advance(Duration::from_millis(100)).await;
    }
    assert_eq!(stuck.elapsed().as_secs(), 10);
    assert_eq!(client.hear().await["type"], "next");
    assert_eq!(client.next().await, None);
    assert_eq!(stage.asked_for.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_is_served_slowly() {
    let stage = Stage::default();
    let mut client = stage.open_with_room_for(1);
    client.sign_in("ann").await;
    client.subscribe("a", "endless");
    for read in 1..40 {
        advance(Duration::from_secs(8)).await;
        if client.hear().await["type"] == "ping" {
            client.say(&json!({ "type": "pong" }));
        }
        assert!(stage.asked_for.load(Ordering::Relaxed) <= read + 2);
    }
}
