//! Signing in by an OpenID provider that others wrote: npm's certified `oidc-provider`, which the API knows by the
//! issuer's address alone.

mod browser;
mod forged;
mod keys;
mod outage;
mod sign_in;

use std::time::Duration;

use accord_tests::{Answer, DEMO, Environment, Script, TestApp};
use axum::http::{StatusCode, header};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::interval;

use self::browser::Browser;
use super::{Api, environment, until};

/// Who is asking.
const VIEWER: &str = "{ viewer { user { email roles } organization { name } } }";

/// A client that follows no redirects, reaches this machine alone and keeps nothing.
fn client() -> reqwest::Client {
    // Whoever installed one before has the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(Policy::none()).no_proxy().tls_certs_only([]).build().unwrap()
}

/// The provider, which can end and come back at its address.
struct Provider {
    script: Option<Script>,
    folder: TempDir,
    algorithm: &'static str,
    issuer: String,
    /// What it printed: its published keys, the same as PEM, and a key that it does not publish.
    printed: Value,
}

impl Provider {
    /// Starts one whose keys are for this algorithm.
    async fn start(algorithm: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut provider = Self { script: None, folder, algorithm, issuer: String::new(), printed: Value::Null };
        provider.come_back(&[]).await;
        provider
    }

    /// Starts it again at the same address, with `--rotate` for a new key and `--retire` without the older ones.
    async fn come_back(&mut self, changes: &[&str]) {
        let port = self.issuer.rsplit(':').next().filter(|port| !port.is_empty()).unwrap_or("0").to_owned();
        let folder = self.folder.path().to_str().unwrap();
        let settings = ["--folder", folder, "--port", &port, "--algorithm", self.algorithm];
        let mut script = Script::start("provider", &[&settings, changes].concat()).await;
        self.printed = script.next().await.expect("it listens");
        self.issuer = self.printed["issuer"].as_str().unwrap().to_owned();
        self.script = Some(script);
    }

    async fn stop(&mut self) {
        self.script.take().expect("it runs").kill().await;
    }

    async fn restart(&mut self, changes: &[&str]) {
        self.stop().await;
        self.come_back(changes).await;
    }

    /// Signs somebody in as a portal does, and gives the access token for Accord.
    async fn sign_in(&self, email: &str) -> String {
        Browser::new(&self.issuer).sign_in(email, "accord").await.access
    }

    /// The published key that signs; older ones follow.
    fn key(&self) -> &Value {
        &self.printed["keys"][0]
    }

    /// Has a token signed: the payload under the header, with the private key of this id, or with a secret.
    async fn forge(&self, forgery: Value) -> String {
        let request = client().post(format!("{}/forge", self.issuer)).body(forgery.to_string());
        request.send().await.unwrap().text().await.unwrap()
    }
}

/// The API over the demo world, whose people this provider signs in.
struct Accord {
    api: Api,
    /// Its database goes with it.
    _app: TestApp,
}

impl Accord {
    async fn trusting(provider: &Provider) -> Self {
        Self::trusting_with(provider, |it| it).await
    }

    async fn trusting_with(provider: &Provider, change: impl FnOnce(Environment) -> Environment) -> Self {
        let app = TestApp::without_mails().await;
        for table in ["organizations", "users"] {
            app.sql(&format!("update {table} set issuer = '{}'", provider.issuer)).await;
        }
        let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
        let environment = environment.without("ACCORD_JWKS_URL").with("ACCORD_ISSUER", &provider.issuer);
        let (api, _) = Api::start(change(environment));
        api.until_ready().await;
        Self { api, _app: app }
    }

    /// What whoever has this token is answered.
    async fn ask(&self, token: &str) -> Answer {
        let request = client()
            .post(format!("http://127.0.0.1:{}/graphql", self.api.port))
            .header(header::CONTENT_TYPE, "application/json")
            .bearer_auth(token)
            .body(json!({ "query": VIEWER }).to_string());
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
        Answer { status, headers, body }
    }

    /// Waits until whoever has this token is answered so: keys are read at most every ten seconds.
    async fn until_answers(&self, token: &str, status: StatusCode) {
        let mut pace = interval(Duration::from_millis(100));
        until("the keys are read", async || {
            pace.tick().await;
            self.ask(token).await.status == status
        })
        .await;
    }

    /// Whether whoever has this token is the reseller's agent; else it was refused as one that is not believed.
    async fn knows(&self, token: &str) -> bool {
        let answer = self.ask(token).await;
        match answer.status {
            StatusCode::OK => answer.text("viewer.user.email") == DEMO.reseller,
            _ => {
                assert_refused(&answer);
                false
            }
        }
    }
}

/// Stops the test unless this is what becomes of a token that is not believed.
#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    assert!(answer.body.get("data").is_none(), "{}", answer.body);
}
