//! The issuer's keys change and its server comes and goes; people stay signed in.

use std::sync::Arc;
use std::time::Duration;

use accord_tests::{PARTNER, TestApp};
use axum::http::StatusCode;
use dev::issuer::{Algorithm, Issuer, claims_for};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// An issuer that a test has to itself.
struct Own {
    issuer: Arc<Issuer>,
    url: String,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

impl Own {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Arc::new(Issuer::open(folder.path()).unwrap());
        let (address, serving) = issuer.serve_on_loopback().await.unwrap();
        Self { issuer, url: format!("http://{address}/jwks.json"), serving, _folder: folder }
    }

    async fn stop(&mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.unwrap_err().is_cancelled());
    }
}

async fn trusting(own: &Own) -> TestApp {
    let mut app = TestApp::new().await;
    app.trust(own.issuer.clone(), &own.url);
    app
}

fn token(own: &Own) -> String {
    own.issuer.token(&claims_for(PARTNER).unwrap(), Duration::from_secs(60)).unwrap()
}

/// Whether somebody with this token is who they are.
async fn signs_in(app: &TestApp, token: &str) -> bool {
    let answer = app.post(Some(token), json!({ "query": "{ viewer { user { email } } }" })).await;
    match answer.status {
        StatusCode::OK => answer.text("viewer.user.email") == PARTNER,
        status => {
            assert_eq!((status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_known_at_once_and_the_old_one_still_is() {
    for algorithm in [Algorithm::RS256, Algorithm::EdDSA, Algorithm::ES256] {
        let own = Own::start().await;
        let app = trusting(&own).await;
        let old = token(&own);
        assert!(signs_in(&app, &old).await);
        own.issuer.rotate(algorithm).unwrap();
        assert!(signs_in(&app, &token(&own)).await, "{algorithm:?}");
        assert!(signs_in(&app, &old).await, "{algorithm:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_retired_is_forgotten_when_the_keys_are_next_read() {
    let own = Own::start().await;
    let app = trusting(&own).await;
    let old = token(&own);
    assert!(signs_in(&app, &old).await);
    own.issuer.rotate(Algorithm::EdDSA).unwrap();
    own.issuer.retire().unwrap();
    assert!(signs_in(&app, &token(&own)).await);
    assert!(!signs_in(&app, &old).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_while_the_issuer_is_down() {
    let mut own = Own::start().await;
    let app = trusting(&own).await;
    assert!(signs_in(&app, &token(&own)).await);
    own.stop().await;
    assert!(signs_in(&app, &token(&own)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_refused_while_the_issuer_is_down() {
    let mut own = Own::start().await;
    let app = trusting(&own).await;
    assert!(signs_in(&app, &token(&own)).await);
    own.stop().await;
    own.issuer.rotate(Algorithm::EdDSA).unwrap();
    assert!(!signs_in(&app, &token(&own)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_keys_nobody_can_sign_in_for_now_and_who_has_no_token_is_served() {
    let mut own = Own::start().await;
    own.stop().await;
    let app = trusting(&own).await;
    let answer = app.post(Some(&token(&own)), json!({ "query": "{ viewer { user { email } } }" })).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "TIMEOUT"));
    assert!(app.ask_nobody("{ regions { code } }", json!({})).await.at("regions").is_array());
}
