use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

async fn drafted(app: &TestApp) -> String {
    let draft = Draft(json!({
        "recipient": { "email": "ann@blue-sky.example", "name": "Ann", "locale": "de" },
        "delegatedAdministration": { "full": true },
        "subject": "Our request",
        "text": "Dear Ann\n{{link}}",
        "expiresAfter": "P10D",
    }));
    app.draft(DEMO.reseller, draft).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_left_out_stays() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;
    let before = app.invitation(DEMO.reseller, &id).await;

    let after = app.edit(&id, json!({ "subject": "Our other request" })).await.given("invitation");

    assert_eq!(after["message"]["subject"], "Our other request");
    for field in ["recipient", "delegatedAdministration", "link", "status", "createdAt"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(after["message"]["template"], before["message"]["template"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_can_be_changed() {
    let app = TestApp::without_mails().await;
    let id = drafted(&app).await;

    let change = json!({
        "recipient": { "email": "bob@blue-sky.example" },
        "delegatedAdministration": { "granular": { "roles": ["GLOBAL_READER"], "duration": "P1Y" } },
        "subject": "Another",
        "text": "Dear Bob\n{{link}}",
        "expiresAfter": "P2D",
    });
    let after = app.edit(&id, change).await.given("invitation");

    assert_eq!(after["recipient"], json!({ "email": "bob@blue-sky.example", "name": null, "locale": "en" }));
    assert_eq!(after["delegatedAdministration"]["scope"], "GRANULAR");
    assert_eq!(after["message"]["subject"], "Another");
    assert_eq!(after["message"]["template"], "Dear Bob\n{{link}}");
    app.send_draft(&id).await.given("invitation");
    app.days_pass(2);
    assert_eq!(app.status(&id).await, "EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_what_may_be_left_out() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;

    let after = app.edit(&id, json!({ "delegatedAdministration": null })).await.given("invitation");

    assert_eq!(after["delegatedAdministration"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn null_on_what_cannot_be_empty_is_required() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;

    let nulls = json!({ "recipient": null, "subject": null, "text": null, "expiresAfter": null });

    let reasons = app.edit(&id, nulls).await.reasons();
    assert_eq!(reasons, ["REQUIRED recipient", "REQUIRED subject", "REQUIRED text", "REQUIRED expiresAfter"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_change_comes_at_once_and_nothing_is_changed() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;
    let before = app.invitation(DEMO.reseller, &id).await;

    let wrong = json!({
        "recipient": { "email": "ann", "organizationId": "org_1" },
        "subject": "{{link}}",
        "text": "",
        "expiresAfter": "P0D",
        "delegatedAdministration": { "granular": { "roles": ["GLOBAL_ADMINISTRATOR"], "duration": "P1Y", "autoExtend": true } },
    });

    assert_eq!(
        app.edit(&id, wrong).await.reasons(),
        [
            "INVALID_EMAIL recipient.email",
            "NOT_FOUND recipient.organizationId",
            "LINK_MISSING subject",
            "REQUIRED text",
            "INVALID expiresAfter",
            "AUTO_EXTEND_NOT_ALLOWED delegatedAdministration.granular.autoExtend",
        ]
    );
    assert_eq!(app.invitation(DEMO.reseller, &id).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_written_down_with_the_names_of_the_fields_and_an_empty_one_is_not() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;

    app.edit(&id, json!({})).await.given("invitation");
    app.edit(&id, json!({ "subject": "Secret plan", "expiresAfter": "P3D" })).await.given("invitation");

    assert_eq!(app.activity(DEMO.reseller, &id).await, ["invitation.drafted", "invitation.edited"]);
    let details = r#"'{"changed": ["subject", "expiresAfter"]}'"#;
    assert_eq!(
        app.count(&format!("from activities where event = 'invitation.edited' and details = {details}")).await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_draft_is_edited() {
    let app = TestApp::without_mails().await;

    for (id, status) in app.one_in_every_state().await {
        let reasons = app.edit(&id, json!({ "subject": "Another" })).await.reasons();
        let expected: &[&str] = if status == "DRAFT" { &[] } else { &["NOT_A_DRAFT"] };
        assert_eq!(reasons, expected, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_edited_by_who_may_invite_for_its_organization() {
    let app = TestApp::new().await;
    let id = drafted(&app).await;
    let reasons = async |who: &str, id: &str| {
        app.mutate(who, "editInvitation", json!({ "id": id, "subject": "Another" })).await.reasons()
    };

    assert_eq!(reasons(DEMO.reseller_admin, &id).await, [""; 0]);
    assert_eq!(reasons(DEMO.reseller_sales, &id).await, ["FORBIDDEN"]);
    assert_eq!(reasons(DEMO.stranger, &id).await, ["NOT_FOUND id"]);
    assert_eq!(reasons(DEMO.customer, &id).await, ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(reasons(DEMO.reseller, "inv_1").await, ["NOT_FOUND id"]);
}
