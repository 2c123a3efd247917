use std::time::Duration;

use accord_tests::TestApp;
use dev::issuer::{Claims, claims_for};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ADA, DIRECT, DOMAIN, PROVIDER, blue_yonder, found, viewer};

/// Who somebody of any tenant is to Accord.
async fn is_user(app: &TestApp, claims: &Claims) -> bool {
    let answer = app.ask_as(claims, "{ viewer { user { id } } }", json!({})).await;
    !answer.at("viewer.user").is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_named_takes_the_organization_over_by_signing_in() {
    let app = TestApp::without_mails().await;
    let administrator = json!({ "email": ADA, "locale": "de" });
    let relationship = app.add(PROVIDER, blue_yonder().with("administrator", administrator)).await;

    let ada = viewer(&app, ADA).await;

    assert_eq!(
        ada,
        json!({
            "user": { "email": ADA, "roles": ["GLOBAL_ADMIN"], "locale": "de" },
            "organization": { "name": "Blue Yonder", "domain": DOMAIN, "domains": [DOMAIN], "isClaimed": true },
            "account": { "partners": { "nodes": [
                { "id": relationship["id"], "status": "ACTIVE", "partner": { "domain": "northwind.example" } },
            ] } },
        })
    );
    assert_eq!(viewer(&app, ADA).await, ada);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takeover_is_told_to_both_sides_and_with_it_the_customer_reads_how_it_was_added() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(PROVIDER, blue_yonder()).await;
    let (id, customer) = (relationship["id"].as_str().unwrap(), relationship["customer"]["id"].as_str().unwrap());
    viewer(&app, ADA).await;

    for who in ["agent@northwind.example", ADA] {
        assert_eq!(app.activity(who, customer).await, ["customer.added", "organization.registered"], "{who}");
        assert_eq!(app.activity(who, id).await, ["relationship.established"], "{who}");
    }
    assert_eq!(app.activity("agent@fabrikam.example", customer).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_counts_in_any_case() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder().with("administrator", json!({ "email": "ADA@Blue-Yonder.EXAMPLE" }))).await;

    assert_eq!(viewer(&app, ADA).await["user"]["roles"], json!(["GLOBAL_ADMIN"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_administrator_named_takes_it_over() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    let ada = claims_for(ADA).unwrap();

    let unverified = Claims { email_verified: false, ..ada.clone() };
    let colleague = claims_for("eve@blue-yonder.example").unwrap();
    let registered = Claims { tid: "tailspin.example".to_owned(), ..ada.clone() };
    assert!(!is_user(&app, &unverified).await);
    assert!(!is_user(&app, &colleague).await);
    assert!(is_user(&app, &registered).await, "a user of the tenant that is registered, as anybody there");

    assert_eq!(app.count("from organizations where administrator_email is not null").await, 1);
    assert_eq!(app.count(&format!("from users where email = '{ADA}' and roles = '{{}}'")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_claim_of_administrators_is_set_only_a_token_that_has_it_takes_an_organization_over() {
    for (claim, takes_over) in [
        (json!(null), false),
        (json!("reader"), false),
        (json!(["reader", "administrator"]), false),
        (json!("admin"), true),
        (json!(["reader", "admin"]), true),
    ] {
        let mut app = TestApp::serving(&["--oidc-admin-claim", "roles=admin"]).await;
        app.leaves_mails();
        app.add(PROVIDER, blue_yonder()).await;
        // A guest, with the address of home, of a tenant that is somebody else's.
        let guest = Claims { tid: "big.example".to_owned(), ..claims_for(ADA).unwrap() };
        let mut payload = app.issuer.payload(&guest, Duration::from_secs(3600)).unwrap();
        payload["roles"] = claim.clone();
        let token = app.issuer.sign(&payload).unwrap();

        let query = "{ viewer { user { roles } organization { isClaimed } } }";
        let answer = app.post(Some(&token), json!({ "query": query })).await;

        let expected = if takes_over {
            json!({ "user": { "roles": ["GLOBAL_ADMIN"] }, "organization": { "isClaimed": true } })
        } else {
            json!({ "user": null, "organization": null })
        };
        assert_eq!(answer.at("viewer"), &expected, "{claim}");
        assert_eq!(app.count("from organizations where tenant = 'big.example'").await, i64::from(takes_over));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_become_users_once_it_is_taken_over() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    viewer(&app, ADA).await;

    let eve = viewer(&app, "eve@blue-yonder.example").await;

    assert_eq!(eve["user"]["roles"], json!([]));
    assert_eq!(eve["organization"]["name"], "Blue Yonder");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_requests_at_once_take_it_over_once() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;

    let seen = join_all((0..20).map(|_| viewer(&app, ADA))).await;

    assert!(seen.iter().all(|one| one["user"]["roles"] == json!(["GLOBAL_ADMIN"])), "{seen:#?}");
    assert_eq!(app.count(&format!("from users where email = '{ADA}'")).await, 1);
    for event in ["organization.registered", "user.added"] {
        assert_eq!(app.count(&format!("from activities where event = '{event}'")).await, 1, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_of_one_tenant_who_come_at_once_are_of_one_organization() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    app.add(PROVIDER, accord_tests::Brought::of("lucerne.example")).await;
    let of_one_tenant = |email: &str| Claims { tid: "one.example".to_owned(), ..claims_for(email).unwrap() };
    let (ada, other) = (of_one_tenant(ADA), of_one_tenant("ada@lucerne.example"));

    let (one, two) = tokio::join!(is_user(&app, &ada), is_user(&app, &other));

    assert!(one && two);
    assert_eq!(app.count("from organizations where tenant = 'one.example'").await, 1);
    assert_eq!(
        app.count("from users u join organizations o on o.id = organization_id where o.tenant = 'one.example'").await,
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_yields_to_who_has_shown_to_own_its_domain() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    let verified = "insert into organization_domains (organization_id, domain, verified_at)
        select id, 'blue-yonder.example', now() from organizations where tenant = 'wingtip.example'";
    app.sql(verified).await;

    assert_eq!(viewer(&app, ADA).await["user"], Value::Null);
    assert_eq!(app.try_add(DIRECT, blue_yonder().with("country", json!("DE"))).await.reasons(), ["CONFLICT domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_taken_over_is_found_as_before_and_belongs_to_nobody_else() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    viewer(&app, ADA).await;

    for search in ["blue y", "blue-yonder", "ada@"] {
        assert_eq!(found(&app, PROVIDER, search).await, [DOMAIN], "{search}");
    }
    assert_eq!(app.try_add(PROVIDER, blue_yonder()).await.reasons(), ["ALREADY_RELATED domain"]);
    assert_eq!(app.try_add(DIRECT, blue_yonder().with("country", json!("DE"))).await.reasons(), ["CONFLICT domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_request_costs_one_statement_more_for_what_they_might_take_over() {
    let app = TestApp::with_one_connection().await;
    let count = async |claims: &Claims| app.statements(is_user(&app, claims)).await.0.len();
    let visitor = claims_for("somebody@unheard-of.example").unwrap();
    let unverified = Claims { email_verified: false, ..visitor.clone() };
    is_user(&app, &visitor).await;

    assert_eq!(count(&visitor).await, count(&unverified).await + 1);
}
