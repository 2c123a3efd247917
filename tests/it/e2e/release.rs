use accord_tests::{TestApp, TestDatabase};
use axum::http::StatusCode;

use super::{Api, environment};

#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_ready_once_the_release_step_has_run_and_needs_no_restart() {
    let app = TestApp::new().await;
    let database = TestDatabase::empty().await.unwrap();
    let (mut api, environment) = Api::start(environment(&app.issuer, &database.url, &app.mailbox).await);
    let not_ready = api.until_answers("/health/ready", StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(not_ready.body["ready"], false);
    assert_eq!(api.monitor("/health/live").await.unwrap().status, StatusCode::OK);

    let migrated = environment.run("accord-worker migrate").await;

    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let ran = String::from_utf8(migrated.stdout).unwrap();
    assert_eq!(
        ran.lines().count(),
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations")).unwrap().count(),
        "{ran}"
    );
    api.until_ready().await;
    let again = environment.run("accord-worker migrate").await;
    let said = String::from_utf8(again.stdout).unwrap();
    assert!(again.status.success() && said == "the database is current\n", "{said}");
    assert!(api.process.terminate().await.success());
    database.remove().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_makes_the_api_unready_and_fails_the_release_step() {
    let app = TestApp::new().await;
    let port = dev::ports::free().unwrap();
    let nowhere = format!("postgres://accord:hunter2@127.0.0.1:{port}/accord");
    let (mut api, environment) = Api::start(environment(&app.issuer, &nowhere, &app.mailbox).await);

    let not_ready = api.until_answers("/health/ready", StatusCode::SERVICE_UNAVAILABLE).await;
    let migrated = environment.run("accord-worker migrate").await;

    assert!(!not_ready.body.to_string().contains(&port.to_string()), "{}", not_ready.body);
    assert!(!migrated.status.success());
    let said = String::from_utf8_lossy(&migrated.stderr).into_owned();
    assert!(said.contains("cannot reach the database"), "{said}");
    assert!(api.process.terminate().await.success());
    assert!(!(said + &api.process.log()).contains("hunter2"));
}
