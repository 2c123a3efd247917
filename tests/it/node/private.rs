//! Fields that not everybody who sees an object may read: they are null, never an error.

use accord_tests::{CUSTOMER, DEMO, Draft, PARTNER, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// Everybody of the inviter, by role, and those outside it who see the invitation too.
const INVITERS: [&str; 4] =
    ["admin@litware.example", "agent@litware.example", "sales@litware.example", "helpdesk@litware.example"];

async fn node(app: &TestApp, who: &str, id: &str, fields: &str) -> Value {
    let document = format!("query($id: ID!) {{ node(id: $id) {{ {fields} }} }}");
    app.ask(who, &document, json!({ "id": id })).await.at("node").clone()
}

/// Whether somebody reads message and link, or neither of them.
async fn reads_message(app: &TestApp, who: &str, id: &str) -> bool {
    let fields = "... on Invitation { message { subject template text html mailtoUrl } link }";
    let seen = node(app, who, id, fields).await;
    assert!(seen.is_object(), "{who} sees the invitation");
    assert_eq!(seen["message"].is_null(), seen["link"].is_null(), "{who}: {seen}");
    !seen["link"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_and_link_are_for_those_of_the_inviter_who_may_invite() {
    let app = TestApp::without_mails().await;
    let id = app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    for sent in [false, true] {
        if sent {
            app.try_send(PARTNER, &id).await.given("invitation");
            assert!(!reads_message(&app, CUSTOMER, &id).await, "the addressee");
        }
        for (who, reads) in INVITERS.into_iter().zip([true, true, false, false]) {
            assert_eq!(reads_message(&app, who, &id).await, reads, "{who}, sent: {sent}");
        }
        assert!(!reads_message(&app, OPERATOR, &id).await, "the platform's staff");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_and_link_are_gone_once_the_invitation_is_closed() {
    let app = TestApp::without_mails().await;
    let (revoked, _) = app.invite(PARTNER, Draft::to("a@example.com")).await;
    app.mutate(PARTNER, "revokeInvitation", json!({ "id": revoked })).await.given("invitation");
    let (accepted, token) = app.invite(PARTNER, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.given("invitation");
    let (declined, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    let (expired, _) = app.invite(PARTNER, Draft::to("b@example.com")).await;
    app.days_pass(31);
    for id in [revoked, accepted, declined, expired] {
        assert!(!reads_message(&app, PARTNER, &id).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_is_for_the_inviters_people_and_the_platforms_staff() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let delivery = "... on Invitation { delivery { status } }";
    for who in INVITERS.into_iter().chain([OPERATOR]) {
        assert_eq!(node(&app, who, &id, delivery).await["delivery"]["status"], "QUEUED", "{who}");
    }
    assert_eq!(node(&app, CUSTOMER, &id, delivery).await, json!({ "delivery": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_organizations_person_only_name_and_organization_are_shown() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    let person = "name organization { name } email locale roles status deletedAt";
    let fields = format!("... on Invitation {{ createdBy {{ {person} }} answeredBy {{ {person} }} }}");
    let stranger = |name: &str, organization: &str| {
        json!({ "name": name, "organization": { "name": organization }, "email": null, "locale": null, "roles": null,
            "status": null, "deletedAt": null })
    };
    let seen_by_inviter = node(&app, PARTNER, &id, &fields).await;
    assert_eq!(seen_by_inviter["answeredBy"], stranger("Tailspin admin", "Tailspin Toys"));
    assert_eq!(seen_by_inviter["createdBy"]["email"], PARTNER);
    let seen_by_addressee = node(&app, CUSTOMER, &id, &fields).await;
    assert_eq!(seen_by_addressee["createdBy"], stranger("Litware agent", "Litware"));
    assert_eq!(seen_by_addressee["answeredBy"]["roles"], json!(["GLOBAL_ADMIN"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_activity_is_for_those_who_may_read_it() {
    let app = TestApp::new().await;
    let id = app.organization("litware.example").await.replace("org_", "ptn_");
    let activity = "... on Partner { activity { nodes { id } } }";
    for (who, reads) in INVITERS.into_iter().zip([true, true, false, false]).chain([(OPERATOR, true)]) {
        assert_eq!(!node(&app, who, &id, activity).await["activity"].is_null(), reads, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_activity_is_for_its_global_administrators() {
    let app = TestApp::new().await;
    let id = app.organization("tailspin.example").await.replace("org_", "acc_");
    let activity = "... on Account { activity { nodes { id } } }";
    for (who, reads) in [(CUSTOMER, true), ("user@tailspin.example", false), (OPERATOR, true)] {
        assert_eq!(!node(&app, who, &id, activity).await["activity"].is_null(), reads, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_person_of_a_partner_reads_its_lists() {
    let app = TestApp::without_mails().await;
    app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let id = app.organization("litware.example").await.replace("org_", "ptn_");
    let lists = "... on Partner { customers { nodes { id } } invitations { nodes { id } } users { nodes { email } } }";
    for who in INVITERS {
        let seen = node(&app, who, &id, lists).await;
        assert_eq!(seen["invitations"]["nodes"].as_array().unwrap().len(), 1, "{who}");
        assert_eq!(seen["users"]["nodes"].as_array().unwrap().len(), 4, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_stays_one_and_keeps_its_lists() {
    let app = TestApp::new().await;
    app.sql("update enrollments set status = 'suspended'").await;
    let document = "{ viewer { partner { kind customers { nodes { customer { name } } } } } }";
    let answer = app.ask(DEMO.reseller, document, json!({})).await;
    assert_eq!(
        *answer.at("viewer.partner"),
        json!({ "kind": "INDIRECT_RESELLER", "customers": { "nodes": [{ "customer": { "name": "Adventure Works" } }] } })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_staff_receives_no_invitations() {
    let app = TestApp::without_mails().await;
    app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let id = app.organization("tailspin.example").await.replace("org_", "acc_");
    let received = "... on Account { receivedInvitations { nodes { id } } }";
    assert_eq!(node(&app, OPERATOR, &id, received).await["receivedInvitations"]["nodes"], json!([]));
    let own = node(&app, CUSTOMER, &id, received).await;
    assert_eq!(own["receivedInvitations"]["nodes"].as_array().unwrap().len(), 1);
}
