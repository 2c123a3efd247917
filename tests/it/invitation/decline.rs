use accord_tests::{DEMO, Draft, TestApp};
use dev::issuer::{Claims, claims_for};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// A user of the customer's, without a role, whose own address is elsewhere.
fn ann_of_wingtip() -> Claims {
    Claims { email: "ann@home.example".to_owned(), ..claims_for(DEMO.customer_user).unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addressee_declines_in_any_role() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer_user)).await;

    let declined = app.decline(DEMO.customer_user, &token).await.given("invitation");

    assert_eq!(declined["status"], "DECLINED");
    assert_eq!(app.status(&id).await, "DECLINED");
    assert_eq!(app.offer(&token).await["status"], "DECLINED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addressee_is_who_is_signed_in_with_the_address_wherever_they_are() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("Ann@home.example")).await;

    let declined = app.mutate_as(&ann_of_wingtip(), "declineInvitation", json!({ "token": token })).await;

    assert_eq!(declined.given("invitation")["status"], "DECLINED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addressee_declines_by_the_id_too() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer_user)).await;
    let by_id = async |who: &str| app.mutate(who, "declineInvitation", json!({ "id": id })).await.reasons();

    assert_eq!(by_id(DEMO.customer).await, ["NOT_FOUND id"], "the administrator needs the link");
    assert_eq!(by_id(DEMO.customer_user).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_global_administrator_of_the_organization_that_could_accept_declines() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("someone@wingtip.example")).await;

    assert_eq!(app.decline(DEMO.customer, &token).await.given("invitation")["status"], "DECLINED");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_else_is_the_wrong_recipient() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("someone@wingtip.example")).await;

    let others = [DEMO.customer_user, "admin@tailspin.example", DEMO.reseller_admin, OPERATOR, "ann@blue-sky.example"];
    for who in others {
        assert_eq!(app.decline(who, &token).await.reasons(), ["WRONG_RECIPIENT"], "{who}");
    }
    assert_eq!(app.mutate_as_nobody("declineInvitation", json!({ "token": token })).await.error(), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_none_is_refused_as_that_to_everybody() {
    let app = TestApp::new().await;

    for who in [DEMO.customer, OPERATOR, "ann@blue-sky.example"] {
        let reason = "x".repeat(2_000);
        let forged = app.mutate(who, "declineInvitation", json!({ "token": "forged", "reason": reason })).await;
        assert_eq!(forged.reasons(), ["LINK_NOT_VALID token"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviter_is_told_the_reason() {
    let app = TestApp::new().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;

    let reason = "We have a partner <already>.\nThank you";
    let declined = app.mutate(DEMO.customer, "declineInvitation", json!({ "token": token, "reason": reason })).await;

    assert_eq!(declined.given("invitation")["declineReason"], reason);
    assert_eq!(app.invitation(DEMO.reseller, &id).await["declineReason"], reason);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, DEMO.reseller);
    assert!(mails[0].text.contains("We have a partner <already>."), "{}", mails[0].text);
    assert!(mails[0].html.contains("We have a partner &lt;already&gt;."), "{}", mails[0].html);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_is_text_of_at_most_1000_characters() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let with = async |reason: String| {
        app.mutate(DEMO.customer, "declineInvitation", json!({ "token": token, "reason": reason })).await.reasons()
    };

    assert_eq!(with("ü".repeat(1_001)).await, ["TOO_LONG reason"]);
    assert_eq!(with("a\0".into()).await, ["INVALID reason"]);
    assert_eq!(with("ü".repeat(1_000)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_reason_is_none() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let declined = app.mutate(DEMO.customer, "declineInvitation", json!({ "token": token, "reason": "  " })).await;

    assert_eq!(declined.given("invitation")["declineReason"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_by_the_same_person_gets_the_same_answer_and_tells_nothing() {
    let app = TestApp::new().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;
    let first = app.decline(DEMO.customer, &token).await;
    app.mails().await;
    app.days_pass(40);

    let again = app.mutate(DEMO.customer, "declineInvitation", json!({ "token": token, "reason": "Another" })).await;

    assert_eq!(again.body, first.body);
    assert_eq!(app.mails().await.len(), 0);
    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told, ["invitation.drafted", "invitation.sent", "invitation.declined"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_is_told_that_it_was_answered() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer_user)).await;
    app.decline(DEMO.customer_user, &token).await.given("invitation");

    assert_eq!(app.decline(DEMO.customer, &token).await.reasons(), ["INVITATION_ANSWERED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_that_it_was_declined_and_the_reason_is_not_in_the_account() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer_user)).await;

    let reason = json!({ "token": token, "reason": "Secret plan" });
    app.mutate(DEMO.customer_user, "declineInvitation", reason).await.given("invitation");

    assert_eq!(app.activity(DEMO.reseller, &id).await.last().unwrap(), "invitation.declined");
    assert_eq!(app.activity(DEMO.customer, &id).await, ["invitation.declined"]);
    assert_eq!(app.count("from activities where details::text like '%Secret%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partners_invitation_can_still_be_declined() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.suspend("contoso.example").await;

    assert_eq!(app.decline(DEMO.customer, &token).await.reasons(), [""; 0]);
}
