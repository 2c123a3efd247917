//! Deleting a person.

use domain::admin_grant::DirectoryRole::{HelpdeskAdministrator, UserAdministrator};
use serde_json::{Value, json};

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, HELPDESK, STRANGER, signed_in, with_full, with_role};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deleted_signs_in_no_more_and_is_listed_as_deleted() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let deleted = app.delete_user(AGENT, &id).await.given("user");
    assert_eq!((&deleted["status"], deleted["deletedAt"].is_string()), (&json!("DELETED"), true));
    assert_eq!(signed_in(&app, CUSTOMER_USER).await, Value::Null);
    assert_eq!(app.user(CUSTOMER_ADMIN, &id).await, deleted);
    let listed = app.list(CUSTOMER_ADMIN, "viewer.account.users").with("status: DELETED").texts("id").await;
    assert_eq!(listed, std::slice::from_ref(&id));
    for who in [AGENT, CUSTOMER_ADMIN] {
        assert_eq!(app.activity(who, &id).await, ["customer_user.deleted"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deleted_before_is_given_again() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let deleted = app.delete_user(AGENT, &id).await.given("user");
    app.days_pass(1);
    assert_eq!(app.delete_user(CUSTOMER_ADMIN, &id).await.given("user"), deleted);
    assert_eq!(app.activity(AGENT, &id).await, ["customer_user.deleted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_deleted_can_be_used_again() {
    let app = with_full().await;
    let first = app.created(AGENT, CUSTOMER).await;
    app.delete_user(AGENT, &first).await.given("user");
    assert_ne!(app.created(AGENT, CUSTOMER).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_delete_people_is_told_why() {
    let (app, _) = with_role(HelpdeskAdministrator).await;
    let user = app.user_id(CUSTOMER_USER).await;
    for (who, reason) in [
        (AGENT, "NO_ADMIN_GRANT id"),
        (HELPDESK, "FORBIDDEN id"),
        (CUSTOMER_USER, "FORBIDDEN id"),
        (STRANGER, "NOT_FOUND id"),
        ("ops@accord.example", "FORBIDDEN"),
    ] {
        assert_eq!(app.delete_user(who, &user).await.reasons(), [reason], "{who}");
        assert_eq!(app.restore_user(who, &user).await.reasons(), [reason], "{who}");
    }
    let (app, _) = with_role(UserAdministrator).await;
    app.sql("update users set roles = '{global_admin}' where email = 'user@tailspin.example'").await;
    let admin = app.user_id(CUSTOMER_ADMIN).await;
    assert_eq!(app.delete_user(AGENT, &admin).await.reasons(), ["NO_ADMIN_GRANT id"]);
}
