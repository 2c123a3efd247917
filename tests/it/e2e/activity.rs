use std::process::Output;

use accord_tests::{DEMO, Draft, Environment, TestApp};
use domain::settings::Key;
use worker::schedule::Schedule;

use super::environment;

/// The account of one invitation, sealed.
async fn sealed() -> (TestApp, Environment) {
    let app = TestApp::without_mails().await;
    app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    seal(&app).await;
    let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
    (app, environment)
}

async fn seal(app: &TestApp) {
    while Schedule::Seal.batch(&app.store, &Key::from([2; 32])).await.unwrap() {}
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const VERIFY: &str = "accord-worker verify-activity";

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_account_is_shown_with_its_head_and_0() {
    let (_app, environment) = sealed().await;

    let verified = environment.run(VERIFY).await;

    assert!(verified.status.success(), "{}", said(&verified));
    assert!(said(&verified).starts_with("head 1:"), "{}", said(&verified));
    let head = said(&verified).trim().replace("head ", "--head ");
    assert!(environment.run(&format!("{VERIFY} {head}")).await.status.success(), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_row_is_named_by_its_batch_with_1() {
    let (app, environment) = sealed().await;
    app.sql(
        "alter table activities disable trigger activities_never_change;
         update activities set details = '{\"forged\": true}' where id = (select id from activities limit 1)",
    )
    .await;

    let verified = environment.run(VERIFY).await;

    assert_eq!(verified.status.code(), Some(1));
    assert!(said(&verified).contains("Rows { batch: 1 }"), "{}", said(&verified));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_cut_off_is_seen_by_the_logs_head() {
    let (app, environment) = sealed().await;
    app.draft(DEMO.reseller, Draft::to("bob@blue-sky.example")).await;
    seal(&app).await;
    let head = said(&environment.run(VERIFY).await).trim().replace("head ", "--head ");
    app.sql(
        "alter table activities disable trigger activities_never_change;
         create temporary table gone as select activity_id from activity_seals where batch = 2;
         delete from activity_seals where batch = 2; delete from activity_batches where number = 2;
         delete from activity_organizations where activity_id in (select activity_id from gone);
         delete from activities where id in (select activity_id from gone)",
    )
    .await;

    assert!(environment.run(VERIFY).await.status.success(), "without the head it is not seen");
    let verified = environment.run(&format!("{VERIFY} {head}")).await;

    assert_eq!(verified.status.code(), Some(1));
    assert!(said(&verified).contains("CutOff { batch: 2 }"), "{}", said(&verified));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_did_not_sign_it() {
    let (_app, environment) = sealed().await;
    let other = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [3; 32]);

    let verified = environment.with("ACCORD_SEAL_KEY", other).run(VERIFY).await;

    assert_eq!(verified.status.code(), Some(1));
    assert!(said(&verified).contains("Signature { batch: 1 }"), "{}", said(&verified));
}
