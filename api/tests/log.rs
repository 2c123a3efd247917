//! What is logged and traced of a request. A process of its own: tests that log nothing would silence this one's places for all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use api::config::Config;
use api::http::{Edge, router};
use async_graphql::{EmptyMutation, EmptySubscription, Error, ErrorExtensions, Object, Schema};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use clap::{Args, Command, FromArgMatches};
use domain::clock::Clock;
use domain::store::Store;
use process::{Metrics, Program};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

struct Query;

#[Object]
impl Query {
    async fn panic(&self, index: Option<usize>) -> i32 {
        [1][index.unwrap_or(7)]
    }

    async fn fault(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("a secret").extend_with(|_, extensions| extensions.set("code", "INTERNAL")))
    }
}

/// What was logged. Clones share it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The routes over a schema with a bug, a database and an issuer that are down.
fn routes() -> Router {
    let arguments = [
        "--database-url=postgres://nobody@127.0.0.1:1/none",
        "--link-key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "--issuer=https://issuer.example",
        "--audience=accord",
        "--jwks-url=http://127.0.0.1:1/",
    ];
    let command = Config::augment_args(Command::new("test").no_binary_name(true));
    let config = Config::from_arg_matches(&command.get_matches_from(arguments)).unwrap();
    let store = Store::new(&config.domain, Clock::default()).unwrap();
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let sdl = schema.sdl();
    let program = Program { name: "test", version: "1", usual_log: "info", log_to: process::log::Output::Stdout };
    let edge = Edge::new(&config, store, schema, &sdl, &Metrics::new(program)).unwrap();
    router(Arc::new(edge), Router::new())
}

#[tokio::test]
async fn a_bug_is_logged_with_the_requests_ids_however_little_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let quiet = tracing_subscriber::fmt().json().with_max_level(Level::WARN).with_writer(move || writer.clone());
    let _quiet = tracing::subscriber::set_default(quiet.finish());
    let request = Request::post("/graphql").header("content-type", "application/json").header("x-request-id", "abc-2");
    let request = request.header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    routes().oneshot(request.body(Body::from(r#"{"query":"{ panic }"}"#)).unwrap()).await.unwrap();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // The issuer that is down may be in the log as well.
    let line = log.lines().find(|line| line.contains("\"ERROR\"")).unwrap_or_else(|| panic!("no such line: {log}"));
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["span"]["request.id"], "abc-2", "{line}");
    assert_eq!(line["span"]["trace.id"], "4bf92f3577b34da6a3ce929d0e0e4736", "{line}");
    assert_eq!(line["fields"]["message"], "a request panicked");
}

#[tokio::test]
async fn a_fault_sets_the_status_of_its_spans_and_tells_them_no_more_than_its_code() {
    let log = Log::default();
    let writer = log.clone();
    let spans = tracing_subscriber::fmt().json().with_span_events(FmtSpan::CLOSE).with_writer(move || writer.clone());
    let _spans = tracing::subscriber::set_default(spans.finish());
    let ask = async |query: &str| {
        let request = Request::post("/graphql").header("content-type", "application/json");
        routes().oneshot(request.body(Body::from(format!(r#"{{"query":"{query}"}}"#))).unwrap()).await.unwrap()
    };

    ask("query Faulty { fault }").await;
    ask("{ panic }").await;
    ask("{ __typename }").await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let closed: Vec<Value> = lines.filter(|line| line["fields"]["message"] == "close").collect();
    let says = |name: &str| {
        let of = closed.iter().filter(|line| line["span"]["name"] == name);
        of.map(|line| json!([line["span"]["otel.status_code"], line["span"]["error.type"]])).collect::<Vec<_>>()
    };
    let (fault, fine) = (json!(["ERROR", "INTERNAL"]), json!([null, null]));
    assert_eq!(says("GraphQL Operation"), [fault.clone(), fault, fine.clone()]);
    assert_eq!(says("HTTP"), [fine.clone(), json!(["ERROR", "500"]), fine]);
    assert!(closed.iter().all(|line| !line.to_string().contains("secret")), "{closed:#?}");
}
