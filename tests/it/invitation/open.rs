use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_look_is_noted_and_written_down_without_saying_whose() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let offer = app.mutate(DEMO.customer, "openInvitation", json!({ "token": token })).await.given("offer");

    assert_eq!(offer, app.offer(&token).await);
    assert!(app.invitation(DEMO.reseller, &id).await["openedAt"].is_string());
    assert_eq!(app.activity(DEMO.reseller, &id).await.last().unwrap(), "invitation.opened");
    assert_eq!(
        app.count(
            "from activities where event = 'invitation.opened' and at > now() - interval '1 hour' and actor_id is null"
        )
        .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_look_counts() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.open(&token).await.given("offer");
    let first = app.invitation(DEMO.reseller, &id).await["openedAt"].clone();
    app.days_pass(1);

    app.open(&token).await.given("offer");

    assert_eq!(app.invitation(DEMO.reseller, &id).await["openedAt"], first);
    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told, ["invitation.drafted", "invitation.sent", "invitation.opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviters_own_people_open_nothing() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    for who in [DEMO.reseller, DEMO.reseller_sales] {
        app.mutate(who, "openInvitation", json!({ "token": token })).await.given("offer");
    }

    assert_eq!(app.invitation(DEMO.reseller, &id).await["openedAt"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_never_changes_the_status_and_a_closed_one_is_not_opened() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.revoke(&id).await.given("invitation");

    let offer = app.open(&token).await.given("offer");

    assert_eq!(offer["status"], "REVOKED");
    let seen = app.invitation(DEMO.reseller, &id).await;
    assert_eq!(json!([seen["status"], seen["openedAt"]]), json!(["REVOKED", null]));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_looks_at_once_are_one() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let look = || async { app.open(&token).await.given("offer") };

    tokio::join!(look(), look(), look(), look());

    assert_eq!(app.activity(DEMO.reseller, &id).await.iter().filter(|event| *event == "invitation.opened").count(), 1);
}
