//! Restoring a person.

use domain::admin_grant::DirectoryRole::UserAdministrator;
use serde_json::json;

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, signed_in, with_full, with_role};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_restored_is_who_they_were() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let before = app.user(AGENT, &id).await;
    app.delete_user(AGENT, &id).await.given("user");
    app.days_pass(29);
    assert_eq!(app.purge_users().await, 0);
    assert_eq!(app.restore_user(AGENT, &id).await.given("user"), before);
    assert_eq!(signed_in(&app, CUSTOMER_USER).await["id"], json!(id));
    for who in [AGENT, CUSTOMER_ADMIN] {
        assert_eq!(app.activity(who, &id).await, ["customer_user.deleted", "customer_user.restored"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_deleted_is_given_again() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let before = app.user(AGENT, &id).await;
    assert_eq!(app.restore_user(AGENT, &id).await.given("user"), before);
    assert_eq!(app.activity(AGENT, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deleted_30_days_ago_is_gone_though_nobody_purged_them() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.delete_user(AGENT, &id).await.given("user");
    app.days_pass(30);
    assert_eq!(app.restore_user(AGENT, &id).await.reasons(), ["NOT_FOUND id"]);
    assert!(app.user(CUSTOMER_ADMIN, &id).await.is_null());
    let listed = app.list(CUSTOMER_ADMIN, "viewer.account.users").with("status: DELETED").texts("id").await;
    assert_eq!(listed, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_their_address_to_somebody_else_is_not_restored() {
    let app = with_full().await;
    let first = app.created(AGENT, CUSTOMER).await;
    app.delete_user(AGENT, &first).await.given("user");
    let second = app.created(AGENT, CUSTOMER).await;
    let refused = app.restore_user(AGENT, &first).await;
    assert_eq!(refused.reasons(), ["CONFLICT id"]);
    let message = refused.only()["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("change or delete that person first"), "{message}");
    app.delete_user(AGENT, &second).await.given("user");
    app.restore_user(AGENT, &first).await.given("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_global_admin_is_restored_under_global_administrator_only() {
    let (app, _) = with_role(UserAdministrator).await;
    app.sql("update users set roles = '{global_admin}' where email = 'user@tailspin.example'").await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.delete_user(CUSTOMER_ADMIN, &id).await.given("user");
    assert_eq!(app.restore_user(AGENT, &id).await.reasons(), ["NO_ADMIN_GRANT id"]);
    assert_eq!(app.restore_user(CUSTOMER_ADMIN, &id).await.given("user")["roles"], json!(["GLOBAL_ADMIN"]));
}
