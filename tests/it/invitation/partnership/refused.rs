//! Who cannot ask for a partnership, who cannot be asked, and what an answer lacks.

use accord_tests::{Answer, CHANNEL, Draft, TestApp};
use serde_json::json;

use super::partners;

#[track_caller]
fn message(answer: &Answer) -> String {
    answer.only()["userErrors"][0]["message"].as_str().expect("a refusal").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_to_be_authorized_explicitly() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    for input in
        [json!({}), json!({ "authorizeIndirectProvider": false }), json!({ "authorizeIndirectProvider": null })]
    {
        let mut input = input;
        input["token"] = json!(token);
        let answer = app.try_accept_with(CHANNEL.reseller_admin, input).await;
        assert_eq!(answer.reasons(), ["AUTHORIZATION_REQUIRED authorizeIndirectProvider"]);
    }
    assert_eq!(partners(&app, "").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_global_administrator_of_the_reseller_authorizes() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    for who in ["agent@litware.example", "sales@litware.example", "helpdesk@litware.example"] {
        assert_eq!(app.authorize(who, &token).await.reasons(), ["FORBIDDEN"], "{who}");
    }
    for who in [CHANNEL.partner_admin, CHANNEL.customer, CHANNEL.provider_admin] {
        assert_eq!(app.authorize(who, &token).await.reasons(), ["WRONG_RECIPIENT"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_indirect_provider_asks_for_a_partnership() {
    let app = TestApp::new().await;
    for who in [CHANNEL.partner, "agent@fabrikam.example"] {
        let answer = app.try_draft(who, Draft::partnership(CHANNEL.reseller_admin)).await;
        assert_eq!(answer.reasons(), ["WRONG_PARTNER_KIND kind"], "{who}");
    }
    let customer = app.try_draft(CHANNEL.customer, Draft::partnership(CHANNEL.reseller_admin)).await;
    assert_eq!(customer.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
    for who in ["sales@northwind.example", "helpdesk@northwind.example"] {
        let answer = app.try_draft(who, Draft::partnership(CHANNEL.reseller_admin)).await;
        assert_eq!(answer.reasons(), ["FORBIDDEN"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_asks_for_nothing_besides() {
    let app = TestApp::new().await;
    let full = json!({ "full": true });
    let draft = Draft::partnership(CHANNEL.reseller_admin)
        .with("delegatedAdministration", full.clone())
        .with("indirectProviderId", json!(app.organization("northwind.example").await))
        .with("indirectProviderAdministration", full.clone());
    let reasons = app.try_draft(CHANNEL.provider, draft).await.reasons();
    let fields = ["delegatedAdministration", "indirectProviderId", "indirectProviderAdministration"];
    assert_eq!(reasons, fields.map(|field| format!("INVALID {field}")));

    let id = app.draft(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    for change in [json!(null), full] {
        let change = json!({ "id": id, "delegatedAdministration": change });
        let edited = app.mutate(CHANNEL.provider, "editInvitation", change).await;
        assert_eq!(edited.reasons(), ["INVALID delegatedAdministration"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_a_providers_partner_is_told_apart_when_it_is_sent() {
    let app = TestApp::without_mails().await;
    for (to, reasons) in [
        ("admin@fabrikam.example", vec!["REGION_MISMATCH recipient", "WRONG_PARTNER_KIND recipient"]),
        ("admin@proseware.example", vec!["CLOUD_MISMATCH recipient", "WRONG_PARTNER_KIND recipient"]),
        (CHANNEL.customer, vec!["NOT_AUTHORIZED_PARTNER recipient"]),
        (CHANNEL.partner_admin, vec!["ALREADY_RELATED recipient"]),
        (CHANNEL.provider_admin, vec!["OWN_ORGANIZATION recipient.email"]),
    ] {
        let id = app.draft(CHANNEL.provider, Draft::partnership(to)).await;
        assert_eq!(app.try_send(CHANNEL.provider, &id).await.reasons(), reasons, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_provider_is_no_reseller() {
    let app = TestApp::without_mails().await;
    app.sql(
        "update enrollments set kind = 'indirect_provider' where organization_id =
             (select id from organizations where tenant = 'litware.example')",
    )
    .await;
    let id = app.draft(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    let sent = app.try_send(CHANNEL.provider, &id).await;
    assert_eq!(sent.reasons(), ["WRONG_PARTNER_KIND recipient"]);
    assert_eq!(message(&sent), "the recipient is no indirect reseller", "whom it does not see yet is not named");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_sent_is_asked_again_when_it_is_accepted() {
    for (change, reason) in [
        ("update organizations set country = 'DE' where tenant = 'litware.example'", "REGION_MISMATCH"),
        ("update organizations set country = 'KP' where tenant = 'litware.example'", "COUNTRY_NOT_SUPPORTED"),
        ("update organizations set cloud = 'us_government' where tenant = 'litware.example'", "CLOUD_MISMATCH"),
        ("update enrollments set kind = 'direct_partner' where kind = 'indirect_reseller'", "WRONG_PARTNER_KIND"),
        ("update enrollments set kind = 'direct_partner' where kind = 'indirect_provider'", "WRONG_PARTNER_KIND"),
        ("delete from enrollments where kind = 'indirect_reseller'", "NOT_AUTHORIZED_PARTNER"),
        ("update enrollments set status = 'suspended' where kind = 'indirect_reseller'", "NOT_AUTHORIZED_PARTNER"),
        ("update enrollments set status = 'suspended' where kind = 'indirect_provider'", "NOT_AUTHORIZED_PARTNER"),
    ] {
        let app = TestApp::without_mails().await;
        let (_, token) = app.invite_to_partnership().await;
        app.sql(change).await;
        assert_eq!(app.authorize(CHANNEL.reseller_admin, &token).await.reasons(), [reason], "{change}");
        assert_eq!(partners(&app, "").await, 0, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_is_named() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    app.suspend("northwind.example").await;
    let refused = app.authorize(CHANNEL.reseller_admin, &token).await;
    assert_eq!(message(&refused), "Northwind Traders is not an authorized partner");
}
