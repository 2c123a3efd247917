//! Creating a person.

use accord_tests::{PAIR, TestApp};
use dev::seed::OPERATOR;
use domain::admin_grant::DirectoryRole::{HelpdeskAdministrator, UserAdministrator};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{
    AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, HELPDESK, PARTNER, PARTNER_ADMIN, SALES, STRANGER, details,
    with_full, with_role,
};

fn nina() -> Value {
    json!({ "name": " Nina ", "email": "Nina@tailspin.example" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_that_a_partner_creates_is_there_for_both_sides() {
    let app = with_full().await;
    let created = app.create_user(AGENT, CUSTOMER, nina()).await.given("user");
    let id = created["id"].as_str().unwrap();
    let expected = json!({
        "id": id, "name": "Nina", "email": "Nina@tailspin.example", "locale": "en", "roles": [], "status": "ACTIVE",
        "deletedAt": null, "organization": { "domain": CUSTOMER },
    });
    assert_eq!(created, expected);
    for who in [AGENT, CUSTOMER_ADMIN, CUSTOMER_USER, SALES, OPERATOR] {
        assert_eq!(app.user(who, id).await, expected, "{who}");
    }
    for who in [STRANGER, PARTNER_ADMIN] {
        assert_eq!(app.user(who, id).await, Value::Null, "{who}");
    }
    let unsigned = "from users where subject is null and email_verified_at is null and name = 'Nina'";
    assert_eq!(app.count(unsigned).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_that_a_person_was_created_and_no_persons_data() {
    let app = with_full().await;
    let id = app.created(AGENT, CUSTOMER).await;
    assert_eq!(app.activity(AGENT, &id).await, ["customer_user.created"]);
    assert_eq!(app.activity(CUSTOMER_ADMIN, &id).await, ["customer_user.created"]);
    let told = details(&app, CUSTOMER_ADMIN, "customer_user.created").await;
    assert_eq!(told, json!({ "changed": ["name", "email"] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_refused_at_once() {
    let app = with_full().await;
    let wrong = json!({
        "name": " ", "email": "nina@elsewhere.example", "locale": "not a tag", "roles": ["ADMIN_AGENT", "GLOBAL_ADMIN"],
    });
    let refused = app.create_user(AGENT, CUSTOMER, wrong).await;
    assert_eq!(refused.reasons(), ["REQUIRED name", "INVALID email", "INVALID locale", "INVALID roles"]);
    let message = refused.only()["userErrors"][1]["message"].as_str().unwrap();
    assert!(message.ends_with("domains: tailspin.example"), "{message}");
    for email in ["nina", "nina@sub.tailspin.example", "nina@tailspin.example.com"] {
        let refused = app.create_user(AGENT, CUSTOMER, json!({ "name": "Nina", "email": email })).await;
        assert!(["INVALID email", "INVALID_EMAIL email"].contains(&refused.reasons()[0].as_str()), "{email}");
    }
    assert_eq!(app.count("from users where name in ('', 'Nina')").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_somebody_there_has_is_refused_in_any_case() {
    let app = with_full().await;
    app.created(AGENT, CUSTOMER).await;
    for email in ["NINA@tailspin.example", "Admin@Tailspin.Example"] {
        let refused = app.create_user(AGENT, CUSTOMER, json!({ "name": "Nora", "email": email })).await;
        assert_eq!(refused.reasons(), ["CONFLICT email"], "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_key_gives_the_first_person_again() {
    let app = with_full().await;
    let keyed = |name: &str| json!({ "name": name, "email": "nina@tailspin.example", "idempotencyKey": "once" });
    let first = app.create_user(AGENT, CUSTOMER, keyed("Nina")).await.given("user");
    let again = app.create_user(AGENT, CUSTOMER, keyed("Nina")).await.given("user");
    assert_eq!(again, first);
    let other = app.create_user(AGENT, CUSTOMER, keyed("Nora")).await;
    assert_eq!(other.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
    assert_eq!(app.activity(AGENT, first["id"].as_str().unwrap()).await, ["customer_user.created"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_create_people_is_told_why() {
    let app = with_full().await;
    for (who, reason) in [
        (PARTNER_ADMIN, "FORBIDDEN customerId"),
        (SALES, "FORBIDDEN customerId"),
        (HELPDESK, "FORBIDDEN customerId"),
        (CUSTOMER_USER, "FORBIDDEN customerId"),
        (STRANGER, "NOT_FOUND customerId"),
        ("admin@wingtip.example", "NOT_FOUND customerId"),
        (OPERATOR, "FORBIDDEN"),
        ("visitor@unheard-of.example", "FORBIDDEN"),
    ] {
        assert_eq!(app.create_user(who, CUSTOMER, nina()).await.reasons(), [reason], "{who}");
    }
    let document = "mutation($input: CreateCustomerUserInput!) { createCustomerUser(input: $input) { user { id } } }";
    let input = json!({ "customerId": "org_", "name": "Nina", "email": "nina@tailspin.example" });
    assert_eq!(app.ask_nobody(document, json!({ "input": input })).await.error(), "UNAUTHENTICATED");
    assert_eq!(app.count("from users where lower(email) = 'nina@tailspin.example'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_customer_is_not_found() {
    let app = with_full().await;
    let person = app.user_id(CUSTOMER_ADMIN).await;
    let unknown = domain::organization::OrganizationId::fresh().to_string();
    for id in ["", "org_", &person, &unknown] {
        let input = json!({ "customerId": id, "name": "Nina", "email": "nina@tailspin.example" });
        let refused = app.change_user(AGENT, "createCustomerUser", input).await;
        assert_eq!(refused.reasons(), ["NOT_FOUND customerId"], "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_grant_that_allows_it_the_refusal_names_what_would_be_needed() {
    let app = TestApp::without_mails().await;
    app.relate(PARTNER, CUSTOMER).await;
    let message = async |app: &TestApp, input: Value| {
        let refused = app.create_user(AGENT, CUSTOMER, input).await;
        assert_eq!(refused.reasons(), ["NO_ADMIN_GRANT customerId"]);
        refused.only()["userErrors"][0]["message"].as_str().unwrap().to_owned()
    };
    let needed = "gives USER_ADMINISTRATOR or GLOBAL_ADMINISTRATOR";
    assert!(message(&app, nina()).await.ends_with(needed));
    let (app, _) = with_role(HelpdeskAdministrator).await;
    assert!(message(&app, nina()).await.ends_with(needed));
    let (app, _) = with_role(UserAdministrator).await;
    let admin = json!({ "name": "Nina", "email": "nina@tailspin.example", "roles": ["GLOBAL_ADMIN"] });
    assert!(message(&app, admin).await.ends_with("gives GLOBAL_ADMINISTRATOR"));
    app.create_user(AGENT, CUSTOMER, nina()).await.given("user");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organizations_own_administrator_needs_no_grant() {
    let app = TestApp::without_mails().await;
    let input =
        json!({ "name": "Nina", "email": "nina@tailspin.example", "roles": ["GLOBAL_ADMIN"], "locale": "de-ch" });
    let created = app.create_user(CUSTOMER_ADMIN, CUSTOMER, input).await.given("user");
    assert_eq!((&created["roles"], &created["locale"]), (&json!(["GLOBAL_ADMIN"]), &json!("de-CH")));
    let id = created["id"].as_str().unwrap();
    assert_eq!(app.activity(CUSTOMER_ADMIN, id).await, ["customer_user.created"]);
    let told = details(&app, CUSTOMER_ADMIN, "customer_user.created").await;
    assert_eq!(told, json!({ "changed": ["name", "email", "locale", "roles"] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_gives_its_resellers_people_a_partners_roles() {
    let (app, _) = TestApp::with_pair().await;
    app.granted(PAIR.provider, PAIR.reseller, &Full).await;
    let roles = json!(["HELPDESK_AGENT", "ADMIN_AGENT", "ADMIN_AGENT"]);
    let input = json!({ "name": "Nina", "email": "nina@relecloud.example", "roles": roles });
    let created = app.create_user(PAIR.provider_agent, PAIR.reseller, input).await.given("user");
    assert_eq!(created["roles"], json!(["ADMIN_AGENT", "HELPDESK_AGENT"]));
    let back = json!({ "name": "Nina", "email": "nina@tailwind.example" });
    let refused = app.create_user(PAIR.reseller_agent, PAIR.provider, back).await;
    assert_eq!(refused.reasons(), ["NOT_FOUND customerId"], "a reseller has nothing to manage at its provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_an_address_is_free_is_found_without_reading_everybody() {
    let app = TestApp::with_one_connection().await;
    app.sql(
        "insert into users (id, organization_id, issuer, subject, name, email, roles, created_at, shares_address)
         select gen_random_uuid(), o.id, issuer, 'many' || n, 'Many', 'many' || n || '@tailspin.example', '{}', '2026-01-01',
             true from organizations o, generate_series(1, 6000) n where tenant = 'tailspin.example'",
    )
    .await;
    app.sql("vacuum analyze").await;
    // Often enough to be planned for good.
    let mut read = 0;
    for n in 0..8 {
        let input = json!({ "name": "Nina", "email": format!("nina{n}@tailspin.example") });
        let created = app.create_user(CUSTOMER_ADMIN, CUSTOMER, input);
        let (rows, answer) = app.rows_read("users", created).await;
        answer.given("user");
        read = rows;
    }
    assert!(read < 300, "{read} rows");
}
