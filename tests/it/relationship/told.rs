//! Whom the end of a relationship is told, and how.

use accord_tests::{DEMO, Mail, TestApp};
use serde_json::{Value, json};

use super::{administered, related};

fn recipients(mails: &[Mail]) -> Vec<&str> {
    let told = mails.iter().filter(|mail| mail.subject.starts_with("Removed:"));
    let mut to: Vec<&str> = told.map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    to
}

/// What each side reads of the relationship's end.
async fn removal(app: &TestApp, who: &str, side: &str, id: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ viewer {{ {side} {{ activity(first: 1, filter: {{ subjectId: $id }}) {{ nodes {{
         event actor {{ name }} actorOrganization {{ name }} details subject {{ id }} }} }} }} }} }}"
    );
    app.ask(who, &document, json!({ "id": id })).await.at(&format!("viewer.{side}.activity.nodes.0")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_who_removed_it_and_what_became_of_administration() {
    for (who, organization, side, choice) in [
        (DEMO.reseller, "Contoso", "partner", "KEEP"),
        (DEMO.reseller, "Contoso", "partner", "END"),
        (DEMO.customer, "Wingtip Toys", "customer", "END"),
    ] {
        let app = TestApp::without_mails().await;
        let id = related(&app).await;
        app.leave(who, &id, choice).await.given("relationship");
        let read = removal(&app, DEMO.reseller, "partner", &id).await;
        assert_eq!(read["event"], "relationship.removed");
        assert_eq!(read["actorOrganization"]["name"], organization);
        assert_eq!(read["details"], json!({ "removedBy": side, "delegatedAdministration": choice.to_lowercase() }));
        assert_eq!(read["subject"]["id"], json!(id));
        assert_eq!(removal(&app, DEMO.customer, "account", &id).await, read);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_is_mailed_only_if_the_partner_asks_for_it() {
    for (notify, told) in [(false, vec![]), (true, vec![DEMO.customer])] {
        let app = TestApp::new().await;
        let [id, _] = administered(&app).await;
        app.mails().await;
        let input = json!({ "attestGoodFaith": true, "delegatedAdministration": "KEEP", "notifyCustomer": notify });
        app.remove(DEMO.reseller, &id, input).await.given("relationship");
        let mails = app.mails().await;
        assert_eq!(mails.len(), told.len(), "no other mail either");
        assert_eq!(recipients(&mails), told);
        for mail in &mails {
            assert!(mail.text.contains("Contoso removed its relationship with Wingtip Toys"), "{}", mail.text);
            assert!(mail.text.contains("was kept") && mail.html.contains("kept"), "{}", mail.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_partner_who_could_have_removed_it_are_mailed_that_the_customer_did() {
    let app = TestApp::new().await;
    let [id, _] = administered(&app).await;
    app.mails().await;
    app.remove(DEMO.customer, &id, json!({ "notifyCustomer": true })).await.given("relationship");
    let mails = app.mails().await;
    assert_eq!(recipients(&mails), [DEMO.reseller_admin, DEMO.reseller]);
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert!(mail.text.contains("Wingtip Toys removed its relationship with Contoso"), "{}", mail.text);
        assert!(mail.text.contains("Contoso to the tenant of Wingtip Toys has ended"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_what_happened_whatever_was_agreed_since() {
    let app = TestApp::new().await;
    let id = related(&app).await;
    app.mails().await;
    app.remove(DEMO.customer, &id, json!({})).await.given("relationship");
    administered(&app).await;
    let mails = app.mails().await;
    assert_eq!(recipients(&mails).len(), 2);
    let removed = mails.iter().find(|mail| mail.subject.starts_with("Removed:")).unwrap();
    assert!(!removed.text.contains("administrator access"), "there was none: {}", removed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_the_organization_is_not_mailed_and_nobody_of_what_was_refused() {
    let app = TestApp::new().await;
    let id = related(&app).await;
    app.mails().await;
    app.remove(DEMO.customer_user, &id, json!({})).await;
    app.sql("update users set status = 'deactivated' where email = 'agent@contoso.example'").await;
    assert_eq!(app.mails().await.len(), 0);
    app.remove(DEMO.customer, &id, json!({})).await.given("relationship");
    assert_eq!(recipients(&app.mails().await), [DEMO.reseller_admin]);
}
