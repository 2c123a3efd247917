//! The order of the checks: each stage refuses although a later one would too.

use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_link_is_checked_before_the_organization() {
    let app = TestApp::without_mails().await;
    let (id, old) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.resend(&id).await.given("invitation");

    assert_eq!(app.try_accept(DEMO.stranger, &old).await.reasons(), ["LINK_NOT_VALID token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_is_checked_before_the_role() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    assert_eq!(app.try_accept("user@tailspin.example", &token).await.reasons(), ["WRONG_RECIPIENT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_is_checked_before_the_status() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.revoke(&id).await.given("invitation");

    assert_eq!(app.try_accept("admin@tailspin.example", &token).await.reasons(), ["WRONG_RECIPIENT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_is_checked_before_the_status() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.revoke(&id).await.given("invitation");

    assert_eq!(app.try_accept(DEMO.customer_user, &token).await.reasons(), ["FORBIDDEN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_is_checked_before_standing_region_and_agreement() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.days_pass(30);
    app.suspend("contoso.example").await;
    app.sql("update organizations set country = 'BR' where tenant = 'wingtip.example'").await;

    let answer = app.try_accept_with(DEMO.customer, json!({ "token": token })).await;

    assert_eq!(answer.reasons(), ["INVITATION_EXPIRED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn standing_region_and_cloud_are_checked_again_together_before_the_agreement() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.suspend("contoso.example").await;
    app.sql("update organizations set country = 'BR', cloud = 'germany' where tenant = 'wingtip.example'").await;

    let answer = app.try_accept_with(DEMO.customer, json!({ "token": token })).await;

    assert_eq!(answer.reasons(), ["NOT_AUTHORIZED_PARTNER", "REGION_MISMATCH", "CLOUD_MISMATCH"]);
    assert_eq!(app.status(&id).await, "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_of_who_may_deal_with_whom_is_asked_again() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let set = async |organization: &str, field: &str| {
        app.sql(&format!("update organizations set {field} where tenant = '{organization}.example'")).await;
        app.try_accept(DEMO.customer, &token).await.reasons()
    };

    assert_eq!(set("wingtip", "country = 'KP'").await, ["COUNTRY_NOT_SUPPORTED"]);
    assert_eq!(set("wingtip", "country = 'CH'").await, ["REGION_MISMATCH"]);
    assert_eq!(set("wingtip", "country = 'US', cloud = 'germany'").await, ["CLOUD_MISMATCH"]);
    assert_eq!(set("contoso", "cloud = 'germany'").await, ["DELEGATED_ADMINISTRATION_REQUIRED"]);
    app.sql("update organizations set cloud = 'public'").await;
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_is_refused_by_the_name_of_its_status() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;
    let invited = async |email: &str| app.invite(DEMO.reseller, Draft::to(email)).await;
    let (id, revoked) = invited("a@wingtip.example").await;
    let (_, declined) = invited("b@wingtip.example").await;
    let (_, accepted) = invited("c@wingtip.example").await;
    let (_, expired) = invited("d@wingtip.example").await;
    app.revoke(&id).await.given("invitation");
    app.decline(DEMO.customer, &declined).await.given("invitation");
    app.try_accept(DEMO.customer, &accepted).await.given("invitation");
    app.days_pass(30);

    for (token, code) in [
        (revoked, "INVITATION_REVOKED"),
        (declined, "INVITATION_ANSWERED"),
        (accepted, "INVITATION_ANSWERED"),
        (expired, "INVITATION_EXPIRED"),
    ] {
        assert_eq!(app.try_accept(DEMO.customer_user, &token).await.reasons(), [code]);
        assert_eq!(app.decline(DEMO.customer_user, &token).await.reasons(), [code]);
    }
}
