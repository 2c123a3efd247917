use std::time::Duration;

use accord_tests::TestApp;
use tokio::time::timeout;

use super::{Working, all_settled, invite, until};

/// Far below the longest poll.
const SOON: Duration = Duration::from_secs(4);

/// Sessions that wait for the bell.
const LISTENING: &str =
    "from pg_stat_activity where datname = current_database() and query = 'listen emails' and state = 'idle'";

/// A worker that looks every ten seconds, listens, and has just looked.
async fn listening(app: &TestApp) -> Working {
    let mut config = app.worker_config();
    config.poll_ms = 10_000;
    let worker = Working::with(app, config);
    until("it listens", async || app.count(LISTENING).await == 1).await;
    invite(app, "first").await;
    app.mailbox.wait_for(1).await.unwrap();
    all_settled(app).await;
    worker
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_out_when_it_is_committed_and_not_when_somebody_looks() {
    let app = TestApp::new().await;
    let worker = listening(&app).await;

    invite(&app, "ann").await;

    timeout(SOON, app.mailbox.wait_for(2)).await.expect("the bell is heard").unwrap();
    all_settled(&app).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bell_that_was_cut_off_is_heard_again() {
    let app = TestApp::new().await;
    let worker = listening(&app).await;
    app.sql(&format!("select pg_terminate_backend(pid) {LISTENING}")).await;

    invite(&app, "ann").await;

    timeout(SOON, app.mailbox.wait_for(2)).await.expect("what was rung meanwhile is looked for").unwrap();
    all_settled(&app).await;
    worker.stop().await;
}
