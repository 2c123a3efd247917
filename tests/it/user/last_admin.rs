//! The last active global administrator stays.

use accord_tests::TestApp;
use serde_json::json;

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, signed_in, with_full};

async fn refusals(app: &TestApp, who: &str, id: &str) -> [Vec<String>; 3] {
    [
        app.update_user(who, id, json!({ "roles": [] })).await.reasons(),
        app.update_user(who, id, json!({ "status": "DEACTIVATED" })).await.reasons(),
        app.delete_user(who, id).await.reasons(),
    ]
}

const STAYS: [[&str; 1]; 3] = [["LAST_ADMIN roles"], ["LAST_ADMIN status"], ["LAST_ADMIN id"]];

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_is_not_demoted_deactivated_or_deleted_by_anybody() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_ADMIN).await;
    for who in [AGENT, CUSTOMER_ADMIN] {
        assert_eq!(refusals(&app, who, &id).await, STAYS, "{who}");
    }
    assert_eq!(signed_in(&app, CUSTOMER_ADMIN).await["roles"], json!(["GLOBAL_ADMIN"]));
    app.update_user(CUSTOMER_ADMIN, &id, json!({ "name": "Nina" })).await.given("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_one_may_go() {
    let app = with_full().await;
    let (admin, user) = (app.user_id(CUSTOMER_ADMIN).await, app.user_id(CUSTOMER_USER).await);
    app.update_user(AGENT, &user, json!({ "roles": ["GLOBAL_ADMIN"] })).await.given("user");
    app.delete_user(CUSTOMER_USER, &admin).await.given("user");
    assert_eq!(refusals(&app, AGENT, &user).await, STAYS);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deactivated_or_never_signed_in_does_not_stand_in() {
    let app = with_full().await;
    let (admin, user) = (app.user_id(CUSTOMER_ADMIN).await, app.user_id(CUSTOMER_USER).await);
    app.sql("update users set roles = '{global_admin}', status = 'deactivated' where email = 'user@tailspin.example'")
        .await;
    let never = json!({ "name": "Nina", "email": "nina@tailspin.example", "roles": ["GLOBAL_ADMIN"] });
    app.create_user(AGENT, CUSTOMER, never).await.given("user");
    assert_eq!(refusals(&app, AGENT, &admin).await, STAYS);
    assert!(signed_in(&app, "nina@tailspin.example").await.is_object());
    app.delete_user(AGENT, &admin).await.given("user");
    app.delete_user(AGENT, &user).await.given("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_change_comes_with_it() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_ADMIN).await;
    let refused = app.update_user(AGENT, &id, json!({ "name": "", "roles": null })).await;
    assert_eq!(refused.reasons(), ["REQUIRED name", "LAST_ADMIN roles"]);
}
