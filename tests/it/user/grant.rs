//! How far a grant reaches: for as long as it holds and both are related, as far as its roles go.

use accord_tests::{Draft, PAIR, TestApp, granular};
use domain::admin_grant::DirectoryRole::{
    GlobalReader, HelpdeskAdministrator, LicenseAdministrator, UserAdministrator,
};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, HELPDESK, PARTNER, PARTNER_ADMIN, SALES, with, with_role};

/// What somebody is told who changes the customer's person, deletes them, and looks at them.
async fn reach(app: &TestApp, who: &str) -> [String; 3] {
    let id = app.user_id(CUSTOMER_USER).await;
    let name = json!({ "name": format!("Changed {}", uuid::Uuid::now_v7()) });
    let edited = app.update_user(who, &id, name).await.reasons();
    let deleted = app.delete_user(who, &id).await.reasons();
    if deleted.is_empty() {
        app.restore_user(CUSTOMER_ADMIN, &id).await.given("user");
    }
    let seen = if app.user(who, &id).await.is_null() { "unseen" } else { "seen" };
    let said = |reasons: Vec<String>| reasons.first().map_or("ok", |first| first.split(' ').next().unwrap()).to_owned();
    [said(edited), said(deleted), seen.to_owned()]
}

const ALL: [&str; 3] = ["ok", "ok", "seen"];
const NOTHING: [&str; 3] = ["NO_ADMIN_GRANT", "NO_ADMIN_GRANT", "unseen"];

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_partners_people_reaches_as_far_as_their_role() {
    let (app, _) = with(&Full).await;
    assert_eq!(reach(&app, AGENT).await, ALL);
    assert_eq!(reach(&app, HELPDESK).await, ["ok", "FORBIDDEN", "seen"]);
    assert_eq!(reach(&app, SALES).await, ["FORBIDDEN", "FORBIDDEN", "seen"]);
    assert_eq!(reach(&app, PARTNER_ADMIN).await, ["FORBIDDEN", "FORBIDDEN", "unseen"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_of_several_grants_add_up() {
    let (app, _) = with_role(GlobalReader).await;
    let looks = ["NO_ADMIN_GRANT", "NO_ADMIN_GRANT", "seen"];
    assert_eq!(reach(&app, AGENT).await, looks);
    app.granted(PARTNER, CUSTOMER, &granular(&[HelpdeskAdministrator], "P30D", false)).await;
    assert_eq!(reach(&app, AGENT).await, ["ok", "NO_ADMIN_GRANT", "seen"]);
    app.granted(PARTNER, CUSTOMER, &granular(&[UserAdministrator], "P30D", false)).await;
    assert_eq!(reach(&app, AGENT).await, ALL);
    assert_eq!(reach(&app, HELPDESK).await, ["ok", "FORBIDDEN", "seen"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_the_customer_takes_away_reaches_no_more() {
    let (app, grant) = with(&granular(&[UserAdministrator, LicenseAdministrator], "P30D", false)).await;
    assert_eq!(reach(&app, AGENT).await, ALL);
    app.change_roles(CUSTOMER_ADMIN, &grant, &["LICENSE_ADMINISTRATOR"]).await.given("adminGrant");
    assert_eq!(reach(&app, AGENT).await, ["NO_ADMIN_GRANT", "NO_ADMIN_GRANT", "seen"]);
    app.revoke_grant(CUSTOMER_ADMIN, &grant).await.given("adminGrant");
    assert_eq!(reach(&app, AGENT).await, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_past_its_end_gives_nothing_though_nobody_wrote_so() {
    let (app, grant) = with_role(UserAdministrator).await;
    app.days_pass(29);
    assert_eq!(reach(&app, AGENT).await, ALL);
    app.days_pass(1);
    assert_eq!(reach(&app, AGENT).await, NOTHING);
    assert_eq!(app.count("from admin_grants where status = 'expired'").await, 0, "{grant}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_extends_itself_goes_on_though_nobody_wrote_so() {
    let (app, _) = with(&granular(&[UserAdministrator], "P30D", true)).await;
    app.days_pass(31);
    assert_eq!(reach(&app, AGENT).await, ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_kept_after_the_relationship_gives_nothing() {
    let (app, _) = with(&Full).await;
    app.sql("update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'").await;
    assert_eq!(reach(&app, AGENT).await, NOTHING);
    let (_, token) = app.invite(PARTNER_ADMIN, Draft::to(CUSTOMER_ADMIN)).await;
    let mut acceptance = app.signature_in("GU", "en").await;
    acceptance["token"] = json!(token);
    app.try_accept_with(CUSTOMER_ADMIN, acceptance).await.given("outcome");
    assert_eq!(reach(&app, AGENT).await, NOTHING, "what they agreed on anew is a relationship alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_reaches_nobody() {
    let (app, _) = with(&Full).await;
    app.suspend(PARTNER).await;
    assert_eq!(reach(&app, AGENT).await, ["NOT_AUTHORIZED_PARTNER", "NOT_AUTHORIZED_PARTNER", "unseen"]);
    assert_eq!(reach(&app, CUSTOMER_ADMIN).await, ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_reaches_its_resellers_people_while_they_are_partners() {
    let (app, partnership) = TestApp::with_pair().await;
    app.granted(PAIR.provider, PAIR.reseller, &Full).await;
    let id = app.user_id("sales@relecloud.example").await;
    let name = json!({ "name": "Nina" });
    app.update_user(PAIR.provider_agent, &id, name.clone()).await.given("user");
    assert_eq!(app.user(PAIR.provider_agent, &id).await["name"], "Nina");
    app.end_partnership(PAIR.reseller_admin, &partnership, "KEEP").await.given("partnership");
    let refused = app.update_user(PAIR.provider_agent, &id, name).await;
    assert_eq!(refused.reasons(), ["NO_ADMIN_GRANT id"]);
    assert_eq!(app.user(PAIR.provider_agent, &id).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_at_one_customer_reaches_no_other() {
    let (app, _) = with(&Full).await;
    app.relate(PARTNER, "wingtip.example").await;
    let other = app.user_id("user@wingtip.example").await;
    let refused = app.update_user(AGENT, &other, json!({ "name": "Nina" })).await;
    assert_eq!(refused.reasons(), ["NO_ADMIN_GRANT id"]);
    assert_eq!(app.user(AGENT, &other).await, Value::Null);
    assert_eq!(app.update_user("agent@fabrikam.example", &other, json!({})).await.reasons(), ["NOT_FOUND id"]);
}
