//! The partner gives a grant back.

use accord_tests::{DEMO, TestApp};
use dev::seed::OPERATOR;
use domain::admin_grant::RequestedAdministration::Full;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, TOLD, granted, mailed, status, told};

#[tokio::test(flavor = "multi_thread")]
async fn administrators_and_admin_agents_of_the_partner_give_a_grant_back_and_both_sides_are_told() {
    let app = TestApp::new().await;
    let granular = granted(&app, "P1Y", true).await;
    let full = app.granted(PARTNER, CUSTOMER, &Full).await;
    for (who, id) in [(PARTNER_ADMIN, granular), (PARTNER_AGENT, full)] {
        let ended = app.end_grant(who, &id).await.given("adminGrant");

        assert_eq!(ended["status"], "ENDED");
        assert!(ended["endedAt"].is_string());
        assert_eq!(status(&app, &id).await, "ENDED");
        assert_eq!(told(&app, &id).await, ["admin_grant.ended"]);
        assert_eq!(mailed(&app).await, TOLD);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_gives_it_back() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1Y", false).await;
    for (who, reasons) in [
        ("sales@litware.example", ["FORBIDDEN"]),
        ("helpdesk@litware.example", ["FORBIDDEN"]),
        (OPERATOR, ["FORBIDDEN"]),
        (CUSTOMER_ADMIN, ["NOT_AUTHORIZED_PARTNER"]),
        (DEMO.customer, ["NOT_AUTHORIZED_PARTNER"]),
        (DEMO.reseller_admin, ["NOT_FOUND id"]),
    ] {
        assert_eq!(app.end_grant(who, &id).await.reasons(), reasons, "{who}");
    }
    assert_eq!(status(&app, &id).await, "ACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_revokes_its_providers_grant_and_does_not_end_it() {
    let app = TestApp::without_mails().await;
    let id = app.granted("northwind.example", PARTNER, &Full).await;
    assert_eq!(app.end_grant(PARTNER_ADMIN, &id).await.reasons(), ["FORBIDDEN id"]);
    app.end_grant("agent@northwind.example", &id).await.given("adminGrant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_gives_grants_back_and_has_none_extend_itself() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1Y", true).await;
    app.suspend(PARTNER).await;
    app.set_auto_extend(PARTNER_ADMIN, &id, false).await.given("adminGrant");
    assert_eq!(app.set_auto_extend(PARTNER_ADMIN, &id, true).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
    app.end_grant(PARTNER_ADMIN, &id).await.given("adminGrant");
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_it_back_again_gives_the_same_answer_and_what_is_over_otherwise_is_refused() {
    let app = TestApp::without_mails().await;
    let (id, revoked, expired) =
        (granted(&app, "P1Y", false).await, granted(&app, "P1Y", false).await, granted(&app, "P1D", false).await);
    let first = app.end_grant(PARTNER_AGENT, &id).await.given("adminGrant");
    app.revoke_grant(CUSTOMER_ADMIN, &revoked).await.given("adminGrant");
    app.days_pass(1);
    assert_eq!(app.end_grant(PARTNER_AGENT, &id).await.given("adminGrant"), first);
    assert_eq!(told(&app, &id).await.len(), 1);
    for over in [revoked, expired] {
        let refused = app.end_grant(PARTNER_AGENT, &over).await;
        assert_eq!(refused.reasons(), ["NO_ADMIN_GRANT id"]);
        let message = refused.only()["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.ends_with(" UTC; ask the customer for a new one"), "{message}");
    }
}
