//! What a document costs before it is refused or run, in CPU time. `cargo dev bench --bench documents` runs it alone.
//!
//! Requests go through the API's own routes in this process, without a database. In place of the schema stands one that
//! validates and then stops, so that what is measured is everything from the request's body to the start of execution.
//! Each is sent with introspection on, where the library looks for names to suggest, and off, as in production, where names
//! are taken out of its messages. It fails if a promise is broken.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should stop where it is")]
#![expect(clippy::print_stdout, reason = "answers on stdout")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use accord_tests::{Hostile, doubling, frontend, graphiql, hostile};
use api::config::Config;
use api::graphql::{Schema, schema, sdl};
use api::http::{Edge, router};
use async_graphql::{Data, Executor, Request, Response, Variables};
use axum::Router;
use axum::body::{Body, to_bytes};
use clap::Parser;
use domain::clock::Clock;
use domain::store::Store;
use futures_util::stream::BoxStream;
use nix::time::{ClockId, clock_gettime};
use serde_json::Value;
use tower::ServiceExt;

/// How often each is sent; the median counts.
const TIMES: usize = 7;

/// No operation has this name, so that the library stops behind its validation.
const NONE: &str = "-";

/// What no document may cost.
const PROMISED: Duration = Duration::from_millis(50);

/// What 30 fragments that double may cost, written out 2^30 fields.
const PROMISED_DOUBLED: Duration = Duration::from_millis(5);

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

/// The schema, which stops before it executes.
#[derive(Clone)]
struct Validates(Schema);

impl Executor for Validates {
    async fn execute(&self, mut request: Request) -> Response {
        request.operation_name = Some(NONE.to_owned());
        self.0.execute(request).await
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        self.0.execute_stream(request, session)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut is_kept = true;
    for introspection in [true, false] {
        is_kept &= keeps(introspection).await;
    }
    compare(&routes(true)).await;
    if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures everything, and says whether the promises are kept.
async fn keeps(introspection: bool) -> bool {
    let router = routes(introspection);
    let heading = format!("document, with introspection {}", if introspection { "on" } else { "off" });
    println!("\n{heading:<72}{:>9}{:>12}  got", "bytes", "CPU");
    let mut most = Duration::ZERO;
    for one in hostile().into_iter().chain(usual()) {
        most = most.max(measure(&router, &one).await);
    }
    let doubled = measure(&router, &doubled(30)).await;
    println!("\nthe most: {} of {PROMISED:?}; 2^30: {} of {PROMISED_DOUBLED:?}", shown(most), shown(doubled));
    most <= PROMISED && doubled <= PROMISED_DOUBLED
}

/// The routes over a database and an issuer that are down.
fn routes(introspection: bool) -> Router {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let given = ["bench", "--database-url", "postgres://nobody@127.0.0.1:1/none", "--link-key", key];
    let trust = ["--issuer", "https://issuer.example", "--audience", "accord", "--jwks-url", "http://127.0.0.1:1/"];
    let flag: &[&str] = if introspection { &["--introspection"] } else { &[] };
    let config = Cli::try_parse_from(given.iter().chain(&trust).chain(flag)).unwrap().config;
    let store = Store::new(&config.domain, Clock::default()).unwrap();
    let edge = Edge::new(&config, store, Validates(schema(introspection)), &sdl(), &accord_tests::metrics()).unwrap();
    router(Arc::new(edge), Router::new())
}

/// The median of what a document costs; prints its row.
async fn measure(router: &Router, one: &Hostile) -> Duration {
    let (median, got) = median(router, one).await;
    println!("{:<72}{:>9}{:>12}  {got}", one.name, one.body().len(), shown(median));
    median
}

/// The median of what a document costs, and what it gets.
async fn median(router: &Router, one: &Hostile) -> (Duration, String) {
    let body = one.body();
    let mut times = Vec::new();
    let mut got = String::new();
    for _ in 0..TIMES {
        let begun = cpu();
        got = send(router, &body).await;
        times.push(cpu() - begun);
    }
    times.sort_unstable();
    (times[TIMES / 2], got)
}

/// What a body gets: the first error, cut short, or that it runs.
async fn send(router: &Router, body: &str) -> String {
    let request = axum::http::Request::post("/graphql").header("content-type", "application/json");
    let response = router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    let message = body["errors"][0]["message"].as_str().unwrap();
    if message.starts_with("Unknown operation") { "runs".to_owned() } else { message.chars().take(90).collect() }
}

/// The CPU time of this thread, which does everything.
fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// What must go on working.
fn usual() -> Vec<Hostile> {
    let good = |name: &str, query: String| Hostile { name: name.to_owned(), query, variables: Value::Null };
    vec![good("(the introspection of GraphiQL)", graphiql()), good("(a frontend's page)", frontend())]
}

fn doubled(times: usize) -> Hostile {
    Hostile { name: format!("doubling fragments, 2^{times}"), query: doubling(times), variables: Value::Null }
}

/// The library alone, without our limits.
async fn compare(router: &Router) {
    let alone = Validates(schema(true));
    println!("\n{:<72}{:>12}{:>12}{:>9}", "the library alone", "it", "Accord", "ratio");
    let worst = [
        "one large fragment in fragments that nobody spreads",
        "variables that nobody defined, in 400 operations",
        "the same 1,000 arguments of 7 fields",
        "10,000 ids, used 40 times",
    ];
    let mut compared: Vec<(Hostile, Hostile)> =
        hostile().into_iter().filter(|one| worst.contains(&one.name.as_str())).map(|one| (one.clone(), one)).collect();
    compared.insert(0, (doubled(20), doubled(30)));
    for (theirs, ours) in compared {
        let begun = cpu();
        alone.execute(Request::new(&theirs.query).variables(Variables::from_json(theirs.variables))).await;
        let it = cpu() - begun;
        let (we, _) = median(router, &ours).await;
        let ratio = it.as_secs_f64() / we.as_secs_f64();
        println!("{:<72}{:>12}{:>12}{ratio:>9.0}", theirs.name, shown(it), shown(we));
    }
}
