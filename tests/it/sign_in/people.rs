//! A person is (issuer, subject), an organization (issuer, tenant).

use accord_tests::{CUSTOMER, Draft, PARTNER, TestApp};
use dev::issuer::{Claims, claims_for};
use futures_util::future::join_all;
use serde_json::{Value, json};

const USER: &str = "{ viewer { user { id name email roles status } organization { name } } }";

async fn viewer(app: &TestApp, claims: &Claims) -> Value {
    app.ask_as(claims, USER, json!({})).await.at("viewer").clone()
}

/// A person of a registered organization who was never here.
fn newcomer() -> Claims {
    claims_for("new@tailspin.example").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_of_a_registered_organization_becomes_its_user_without_roles() {
    let app = TestApp::new().await;
    let first = viewer(&app, &newcomer()).await;
    assert_eq!(first["organization"]["name"], "Tailspin Toys");
    assert_eq!(first["user"]["roles"], json!([]));
    assert_eq!(first["user"]["name"], "Tailspin new");
    let again = viewer(&app, &newcomer()).await;
    assert_eq!(again["user"]["id"], first["user"]["id"]);
    assert_eq!(app.count("from users where email = 'new@tailspin.example'").await, 1);
    let id = first["user"]["id"].as_str().unwrap();
    assert_eq!(app.activity(CUSTOMER, id).await, ["user.added"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_requests_at_once_make_one_user() {
    let app = TestApp::new().await;
    let claims = newcomer();
    let seen = join_all((0..20).map(|_| viewer(&app, &claims))).await;
    assert!(seen.iter().all(|one| one["user"].is_object() && one["user"] == seen[0]["user"]), "{seen:#?}");
    assert_eq!(app.count("from users where email = 'new@tailspin.example'").await, 1);
    assert_eq!(app.count("from activities where event = 'user.added'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_without_an_address_is_a_visitor() {
    let app = TestApp::new().await;
    let mut payload = app.issuer.payload(&newcomer(), std::time::Duration::from_secs(60)).unwrap();
    payload.as_object_mut().unwrap().remove("email");
    let token = app.issuer.sign(&payload).unwrap();
    let answer = app.post(Some(&token), json!({ "query": USER })).await;
    assert_eq!(*answer.at("viewer"), json!({ "user": null, "organization": null }));
    assert_eq!(app.count("from users where subject = 'new@tailspin.example'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_to_another_tenant_than_their_own_is_a_visitor() {
    let app = TestApp::new().await;
    for tenant in ["contoso.example", "unheard-of.example"] {
        let claims = Claims { tid: tenant.to_owned(), ..claims_for(PARTNER).unwrap() };
        assert_eq!(viewer(&app, &claims).await, json!({ "user": null, "organization": null }), "{tenant}");
    }
    assert_eq!(app.count("from users where email = 'agent@litware.example'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deactivated_or_deleted_is_a_visitor_from_the_next_request_on() {
    let app = TestApp::new().await;
    let claims = claims_for(PARTNER).unwrap();
    assert!(viewer(&app, &claims).await["user"].is_object());
    for change in ["status = 'deactivated'", "status = 'deleted', deleted_at = now()"] {
        app.sql(&format!("update users set {change} where email = '{PARTNER}'")).await;
        assert_eq!(viewer(&app, &claims).await, json!({ "user": null, "organization": null }), "{change}");
    }
    let refused = app.mutate(PARTNER, "draftInvitation", json!({ "recipient": { "email": CUSTOMER } })).await;
    assert_eq!(refused.reasons(), ["FORBIDDEN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_away_is_gone_with_the_next_request() {
    let app = TestApp::new().await;
    let claims = claims_for(PARTNER).unwrap();
    assert_eq!(viewer(&app, &claims).await["user"]["roles"], json!(["ADMIN_AGENT"]));
    app.sql(&format!("update users set roles = '{{}}' where email = '{PARTNER}'")).await;
    assert_eq!(viewer(&app, &claims).await["user"]["roles"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_changed_is_kept_as_the_directory_now_says_it() {
    let app = TestApp::new().await;
    let moved = Claims { email: "Ada@tailspin.example".to_owned(), ..claims_for(CUSTOMER).unwrap() };
    assert_eq!(viewer(&app, &moved).await["user"]["email"], "Ada@tailspin.example");
    assert_eq!(app.count("from users where email = 'Ada@tailspin.example'").await, 1);
    assert_eq!(app.count(&format!("from users where email = '{CUSTOMER}'")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_to_the_former_address_is_no_longer_ones_own() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let claims = claims_for(CUSTOMER).unwrap();
    let reads = async |claims: &Claims| {
        let answer = app.ask_as(claims, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        !answer.at("node").is_null()
    };
    assert!(reads(&claims).await);
    assert!(!reads(&Claims { email: "ada@tailspin.example".to_owned(), ..claims.clone() }).await);
    assert!(reads(&claims).await, "the address came back");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_counts_only_while_the_issuer_vouches_for_it() {
    let app = TestApp::without_mails().await;
    app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let claims = claims_for(CUSTOMER).unwrap();
    let document = "{ viewer { identity { isEmailVerified } account { receivedInvitations { nodes { id } } } } }";
    for vouched in [true, false, true] {
        let answer = app.ask_as(&Claims { email_verified: vouched, ..claims.clone() }, document, json!({})).await;
        assert_eq!(*answer.at("viewer.identity.isEmailVerified"), json!(vouched));
        let received = answer.at("viewer.account.receivedInvitations.nodes").as_array().unwrap().len();
        assert_eq!(received, usize::from(vouched));
        let verified = "from users where email = 'admin@tailspin.example' and email_verified_at is not null";
        assert_eq!(app.count(verified).await, i64::from(vouched));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_subject_of_another_issuer_is_another_person() {
    let app = TestApp::new().await;
    let own = viewer(&app, &claims_for(PARTNER).unwrap()).await["user"]["id"].clone();
    app.sql(&format!("update users set issuer = 'https://elsewhere.example' where email = '{PARTNER}'")).await;
    let other = viewer(&app, &claims_for(PARTNER).unwrap()).await["user"].clone();
    assert_ne!(other["id"], own);
    assert_eq!(other["roles"], json!([]));
}
