//! The routes over a schema that does what a test asks of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{Context, EmptyMutation, EmptySubscription, Error, ErrorExtensions, Object, Schema, SimpleObject};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use clap::Parser;
use domain::clock::Clock;
use domain::store::Store;
use process::{Metrics, Program, log, monitor};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::auth::Session;
use crate::config::Config;
use crate::http::{Edge, readiness, router};

const PROGRAM: Program =
    Program { name: "accord-test", version: "1.2.3", usual_log: "off", log_to: log::Output::Stdout };

pub(in crate::http) type TestSchema = Schema<Query, EmptyMutation, EmptySubscription>;

#[derive(Default)]
pub(in crate::http) struct Query {
    gate: Arc<Gate>,
}

/// Where `slow` waits.
#[derive(Default)]
pub(super) struct Gate {
    pub(super) entered: Notify,
    pub(super) opened: Notify,
    pub(super) left: AtomicBool,
}

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("hello {}", name.unwrap_or_default())
    }

    async fn text(&self, length: usize) -> String {
        "x".repeat(length)
    }

    async fn number(&self, value: i32) -> i32 {
        value
    }

    async fn itself(&self) -> Option<&Self> {
        Some(self)
    }

    /// A page, which is empty whatever is asked for.
    async fn page(&self, first: Option<i32>) -> ThingConnection {
        let _ = first;
        ThingConnection { nodes: Vec::new() }
    }

    async fn is_signed_in(&self, ctx: &Context<'_>) -> bool {
        ctx.data_unchecked::<Session>().identity.is_some()
    }

    async fn fault(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("password is 1234").extend_with(|_, extensions| extensions.set("code", "INTERNAL")))
    }

    async fn panic(&self, index: Option<usize>) -> i32 {
        [1][index.unwrap_or(7)]
    }

    async fn slow(&self) -> i32 {
        self.gate.entered.notify_one();
        self.gate.opened.notified().await;
        self.gate.left.store(true, Ordering::Relaxed);
        1
    }
}

#[derive(SimpleObject)]
struct ThingConnection {
    nodes: Vec<Query>,
}

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

/// The settings of these arguments, over a database and an issuer that are down.
pub(super) fn config(arguments: &[&str]) -> Config {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let given = ["test", "--database-url", "postgres://nobody@127.0.0.1:1/none", "--link-key", key];
    let trust = ["--issuer", "https://issuer.example", "--audience", "accord", "--jwks-url", "http://127.0.0.1:1/"];
    // A test asks faster than people do.
    let name = |argument: &str| argument.split('=').next().unwrap_or_default().to_owned();
    let unlimited = ["--address-rate=0", "--public-rate=0"];
    let unlimited = unlimited.iter().filter(|limit| arguments.iter().all(|given| name(given) != name(limit)));
    Cli::try_parse_from(given.iter().chain(&trust).chain(unlimited).chain(arguments)).unwrap().config
}

pub(in crate::http) struct App {
    pub(in crate::http) edge: Arc<Edge<TestSchema>>,
    pub(super) gate: Arc<Gate>,
    router: Router,
    /// What operators ask.
    monitor: Router,
}

/// What came back.
pub(in crate::http) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(in crate::http) text: String,
}

impl App {
    pub(in crate::http) fn new(arguments: &[&str]) -> Self {
        let config = config(arguments);
        let store = Store::new(&config.domain, Clock::default()).unwrap();
        let query = Query::default();
        let gate = Arc::clone(&query.gate);
        let schema = Schema::new(query, EmptyMutation, EmptySubscription);
        let sdl = schema.sdl();
        let metrics = Metrics::new(PROGRAM);
        let edge = Arc::new(Edge::new(&config, store, schema, &sdl, &metrics).unwrap());
        let monitor = monitor::routes(metrics, readiness(&edge));
        Self { router: router(Arc::clone(&edge), Router::new()), edge, gate, monitor }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        Self::of(&self.router, request).await
    }

    /// Asks the monitoring port.
    pub(in crate::http) async fn monitor(&self, path: &str) -> Answer {
        Self::of(&self.monitor, Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn of(router: &Router, request: Request<Body>) -> Answer {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(super) async fn get(&self, path: &str, accept: &str) -> Answer {
        self.send(Request::get(path).header("accept", accept).body(Body::empty()).unwrap()).await
    }

    /// Posts a body under these headers beside the usual content type.
    pub(super) async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Runs a document, asked for as `application/graphql-response+json`.
    pub(super) async fn query(&self, query: &str) -> Answer {
        self.post(&[("accept", "application/graphql-response+json")], json!({ "query": query }).to_string()).await
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The first error's code and message.
    pub(super) fn error(&self) -> (String, String) {
        let body = self.json();
        let error = &body["errors"][0];
        assert!(error["extensions"]["requestId"].is_string(), "{body}");
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
