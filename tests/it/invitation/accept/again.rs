use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_by_the_same_user_gets_the_same_answer_whatever_happened_since() {
    let app = TestApp::without_mails().await;
    let full = Draft::to(DEMO.customer).with("delegatedAdministration", json!({ "full": true }));
    let (_, token) = app.invite(DEMO.reseller, full).await;
    let first = app.try_accept(DEMO.customer, &token).await;
    first.given("outcome");

    app.days_pass(40);
    app.suspend("contoso.example").await;
    app.sql("update organizations set country = 'BR', cloud = 'germany' where tenant = 'wingtip.example'").await;
    let again = app.try_accept_with(DEMO.customer, json!({ "token": token })).await;

    assert_eq!(again.body, first.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_makes_and_tells_nothing() {
    let app = TestApp::new().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;
    app.try_accept(DEMO.customer, &token).await.given("outcome");
    app.mails().await;
    let activities = app.count("from activities").await;

    app.try_accept(DEMO.customer, &token).await.given("outcome");
    app.mutate(DEMO.customer, "acceptInvitation", json!({ "id": id })).await.given("outcome");

    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(app.count("from activities").await, activities);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_administrator_is_told_that_it_was_answered() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.given("outcome");

    assert_eq!(app.try_accept(DEMO.customer_user, &token).await.reasons(), ["INVITATION_ANSWERED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declined_does_not_accept_afterwards_nor_the_other_way_round() {
    let app = TestApp::without_mails().await;
    let (_, declined) = app.invite(DEMO.reseller, Draft::to("a@wingtip.example")).await;
    let (_, accepted) = app.invite(DEMO.reseller, Draft::to("b@wingtip.example")).await;
    app.decline(DEMO.customer, &declined).await.given("invitation");
    app.try_accept(DEMO.customer, &accepted).await.given("invitation");

    assert_eq!(app.try_accept(DEMO.customer, &declined).await.reasons(), ["INVITATION_ANSWERED"]);
    assert_eq!(app.decline(DEMO.customer, &accepted).await.reasons(), ["INVITATION_ANSWERED"]);
}
