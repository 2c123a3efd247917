//! Whom the end of a partnership is told, and how.

use accord_tests::{CHANNEL, Mail, PAIR, TestApp};
use serde_json::{Value, json};

/// What each side reads of the partnership's end.
async fn told(app: &TestApp, who: &str, id: &str) -> Value {
    let document = "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes {
        event actor { name } actorOrganization { name } details subject { id } } } } } }";
    app.ask(who, document, json!({ "id": id })).await.at("viewer.partner.activity.nodes").clone()
}

fn recipients(mails: &[Mail]) -> Vec<&str> {
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    to
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_who_ended_it_and_what_became_of_administration() {
    for (who, name, organization, side) in [
        (PAIR.provider_agent, "Tailwind Traders agent", "Tailwind Traders", "indirect_provider"),
        (PAIR.reseller_admin, "Relecloud admin", "Relecloud", "indirect_reseller"),
    ] {
        for choice in ["KEEP", "END"] {
            let (app, id) = TestApp::with_pair().await;
            app.end_partnership(who, &id, choice).await.given("partnership");
            let details = json!({ "endedBy": side, "delegatedAdministration": choice.to_lowercase() });
            let expected = json!([{ "event": "partnership.ended", "actor": { "name": name },
                "actorOrganization": { "name": organization }, "details": details, "subject": { "id": id } }]);
            assert_eq!(told(&app, PAIR.provider_admin, &id).await, expected);
            assert_eq!(told(&app, PAIR.reseller_agent, &id).await, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_both_sides_who_could_have_ended_it_are_mailed() {
    let (app, id) = TestApp::with_pair().await;
    app.end_partnership(PAIR.reseller_admin, &id, "END").await.given("partnership");

    let mails = app.mails().await;

    let both = [PAIR.reseller_admin, PAIR.provider_admin, PAIR.reseller_agent, PAIR.provider_agent].map(str::to_owned);
    let mut both = both.to_vec();
    both.sort();
    assert_eq!(recipients(&mails), both);
    for mail in &mails {
        assert!(mail.subject.contains("Tailwind Traders") && mail.subject.contains("Relecloud"), "{}", mail.subject);
        assert!(mail.text.contains("Relecloud ended the partnership"), "{}", mail.text);
        assert!(!mail.text.contains("was kept") && !mail.html.contains("was kept"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_that_administration_was_kept() {
    let (app, id) = TestApp::with_pair().await;
    app.sql(
        "insert into admin_grants (id, partner_id, customer_id, granted_at, status, scope, roles)
         select gen_random_uuid(), provider_id, reseller_id, now(), 'active', 'full', '{}' from partnerships
         where provider_id = (select id from organizations where tenant = 'tailwind.example')",
    )
    .await;
    app.end_partnership(PAIR.provider_agent, &id, "KEEP").await.given("partnership");
    let mails = app.mails().await;
    assert_eq!(mails.len(), 4);
    for mail in &mails {
        assert!(mail.text.contains("Tailwind Traders ended the partnership"), "{}", mail.text);
        assert!(mail.text.contains("was kept") && mail.html.contains("was kept"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_what_was_decided_whatever_was_agreed_since() {
    let app = TestApp::without_mails().await;
    let partnership = app.partner_up().await;
    app.end_partnership(CHANNEL.provider, &partnership, "END").await.given("partnership");
    app.partner_up().await;
    let mails = app.mails().await;
    let told: Vec<&Mail> = mails.iter().filter(|mail| mail.subject.starts_with("Ended")).collect();
    assert_eq!(told.len(), 4);
    assert!(told.iter().all(|mail| !mail.text.contains("was kept")), "{}", told[0].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_mailed_once_and_who_left_is_not() {
    let (app, id) = TestApp::with_pair().await;
    app.sql("update users set status = 'deactivated' where email = 'agent@tailwind.example'").await;
    app.sql("update users set roles = '{global_admin,admin_agent}' where email = 'admin@tailwind.example'").await;
    app.sql("update users set roles = '{sales_agent,helpdesk_agent}' where email = 'agent@relecloud.example'").await;
    app.end_partnership(PAIR.provider_admin, &id, "END").await.given("partnership");
    assert_eq!(recipients(&app.mails().await), [PAIR.reseller_admin, PAIR.provider_admin]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_an_end_that_was_refused() {
    let (app, id) = TestApp::with_pair().await;
    app.end_partnership("sales@tailwind.example", &id, "END").await;
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(told(&app, PAIR.reseller_admin, &id).await, json!([]));
}
