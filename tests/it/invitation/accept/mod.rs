mod again;
mod agreement;
mod order;
mod recipient;

use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

fn asking(email: &str, what: Value) -> Draft {
    Draft::to(email).with("delegatedAdministration", what)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_accepts_is_listed_at_the_partner_and_the_partner_at_the_customer() {
    let app = TestApp::new().await;
    app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let mails = app.mails().await;
    assert_eq!(mails[0].to, DEMO.customer);

    app.try_accept(DEMO.customer, &mails[0].token()).await.accepted("acceptInvitation");

    let customers =
        "{ viewer { partner { customers(filter: { search: \"wingtip\" }) { nodes { customer { name } status } } } } }";
    let seen = app.ask(DEMO.reseller, customers, json!({})).await;
    assert_eq!(
        *seen.at("viewer.partner.customers.nodes"),
        json!([{ "customer": { "name": "Wingtip Toys" }, "status": "ACTIVE" }])
    );
    let partners = "{ viewer { account { partners { nodes { partner { name } } } } } }";
    let seen = app.ask(DEMO.customer, partners, json!({})).await;
    assert_eq!(*seen.at("viewer.account.partners.nodes"), json!([{ "partner": { "name": "Contoso" } }]));
    let told = app.mails().await;
    assert_eq!(told[0].to, DEMO.reseller);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_alone_comes_without_a_grant() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let outcome = app.try_accept(DEMO.customer, &token).await.given("outcome");

    assert_eq!(names(&outcome), ["Relationship"]);
    assert_eq!(app.count(OF_WINGTIP).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn full_administration_is_granted_without_an_end() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, asking(DEMO.customer, json!({ "full": true }))).await;

    let outcome = app.try_accept(DEMO.customer, &token).await.given("outcome");

    assert_eq!(names(&outcome), ["Relationship", "AdminGrant"]);
    let grant = ["scope", "roles", "status", "endsAt"].map(|field| &outcome[1][field]);
    assert_eq!(json!(grant), json!(["FULL", [], "ACTIVE", null]));
}

#[tokio::test(flavor = "multi_thread")]
async fn granular_administration_is_granted_for_its_time_counted_from_acceptance() {
    let app = TestApp::without_mails().await;
    let asked = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P10D", "autoExtend": true } });
    let (_, token) = app.invite(DEMO.reseller, asking(DEMO.customer, asked)).await;
    app.days_pass(20);

    let grant = app.try_accept(DEMO.customer, &token).await.given("outcome")[1].clone();

    let ends: chrono::DateTime<chrono::Utc> = grant["endsAt"].as_str().unwrap().parse().unwrap();
    assert!(((ends - app.clock.now()).num_seconds() - 10 * 86_400).abs() < 60, "{grant:#}");
    let grant = ["scope", "roles", "autoExtend"].map(|field| &grant[field]);
    assert_eq!(json!(grant), json!(["GRANULAR", ["USER_ADMINISTRATOR"], true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_that_stands_is_used_and_what_is_missing_made() {
    let app = TestApp::without_mails().await;
    let customer = "admin@adventure-works.example";
    let related = "{ viewer { account { partners(filter: { search: \"contoso\" }) { nodes { id } } } } }";
    let standing = app.ask(customer, related, json!({})).await.at("viewer.account.partners.nodes")[0]["id"].clone();
    let (_, token) = app.invite(DEMO.reseller, asking(customer, json!({ "full": true }))).await;

    let outcome = app.try_accept(customer, &token).await.given("outcome");

    assert_eq!(names(&outcome), ["Relationship", "AdminGrant"]);
    assert_eq!(outcome[0]["id"], standing);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_missing_it_is_accepted_with_what_stands() {
    let app = TestApp::without_mails().await;
    let (_, one) = app.invite(DEMO.reseller, asking("a@wingtip.example", json!({ "full": true }))).await;
    let (id, other) = app.invite(DEMO.reseller, asking("b@wingtip.example", json!({ "full": true }))).await;
    let first = app.try_accept(DEMO.customer, &one).await.given("outcome");

    let second = app.try_accept(DEMO.customer, &other).await.given("outcome");

    assert_eq!(second, first);
    assert_eq!(app.status(&id).await, "ACCEPTED");
    assert_eq!(app.count(OF_WINGTIP).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviter_is_told_by_mail() {
    let app = TestApp::new().await;
    let (_, token) = app.invite(DEMO.reseller_admin, Draft::to("someone@wingtip.example")).await;
    app.mails().await;

    app.try_accept(DEMO.customer, &token).await.given("invitation");

    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, DEMO.reseller_admin, "who drafted it");
    assert!(mails[0].subject.contains("Accepted"), "{}", mails[0].subject);
    assert!(!mails[0].raw.contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_is_written_down_where_both_sides_read_it() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, asking(DEMO.customer, json!({ "full": true }))).await;

    let accepted = app.try_accept(DEMO.customer, &token).await;

    let outcome = accepted.given("outcome");
    let of = async |who: &str, place: usize| app.activity(who, outcome[place]["id"].as_str().unwrap()).await;
    assert_eq!(
        app.activity(DEMO.reseller, &id).await,
        ["invitation.drafted", "invitation.sent", "invitation.accepted"]
    );
    assert_eq!(app.activity(DEMO.customer, &id).await, ["invitation.accepted"]);
    for who in [DEMO.reseller, DEMO.customer] {
        assert_eq!(of(who, 0).await, ["relationship.established"]);
        assert_eq!(of(who, 1).await, ["admin_grant.granted"]);
    }
    let agreement = app.signature().await["agreementId"].as_str().unwrap().to_owned();
    assert_eq!(app.activity(DEMO.customer, &agreement).await, ["agreement.accepted"]);
    assert_eq!(app.activity(DEMO.reseller, &agreement).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customers_people_see_the_invitation_that_their_organization_accepted() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to("someone@wingtip.example")).await;
    assert_eq!(app.invitation(DEMO.customer_user, &id).await, Value::Null);

    app.try_accept(DEMO.customer, &token).await.given("invitation");

    assert_eq!(app.invitation(DEMO.customer_user, &id).await["status"], "ACCEPTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_accepted_the_link_and_the_message_are_shown_to_nobody() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    app.try_accept(DEMO.customer, &token).await.given("invitation");

    let seen = app.invitation(DEMO.reseller, &id).await;
    assert_eq!(json!([seen["link"], seen["message"]]), json!([null, null]));
}

/// The grants on the tenant of the customer that most tests are about.
const OF_WINGTIP: &str =
    "from admin_grants where customer_id = (select id from organizations where tenant = 'wingtip.example')";

fn names(outcome: &Value) -> Vec<&str> {
    outcome.as_array().expect("a list").iter().map(|one| one["__typename"].as_str().expect("a name")).collect()
}
