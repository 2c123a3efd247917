use accord_tests::TestApp;
use axum::http::StatusCode;
use chrono::TimeDelta;
use dev::mailbox::{Answer, Rule};
use domain::schedule::take_tick;

use super::{Working, address, all_settled, invite, invite_many, until};
use crate::monitor::{Asked, get};

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_counted_by_what_became_of_them_and_timed_from_when_they_were_due() {
    let app = TestApp::new().await;
    app.mailbox.answer(Rule::new(Answer::reply(550, "no such user")).to(&address("gone")));
    app.mailbox.answer(Rule::new(Answer::reply(451, "not now")).to(&address("later")).times(1));
    for name in ["gone", "later", "ann", "bob"] {
        invite(&app, name).await;
    }
    app.clock.advance(TimeDelta::seconds(3));
    let worker = Working::for_app(&app);
    all_settled(&app).await;
    app.clock.advance(TimeDelta::seconds(30));
    app.mailbox.wait_for(3).await.unwrap();
    all_settled(&app).await;

    // Who settles says so after the row is written.
    let mails =
        async |outcome: &str| worker.sample(&format!("accord_worker_mails_total{{outcome=\"{outcome}\"}}")).await;
    until("three are counted as sent", async || mails("sent").await == Some(3.0)).await;
    until("one is counted as failed", async || mails("failed").await == Some(1.0)).await;
    assert_eq!(mails("retried").await, Some(1.0));
    assert_eq!(worker.sample("accord_worker_mail_delay_seconds_count").await, Some(3.0));
    let late = worker.sample("accord_worker_mail_delay_seconds_sum").await.unwrap();
    assert!((6.0..120.0).contains(&late), "two of three seconds at least: {late}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queues_depth_and_age_are_read_when_asked_for_and_left_out_while_it_cannot_be_read() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    let mut config = app.worker_config();
    // Nobody listens there: mails stay due, or are put off.
    config.smtp_url = "smtp://127.0.0.1:1".into();
    let worker = Working::with(&app, config);
    let of = |family: &str| format!("accord_worker_outbox_{family}{{outbox=\"emails\"}}");
    let reads = async |family: &str, value: f64| {
        let what = format!("{family} is {value}");
        until(&what, async || worker.sample(&of(family)).await == Some(value)).await;
    };
    reads("queued", 0.0).await;
    invite(&app, "ann").await;
    invite(&app, "bob").await;

    reads("queued", 2.0).await;
    // Both are tried, and put off.
    reads("due", 0.0).await;
    let held = "leased_until = now() + interval '1 day', leased_by = 'wrk_else'";
    app.sql(&format!("update emails set {held} where status = 'queued'")).await;
    app.clock.advance(TimeDelta::days(1));
    reads("due", 2.0).await;
    let age = of("oldest_due_age_seconds");
    until("the oldest is old", async || worker.sample(&age).await > Some(80_000.0)).await;

    app.sql("alter table emails rename to away").await;
    assert_eq!(worker.sample(&of("queued")).await, None, "no number rather than an old one");
    assert_eq!(worker.sample("accord_worker_database_connections_max").await, Some(4.0), "the rest is there");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_the_schedules_are_counted() {
    let app = TestApp::new().await;
    let worker = Working::for_app(&app);
    let runs = async |outcome: &str| {
        let of = format!("accord_worker_schedule_runs_total{{schedule=\"seal\",outcome=\"{outcome}\"}}");
        worker.sample(&of).await.unwrap_or_default()
    };

    until("a tick of the seal is done", async || runs("done").await > 0.0).await;

    // The ticks to come are another process'.
    for tick in 0..30 {
        let next = (chrono::Utc::now().timestamp() / 10 + tick) * 10;
        let at = chrono::DateTime::from_timestamp(next, 0).unwrap();
        take_tick(&app.store, "seal", at).await.unwrap();
    }
    until("a tick is left to another process", async || runs("left").await > 0.0).await;
    assert_eq!(runs("failed").await, 0.0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_says_that_it_lives_is_ready_and_what_it_counts() {
    let app = TestApp::new().await;
    let mut config = app.worker_config();
    let port = dev::ports::free().unwrap();
    config.monitor = process::monitor::Place::or_off(&format!("127.0.0.1:{port}")).unwrap();
    let worker = Working::with(&app, config.clone());
    let ask = async |path: &str| get(port, path).await;
    until("it is ready", async || ask("/health/ready").await.is_some_and(|it| it.status == StatusCode::OK)).await;
    assert_eq!(ask("/health/live").await.unwrap().status, StatusCode::OK);
    let Asked { status, text } = ask("/metrics").await.unwrap();
    assert!(status == StatusCode::OK && text.contains("accord_worker_outbox_queued{"), "{text}");

    let taken = worker::run(config, app.store.clone(), accord_tests::metrics(), std::future::pending()).await;

    let error = format!("{:#}", taken.unwrap_err());
    assert!(error.starts_with("ACCORD_WORKER_MONITOR_LISTEN: cannot listen on 127.0.0.1"), "{error}");
    worker.stop().await;
    assert!(ask("/health/live").await.is_none(), "the port is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_are_given_up_because_their_workers_vanished_are_counted_as_failed_and_looked_past_at_once() {
    let app = TestApp::new().await;
    invite_many(&app, 20).await;
    let lost = "lost_leases = 3, leased_by = 'wrk_gone', leased_until = now() - interval '1 second'";
    app.sql(&format!("update emails set {lost} where status = 'queued'")).await;
    let mut config = app.worker_config();
    // One at a time, and longer between two looks than the test waits for all of them.
    (config.slots, config.poll_ms) = (1, 10_000);
    let worker = Working::with(&app, config);
    all_settled(&app).await;
    let failed = async || worker.sample("accord_worker_mails_total{outcome=\"failed\"}").await;
    until("all are counted", async || failed().await == Some(20.0)).await;
    assert_eq!(worker.sample("accord_worker_mails_total{outcome=\"sent\"}").await, None);
    worker.stop().await;
}
