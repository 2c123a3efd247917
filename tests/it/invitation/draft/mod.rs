mod idempotency;
mod input;

use accord_tests::{DEMO, Draft, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const ANN: &str = "ann@blue-sky.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_carries_the_usual_mail_with_its_own_link_in_a_frame_that_names_the_inviter() {
    let app = TestApp::new().await;

    let draft = app.try_draft(DEMO.reseller, Draft::to(ANN)).await.given("invitation");

    let message = &draft["message"];
    insta::with_settings!({ filters => vec![("invitations/[A-Za-z0-9_-]{71}", "invitations/TOKEN")] }, {
        insta::assert_snapshot!(format!("{}\n\n{}", text(&message["subject"]), text(&message["text"])));
    });
    assert!(text(&message["template"]).contains("\n{{link}}\n"), "{message:#}");
    assert!(text(&message["text"]).contains(&format!("\n{}\n", text(&draft["link"]))), "{message:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_asks_for_a_relationship_alone_where_nothing_else_is_said() {
    let app = TestApp::new().await;

    let draft = app.try_draft(DEMO.reseller, Draft::to(ANN)).await.given("invitation");

    let plain = ["kind", "status", "recipient", "delegatedAdministration", "sentAt", "expiresAt", "openedAt"];
    assert_eq!(
        json!(plain.map(|field| &draft[field])),
        json!([
            "RESELLER_RELATIONSHIP",
            "DRAFT",
            { "email": ANN, "name": null, "locale": "en" },
            null,
            null,
            null,
            null
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn drafting_sends_nothing_and_is_written_down_for_the_inviter() {
    let app = TestApp::new().await;

    let id = app.draft(DEMO.reseller, Draft::to(DEMO.customer)).await;

    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(app.delivery(&id).await, "NOT_SENT");
    assert_eq!(app.activity(DEMO.reseller, &id).await, ["invitation.drafted"]);
    assert_eq!(app.invitation(DEMO.customer, &id).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_when_delegated_administration_is_asked_for() {
    let app = TestApp::new().await;
    let asking = |what: Value| app.try_draft(DEMO.reseller, Draft::to(ANN).with("delegatedAdministration", what));

    let full = asking(json!({ "full": true })).await.given("invitation");
    let granular = asking(json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P1Y" } })).await;

    assert!(text(&full["message"]["text"]).contains("full delegated administration"), "{full:#}");
    let granular = granular.given("invitation");
    assert!(text(&granular["message"]["text"]).contains("in chosen roles and for a limited time"), "{granular:#}");
    assert_eq!(
        granular["delegatedAdministration"],
        json!({ "scope": "GRANULAR", "roles": ["GLOBAL_READER"], "duration": "P1Y", "autoExtend": false })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_greets_the_recipient_by_name() {
    let app = TestApp::new().await;

    let draft = Draft(json!({ "recipient": { "email": ANN, "name": " Ann " } }));
    let draft = app.try_draft(DEMO.reseller, draft).await.given("invitation");

    assert!(text(&draft["message"]["template"]).starts_with("Hello Ann,\n"), "{draft:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_the_given_one_else_the_named_organizations_else_the_inviters() {
    let app = TestApp::new().await;
    app.sql("update organizations set locale = 'fr' where tenant = 'adventure-works.example'").await;
    app.sql("update organizations set locale = 'zh-Hans' where tenant = 'contoso.example'").await;
    let named = app.organization("adventure-works.example").await;
    let locale = async |recipient: Value| {
        let draft = app.try_draft(DEMO.reseller, Draft(json!({ "recipient": recipient }))).await.given("invitation");
        text(&draft["recipient"]["locale"]).to_owned()
    };

    assert_eq!(locale(json!({ "email": ANN, "organizationId": named, "locale": "zh-hant" })).await, "zh-Hant");
    assert_eq!(locale(json!({ "email": ANN, "organizationId": named })).await, "fr");
    assert_eq!(locale(json!({ "email": ANN })).await, "zh-Hans");
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admin_and_admin_agent_draft_and_other_roles_are_forbidden_to() {
    let app = TestApp::new().await;
    let reasons = async |who: &str| app.try_draft(who, Draft::to(ANN)).await.reasons();

    assert_eq!(reasons(DEMO.reseller_admin).await, [""; 0]);
    assert_eq!(reasons(DEMO.reseller).await, [""; 0]);
    assert_eq!(reasons(DEMO.reseller_sales).await, ["FORBIDDEN"]);
    assert_eq!(reasons("helpdesk@contoso.example").await, ["FORBIDDEN"]);
    assert_eq!(reasons(OPERATOR).await, ["FORBIDDEN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_is_no_partner_drafts_nothing() {
    let app = TestApp::new().await;

    for who in [DEMO.customer, DEMO.customer_user] {
        assert_eq!(app.try_draft(who, Draft::to(ANN)).await.reasons(), ["NOT_AUTHORIZED_PARTNER"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_drafts_nothing() {
    let app = TestApp::new().await;
    app.suspend("contoso.example").await;

    assert_eq!(app.try_draft(DEMO.reseller, Draft::to(ANN)).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_drafts_nothing() {
    let app = TestApp::new().await;

    assert_eq!(app.mutate_as_nobody("draftInvitation", Draft::to(ANN).0).await.error(), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_may_not_invite_sees_the_draft_without_message_and_link() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;

    let seen = app.invitation(DEMO.reseller_sales, &id).await;

    assert_eq!(json!([seen["status"], seen["message"], seen["link"]]), json!(["DRAFT", null, null]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_partner_sees_nothing_of_a_draft() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;

    assert_eq!(app.invitation(DEMO.stranger, &id).await, Value::Null);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
