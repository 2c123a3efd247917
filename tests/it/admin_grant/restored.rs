//! An existing customer is asked for delegated administration alone: what it took away is restored, if it says yes.

use accord_tests::{Draft, TestApp};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, status, try_accept};

fn asking(asked: &Value) -> Draft {
    Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked.clone())
}

/// The customer accepts what the partner asks for; gives the outcome.
async fn agree(app: &TestApp, asked: &Value) -> Vec<Value> {
    let (_, token) = app.invite(PARTNER_AGENT, asking(asked)).await;
    try_accept(app, &token).await.given("outcome").as_array().expect("a list").clone()
}

/// Why asking for it is refused, if it is.
async fn refused(app: &TestApp, asked: &Value) -> Vec<String> {
    let id = app.draft(PARTNER_AGENT, asking(asked)).await;
    app.try_send(PARTNER_AGENT, &id).await.reasons()
}

fn granular(roles: &[&str]) -> Value {
    json!({ "granular": { "roles": roles, "duration": "P1Y" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_took_away_is_restored_by_asking_for_it_alone() {
    let both = ["USER_ADMINISTRATOR", "LICENSE_ADMINISTRATOR"];
    let shorter = json!({ "granular": { "roles": both, "duration": "P360D" } });
    for (asked, covered) in [(json!({ "full": true }), json!({ "full": true })), (granular(&both), shorter)] {
        let app = TestApp::without_mails().await;
        let first = agree(&app, &asked).await;
        let (relationship, grant) = (&first[0]["id"], first[1]["id"].as_str().unwrap());
        assert_eq!(refused(&app, &covered).await, ["ALREADY_RELATED recipient"], "it stands");
        app.revoke_grant(CUSTOMER_ADMIN, grant).await.given("adminGrant");

        let again = agree(&app, &asked).await;

        assert_eq!(&again[0]["id"], relationship, "the relationship stood all along");
        let restored = again[1]["id"].as_str().unwrap();
        assert_ne!(restored, grant);
        assert_eq!(app.grant(CUSTOMER_ADMIN, grant).await["status"], "REVOKED", "what was taken away stays so");
        let [was, is] = [app.grant(PARTNER_AGENT, grant).await, app.grant(PARTNER_AGENT, restored).await];
        assert_eq!((&is["status"], &is["scope"], &is["roles"]), (&json!("ACTIVE"), &was["scope"], &was["roles"]));
        assert_eq!(app.activity(PARTNER_AGENT, restored).await, ["admin_grant.granted"]);
        assert_eq!(app.relationships_with(PARTNER_AGENT, "tailspin").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_a_customer_took_away_are_restored_and_those_that_stayed_are_not_asked_for_again() {
    let app = TestApp::without_mails().await;
    let (both, one) = (["USER_ADMINISTRATOR", "LICENSE_ADMINISTRATOR"], ["LICENSE_ADMINISTRATOR"]);
    let first = agree(&app, &granular(&both)).await;
    let grant = first[1]["id"].as_str().unwrap();
    app.change_roles(CUSTOMER_ADMIN, grant, &one).await.given("adminGrant");
    let shorter = json!({ "granular": { "roles": one, "duration": "P30D" } });
    assert_eq!(refused(&app, &shorter).await, ["ALREADY_RELATED recipient"]);

    let again = agree(&app, &granular(&both)).await;

    assert_eq!(again[0]["id"], first[0]["id"]);
    assert_ne!(again[1]["id"], first[1]["id"]);
    assert_eq!(again[1]["roles"], json!(both));
    assert_eq!(app.grant(PARTNER_AGENT, grant).await["roles"], json!(one), "the narrowed one stays as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_partner_gave_back_and_what_expired_is_restored_too() {
    let app = TestApp::without_mails().await;
    let asked = json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P2D" } });
    let first = agree(&app, &asked).await;
    app.end_grant(PARTNER_AGENT, first[1]["id"].as_str().unwrap()).await.given("adminGrant");
    let second = agree(&app, &asked).await;
    app.days_pass(2);
    let third = agree(&app, &asked).await;
    assert_eq!([&second[0]["id"], &third[0]["id"]], [&first[0]["id"]; 2]);
    for (grant, seen) in [(&first, "ENDED"), (&second, "EXPIRED"), (&third, "ACTIVE")] {
        assert_eq!(app.grant(PARTNER_AGENT, grant[1]["id"].as_str().unwrap()).await["status"], seen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_extends_itself_covers_what_is_asked_also_past_its_first_end() {
    let app = TestApp::without_mails().await;
    let asked = |duration: &str, auto_extend: bool| json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": duration, "autoExtend": auto_extend } });
    agree(&app, &asked("P10D", true)).await;
    app.days_pass(11);
    assert_eq!(refused(&app, &asked("P30D", true)).await, ["ALREADY_RELATED recipient"]);
    assert_eq!(refused(&app, &asked("P1Y", false)).await, [""; 0], "it is extended by half a year at a time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_asked_again_is_nothing_new_until_notice_of_its_end_is_due() {
    let app = TestApp::without_mails().await;
    let asked = granular(&["GLOBAL_READER"]);
    let first = agree(&app, &asked).await;
    assert_eq!(refused(&app, &asked).await, ["ALREADY_RELATED recipient"], "on the day it was granted");
    app.days_pass(365 - 31);
    assert_eq!(refused(&app, &asked).await, ["ALREADY_RELATED recipient"]);
    app.days_pass(2);

    let renewed = agree(&app, &asked).await;

    assert_ne!(renewed[1]["id"], first[1]["id"]);
    for grant in [&first, &renewed] {
        assert_eq!(status(&app, grant[1]["id"].as_str().unwrap()).await, "ACTIVE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_customer_is_asked_for_access_and_not_to_become_one() {
    let app = TestApp::new().await;
    app.relate(PARTNER, CUSTOMER).await;
    let (id, token) = app.invite(PARTNER_AGENT, asking(&granular(&["GLOBAL_READER"]))).await;
    let mail = app.mails().await.pop().expect("a mail");
    assert_eq!(mail.subject, "Litware asks for administrator access");
    let asks = "Litware (litware.example, United States) is your organization's reseller, and asks for delegated administration";
    assert!(mail.text.starts_with(asks), "{}", mail.text);
    assert!(mail.text.contains("we stay your reseller") && !mail.text.contains("become"), "{}", mail.text);
    let shown = app.invitation(PARTNER_AGENT, &id).await["message"]["text"].as_str().unwrap().to_owned();
    assert!(shown.starts_with(asks), "the inviter is shown what goes out: {shown}");
    assert_eq!(app.offer(&token).await["isExistingCustomer"], true);

    app.days_pass(23);
    app.remind().await;
    let mail = app.mails().await.pop().expect("a mail");
    assert_eq!(mail.subject, "Reminder: Litware asks for administrator access");
    assert!(mail.text.contains("your organization's reseller, has asked for administrator access"), "{}", mail.text);

    try_accept(&app, &token).await.given("outcome");
    let mail = app.mails().await.pop().expect("a mail");
    let agreed = "Tailspin Toys, a customer of Litware, has agreed to the administrator access";
    assert!(mail.text.contains(agreed) && !mail.text.contains("is now"), "{}", mail.text);
    assert_eq!(app.offer(&token).await["isExistingCustomer"], false, "it is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_customer_yet_is_asked_to_become_one() {
    let app = TestApp::new().await;
    // Another partner's customer, and once was this one's.
    app.relate("contoso.example", CUSTOMER).await;
    app.relate(PARTNER, CUSTOMER).await;
    let removed = "set status = 'removed', removed_at = now(), removed_by = 'partner'";
    let partner = "(select id from organizations where tenant = 'litware.example')";
    app.sql(&format!("update relationships {removed} where partner_id = {partner}")).await;
    let (_, token) = app.invite(PARTNER_AGENT, asking(&json!({ "full": true }))).await;
    let mail = app.mails().await.pop().expect("a mail");
    assert_eq!(mail.subject, "Litware asks to be your reseller");
    assert!(mail.text.contains("asks to become your organization's reseller and for full"), "{}", mail.text);
    assert_eq!(app.offer(&token).await["isExistingCustomer"], false);
    try_accept(&app, &token).await.given("outcome");
    let mail = app.mails().await.pop().expect("a mail");
    assert!(mail.text.contains("Litware is now the customer's reseller"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_many_requests_cost_as_many_statements_as_those_of_few() {
    let app = TestApp::with_one_connection().await;
    let document = "{ viewer { partner { invitations(first: 100) { nodes { message { subject text } } } } } }";
    app.many_accepted(5).await;
    let few = app.statements(app.ask(PARTNER_ADMIN, document, json!({}))).await;
    app.many_accepted(20).await;
    let many = app.statements(app.ask(PARTNER_ADMIN, document, json!({}))).await;
    assert_eq!(many.0.len(), few.0.len());
    let texts = many.1.at("viewer.partner.invitations.nodes").as_array().unwrap().len();
    assert_eq!(texts, 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_moves_from_full_to_granular_without_a_gap() {
    let app = TestApp::without_mails().await;
    let full = agree(&app, &json!({ "full": true })).await;
    let full = full[1]["id"].as_str().unwrap();
    let chosen = agree(&app, &granular(&["GLOBAL_READER"])).await;
    let chosen = chosen[1]["id"].as_str().unwrap();
    assert_eq!([status(&app, full).await, status(&app, chosen).await], ["ACTIVE"; 2]);
    app.revoke_grant(CUSTOMER_ADMIN, full).await.given("adminGrant");
    assert_eq!([status(&app, full).await, status(&app, chosen).await], ["REVOKED", "ACTIVE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_accepts_chosen_roles_grants_them_also_beside_a_full_grant_made_meanwhile() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(PARTNER_AGENT, asking(&granular(&["GLOBAL_READER"]))).await;
    app.granted(PARTNER, CUSTOMER, &Full).await;
    let outcome = try_accept(&app, &token).await.given("outcome");
    assert_eq!((&outcome[1]["scope"], &outcome[1]["status"]), (&json!("GRANULAR"), &json!("ACTIVE")));
}
