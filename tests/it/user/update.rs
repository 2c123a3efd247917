//! Changing a person.

use accord_tests::{Draft, TestApp};
use domain::admin_grant::DirectoryRole::{HelpdeskAdministrator, UserAdministrator};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{
    AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, HELPDESK, details, signed_in, signed_in_as, with_full, with_role,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_changes_and_what_is_left_out_stays() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let before = app.user(AGENT, &id).await;
    let changed = app.update_user(AGENT, &id, json!({ "name": "Ada King", "locale": "ja" })).await.given("user");
    assert_eq!((&changed["name"], &changed["locale"]), (&json!("Ada King"), &json!("ja")));
    for stays in ["id", "email", "roles", "status"] {
        assert_eq!(changed[stays], before[stays]);
    }
    assert_eq!(app.user(CUSTOMER_ADMIN, &id).await, changed);
    for who in [AGENT, CUSTOMER_ADMIN] {
        assert_eq!(app.activity(who, &id).await, ["customer_user.updated"]);
    }
    let told = details(&app, CUSTOMER_ADMIN, "customer_user.updated").await;
    assert_eq!(told, json!({ "changed": ["name", "locale"] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_not_told() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let before = app.user(AGENT, &id).await;
    let same = json!({ "name": before["name"], "email": before["email"], "roles": [], "status": "ACTIVE" });
    for change in [json!({}), same] {
        assert_eq!(app.update_user(AGENT, &id, change).await.given("user"), before);
    }
    assert_eq!(app.activity(AGENT, &id).await, [""; 0]);
    assert_eq!(
        app.count("from users where email = 'user@tailspin.example' and email_verified_at is not null").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_roles_and_nothing_else() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.update_user(AGENT, &id, json!({ "roles": ["GLOBAL_ADMIN"] })).await.given("user");
    assert_eq!(app.update_user(AGENT, &id, json!({ "roles": null })).await.given("user")["roles"], json!([]));
    let nulls = json!({ "name": null, "email": null, "locale": null, "status": null });
    let refused = app.update_user(AGENT, &id, nulls).await;
    assert_eq!(refused.reasons(), ["REQUIRED name", "REQUIRED email", "REQUIRED locale", "REQUIRED status"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_refused_at_once_and_nothing_changes() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let before = app.user(AGENT, &id).await;
    let wrong = json!({
        "name": "a\u{202E}b", "email": CUSTOMER_ADMIN, "locale": "?", "roles": ["SALES_AGENT"], "status": "DELETED",
    });
    let refused = app.update_user(AGENT, &id, wrong).await;
    let mut reasons = refused.reasons();
    reasons.sort();
    assert_eq!(reasons, ["CONFLICT email", "INVALID locale", "INVALID name", "INVALID roles", "INVALID status"]);
    assert_eq!(app.user(AGENT, &id).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_global_admin_is_changed_and_roles_are_given_under_global_administrator_only() {
    for (role, who) in [(UserAdministrator, AGENT), (HelpdeskAdministrator, AGENT)] {
        let (app, _) = with_role(role).await;
        let (admin, user) = (app.user_id(CUSTOMER_ADMIN).await, app.user_id(CUSTOMER_USER).await);
        let named = json!({ "name": "Nina" });
        assert_eq!(app.update_user(who, &admin, named.clone()).await.reasons(), ["NO_ADMIN_GRANT id"]);
        let promoted = app.update_user(who, &user, json!({ "name": "Nina", "roles": ["GLOBAL_ADMIN"] })).await;
        assert_eq!(promoted.reasons(), ["NO_ADMIN_GRANT roles"]);
        app.update_user(who, &user, named).await.given("user");
    }
    let app = with_full().await;
    let (admin, user) = (app.user_id(CUSTOMER_ADMIN).await, app.user_id(CUSTOMER_USER).await);
    assert_eq!(app.update_user(HELPDESK, &admin, json!({ "name": "Nina" })).await.reasons(), ["FORBIDDEN id"]);
    let promoted = app.update_user(HELPDESK, &user, json!({ "roles": ["GLOBAL_ADMIN"] })).await;
    assert_eq!(promoted.reasons(), ["FORBIDDEN roles"]);
    let promoted = app.update_user(AGENT, &user, json!({ "roles": ["GLOBAL_ADMIN"] })).await.given("user");
    assert_eq!(promoted["roles"], json!(["GLOBAL_ADMIN"]));
    assert_eq!(signed_in(&app, CUSTOMER_USER).await["roles"], json!(["GLOBAL_ADMIN"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_climbs_by_the_address_of_somebody_with_a_role_who_has_not_signed_in() {
    let (app, _) = with_role(UserAdministrator).await;
    let input = json!({ "name": "Nina", "email": "nina@tailspin.example" });
    let nina = app.create_user(CUSTOMER_ADMIN, CUSTOMER, input).await.given("user")["id"].clone();
    let nina = nina.as_str().unwrap();
    // A role that only a partner's people have: she holds no GLOBAL_ADMIN.
    app.sql("update users set roles = '{admin_agent}' where email = 'nina@tailspin.example'").await;
    let moved = json!({ "email": "norm@tailspin.example" });
    assert_eq!(app.update_user(AGENT, nina, moved.clone()).await.reasons(), ["NO_ADMIN_GRANT email"]);
    app.update_user(AGENT, nina, json!({ "email": "NINA@tailspin.example" })).await.given("user");
    assert_eq!(signed_in(&app, "nina@tailspin.example").await["id"], nina);
    app.update_user(AGENT, nina, moved).await.given("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_address_is_unverified_until_its_owner_signs_in_when_the_directorys_comes_back() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let moved = app.update_user(AGENT, &id, json!({ "email": "moved@tailspin.example" })).await.given("user");
    assert_eq!(moved["email"], "moved@tailspin.example");
    assert_eq!(app.count("from users where email = 'moved@tailspin.example' and email_verified_at is null").await, 1);
    let owner = signed_in(&app, CUSTOMER_USER).await;
    assert_eq!((&owner["id"], &owner["email"]), (&json!(id), &json!(CUSTOMER_USER)));
    assert_eq!(
        app.count("from users where email = 'user@tailspin.example' and email_verified_at is not null").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_to_an_address_that_a_partner_gave_is_not_yet_its_owners() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.update_user(AGENT, &id, json!({ "email": "moved@tailspin.example" })).await.given("user");
    app.invite("agent@contoso.example", Draft::to("moved@tailspin.example")).await;
    let received = "{ viewer { account { receivedInvitations { nodes { id } } } } }";
    let answer = app.ask(CUSTOMER_USER, received, json!({})).await;
    assert_eq!(*answer.at("viewer.account.receivedInvitations.nodes"), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_an_account_over_by_an_address_that_a_partner_moved_it_to() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_ADMIN).await;
    app.update_user(AGENT, &id, json!({ "email": "mallory@tailspin.example" })).await.given("user");
    let mallory = signed_in(&app, "mallory@tailspin.example").await;
    assert_ne!(mallory["id"], json!(id));
    assert_eq!(mallory["roles"], json!([]));
    // The address that is free now is somebody else's to be given; the owner signs in all the same, and stays who they are.
    let input = json!({ "name": "Other", "email": CUSTOMER_ADMIN });
    let other = app.create_user(AGENT, CUSTOMER, input).await.given("user")["id"].clone();
    let owner = signed_in(&app, CUSTOMER_ADMIN).await;
    assert_eq!(owner, json!({ "id": id, "email": CUSTOMER_ADMIN, "roles": ["GLOBAL_ADMIN"] }));
    assert_eq!(app.user(AGENT, other.as_str().unwrap()).await["email"], CUSTOMER_ADMIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_the_directory_gives_anothers_address_signs_in_all_the_same() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    for is_verified in [true, false] {
        let renamed = signed_in_as(&app, CUSTOMER_USER, CUSTOMER_ADMIN, is_verified).await;
        assert_eq!((&renamed["id"], &renamed["email"]), (&json!(id), &json!(CUSTOMER_ADMIN)));
        let newcomer = signed_in_as(&app, &format!("new-{is_verified}"), CUSTOMER_ADMIN, is_verified).await;
        assert_eq!((&newcomer["email"], &newcomer["roles"]), (&json!(CUSTOMER_ADMIN), &json!([])));
    }
    assert_eq!(signed_in(&app, CUSTOMER_ADMIN).await["roles"], json!(["GLOBAL_ADMIN"]));
    let taken = json!({ "name": "Nina", "email": CUSTOMER_ADMIN });
    assert_eq!(app.create_user(AGENT, CUSTOMER, taken).await.reasons(), ["CONFLICT email"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deactivated_signs_in_no_more_until_activated() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.update_user(HELPDESK, &id, json!({ "status": "DEACTIVATED" })).await.given("user");
    assert_eq!(signed_in(&app, CUSTOMER_USER).await, Value::Null);
    app.update_user(HELPDESK, &id, json!({ "status": "ACTIVE" })).await.given("user");
    assert_eq!(signed_in(&app, CUSTOMER_USER).await["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deleted_is_restored_first() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.delete_user(AGENT, &id).await.given("user");
    let refused = app.update_user(AGENT, &id, json!({ "name": "Nina" })).await;
    assert_eq!(refused.reasons(), ["INVALID id"]);
    let message = refused.only()["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("restoreCustomerUser"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_nobody_is_not_found() {
    let app = with_full().await;
    let organization = app.organization(CUSTOMER).await;
    let unknown = domain::user::UserId::fresh().to_string();
    for id in ["", "usr_", &organization, &unknown] {
        assert_eq!(app.update_user(AGENT, id, json!({ "name": "Nina" })).await.reasons(), ["NOT_FOUND id"], "{id}");
        assert_eq!(app.delete_user(CUSTOMER_ADMIN, id).await.reasons(), ["NOT_FOUND id"], "{id}");
        assert_eq!(app.restore_user(CUSTOMER_ADMIN, id).await.reasons(), ["NOT_FOUND id"], "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_partners_people_are_not_a_customers_to_change() {
    let app = TestApp::without_mails().await;
    app.relate("litware.example", CUSTOMER).await;
    app.granted("litware.example", CUSTOMER, &Full).await;
    let agent = app.user_id(AGENT).await;
    assert_eq!(app.update_user(CUSTOMER_ADMIN, &agent, json!({ "name": "Nina" })).await.reasons(), ["NOT_FOUND id"]);
    assert_eq!(app.update_user(AGENT, &agent, json!({ "name": "Nina" })).await.reasons(), ["FORBIDDEN id"]);
    app.update_user("admin@litware.example", &agent, json!({ "name": "Nina" })).await.given("user");
}
