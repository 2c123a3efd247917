//! Who asks too often, and more than there is room for.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::app::{Answer, App};
use crate::http::Peer;

fn hello(address: &str) -> Request<Body> {
    let body = json!({ "query": "{ hello }" }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json");
    request.extension(Peer(address.parse::<IpAddr>().unwrap())).body(Body::from(body)).unwrap()
}

fn refused(answer: &Answer, status: StatusCode) {
    assert_eq!((answer.status, answer.error().0), (status, "RATE_LIMITED".to_owned()));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert!(answer.json().get("data").is_none());
}

#[tokio::test(start_paused = true)]
async fn an_address_that_asks_too_often_is_429_until_it_waited() {
    let app = App::new(&["--address-rate=1", "--public-rate=0"]);
    for _ in 0..2 {
        assert_eq!(app.send(hello("192.0.2.1")).await.status, StatusCode::OK);
    }
    let answer = app.send(hello("192.0.2.1")).await;
    refused(&answer, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.error().1, "too many requests; try again after 1 s");
    assert_eq!(app.send(hello("192.0.2.2")).await.status, StatusCode::OK);

    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(app.send(hello("192.0.2.1")).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn the_customers_page_counts_as_well_and_health_does_not() {
    let app = App::new(&["--address-rate=1"]);
    for _ in 0..2 {
        assert_eq!(app.get("/invitations/abc", "text/html").await.status, StatusCode::OK);
    }
    refused(&app.get("/invitations/abc", "text/html").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.monitor("/health/live").await.status, StatusCode::OK);
    let counted = app.monitor("/metrics").await.text;
    assert!(counted.contains("accord_api_http_requests_shed_total{reason=\"rate_limited\"} 1"), "{counted}");
}

#[tokio::test(start_paused = true)]
async fn without_a_sign_in_less_may_be_asked() {
    let app = App::new(&["--public-rate=1"]);
    assert_eq!(app.send(hello("192.0.2.1")).await.status, StatusCode::OK);
    assert_eq!(app.send(hello("192.0.2.1")).await.status, StatusCode::OK);
    refused(&app.send(hello("192.0.2.1")).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(start_paused = true)]
async fn without_a_sign_in_each_root_field_counts() {
    let app = App::new(&["--public-rate=5"]);
    assert_eq!(
        app.query("{ a: hello b: hello ...c } fragment c on Query { c: hello d: hello }").await.status,
        StatusCode::OK
    );
    assert_eq!(app.query("{ a: hello b: hello c: hello d: hello e: hello f: hello }").await.status, StatusCode::OK);
    refused(&app.query("{ hello }").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(start_paused = true)]
async fn without_a_sign_in_a_document_that_is_refused_counts_as_well() {
    let app = App::new(&["--public-rate=1"]);
    for _ in 0..2 {
        assert_eq!(app.query("{").await.status, StatusCode::BAD_REQUEST);
    }
    refused(&app.query("{").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(start_paused = true)]
async fn behind_a_proxy_each_caller_is_one_and_the_proxy_is_none() {
    let app = App::new(&["--address-rate=1", "--trusted-proxies=1"]);
    let from = async |caller: &str| {
        let headers = [("x-forwarded-for", caller)];
        app.post(&headers, json!({ "query": "{ hello }" }).to_string()).await.status
    };
    for _ in 0..2 {
        assert_eq!(from("203.0.113.9, 198.51.100.7").await, StatusCode::OK);
    }
    assert_eq!(from("203.0.113.8, 198.51.100.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("203.0.113.9, 198.51.100.8").await, StatusCode::OK);
}

#[tokio::test]
async fn what_there_is_no_room_for_is_503_at_once() {
    let app = App::new(&["--operations-at-once=1", "--operations-waiting=1", "--address-rate=0"]);
    let slow = async { app.query("{ slow }").await };
    let waits = async {
        app.gate.entered.notified().await;
        app.query("{ hello }").await
    };
    let sent_away = async {
        app.gate.entered.notified().await;
        app.gate.entered.notify_one();
        tokio::task::yield_now().await;
        let answer = app.query("{ hello }").await;
        app.gate.opened.notify_one();
        answer
    };
    let (slow, sent_away, waited) = tokio::join!(slow, sent_away, waits);
    assert_eq!((slow.status, waited.status), (StatusCode::OK, StatusCode::OK));
    refused(&sent_away, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_operation_that_timed_out_keeps_its_place_until_it_is_done() {
    let app = App::new(&["--operations-at-once=1", "--operations-waiting=0", "--request-timeout-seconds=1"]);
    tokio::time::pause();
    assert_eq!(app.query("{ slow }").await.status, StatusCode::GATEWAY_TIMEOUT);
    refused(&app.query("{ hello }").await, StatusCode::SERVICE_UNAVAILABLE);
    app.gate.opened.notify_one();
    while app.query("{ hello }").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}
