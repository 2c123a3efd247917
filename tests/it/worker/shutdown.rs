use accord_tests::TestApp;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use super::{Gate, Working, count, ended, invite_many, recipients, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_on_its_way_is_finished_and_no_other_is_begun() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    invite_many(&app, 3).await;
    let gate = Gate::before(&app).await;
    let mut config = app.worker_config();
    (config.smtp_url, config.slots) = (gate.url.clone().into(), 1);
    let worker = Working::with(&app, config);
    gate.arrivals(1).await;

    let ending = worker.tell().await;
    gate.open();
    ended(ending).await;

    assert_eq!(recipients(&app).len(), 1);
    assert_eq!(count(&app, "status = 'sent' and attempts = 1").await, 1);
    assert_eq!(count(&app, "status = 'queued' and attempts = 0 and leased_by is null").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_claimed_and_not_begun_is_given_back_as_if_never_claimed() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    invite_many(&app, 5).await;
    // Holds the claim up until the worker has been told to stop.
    let mut lock = AsyncPgConnection::establish(app.database_url()).await.unwrap();
    lock.batch_execute("begin; lock table emails in access exclusive mode").await.unwrap();
    let worker = Working::for_app(&app);
    let claims = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    until("it claims", async || app.count(claims).await > 0).await;

    let ending = worker.tell().await;
    lock.batch_execute("commit").await.unwrap();
    ended(ending).await;

    assert_eq!(recipients(&app), [""; 0]);
    assert_eq!(count(&app, "attempts = 0 and leased_by is null and lost_leases = 0").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_does_not_hold_up_the_end_for_longer_than_a_mails_time() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    invite_many(&app, 1).await;
    let gate = Gate::before(&app).await;
    let mut config = app.worker_config();
    config.smtp_url = gate.url.clone().into();
    config.smtp_timeout = std::time::Duration::from_millis(300);
    let worker = Working::with(&app, config);
    gate.arrivals(1).await;

    worker.stop().await;

    assert_eq!(count(&app, "status = 'queued' and attempts = 1 and leased_by is null").await, 1);
}
