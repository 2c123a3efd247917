//! Who signs in with the verified address of a person that somebody created becomes that person.

use accord_tests::TestApp;
use dev::issuer::claims_for;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, signed_in, signed_in_as, with_full};

const NINA: &str = "nina@tailspin.example";

/// Creates her as a global administrator.
async fn created(app: &TestApp) -> String {
    let input = json!({ "name": "Nina Novak", "email": "Nina@Tailspin.example", "roles": ["GLOBAL_ADMIN"] });
    app.create_user(AGENT, CUSTOMER, input).await.given("user")["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_with_the_address_becomes_the_person() {
    let app = with_full().await;
    let id = created(&app).await;
    let nina = signed_in(&app, NINA).await;
    assert_eq!(nina, json!({ "id": id, "email": NINA, "roles": ["GLOBAL_ADMIN"] }));
    assert_eq!(app.user(AGENT, &id).await["name"], "Nina Novak");
    assert_eq!(app.activity(CUSTOMER_ADMIN, &id).await, ["customer_user.created", "user.added"]);
    assert_eq!(
        app.count("from users where lower(email) = 'nina@tailspin.example' and email_verified_at is not null").await,
        1
    );
    assert_eq!(signed_in(&app, NINA).await, nina, "and stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_requests_at_once_make_one_adoption() {
    let app = with_full().await;
    let id = created(&app).await;
    let seen = join_all((0..20).map(|_| signed_in(&app, NINA))).await;
    assert!(seen.iter().all(|one| one["id"] == json!(id)), "{seen:#?}");
    assert_eq!(app.activity(CUSTOMER_ADMIN, &id).await, ["customer_user.created", "user.added"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_with_the_address_at_once_one_becomes_the_person() {
    for _ in 0..20 {
        let app = with_full().await;
        let id = created(&app).await;
        let (one, other) = tokio::join!(signed_in_as(&app, "one", NINA, true), signed_in_as(&app, "other", NINA, true));
        let adopted = [&one, &other].into_iter().filter(|user| user["id"] == json!(id)).count();
        assert_eq!(adopted, 1, "{one} {other}");
        assert!(one["email"] == json!(NINA) && other["email"] == json!(NINA), "{one} {other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_proves_nothing() {
    let app = with_full().await;
    let id = created(&app).await;
    let somebody = signed_in_as(&app, "somebody", NINA, false).await;
    assert_ne!(somebody["id"], json!(id));
    assert_eq!(somebody["roles"], json!([]));
    assert_eq!(signed_in(&app, NINA).await["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_address_in_another_tenant_is_somebody_else() {
    let app = with_full().await;
    let id = created(&app).await;
    let mut claims = claims_for(NINA).unwrap();
    claims.tid = "wingtip.example".to_owned();
    let answer = app.ask_as(&claims, "{ viewer { user { id } organization { name } } }", json!({})).await;
    assert_ne!(*answer.at("viewer.user.id"), json!(id));
    assert_eq!(*answer.at("viewer.organization.name"), json!("Wingtip Toys"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deactivated_or_deleted_before_signing_in_is_a_visitor() {
    let app = with_full().await;
    let id = created(&app).await;
    app.update_user(AGENT, &id, json!({ "status": "DEACTIVATED" })).await.given("user");
    assert_eq!(signed_in(&app, NINA).await, Value::Null);
    app.delete_user(AGENT, &id).await.given("user");
    assert_eq!(signed_in(&app, NINA).await, Value::Null);
    assert_eq!(app.count("from users where lower(email) = 'nina@tailspin.example'").await, 1);
    app.restore_user(AGENT, &id).await.given("user");
    assert_eq!(signed_in(&app, NINA).await["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_created_again_after_being_deleted_is_the_new_person() {
    let app = with_full().await;
    let first = created(&app).await;
    app.delete_user(AGENT, &first).await.given("user");
    let second = app.created(AGENT, CUSTOMER).await;
    let nina = signed_in(&app, NINA).await;
    assert_eq!((&nina["id"], &nina["roles"]), (&json!(second), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deactivated_or_deleted_does_not_come_in_by_an_unverified_address_either() {
    let app = with_full().await;
    let id = created(&app).await;
    app.update_user(AGENT, &id, json!({ "status": "DEACTIVATED" })).await.given("user");
    assert_eq!(signed_in_as(&app, NINA, NINA, false).await, Value::Null);
    app.delete_user(AGENT, &id).await.given("user");
    assert_eq!(signed_in_as(&app, NINA, NINA, false).await, Value::Null);
    assert_eq!(app.count("from users where lower(email) = 'nina@tailspin.example'").await, 1);
}
