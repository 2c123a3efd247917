//! Whose invitation it is.

use accord_tests::{DEMO, Draft, TestApp};
use dev::issuer::claims_for;
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const WRONG: [&str; 1] = ["WRONG_RECIPIENT"];

/// Invites an address of no domain that anybody owns, and says which organization the draft names.
async fn invite_naming(app: &TestApp, email: &str, organization: &str) -> String {
    let recipient = json!({ "email": email, "organizationId": app.organization(organization).await });
    let draft = Draft(json!({ "recipient": recipient, "delegatedAdministration": { "full": true } }));
    app.invite(DEMO.reseller, draft).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_that_the_draft_named_accepts_and_not_that_of_the_address() {
    let app = TestApp::without_mails().await;
    let token = invite_naming(&app, DEMO.customer, "adventure-works.example").await;

    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), WRONG);
    assert_eq!(app.try_accept("admin@adventure-works.example", &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_name_it_is_the_organization_of_exactly_the_addresss_domain() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("Someone@Wingtip.example")).await;
    let (_, below) = app.invite(DEMO.reseller, Draft::to("someone@mail.wingtip.example")).await;

    assert_eq!(app.try_accept("admin@tailspin.example", &token).await.reasons(), WRONG);
    assert_eq!(app.try_accept(DEMO.customer, &below).await.reasons(), WRONG);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_counts_once_it_is_verified() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.sql(
        "insert into organization_domains (organization_id, domain, is_primary)
         select id, 'blue-sky.example', false from organizations where tenant = 'wingtip.example'",
    )
    .await;
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), WRONG);

    app.sql("update organization_domains set verified_at = now() where domain = 'blue-sky.example'").await;

    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn else_it_is_the_organization_of_the_user_whose_verified_address_it_is() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("ann@home.example")).await;
    app.sql("update users set email = 'Ann@home.example' where email = 'user@wingtip.example'").await;

    assert_eq!(app.try_accept("admin@tailspin.example", &token).await.reasons(), WRONG);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_verified_or_not_one_persons_decides_nothing() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("ann@home.example")).await;

    app.sql(
        "update users set email = 'ann@home.example', email_verified_at = null where email = 'user@wingtip.example'",
    )
    .await;
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), WRONG, "not verified");

    app.sql("update users set email_verified_at = now() where email = 'ann@home.example'").await;
    app.sql("update users set email = 'ann@home.example' where email = 'user@tailspin.example'").await;
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), WRONG, "two people's");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_the_domain_comes_before_a_user_elsewhere_with_that_address() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("ann@wingtip.example")).await;
    app.sql("update users set email = 'ann@wingtip.example' where email = 'user@tailspin.example'").await;

    assert_eq!(app.try_accept("admin@tailspin.example", &token).await.reasons(), WRONG);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_belongs_to_no_customer_is_the_wrong_recipient() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    for who in [OPERATOR, "ann@blue-sky.example", DEMO.reseller_admin] {
        assert_eq!(app.try_accept(who, &token).await.reasons(), WRONG, "{who}");
    }
    assert_eq!(app.mutate_as_nobody("acceptInvitation", json!({ "token": token })).await.error(), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_global_administrator_accepts_even_where_the_mail_went_to_another() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer_user)).await;

    assert_eq!(app.try_accept(DEMO.customer_user, &token).await.reasons(), ["FORBIDDEN"]);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_accepts_their_own_organizations_invitation() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.sql(
        "insert into organization_domains (organization_id, domain, is_primary, verified_at)
         select id, 'blue-sky.example', false, now() from organizations where tenant = 'contoso.example'",
    )
    .await;

    assert_eq!(app.try_accept(DEMO.reseller_admin, &token).await.reasons(), ["OWN_ORGANIZATION"]);
}

/// Why somebody may not accept by id.
async fn by_id(app: &TestApp, who: &str, id: &str) -> Vec<String> {
    let mut input = app.signature().await;
    input["id"] = json!(id);
    app.try_accept_with(who, input).await.reasons()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_with_the_verified_address_accepts_by_the_id_and_nobody_else() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to("Admin@Wingtip.example")).await;

    for who in [DEMO.customer_user, DEMO.stranger, DEMO.reseller_admin, OPERATOR] {
        assert_eq!(by_id(&app, who, &id).await, ["NOT_FOUND id"], "{who}");
    }
    assert_eq!(by_id(&app, DEMO.customer, "inv_1").await, ["NOT_FOUND id"]);
    assert_eq!(by_id(&app, DEMO.customer, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_issuer_does_not_vouch_for_opens_nothing_by_id() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let mut claims = claims_for(DEMO.customer).unwrap();
    claims.email_verified = false;

    let answer = app.mutate_as(&claims, "acceptInvitation", json!({ "id": id })).await;

    assert_eq!(answer.reasons(), ["NOT_FOUND id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_opens_only_what_the_persons_organization_could_accept() {
    let app = TestApp::without_mails().await;
    let token = invite_naming(&app, DEMO.customer, "adventure-works.example").await;
    let received = "{ viewer { account { receivedInvitations { nodes { id } } } } }";
    let received = app.ask(DEMO.customer, received, json!({})).await;
    let id = received.text("viewer.account.receivedInvitations.nodes.0.id");

    assert_eq!(by_id(&app, DEMO.customer, &id).await, WRONG);
    assert_eq!(app.offer(&token).await["status"], "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_not_found_by_its_id() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to(DEMO.customer)).await;

    assert_eq!(by_id(&app, DEMO.customer, &id).await, ["NOT_FOUND id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_of_token_and_id_is_given() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    for mutation in ["acceptInvitation", "declineInvitation"] {
        let reasons = async |input: Value| app.mutate(DEMO.customer, mutation, input).await.reasons();
        assert_eq!(reasons(json!({})).await, ["REQUIRED token"]);
        assert_eq!(reasons(json!({ "token": token, "id": id })).await, ["INVALID token"]);
    }
}
