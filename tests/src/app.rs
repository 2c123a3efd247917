//! Accord, to one test alone.

use std::sync::Arc;
use std::time::Duration;

use api::config::Config;
use api::http::{Edge, readiness, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use chrono::TimeDelta;
use clap::{Args, Command, FromArgMatches};
use dev::issuer::{AUDIENCE, Claims, ISSUER, Issuer, claims_for};
use dev::mailbox::Mailbox;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::clock::Clock;
use domain::outbox::{self, Outbox};
use domain::settings::Settings;
use domain::store::Store;
use process::{Metrics, Program, monitor};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tower::ServiceExt;

use crate::database::{key, settings};
use crate::{Answer, Mail, TestDatabase};

/// What a test's metrics are of.
const PROGRAM: Program =
    Program { name: "accord-test", version: "0", usual_log: "off", log_to: process::log::Output::Stderr };

/// Metrics of a test's own.
#[must_use]
pub fn metrics() -> Metrics {
    Metrics::new(PROGRAM)
}

/// The longest that an answer is read.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Accord over a database of its own, with the demo world in it.
pub struct TestApp {
    /// The database, handed in: for the worker's verbs and for looking at rows.
    pub store: Store,
    /// Moves Accord's time.
    pub clock: Clock,
    /// Where its mails go.
    pub mailbox: Mailbox,
    /// Signs people in.
    pub issuer: Arc<Issuer>,
    settings: Settings,
    router: Router,
    database: TestDatabase,
    /// Whether mails may be left in the queue.
    leaves_mails: bool,
}

impl TestApp {
    /// A fresh one.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A fresh one, with some settings changed.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        crate::statements::watch();
        let database = TestDatabase::clone_template().await.expect("a database");
        let mut settings = settings(&database.url);
        change(&mut settings);
        let clock = Clock::default();
        let store = Store::new(&settings, clock.clone()).expect("a store");
        let (issuer, jwks_url) = shared_issuer().await;
        Self {
            router: api_of(&settings, &store, jwks_url, &[]),
            mailbox: Mailbox::in_memory().await.expect("a mailbox"),
            issuer: issuer.clone(),
            store,
            clock,
            settings,
            database,
            leaves_mails: false,
        }
    }

    /// A fresh one whose API is given these arguments besides.
    pub async fn serving(arguments: &[&str]) -> Self {
        let mut app = Self::new().await;
        app.router = api_of(&app.settings, &app.store, shared_issuer().await.1, arguments);
        app
    }

    /// A fresh one whose test is not about mails: they may stay in the queue.
    pub async fn without_mails() -> Self {
        let mut app = Self::new().await;
        app.leaves_mails();
        app
    }

    /// Starts again over the same database, with some settings changed.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.store = Store::new(&self.settings, self.clock.clone()).expect("a store");
        self.router = api_of(&self.settings, &self.store, shared_issuer().await.1, &[]);
    }

    /// Starts the API again, with keys from there: those of an issuer that a test has to itself.
    pub fn trust(&mut self, issuer: Arc<Issuer>, jwks_url: &str) {
        self.router = api_of(&self.settings, &self.store, jwks_url, &[]);
        self.issuer = issuer;
    }

    /// Asks as somebody of the demo world.
    pub async fn ask(&self, who: &str, document: &str, variables: Value) -> Answer {
        self.ask_as(&claims_for(who).expect("an address"), document, variables).await
    }

    /// Asks as whoever a token says.
    pub async fn ask_as(&self, claims: &Claims, document: &str, variables: Value) -> Answer {
        let token = self.issuer.token(claims, Duration::from_secs(3600)).expect("a token");
        self.post(Some(&token), json!({ "query": document, "variables": variables })).await
    }

    /// Asks without signing in.
    pub async fn ask_nobody(&self, document: &str, variables: Value) -> Answer {
        self.post(None, json!({ "query": document, "variables": variables })).await
    }

    /// Posts a body to `/graphql`.
    pub async fn post(&self, token: Option<&str>, body: Value) -> Answer {
        let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// Sends any request to the API's router.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).await.expect("a body");
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// The same, of which the body is still to be read.
    pub async fn respond(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    /// Moves Accord's time forward.
    pub fn days_pass(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
    }

    /// Has a worker send all mails that are due, and gives what reached the mailbox since the last time.
    pub async fn mails(&self) -> Vec<Mail> {
        let store = self.store.clone();
        let all_settled = async move {
            while !outbox::depth(&store, Outbox::Emails).await.is_ok_and(|depth| depth.due == 0) {
                tokio::task::yield_now().await;
            }
        };
        worker::run(self.worker_config(), self.store.clone(), metrics(), all_settled).await.expect("a worker");
        let mails = self.mailbox.received().iter().map(Mail::read).collect();
        self.mailbox.clear();
        mails
    }

    /// The settings of a worker that sends to this test's mailbox.
    #[must_use]
    pub fn worker_config(&self) -> worker::Config {
        let smtp = format!("smtp://{}", self.mailbox.address());
        let arguments = [
            "--smtp-url",
            &smtp,
            "--mail-from",
            "Accord <accord@accord.example>",
            "--seal-key",
            &key(2),
            "--smtp-timeout",
            "2",
            "--worker-monitor-listen",
            "off",
        ];
        parse(&self.settings, &arguments.map(str::to_owned))
    }

    /// Says that mails stay in the queue when the test ends.
    pub fn leaves_mails(&mut self) {
        self.leaves_mails = true;
    }

    /// Runs SQL that changes rows behind Accord's back.
    pub async fn sql(&self, statement: &str) {
        let conn = &mut AsyncPgConnection::establish(&self.database.url).await.expect("a connection");
        conn.batch_execute(statement).await.expect("a statement");
    }

    /// How many rows there are, given what follows `select count(*)`.
    pub async fn count(&self, from: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Counted {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let conn = &mut AsyncPgConnection::establish(&self.database.url).await.expect("a connection");
        let query = diesel::sql_query(format!("select count(*) as count {from}"));
        query.get_result::<Counted>(conn).await.expect("a count").count
    }

    /// Where this test's database is.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database.url
    }
}

impl Drop for TestApp {
    /// Looks for work that was left behind, and removes the database; in a runtime of its own, since this one may be
    /// ending.
    fn drop(&mut self) {
        let (database, may_leave) = (&self.database, self.leaves_mails || std::thread::panicking());
        let left = std::thread::scope(|scope| {
            let look = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    let left = if may_leave { Ok(0) } else { database.queued_mails().await };
                    database.remove().await.and(left)
                })
            };
            scope.spawn(look).join()
        });
        if !std::thread::panicking() {
            let left = left.expect("a look at the queue").expect("a database");
            assert_eq!(left, 0, "mails are left in the queue: read them with mails(), or say leaves_mails()");
        }
    }
}

