//! What an activity shows, and what it never does.

use accord_tests::{CUSTOMER, DEMO, Draft, PARTNER, TestApp};
use serde_json::{Value, json};

const DOCUMENT: &str = "query($id: ID!) { viewer {
    partner { activity(filter: { subjectId: $id }) { nodes { ...all } } }
    account { activity(filter: { subjectId: $id }) { nodes { ...all } } } } }
    fragment all on Activity { event at details actor { name organization { name } email roles }
        actorOrganization { name } subject { __typename id } }";

/// What happened to an object as somebody reads it, the latest first.
async fn activity(app: &TestApp, who: &str, side: &str, id: &str) -> Vec<Value> {
    let answer = app.ask(who, DOCUMENT, json!({ "id": id })).await;
    answer.at(&format!("viewer.{side}.activity.nodes")).as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_organizations_actor_name_and_organization_are_shown() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    let at_partner = &activity(&app, PARTNER, "partner", &id).await[0];
    assert_eq!(
        at_partner["actor"],
        json!({ "name": "Tailspin admin", "organization": { "name": "Tailspin Toys" }, "email": null, "roles": null })
    );
    assert_eq!(at_partner["actorOrganization"]["name"], "Tailspin Toys");
    let at_customer = &activity(&app, CUSTOMER, "account", &id).await[0];
    assert_eq!(at_customer["actor"]["email"], CUSTOMER);
    assert_eq!(at_customer["actor"]["roles"], json!(["GLOBAL_ADMIN"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_held_the_link_and_what_the_system_did_have_no_actor() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    app.open(&token).await.given("offer");
    app.days_pass(31);
    app.expire().await;
    for happened in &activity(&app, PARTNER, "partner", &id).await[..2] {
        assert_eq!((&happened["actor"], &happened["actorOrganization"]), (&Value::Null, &Value::Null), "{happened}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_names_its_subject_and_its_time() {
    let app = TestApp::new().await;
    let id = app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    let drafted = &activity(&app, PARTNER, "partner", &id).await[0];
    assert_eq!(drafted["subject"], json!({ "__typename": "Invitation", "id": id }));
    assert_eq!(drafted["at"], app.invitation(PARTNER, &id).await["createdAt"]);
    assert_eq!(
        drafted["details"],
        json!({ "kind": "reseller_relationship", "delegatedAdministration": null, "indirectProviderId": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_holds_no_address_no_name_no_token_and_no_link() {
    let app = TestApp::without_mails().await;
    let secret = "Zanzibar";
    let recipient = json!({ "email": format!("{secret}@wingtip.example"), "name": secret });
    let id = app.draft(PARTNER, Draft(json!({ "recipient": recipient, "subject": secret }))).await;
    let text = format!("{secret}\n{{{{link}}}}");
    app.mutate(PARTNER, "editInvitation", json!({ "id": id, "text": text })).await.given("invitation");
    let sent = app.try_send(PARTNER, &id).await.given("invitation");
    let link = sent["link"].as_str().unwrap().to_owned();
    let token = link.rsplit('/').next().unwrap().to_owned();
    app.open(&token).await.given("offer");
    let mut acceptance = app.signature().await;
    acceptance["token"] = json!(token);
    acceptance["signer"]["lastName"] = json!(secret);
    app.mutate(DEMO.customer, "acceptInvitation", acceptance).await.given("invitation");
    let (revoked, _) = app.invite(PARTNER, Draft::to("b@example.com")).await;
    let reason = json!({ "id": revoked, "reason": secret });
    app.mutate(PARTNER, "revokeInvitation", reason).await.given("invitation");

    let found = format!("from activities a where a::text ~* '{secret}|@|/invitations/|{token}'");
    assert_eq!(app.count(&found).await, 0);
    assert!(app.count(&format!("from invitations i where i::text ~* '{secret}'")).await > 0, "there was something");
}
