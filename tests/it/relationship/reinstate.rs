//! A relationship that was removed is asked for again, in the terms of before.

use accord_tests::{Brought, CHANNEL, DEMO, Draft, TestApp};
use serde_json::{Value, json};

use super::{OUTSIDERS, administered, granular, related};

/// A draft's terms.
fn terms(invitation: &Value) -> Value {
    json!([
        invitation["recipient"],
        invitation["delegatedAdministration"],
        invitation["indirectProvider"]["domain"],
        invitation["indirectProviderAdministration"],
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn it_drafts_an_invitation_with_the_terms_of_before_in_the_usual_words() {
    let app = TestApp::without_mails().await;
    let draft = Draft(json!({
        "recipient": { "email": DEMO.customer, "name": "Wendy", "locale": "zh-Hant" }, "expiresAfter": "P20D",
        "subject": "Hello again", "text": "Look: {{link}}", "delegatedAdministration": granular(),
    }));
    let (old, token) = app.invite(DEMO.reseller, draft).await;
    let outcome = app.try_accept(DEMO.customer, &token).await.given("outcome");
    let id = outcome[0]["id"].as_str().unwrap();
    app.leave(DEMO.reseller, id, "END").await.given("relationship");

    let drafted = app.reinstate(DEMO.reseller, id, json!({})).await.given("invitation");

    assert_eq!(drafted["status"], "DRAFT");
    assert_eq!(terms(&drafted), terms(&app.invitation(DEMO.reseller, &old).await));
    let subject = drafted["message"]["subject"].as_str().unwrap();
    assert!(subject != "Hello again" && subject.contains("Contoso"), "{subject}");
    app.days_pass(3);
    let sent = app.try_send(DEMO.reseller, drafted["id"].as_str().unwrap()).await.given("invitation");
    let [at, until] = ["sentAt", "expiresAt"].map(|field| sent[field].as_str().unwrap().parse().unwrap());
    let stands: chrono::TimeDelta = <chrono::DateTime<chrono::Utc>>::signed_duration_since(until, at);
    assert_eq!(stands.num_days(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stands_until_the_customer_accepts_and_no_old_grant_comes_back() {
    let app = TestApp::without_mails().await;
    let [id, grant] = administered(&app).await;
    app.remove(DEMO.customer, &id, json!({})).await.given("relationship");
    let drafted = app.reinstate(DEMO.reseller, &id, json!({})).await.given("invitation");
    assert_eq!(app.relationship(DEMO.reseller, &id).await["status"], "REMOVED");
    let sent = app.try_send(DEMO.reseller, drafted["id"].as_str().unwrap()).await.given("invitation");

    let accepted = app.try_accept(DEMO.customer, &accord_tests::token_of(&sent)).await.given("outcome");

    assert_ne!(accepted[0]["id"], json!(id));
    assert_ne!(accepted[1]["id"], json!(grant));
    assert_eq!(app.grant(DEMO.customer, &grant).await["status"], "REVOKED");
    assert_eq!(app.relationship(DEMO.customer, &id).await["status"], "REMOVED", "the old one is history");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_asks_again_too_while_both_are_partners() {
    let app = TestApp::without_mails().await;
    let full = json!({ "full": true });
    let joint = app.joint(DEMO.customer).await.with("indirectProviderAdministration", full.clone());
    let outcome = app.agree(DEMO.reseller, joint.with("delegatedAdministration", granular())).await;
    let of_type = |which: usize| {
        let mut all = outcome.as_array().unwrap().iter().filter(|it| it["__typename"] == "Relationship");
        all.nth(which).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let [resellers, providers] = [of_type(0), of_type(1)];
    app.leave(CHANNEL.partner, &resellers, "END").await.given("relationship");
    app.leave(CHANNEL.provider, &providers, "END").await.given("relationship");

    let drafted = app.reinstate(CHANNEL.partner, &resellers, json!({})).await.given("invitation");
    assert_eq!(drafted["indirectProvider"]["domain"], "northwind.example");
    assert_eq!(drafted["indirectProviderAdministration"]["scope"], "FULL");
    assert_eq!(drafted["delegatedAdministration"]["scope"], "GRANULAR");

    let alone = app.reinstate(CHANNEL.provider, &providers, json!({})).await.given("invitation");
    assert_eq!(alone["indirectProvider"], Value::Null, "what the reseller asked for it, it asks for itself");
    assert_eq!(alone["recipient"]["email"], DEMO.customer);
    assert_eq!(alone["delegatedAdministration"]["scope"], "FULL");

    let standing = app.ids("psh", "select id from partnerships where status = 'active'").await.remove(0);
    app.end_partnership(CHANNEL.partner_admin, &standing, "END").await.given("partnership");
    let drafted = app.reinstate(CHANNEL.partner, &resellers, json!({})).await.given("invitation");
    assert_eq!(drafted["indirectProvider"], Value::Null);
    assert_eq!(drafted["indirectProviderAdministration"], Value::Null);
    assert_eq!(drafted["delegatedAdministration"]["scope"], "GRANULAR");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_given_is_asked_and_must_be_where_nobody_was_before() {
    let app = TestApp::without_mails().await;
    let id = app.relate("contoso.example", "wingtip.example").await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    assert_eq!(app.reinstate(DEMO.reseller, &id, json!({})).await.reasons(), ["REQUIRED recipient"]);
    let recipient = json!({ "email": "it@blue-sky.example", "name": "Ida" });
    let drafted = app.reinstate(DEMO.reseller, &id, json!({ "recipient": recipient })).await.given("invitation");
    assert_eq!(drafted["recipient"], json!({ "email": "it@blue-sky.example", "name": "Ida", "locale": "en" }));
    assert_eq!(drafted["delegatedAdministration"], Value::Null);

    let sent = app.try_send(DEMO.reseller, drafted["id"].as_str().unwrap()).await.given("invitation");
    let accepted = app.try_accept(DEMO.customer, &accord_tests::token_of(&sent)).await;
    assert_eq!(accepted.given("outcome")[0]["status"], "ACTIVE", "the customer accepts, whatever the address");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_relationships_customer_can_be_asked() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let [own, other] = [app.organization("wingtip.example").await, app.organization("adventure-works.example").await];
    let of = |organization: &str| json!({ "recipient": { "email": "a@b.example", "organizationId": organization } });
    let refused = app.reinstate(DEMO.reseller, &id, of(&other)).await;
    assert_eq!(refused.reasons(), ["INVALID recipient.organizationId"]);
    app.reinstate(DEMO.reseller, &id, of(&own)).await.given("invitation");
    let wrong = json!({ "recipient": { "email": "nobody", "locale": "not a tag" } });
    let refused = app.reinstate(DEMO.reseller, &id, wrong).await;
    assert_eq!(refused.reasons(), ["INVALID_EMAIL recipient.email", "INVALID recipient.locale"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_is_not_reinstated() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    assert_eq!(app.reinstate(DEMO.reseller, &id, json!({})).await.reasons(), ["ALREADY_RELATED id"]);
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let again = app.agree(DEMO.reseller, Draft::to(DEMO.customer)).await;
    assert_eq!(app.reinstate(DEMO.reseller, &id, json!({})).await.reasons(), ["ALREADY_RELATED id"]);
    app.leave(DEMO.reseller, again[0]["id"].as_str().unwrap(), "END").await.given("relationship");
    app.reinstate(DEMO.reseller, &id, json!({})).await.given("invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admins_and_admin_agents_of_an_authorized_partner_reinstate() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    for (who, reasons) in [
        (DEMO.reseller_sales, vec!["FORBIDDEN"]),
        ("helpdesk@contoso.example", vec!["FORBIDDEN"]),
        (DEMO.customer, vec!["NOT_AUTHORIZED_PARTNER"]),
        (DEMO.reseller, vec![]),
        (DEMO.reseller_admin, vec![]),
    ] {
        assert_eq!(app.reinstate(who, &id, json!({})).await.reasons(), reasons, "{who}");
    }
    for (who, code) in OUTSIDERS {
        let reasons = app.reinstate(who, &id, json!({})).await.reasons();
        assert_eq!(reasons, [if code == "NOT_FOUND" { "NOT_FOUND id" } else { code }], "{who}");
    }
    app.suspend("contoso.example").await;
    assert_eq!(app.reinstate(DEMO.reseller, &id, json!({})).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_nobody_has_taken_over_is_added_again_and_not_asked() {
    let app = TestApp::without_mails().await;
    let blue_yonder = || Brought::of("blue-yonder.example");
    let id = app.add(CHANNEL.provider, blue_yonder()).await["id"].as_str().unwrap().to_owned();
    app.leave(CHANNEL.provider, &id, "END").await.given("relationship");
    let recipient = json!({ "recipient": { "email": "ada@blue-yonder.example" } });
    let refused = app.reinstate(CHANNEL.provider, &id, recipient).await;
    assert_eq!(refused.reasons(), ["INVALID id"]);
    let message = refused.only()["userErrors"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("addCustomer"), "{message}");
    app.add(CHANNEL.provider, blue_yonder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_is_the_customer_does_not_reinstate() {
    let app = TestApp::without_mails().await;
    let id = app.relate("northwind.example", "litware.example").await;
    app.remove(CHANNEL.reseller_admin, &id, json!({})).await.given("relationship");
    assert_eq!(app.reinstate(CHANNEL.reseller_admin, &id, json!({})).await.reasons(), ["FORBIDDEN id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_gives_the_first_draft_again() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let key = json!({ "idempotencyKey": "once" });
    let first = app.reinstate(DEMO.reseller, &id, key.clone()).await.given("invitation")["id"].clone();
    assert_eq!(app.reinstate(DEMO.reseller_admin, &id, key).await.given("invitation")["id"], first);
    let other = json!({ "idempotencyKey": "once", "recipient": { "email": "a@b.example" } });
    assert_eq!(app.reinstate(DEMO.reseller, &id, other).await.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviter_reads_which_relationship_a_draft_asks_for_again() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let drafted = app.reinstate(DEMO.reseller, &id, json!({})).await.given("invitation")["id"].clone();
    let document = "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes {
        event details } } } } }";
    let read = app.ask(DEMO.reseller, document, json!({ "id": drafted })).await;
    let activity = read.at("viewer.partner.activity.nodes.0");
    assert_eq!((&activity["event"], &activity["details"]["reinstatesId"]), (&json!("invitation.drafted"), &json!(id)));
    assert_eq!(app.activity(DEMO.customer, drafted.as_str().unwrap()).await, [""; 0], "a draft is the inviter's own");
}
