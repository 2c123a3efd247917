//! The customer takes a grant away.

use accord_tests::{DEMO, PAIR, TestApp};
use dev::seed::OPERATOR;
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::json;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, TOLD, granted, mailed, status, told};

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_global_administrator_takes_a_grant_away_and_both_sides_are_told() {
    let app = TestApp::new().await;
    let granular = granted(&app, "P1Y", true).await;
    let full = app.granted(PARTNER, CUSTOMER, &Full).await;
    let relationship = app.relate(PARTNER, CUSTOMER).await;
    for id in [granular, full] {
        let revoked = app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");

        assert_eq!(revoked["status"], "REVOKED");
        assert!(revoked["endedAt"].is_string());
        assert_eq!(status(&app, &id).await, "REVOKED");
        assert_eq!(told(&app, &id).await, ["admin_grant.revoked"]);
        assert_eq!(mailed(&app).await, TOLD);
    }
    let document = "query($id: ID!) { node(id: $id) { ... on Relationship { status } } }";
    let stands = app.ask(PARTNER_AGENT, document, json!({ "id": relationship })).await;
    assert_eq!(stands.text("node.status"), "ACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_who_took_it_away_and_what_it_allowed() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    for mail in app.mails().await {
        assert_eq!(mail.subject, "Ended: administrator access of Litware to Tailspin Toys");
        assert!(mail.text.contains("Tailspin Toys took the administrator access of Litware"), "{}", mail.text);
        assert!(mail.text.contains("- License administrator: assign and remove licenses"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_of_the_same_the_mail_says_that_the_partner_has_the_other_still() {
    let app = TestApp::new().await;
    let (id, other) = (granted(&app, "P1Y", false).await, granted(&app, "P1Y", false).await);
    app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    let mails = app.mails().await;
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert_eq!(mail.subject, "Ended: one of the administrator accesses of Litware to Tailspin Toys");
        assert!(mail.text.contains("took one of the administrator accesses of Litware"), "{}", mail.text);
        assert!(mail.text.contains("Litware still has:\n- User administrator: create"), "{}", mail.text);
        assert!(mail.text.contains(&format!("({id}, granted on ")), "{}", mail.text);
        assert!(!mail.text.contains("again"), "{}", mail.text);
    }
    app.revoke_grant(CUSTOMER_ADMIN, &other).await.given("adminGrant");
    for mail in app.mails().await {
        assert!(!mail.text.contains("still has"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_it_away_again_gives_the_same_answer_and_tells_nobody() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    let first = app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    app.mails().await;
    app.days_pass(400);
    assert_eq!(app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant"), first);
    assert_eq!(told(&app, &id).await.len(), 1);
    assert_eq!(mailed(&app).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_otherwise_is_refused_saying_since_when() {
    let app = TestApp::without_mails().await;
    let (ended, expired) = (granted(&app, "P1Y", false).await, granted(&app, "P1D", false).await);
    app.end_grant(PARTNER_AGENT, &ended).await.given("adminGrant");
    let day = |at: &serde_json::Value| {
        let at: chrono::DateTime<chrono::Utc> = at.as_str().unwrap().parse().unwrap();
        at.format("%Y-%m-%d at %H:%M UTC").to_string()
    };
    let [ended_on, expired_on] =
        [&app.grant(CUSTOMER_ADMIN, &ended).await["endedAt"], &app.grant(CUSTOMER_ADMIN, &expired).await["endsAt"]]
            .map(day);
    app.days_pass(2);
    for (id, says) in [(ended, format!("was ended on {ended_on}")), (expired, format!("expired on {expired_on}"))] {
        let refused = app.revoke_grant(CUSTOMER_ADMIN, &id).await;
        assert_eq!(refused.reasons(), ["NO_ADMIN_GRANT id"]);
        let message = refused.only()["userErrors"][0]["message"].as_str().unwrap();
        assert_eq!(message, format!("this grant {says}; it allows nothing any more"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_takes_it_away() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1Y", false).await;
    for (who, reasons) in [
        ("user@tailspin.example", ["FORBIDDEN"]),
        (PARTNER_ADMIN, ["FORBIDDEN id"]),
        (PARTNER_AGENT, ["FORBIDDEN"]),
        (OPERATOR, ["FORBIDDEN"]),
        ("admin@unheard-of.example", ["FORBIDDEN"]),
        (DEMO.customer, ["NOT_FOUND id"]),
        (DEMO.reseller_admin, ["NOT_FOUND id"]),
    ] {
        assert_eq!(app.revoke_grant(who, &id).await.reasons(), reasons, "{who}");
    }
    let document = "mutation($id: ID!) { revokeAdminGrant(input: { id: $id }) { adminGrant { id } } }";
    assert_eq!(app.ask_nobody(document, json!({ "id": id })).await.error(), "UNAUTHENTICATED");
    assert_eq!(status(&app, &id).await, "ACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_grant_is_not_found() {
    let app = TestApp::without_mails().await;
    let organization = app.organization(CUSTOMER).await;
    let unknown = domain::admin_grant::AdminGrantId::fresh().to_string();
    for id in ["", "grt_", &organization, &unknown] {
        assert_eq!(app.revoke_grant(CUSTOMER_ADMIN, id).await.reasons(), ["NOT_FOUND id"], "{id}");
        assert_eq!(app.end_grant(PARTNER_AGENT, id).await.reasons(), ["NOT_FOUND id"], "{id}");
        assert_eq!(app.set_auto_extend(PARTNER_AGENT, id, false).await.reasons(), ["NOT_FOUND id"], "{id}");
        let changed = app.change_roles(CUSTOMER_ADMIN, id, &["GLOBAL_READER"]).await;
        assert_eq!(changed.reasons(), ["NOT_FOUND id"], "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_takes_its_providers_grant_away_also_while_it_is_suspended() {
    let (app, _) = TestApp::with_pair().await;
    let id = app.granted(PAIR.provider, PAIR.reseller, &Full).await;
    app.suspend(PAIR.reseller).await;
    assert_eq!(app.revoke_grant(PAIR.reseller_admin, &id).await.given("adminGrant")["status"], "REVOKED");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_extended_itself_unwritten_is_taken_away_as_it_is_read() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1D", true).await;
    app.days_pass(2);
    let end = app.grant(CUSTOMER_ADMIN, &id).await["endsAt"].clone();
    let revoked = app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    assert_eq!((&revoked["status"], &revoked["endsAt"]), (&json!("REVOKED"), &end));
    assert_eq!(told(&app, &id).await, ["admin_grant.extended", "admin_grant.revoked"]);
}
