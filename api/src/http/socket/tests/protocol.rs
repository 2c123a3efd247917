//! The protocol without a socket: every message in every state.

use serde_json::{Map, Value, json};

use crate::http::socket::close::Close;
use crate::http::socket::protocol::{Incoming, MAX_OPERATIONS, Protocol, Step};

fn read(message: &Value) -> Result<Incoming, Close> {
    Incoming::read(&message.to_string())
}

fn subscribe(id: &str) -> Incoming {
    Incoming::Subscribe { id: id.to_owned(), payload: Map::new() }
}

fn opened() -> Protocol {
    Protocol::default()
}

fn asking() -> Protocol {
    let mut protocol = opened();
    protocol.hear(Incoming::Init(Map::new())).unwrap();
    protocol
}

/// With one operation, `a`, that runs.
fn ready() -> Protocol {
    let mut protocol = asking();
    protocol.acknowledge();
    protocol.hear(subscribe("a")).unwrap();
    protocol
}

#[test]
fn every_message_in_every_state_leads_to_what_the_protocol_says() {
    let start = |id: &str| Ok(Step::Start { id: id.to_owned(), payload: Map::new() });
    let verify = || Ok(Step::Verify(Map::new()));
    let unauthorized = || Err(Close::UNAUTHORIZED);
    let again = || Err(Close::SECOND_INIT);
    let (nothing, pong) = (|| Ok(Step::Nothing), || Ok(Step::Pong(None)));
    type Make = fn() -> Incoming;
    // Message, and what it leads to when the socket is opened, asks who it is, and is ready.
    let table: [(Make, [Result<Step, Close>; 3]); 7] = [
        (|| Incoming::Init(Map::new()), [verify(), again(), again()]),
        (|| Incoming::Ping(None), [pong(), pong(), pong()]),
        (|| Incoming::Pong, [nothing(), nothing(), nothing()]),
        (|| subscribe("b"), [unauthorized(), unauthorized(), start("b")]),
        (|| subscribe("a"), [unauthorized(), unauthorized(), Err(Close::DUPLICATE)]),
        (|| Incoming::Complete("a".to_owned()), [nothing(), nothing(), Ok(Step::Stop("a".to_owned()))]),
        (|| Incoming::Complete("z".to_owned()), [nothing(), nothing(), nothing()]),
    ];
    for (message, expected) in table {
        for (state, expected) in [opened, asking, ready].into_iter().zip(expected) {
            let mut protocol = state();
            assert_eq!(protocol.hear(message()), expected, "{:?} in {protocol:?}", message());
        }
    }
}

#[test]
fn an_id_is_free_again_once_its_operation_has_ended() {
    for end in [(|protocol: &mut Protocol| protocol.ended("a")) as fn(&mut Protocol), |protocol| {
        drop(protocol.hear(Incoming::Complete("a".to_owned())).unwrap())
    }] {
        let mut protocol = ready();
        assert_eq!(protocol.hear(subscribe("a")), Err(Close::DUPLICATE));
        end(&mut protocol);
        assert!(matches!(protocol.hear(subscribe("a")), Ok(Step::Start { .. })));
    }
}

#[test]
fn one_operation_more_than_may_run_is_refused_and_leaves_its_id_free() {
    let mut protocol = ready();
    for number in 1..MAX_OPERATIONS {
        assert!(matches!(protocol.hear(subscribe(&number.to_string())), Ok(Step::Start { .. })));
    }
    assert_eq!(protocol.hear(subscribe("more")), Ok(Step::Refuse("more".to_owned())));
    protocol.ended("a");
    assert!(matches!(protocol.hear(subscribe("more")), Ok(Step::Start { .. })));
}

#[test]
fn messages_are_read() {
    let object = |value: Value| value.as_object().unwrap().clone();
    for (message, expected) in [
        (json!({ "type": "connection_init" }), Incoming::Init(Map::new())),
        (json!({ "type": "connection_init", "payload": null }), Incoming::Init(Map::new())),
        (json!({ "type": "connection_init", "payload": { "a": 1 } }), Incoming::Init(object(json!({ "a": 1 })))),
        (json!({ "type": "ping" }), Incoming::Ping(None)),
        (json!({ "type": "ping", "payload": { "a": 1 } }), Incoming::Ping(Some(object(json!({ "a": 1 }))))),
        (json!({ "type": "pong", "payload": {} }), Incoming::Pong),
        (json!({ "type": "complete", "id": "a" }), Incoming::Complete("a".to_owned())),
        (
            json!({ "type": "subscribe", "id": "a", "payload": { "query": "q" } }),
            Incoming::Subscribe { id: "a".to_owned(), payload: object(json!({ "query": "q" })) },
        ),
    ] {
        assert_eq!(read(&message), Ok(expected));
    }
}

#[test]
fn a_message_that_is_not_of_the_protocol_is_4400_and_not_quoted() {
    let long = "secret".repeat(30);
    for (message, reason) in [
        (json!(7), "a message must be a JSON object, each name once"),
        (json!([{ "type": "ping" }]), "a message must be a JSON object, each name once"),
        (json!({}), "`type` must be given, a string"),
        (json!({ "type": 7 }), "`type` must be given, a string"),
        (json!({ "type": "secret" }), "`type` is none of graphql-transport-ws"),
        (json!({ "type": "start", "id": "a" }), "`type` is none of graphql-transport-ws"),
        (json!({ "type": "next", "id": "a", "payload": {} }), "only the server sends this `type`"),
        (json!({ "type": "connection_ack" }), "only the server sends this `type`"),
        (json!({ "type": "connection_init", "payload": "secret" }), "`payload` must be an object"),
        (json!({ "type": "ping", "payload": 7 }), "`payload` must be an object"),
        (json!({ "type": "pong", "payload": [] }), "`payload` must be an object"),
        (json!({ "type": "subscribe", "id": "a" }), "`payload` must be given, an object"),
        (json!({ "type": "subscribe", "id": "a", "payload": "secret" }), "`payload` must be an object"),
        (json!({ "type": "subscribe", "payload": {} }), "`id` must be given, a string of 1 to 128 bytes"),
        (json!({ "type": "subscribe", "id": "", "payload": {} }), "`id` must be given, a string of 1 to 128 bytes"),
        (json!({ "type": "subscribe", "id": long, "payload": {} }), "`id` must be given, a string of 1 to 128 bytes"),
        (json!({ "type": "complete", "id": 7 }), "`id` must be given, a string of 1 to 128 bytes"),
    ] {
        assert_eq!(read(&message), Err(Close::malformed(reason)), "{message}");
    }
    assert_eq!(Incoming::read("{ secret"), Err(Close::malformed("a message must be a JSON object, each name once")));
}

#[test]
fn a_reason_fits_its_frame_whatever_its_length() {
    use axum::extract::ws::CloseFrame;
    assert_eq!(CloseFrame::from(Close::EXPIRED).reason, "token expired");
    let long = CloseFrame::from(Close::forbidden(format!("x{}", "é".repeat(100))));
    assert_eq!((long.code, long.reason.len()), (4403, 123));
}
