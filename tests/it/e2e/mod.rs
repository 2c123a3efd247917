//! Accord's own processes, asked over HTTP, mailing over SMTP. `cargo dev check` leaves these out.

mod activity;
mod agreements;
mod audit;
mod browser;
mod config;
mod crash;
mod export;
mod logs;
mod metrics;
mod provider;
mod release;
mod shutdown;
mod story;
mod subscription;
mod traces;

use std::sync::Arc;
use std::time::Duration;

use accord_tests::{Answer, DEMO, Environment, Mail, Process, TestApp};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use dev::issuer::{Issuer, claims_for};
use dev::mailbox::Mailbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::timeout;

/// How long a test waits before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The two processes over the database, the mailbox and the issuer of a test.
struct Accord {
    app: TestApp,
    api: Api,
    worker: Process,
    /// With which both were started.
    environment: Environment,
}

impl Accord {
    /// Starts both, and waits until they are ready.
    async fn start(change: impl FnOnce(Environment) -> Environment) -> Self {
        let app = TestApp::new().await;
        let environment = change(environment(&app.issuer, app.database_url(), &app.mailbox).await);
        let (api, environment) = Api::start(environment);
        api.until_ready().await;
        let worker = environment.start("accord-worker run");
        until("the worker works", async || worker.log().contains("working")).await;
        Self { app, api, worker, environment }
    }

    /// Asks as somebody of the demo world.
    async fn ask(&self, who: &str, document: &str, variables: Value) -> Answer {
        let token = self.app.issuer.token(&claims_for(who).unwrap(), Duration::from_secs(600)).unwrap();
        self.api.ask(Some(&token), document, variables).await
    }

    /// The reseller's agent drafts and sends; gives the invitation's id.
    async fn invite(&self, email: &str) -> String {
        let input = json!({ "input": { "recipient": { "email": email } } });
        let draft = "mutation($input: DraftInvitationInput!) { draftInvitation(input: $input) {
            invitation { id } userErrors { code message } } }";
        let id = self.ask(DEMO.reseller, draft, input).await.given("invitation")["id"].as_str().unwrap().to_owned();
        let send = "mutation($id: ID!) { sendInvitation(input: { id: $id }) {
            invitation { status } userErrors { code message } } }";
        let sent = self.ask(DEMO.reseller, send, json!({ "id": id })).await.given("invitation");
        assert_eq!(sent["status"], "PENDING");
        id
    }

    /// The mail of this number, once it has come.
    async fn mail(&self, number: usize) -> Mail {
        Mail::read(&self.app.mailbox.wait_for(number).await.unwrap()[number - 1])
    }

    /// Ends both as a supervisor does, once every mail is settled.
    async fn end(mut self) {
        let queued = "from emails where status = 'queued'";
        until("every mail is settled", async || self.app.count(queued).await == 0).await;
        let [worker, api] = [self.worker.terminate().await, self.api.process.terminate().await];
        assert!(
            worker.success() && api.success(),
            "{worker}: {}\n{api}: {}",
            self.worker.log(),
            self.api.process.log()
        );
    }
}

/// The API's process.
struct Api {
    process: Process,
    port: u16,
    /// Where operators ask.
    monitor_port: u16,
}

impl Api {
    /// Starts it at free ports, which the variables name from then on.
    fn start(environment: Environment) -> (Self, Environment) {
        let [port, monitor_port] = [(); 2].map(|()| dev::ports::free().unwrap());
        let environment = environment
            .with("ACCORD_LISTEN", format!("127.0.0.1:{port}"))
            .with("ACCORD_MONITOR_LISTEN", format!("127.0.0.1:{monitor_port}"))
            .with("ACCORD_PUBLIC_URL", format!("http://127.0.0.1:{port}"));
        (Self { process: environment.start("accord-api serve"), port, monitor_port }, environment)
    }

    async fn until_ready(&self) {
        self.until_answers("/health/ready", StatusCode::OK).await;
    }

    /// Waits until the monitoring port does.
    async fn until_answers(&self, path: &str, status: StatusCode) -> Answer {
        let mut answer = None;
        until(&format!("{path} answers {status}"), async || {
            answer = self.monitor(path).await.filter(|answer| answer.status == status);
            answer.is_some()
        })
        .await;
        answer.unwrap()
    }

    /// None: nobody listens there yet.
    async fn get(&self, path: &str) -> Option<Answer> {
        self.http(&format!("GET {path} HTTP/1.0\r\n\r\n")).await
    }

    /// Asks the monitoring port. None: nobody listens there yet.
    async fn monitor(&self, path: &str) -> Option<Answer> {
        send(self.monitor_port, &format!("GET {path} HTTP/1.0\r\n\r\n")).await
    }

    async fn ask(&self, token: Option<&str>, document: &str, variables: Value) -> Answer {
        self.ask_with("", token, document, variables).await
    }

    /// The same under more headers, each with its line's end.
    async fn ask_with(&self, headers: &str, token: Option<&str>, document: &str, variables: Value) -> Answer {
        self.try_to_ask(headers, token, document, variables).await.expect("an answer")
    }

    /// None: nobody answered.
    async fn try_to_ask(&self, headers: &str, token: Option<&str>, document: &str, variables: Value) -> Option<Answer> {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!("POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\n{headers}{bearer}");
        self.http(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
    }

    async fn http(&self, request: &str) -> Option<Answer> {
        send(self.port, request).await
    }
}

/// Sends a request as it is written. None: nobody listens there.
async fn send(port: u16, request: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
    let headers: HeaderMap = headers.collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().collect();
    let body = serde_json::from_str(body).unwrap_or(json!(body));
    Some(Answer { status, headers, body })
}

/// The variables of both processes, with an issuer whose keys are served for as long as the test runs.
async fn environment(issuer: &Arc<Issuer>, database_url: &str, mailbox: &Mailbox) -> Environment {
    let (keys, _) = issuer.serve_on_loopback().await.unwrap();
    Environment::over(database_url, mailbox.address()).with("ACCORD_JWKS_URL", format!("http://{keys}/jwks.json"))
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let so = async {
        while !is_so().await {
            yield_now().await;
        }
    };
    timeout(PATIENCE, so).await.unwrap_or_else(|_| panic!("waited {PATIENCE:?} until {what}"));
}
