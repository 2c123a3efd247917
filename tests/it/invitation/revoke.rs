use accord_tests::{DEMO, Draft, TestApp, token_of};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_invitation_is_dead_at_once() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let revoked = app.revoke(&id).await.given("invitation");

    assert_eq!(json!([revoked["status"], revoked["link"], revoked["message"]]), json!(["REVOKED", null, null]));
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), ["INVITATION_REVOKED"]);
    assert_eq!(app.decline(DEMO.customer, &token).await.reasons(), ["INVITATION_REVOKED"]);
    assert_eq!(app.offer(&token).await["status"], "REVOKED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_of_a_revoked_invitation_is_discarded() {
    let app = TestApp::new().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    app.revoke(&id).await.given("invitation");

    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(app.delivery(&id).await, "DISCARDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_again_gives_the_same_answer_and_is_written_down_once() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let first = app.revoke(&id).await;
    app.days_pass(1);

    let again = app.mutate(DEMO.reseller_admin, "revokeInvitation", json!({ "id": id, "reason": "Another" })).await;

    assert_eq!(again.body, first.body);
    assert_eq!(app.count("from invitations where revoke_reason = 'Another'").await, 0);
    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told, ["invitation.drafted", "invitation.sent", "invitation.revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_revoked_and_its_link_never_lives() {
    let app = TestApp::new().await;
    let draft = app.try_draft(DEMO.reseller, Draft::to(DEMO.customer)).await.given("invitation");
    let id = draft["id"].as_str().unwrap();

    assert_eq!(app.revoke(id).await.given("invitation")["status"], "REVOKED");

    assert_eq!(app.send_draft(id).await.reasons(), ["NOT_A_DRAFT"]);
    assert_eq!(app.offer(&token_of(&draft)).await, Value::Null);
    assert_eq!(app.delivery(id).await, "NOT_SENT");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_or_expired_is_not_revoked() {
    let app = TestApp::without_mails().await;

    for (id, status) in app.one_in_every_state().await {
        let stays = matches!(status, "ACCEPTED" | "DECLINED" | "EXPIRED");
        let expected: &[&str] = if stays { &["NOT_PENDING"] } else { &[] };
        assert_eq!(app.revoke(&id).await.reasons(), expected, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_is_for_the_inviters_own_people_and_bounded() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let with = |reason: String| app.mutate(DEMO.reseller, "revokeInvitation", json!({ "id": id, "reason": reason }));

    assert_eq!(with("x".repeat(1_001)).await.reasons(), ["TOO_LONG reason"]);
    assert_eq!(with("a\0".into()).await.reasons(), ["INVALID reason"]);
    with("Wrong\naddress".into()).await.given("invitation");

    assert_eq!(app.count("from invitations where revoke_reason = E'Wrong\\naddress'").await, 1);
    assert_eq!(app.count("from activities where details::text like '%Wrong%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_revoked_by_who_may_invite_for_its_organization() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let reasons = async |who: &str| app.mutate(who, "revokeInvitation", json!({ "id": id })).await.reasons();

    assert_eq!(reasons(DEMO.reseller_sales).await, ["FORBIDDEN"]);
    assert_eq!(reasons(DEMO.customer).await, ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(reasons(DEMO.stranger).await, ["NOT_FOUND id"]);
    assert_eq!(reasons(DEMO.reseller_admin).await, [""; 0]);
}
