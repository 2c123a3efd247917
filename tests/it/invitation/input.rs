//! Whatever text is given, it is taken or refused, and nothing fails.

use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

/// Texts that some software somewhere stumbles over.
fn nonsense() -> Vec<String> {
    let spelled =
        ["", " ", "\0", "a\0b", "\u{feff}", "\u{202e}abc", "%", "\\", "'; drop table users; --", "{{link}}", "💥"];
    let long =
        ["a".repeat(300), "ü".repeat(70_000), "x@".repeat(500), format!("P{}D", "9".repeat(400)), "-".repeat(71)];
    spelled.map(str::to_owned).into_iter().chain(long).collect()
}

/// Puts each nonsense at each place of a mutation's input, and stops the test where anything but data comes back.
async fn survives(app: &TestApp, who: &str, mutation: &str, input: Value, places: &[&str]) {
    for place in places {
        for text in nonsense() {
            let mut input = input.clone();
            *input.pointer_mut(place).expect(place) = json!(text);
            let answer = app.mutate(who, mutation, input).await;
            let start: String = text.chars().take(40).collect();
            assert!(answer.body.get("errors").is_none(), "{mutation} {place} {start:?}: {:#}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_draft() {
    let app = TestApp::new().await;
    let draft = json!({
        "recipient": { "email": "ann@blue-sky.example", "name": "", "locale": "en", "organizationId": "" },
        "delegatedAdministration": { "granular": { "roles": ["GLOBAL_READER"], "duration": "P1Y" } },
        "subject": "", "text": "", "expiresAfter": "P1D", "idempotencyKey": "",
    });
    let mut edit = draft.clone();
    edit["id"] = json!(app.draft(DEMO.reseller, Draft::to("ann@blue-sky.example")).await);
    edit.as_object_mut().unwrap().remove("idempotencyKey");
    let places = [
        "/recipient/email",
        "/recipient/name",
        "/recipient/locale",
        "/recipient/organizationId",
        "/delegatedAdministration/granular/duration",
        "/subject",
        "/text",
        "/expiresAfter",
    ];

    survives(&app, DEMO.reseller, "draftInvitation", draft.clone(), &places).await;
    survives(&app, DEMO.reseller, "draftInvitation", draft, &["/idempotencyKey"]).await;
    survives(&app, DEMO.reseller, "editInvitation", edit.clone(), &places).await;
    survives(&app, DEMO.reseller, "editInvitation", edit, &["/id"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_the_inviter_does() {
    let app = TestApp::without_mails().await;
    let rows = json!({ "rows": [{ "recipient": { "email": "ann@blue-sky.example" }, "idempotencyKey": "" }], "idempotencyKey": "" });

    survives(&app, DEMO.reseller, "sendInvitation", json!({ "id": "" }), &["/id"]).await;
    survives(&app, DEMO.reseller, "sendInvitations", rows, &["/idempotencyKey", "/rows/0/idempotencyKey"]).await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let resend = json!({ "id": id, "expiresAfter": "" });
    survives(&app, DEMO.reseller, "resendInvitation", resend, &["/id", "/expiresAfter"]).await;
    survives(&app, DEMO.reseller, "revokeInvitation", json!({ "id": id, "reason": "" }), &["/reason", "/id"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_the_recipient_does() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let mut accept = app.signature().await;
    accept["token"] = json!(token);
    accept["signer"]["phone"] = json!("");
    accept["agreementId"] = json!("agr_1");
    let places = ["/token", "/agreementId", "/signer/firstName", "/signer/lastName", "/signer/email", "/signer/phone"];

    survives(&app, DEMO.customer, "openInvitation", json!({ "token": "" }), &["/token"]).await;
    survives(&app, DEMO.customer, "requestNewInvitation", json!({ "token": "" }), &["/token"]).await;
    survives(&app, DEMO.customer, "acceptInvitation", accept, &places).await;
    survives(&app, DEMO.customer, "acceptInvitation", json!({ "id": "" }), &["/id"]).await;
    survives(&app, DEMO.customer, "declineInvitation", json!({ "id": "" }), &["/id"]).await;
    survives(&app, DEMO.customer, "declineInvitation", json!({ "token": token, "reason": "" }), &["/reason", "/token"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_search_and_a_link() {
    let app = TestApp::new().await;
    let search =
        "query($text: String) { viewer { partner { invitations(filter: { search: $text }) { nodes { id } } } } }";

    for text in nonsense() {
        let found = app.ask(DEMO.reseller, search, json!({ "text": text })).await;
        assert!(found.body.get("errors").is_none(), "{:#}", found.body);
        assert_eq!(app.offer(&text).await, Value::Null);
    }
}
