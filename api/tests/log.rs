//! What is logged of a request. A process of its own: tests that log nothing would silence this one's places for all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use api::config::Config;
use api::http::{Edge, router};
use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use clap::{Args, Command, FromArgMatches};
use domain::clock::Clock;
use domain::store::Store;
use process::{Metrics, Program};
use serde_json::Value;
use tower::ServiceExt;
use tracing::Level;

struct Query;

#[Object]
impl Query {
    async fn panic(&self, index: Option<usize>) -> i32 {
        [1][index.unwrap_or(7)]
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
