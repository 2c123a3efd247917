use std::sync::atomic::{AtomicUsize, Ordering};

use accord_tests::{DEMO, TestApp};
use axum::http::StatusCode;
use dev::issuer::claims_for;
use futures_util::future::join_all;
use serde_json::json;

use super::{Api, PATIENCE, environment, until};

/// Asks as a balancer does: only while the process says that it is ready. How often that failed.
async fn ask_while_ready(api: &Api, token: &str, asked: &AtomicUsize) -> usize {
    let mut lost = 0;
    while api.monitor("/health/ready").await.is_some_and(|answer| answer.status == StatusCode::OK) {
        let answer = api.try_to_ask("", Some(token), "{ viewer { user { name } } }", json!({})).await;
        lost += usize::from(answer.is_none_or(|answer| answer.body["data"]["viewer"]["user"]["name"].is_null()));
        asked.fetch_add(1, Ordering::Relaxed);
    }
    lost
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_behind_a_balancer_that_honours_readiness() {
    let app = TestApp::without_mails().await;
    let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
    let (mut api, _) = Api::start(environment.with("ACCORD_SHUTDOWN_DELAY_SECONDS", 2));
    api.until_ready().await;
    let token = app.issuer.token(&claims_for(DEMO.reseller).unwrap(), PATIENCE).unwrap();

    let asked = AtomicUsize::new(0);
    let clients = join_all((0..4).map(|_| ask_while_ready(&api, &token, &asked)));
    let stop = async {
        until("requests are answered", async || asked.load(Ordering::Relaxed) > 50).await;
        api.process.tell_to_stop();
    };
    let (lost, ()) = tokio::join!(clients, stop);
    assert_eq!(lost.iter().sum::<usize>(), 0, "of {}", asked.load(Ordering::Relaxed));
    assert!(api.process.terminate().await.success(), "{}", api.process.log());
}
