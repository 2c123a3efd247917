//! How a partner's support is reached is said by its first change, and changed by field.

use accord_tests::{DEMO, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const AGENT: &str = "agent@litware.example";

async fn changed(app: &TestApp, change: Value) -> Value {
    app.update_support(AGENT, change).await.given("supportProfile")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_change_needs_name_and_email() {
    let app = TestApp::new().await;
    let refused = app.update_support(AGENT, json!({ "phone": "1", "email": null })).await;
    assert_eq!(refused.reasons(), ["REQUIRED name", "REQUIRED email"]);
    let made = changed(&app, json!({ "name": " Litware Help ", "email": "help@litware.example" })).await;
    assert_eq!(made, json!({ "name": "Litware Help", "email": "help@litware.example", "phone": null, "url": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_stays_and_null_clears() {
    let app = TestApp::new().await;
    let whole =
        json!({ "name": "Help", "email": "help@litware.example", "phone": "+1 555", "url": "HTTPS://Litware.example" });
    let made = changed(&app, whole).await;
    assert_eq!(made["url"], "https://litware.example/");
    assert_eq!(changed(&app, json!({})).await, made);
    let now = changed(&app, json!({ "phone": null, "url": "", "name": "More help" })).await;
    assert_eq!(now, json!({ "name": "More help", "email": "help@litware.example", "phone": null, "url": null }));
    for field in ["name", "email"] {
        assert_eq!(app.update_support(AGENT, json!({ field: null })).await.reasons(), [format!("REQUIRED {field}")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::new().await;
    let wrong =
        json!({ "name": "a\r\nBcc: b", "email": "nobody", "phone": "1".repeat(41), "url": "javascript:alert(1)" });
    let reasons = app.update_support(AGENT, wrong).await.reasons();
    assert_eq!(reasons, ["INVALID name", "INVALID_EMAIL email", "TOO_LONG phone", "INVALID url"]);
    let long = json!({ "name": "a".repeat(101), "email": "a@b.example" });
    assert_eq!(app.update_support(AGENT, long).await.reasons(), ["TOO_LONG name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admins_and_admin_agents_of_an_authorized_partner_change_it() {
    let app = TestApp::new().await;
    let change = || json!({ "name": "Help", "email": "help@litware.example" });
    for (who, reasons) in [
        ("sales@litware.example", vec!["FORBIDDEN"]),
        ("helpdesk@litware.example", vec!["FORBIDDEN"]),
        (DEMO.customer, vec!["NOT_AUTHORIZED_PARTNER"]),
        (OPERATOR, vec!["FORBIDDEN"]),
        ("admin@litware.example", vec![]),
        (AGENT, vec![]),
    ] {
        assert_eq!(app.update_support(who, change()).await.reasons(), reasons, "{who}");
    }
    app.suspend("litware.example").await;
    assert_eq!(app.update_support(AGENT, change()).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_reads_what_was_changed_and_nothing_of_what_was_not() {
    let app = TestApp::new().await;
    changed(&app, json!({ "name": "Help", "email": "help@litware.example" })).await;
    changed(&app, json!({ "name": "Help", "phone": "+1" })).await;
    changed(&app, json!({ "phone": "+1" })).await;
    let document = "{ viewer { organization { id } partner { supportProfile { name phone } activity(filter: {
        event: [\"support_profile.updated\"] }) { nodes { details subject { id } } } } } }";
    let read = app.ask(AGENT, document, json!({})).await;
    assert_eq!(*read.at("viewer.partner.supportProfile"), json!({ "name": "Help", "phone": "+1" }));
    let subject = json!({ "id": read.at("viewer.organization.id") });
    let expected = json!([
        { "details": { "changed": ["phone"] }, "subject": subject },
        { "details": { "changed": ["name", "email"] }, "subject": subject },
    ]);
    assert_eq!(*read.at("viewer.partner.activity.nodes"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_say_it_first_at_once_both_are_heard() {
    let app = TestApp::new().await;
    let say = |phone: &str| json!({ "name": "Help", "email": "help@litware.example", "phone": phone });
    let (one, other) =
        tokio::join!(app.update_support(AGENT, say("1")), app.update_support("admin@litware.example", say("2")));
    one.given("supportProfile");
    other.given("supportProfile");
    assert_eq!(app.count("from support_profiles where name = 'Help'").await, 1);
    assert_eq!(
        app.count("from activities where event = 'support_profile.updated' and at > now() - interval '1 day'").await,
        2
    );
}
