//! The customer leaves a grant fewer roles.

use accord_tests::{TestApp, granular};
use domain::admin_grant::DirectoryRole::{GlobalAdministrator, UserAdministrator};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::json;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, granted, told};

const BOTH: [&str; 2] = ["USER_ADMINISTRATOR", "LICENSE_ADMINISTRATOR"];

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_leaves_a_grant_fewer_roles_and_both_sides_read_which() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", true).await;
    let before = app.grant(CUSTOMER_ADMIN, &id).await;

    let narrowed = app.change_roles(CUSTOMER_ADMIN, &id, &["LICENSE_ADMINISTRATOR"]).await.given("adminGrant");

    let mut expected = before;
    expected["roles"] = json!(["LICENSE_ADMINISTRATOR"]);
    assert_eq!(narrowed, expected, "and nothing else of it changes");
    assert_eq!(told(&app, &id).await, ["admin_grant.roles_changed"]);
    let document =
        "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes { details } } } } }";
    let details = app.ask(PARTNER_AGENT, document, json!({ "id": id })).await;
    let expected = json!({ "roles": ["license_administrator"], "removed": ["user_administrator"] });
    assert_eq!(*details.at("viewer.partner.activity.nodes.0.details"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn just_the_roles_it_has_change_nothing_in_whichever_order() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    let before = app.grant(CUSTOMER_ADMIN, &id).await;
    let roles = [BOTH[1], BOTH[0], BOTH[1]];
    assert_eq!(app.change_roles(CUSTOMER_ADMIN, &id, &roles).await.given("adminGrant"), before);
    assert_eq!(told(&app, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_roles_and_roles_that_it_does_not_have_are_refused() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    assert_eq!(app.change_roles(CUSTOMER_ADMIN, &id, &[]).await.reasons(), ["REQUIRED roles"]);
    for roles in [vec!["GLOBAL_READER"], vec!["USER_ADMINISTRATOR", "GLOBAL_READER"]] {
        let refused = app.change_roles(CUSTOMER_ADMIN, &id, &roles).await;
        assert_eq!(refused.reasons(), ["INVALID roles"], "{roles:?}");
        let message = refused.only()["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains("GLOBAL_READER") && message.contains("LICENSE_ADMINISTRATOR"), "{message}");
    }
    assert_eq!(app.grant(CUSTOMER_ADMIN, &id).await["roles"], json!(BOTH));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_away_does_not_come_back() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    app.change_roles(CUSTOMER_ADMIN, &id, &BOTH[..1]).await.given("adminGrant");
    assert_eq!(app.change_roles(CUSTOMER_ADMIN, &id, &BOTH).await.reasons(), ["INVALID roles"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_grant_has_no_roles_to_choose_from() {
    let app = TestApp::new().await;
    let id = app.granted(PARTNER, CUSTOMER, &Full).await;
    assert_eq!(app.change_roles(CUSTOMER_ADMIN, &id, &["GLOBAL_READER"]).await.reasons(), ["INVALID id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_over_is_not_narrowed() {
    let app = TestApp::without_mails().await;
    let (id, expired) = (granted(&app, "P1Y", false).await, granted(&app, "P1D", false).await);
    app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
    app.days_pass(1);
    let full = app.granted(PARTNER, CUSTOMER, &Full).await;
    app.revoke_grant(CUSTOMER_ADMIN, &full).await.given("adminGrant");
    for over in [id, expired, full] {
        assert_eq!(app.change_roles(CUSTOMER_ADMIN, &over, &BOTH).await.reasons(), ["NO_ADMIN_GRANT id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_narrows_it() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    for (who, reasons) in [
        ("user@tailspin.example", ["FORBIDDEN"]),
        (PARTNER_AGENT, ["FORBIDDEN"]),
        (PARTNER_ADMIN, ["FORBIDDEN id"]),
        ("admin@wingtip.example", ["NOT_FOUND id"]),
    ] {
        assert_eq!(app.change_roles(who, &id, &BOTH[..1]).await.reasons(), reasons, "{who}");
    }
    assert_eq!(told(&app, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_global_administrators_role_a_grant_may_extend_itself() {
    let app = TestApp::without_mails().await;
    app.relate(PARTNER, CUSTOMER).await;
    let asked = granular(&[GlobalAdministrator, UserAdministrator], "P1Y", false);
    let id = app.granted(PARTNER, CUSTOMER, &asked).await;
    let refused = app.set_auto_extend(PARTNER_AGENT, &id, true).await;
    assert_eq!(refused.reasons(), ["AUTO_EXTEND_NOT_ALLOWED autoExtend"]);
    app.change_roles(CUSTOMER_ADMIN, &id, &["USER_ADMINISTRATOR"]).await.given("adminGrant");
    assert_eq!(app.set_auto_extend(PARTNER_AGENT, &id, true).await.given("adminGrant")["autoExtend"], true);
}
