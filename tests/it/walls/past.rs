//! What happened in the world by and by: what time did, and what was done to those who are there no more.

use std::time::Duration;

use accord_tests::{Draft, TestApp, granular as chosen};
use domain::admin_grant::DirectoryRole;
use domain::email::{self, EmailStatus, Settled};
use domain::outbox::{self, Outbox};
use serde_json::json;

use super::world::{FABRIKAM, LITWARE, NORTHWIND, RELECLOUD, TAILWIND};

/// What came of invitations two days ago: one could not be delivered, one was reminded of, one nobody answered.
pub(super) async fn past(app: &TestApp) {
    app.invite(FABRIKAM, Draft::to("gone@graphic-design.example")).await;
    let claimed = outbox::claim(&app.store, Outbox::Emails, "test", 1, Duration::from_secs(9)).await.unwrap();
    let settled = email::settle_failed(&app.store, &claimed.rows[0], "550 no such mailbox").await.unwrap();
    assert_eq!(settled, Settled::As(EmailStatus::Failed));
    let late = Draft::to("user@tailspin.example").with("expiresAfter", json!("P1D"));
    let (_, token) = app.invite(LITWARE, late).await;
    app.invite(LITWARE, Draft::to("slow@graphic-design.example").with("expiresAfter", json!("P8D"))).await;
    app.sql("update emails set status = 'sent', sent_at = now() where status = 'queued'").await;
    grants(app).await;
    assert_eq!(app.expire().await, 1);
    assert_eq!(app.remind().await, 1);
    app.request_new(&token).await.given("offer");
}

/// Grants whose time was short two days ago, and what both sides did with those that remained.
async fn grants(app: &TestApp) {
    let reads = [DirectoryRole::GlobalReader];
    app.granted("relecloud.example", "lamna.example", &chosen(&reads, "P1D", false)).await;
    let extended = app.granted("relecloud.example", "margies.example", &chosen(&reads, "P1D", true)).await;
    let revoked = app.granted("relecloud.example", "adventure-works.example", &chosen(&reads, "P90D", false)).await;
    let several = [DirectoryRole::GlobalReader, DirectoryRole::UserAdministrator];
    let ended = app.granted("tailwind.example", "lamna.example", &chosen(&several, "P3D", false)).await;
    app.days_pass(2);
    assert_eq!(app.end_grants().await, 2);
    assert_eq!(app.notify_grants().await, 1);
    app.set_auto_extend(RELECLOUD, &extended, false).await.given("adminGrant");
    app.revoke_grant("admin@adventure-works.example", &revoked).await.given("adminGrant");
    app.change_roles("admin@lamna.example", &ended, &["GLOBAL_READER"]).await.given("adminGrant");
    app.end_grant(TAILWIND, &ended).await.given("adminGrant");
}

/// People of Datum whom its partner looked after: one who was deleted and is there again, and one who was purged.
pub(super) async fn people(app: &TestApp) {
    let nora = json!({ "name": "Nora", "email": "nora@datum.example" });
    let nora = app.create_user(FABRIKAM, "datum.example", nora).await.given("user");
    let nora = nora["id"].as_str().unwrap();
    app.update_user(FABRIKAM, nora, json!({ "name": "Nora Novak" })).await.given("user");
    app.delete_user(FABRIKAM, nora).await.given("user");
    app.restore_user(FABRIKAM, nora).await.given("user");
    let gone = json!({ "name": "Guy", "email": "guy@datum.example" });
    let gone = app.create_user(FABRIKAM, "datum.example", gone).await.given("user");
    app.delete_user(FABRIKAM, gone["id"].as_str().unwrap()).await.given("user");
    app.sql("update users set deleted_at = deleted_at - interval '31 days' where email = 'guy@datum.example'").await;
    assert_eq!(app.purge_users().await, 1);
}

/// What Northwind attested of a customer that it brought.
pub(super) async fn attested(app: &TestApp) {
    let mut input = app.signature_in("US", "en").await;
    input["relationshipId"] = json!(app.relationship_between("northwind.example", "humongous.example").await);
    input["signer"] = json!({ "firstName": "Ada", "lastName": "King", "email": "ada@humongous.example" });
    input["acceptedAt"] = json!(app.store.now());
    app.attest(NORTHWIND, input).await.given("agreementAcceptance");
}