/// The development's issuer, one for all tests of a binary, and where its keys are.
async fn shared_issuer() -> (&'static Arc<Issuer>, &'static str) {
    static SHARED: OnceCell<(Arc<Issuer>, String)> = OnceCell::const_new();
    let make = || async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = Arc::new(Issuer::open(folder.path()).expect("an issuer"));
        // Served by a thread of its own: a test's runtime ends with the test, and others go on.
        let (tell, told) = std::sync::mpsc::channel();
        let served = issuer.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let (address, serving) = served.serve_on_loopback().await.expect("a port");
                tell.send(address).expect("a listener");
                let _ = serving.await;
            });
        });
        let address = told.recv().expect("an address");
        (issuer, format!("http://{address}/jwks.json"))
    };
    let (issuer, url) = SHARED.get_or_init(make).await;
    (issuer, url)
}

/// The API's routes, without limits to how often it is asked but those of `arguments`, and beside them what operators ask.
fn api_of(settings: &Settings, store: &Store, jwks_url: &str, arguments: &[&str]) -> Router {
    let mut line = ["--issuer", ISSUER, "--audience", AUDIENCE, "--jwks-url", jwks_url].map(str::to_owned).to_vec();
    let name = |argument: &str| argument.split('=').next().unwrap_or_default().to_owned();
    let unlimited = ["--address-rate=0", "--user-rate=0", "--public-rate=0"];
    let unlimited = unlimited.iter().filter(|limit| arguments.iter().all(|given| name(given) != name(limit)));
    line.extend(unlimited.chain(arguments).map(|argument| (*argument).to_owned()));
    let config: Config = parse(settings, &line);
    let schema = api::graphql::schema(config.answers_introspection());
    let (sdl, metrics) = (api::graphql::sdl(), metrics());
    let edge = Arc::new(Edge::new(&config, store.clone(), schema, &sdl, &metrics).expect("an edge"));
    let monitoring = monitor::routes(metrics, readiness(&edge));
    router(edge, monitoring)
}

/// A process's configuration, as its command line would give it over these settings.
fn parse<C: Args + FromArgMatches>(settings: &Settings, arguments: &[String]) -> C {
    use secrecy::ExposeSecret;
    let mut line = vec![
        "accord".to_owned(),
        format!("--database-url={}", settings.database_url.expose_secret()),
        format!("--link-key={}", settings.link_key.expose_secret()),
        format!("--public-url={}", settings.public_url),
        format!("--database-statement-timeout-seconds={}", settings.database_statement_timeout_seconds),
    ];
    line.extend_from_slice(arguments);
    let matches = C::augment_args(Command::new("accord")).try_get_matches_from(line).expect("a command line");
    C::from_arg_matches(&matches).expect("a configuration")
}
