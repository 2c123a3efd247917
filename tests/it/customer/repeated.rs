use accord_tests::{Brought, TestApp, came_to};
use serde_json::json;

use super::{DOMAIN, PROVIDER, blue_yonder};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_had_again_by_repeating_the_call_with_its_key() {
    let app = TestApp::new().await;
    let call = async || app.add(PROVIDER, blue_yonder().with("idempotencyKey", json!("7"))).await;
    let first = call().await;
    assert_eq!(app.mails().await.len(), 1);

    assert_eq!(call().await, first);
    assert_eq!(app.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_with_one_key_at_once_add_one_customer() {
    let app = TestApp::without_mails().await;
    let call = async || app.add(PROVIDER, blue_yonder().with("idempotencyKey", json!("7"))).await;

    let (one, other) = tokio::join!(call(), call());

    assert_eq!(one["id"], other["id"]);
    assert_eq!(app.count("from emails where kind = 'customer_welcome'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_customer_is_a_conflict() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder().with("idempotencyKey", json!("7"))).await;

    let other = app.try_add(PROVIDER, Brought::of("lucerne.example").with("idempotencyKey", json!("7"))).await;

    assert_eq!(other.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_repeated_with_its_key_gives_the_same_rows_and_does_nothing_again() {
    let app = TestApp::new().await;
    app.load_customers(&[("northwind.example", "tailspin.example")]).await;
    let domains = [DOMAIN, "wingtip.example", "gmail.com", "tailspin.example"];
    let rows = || domains.map(Brought::of).to_vec();
    let call = async || app.try_import(PROVIDER, rows(), json!({ "idempotencyKey": "7" })).await;
    let first = call().await;
    assert_eq!(came_to(&first), ["ADDED", "INVITED", "WEBMAIL_NOT_ALLOWED rows.2.domain", "IMPORTED"]);
    assert_eq!(app.mails().await.len(), 2);

    let again = call().await;

    assert_eq!(again.body, first.body);
    assert_eq!(app.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_broke_off_half_way_is_resumed_by_repeating_it() {
    let app = TestApp::without_mails().await;
    let rows = || ["one.example", "two.example", "three.example"].map(Brought::of).to_vec();
    let call = async || app.try_import(PROVIDER, rows(), json!({ "idempotencyKey": "7" })).await;
    app.sql("alter table organizations add constraint breaks_off check (name not like '%two%')").await;
    assert_eq!(call().await.error(), "INTERNAL");
    assert_eq!(app.count("from organizations where tenant is null").await, 1);
    app.sql("alter table organizations drop constraint breaks_off").await;

    let resumed = call().await;

    assert_eq!(came_to(&resumed), ["ADDED"; 3]);
    assert_eq!(app.count("from organizations where tenant is null").await, 3);
    assert_eq!(app.count("from emails where kind = 'customer_welcome'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_with_one_key_at_once_do_every_row_once() {
    let app = TestApp::without_mails().await;
    let rows = || ["one.example", "wingtip.example"].map(Brought::of).to_vec();
    let call = async || app.try_import(PROVIDER, rows(), json!({ "idempotencyKey": "7" })).await;

    let (one, other) = tokio::join!(call(), call());

    assert_eq!(one.given("rows"), other.given("rows"));
    assert_eq!(
        app.count("from emails where kind in ('customer_welcome', 'invitation') and status = 'queued'").await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_refused_beside_one_of_its_domain_stays_refused_though_that_one_was_declined() {
    let app = TestApp::new().await;
    let rows = || vec![Brought::of("wingtip.example"); 2];
    let call = async || app.try_import(PROVIDER, rows(), json!({ "idempotencyKey": "7" })).await;
    assert_eq!(came_to(&call().await), ["INVITED", "ALREADY_INVITED rows.1.domain"]);
    let token = app.mails().await[0].token();
    app.decline("admin@wingtip.example", &token).await.given("invitation");
    app.mails().await;

    assert_eq!(came_to(&call().await), ["INVITED", "ALREADY_INVITED rows.1.domain"]);

    assert_eq!(app.count("from invitations where recipient_email = 'ada@wingtip.example'").await, 1);
    assert_eq!(app.mails().await.len(), 0);
}
