//! Whose support a customer turns to.

use accord_tests::{CHANNEL, DEMO, PAIR, TestApp};
use serde_json::{Value, json};

use super::{OUTSIDERS, related};

/// Gives a partner of the demo world, or of a test's own, a support profile named as its domain.
async fn supports(app: &TestApp, domain: &str) {
    let input = json!({ "name": domain, "email": format!("help@{domain}") });
    app.update_support(&format!("admin@{domain}"), input).await.given("supportProfile");
}

/// Whose support the customer of a relationship turns to; null where there is none.
async fn contact(app: &TestApp, who: &str, id: &str) -> Value {
    app.relationship(who, id).await["supportContact"]["organization"]["domain"].clone()
}

/// The two of [`PAIR`] with support profiles, their partnership, and a customer that they share.
async fn shared() -> (TestApp, String, [String; 2]) {
    let (app, partnership) = TestApp::with_pair().await;
    supports(&app, PAIR.provider).await;
    supports(&app, PAIR.reseller).await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    let both = app.shared_customer(&partnership, "blue-yonder.example").await;
    (app, partnership, both)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_provider_of_a_shared_customer_and_else_the_partner_itself() {
    let (app, _, [providers, resellers]) = shared().await;
    assert_eq!(contact(&app, PAIR.provider_agent, &providers).await, PAIR.provider);
    assert_eq!(contact(&app, PAIR.reseller_agent, &resellers).await, PAIR.provider);
    let alone = app.relate(PAIR.reseller, "wingtip.example").await;
    assert_eq!(contact(&app, PAIR.reseller_agent, &alone).await, PAIR.reseller);
    supports(&app, "fabrikam.example").await;
    let direct = app.relate("fabrikam.example", "alpine.example").await;
    assert_eq!(contact(&app, DEMO.stranger, &direct).await, "fabrikam.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_has_not_said_how_it_is_reached_it_is_the_partner_unless_the_provider_was_named() {
    let (app, partnership) = TestApp::with_pair().await;
    supports(&app, PAIR.reseller).await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    let [providers, resellers] = app.shared_customer(&partnership, "blue-yonder.example").await;
    assert_eq!(contact(&app, PAIR.reseller_agent, &resellers).await, PAIR.reseller);
    assert_eq!(contact(&app, PAIR.provider_agent, &providers).await, Value::Null);
    app.assign_support(PAIR.reseller_agent, &resellers, PAIR.provider).await.given("relationship");
    assert_eq!(contact(&app, PAIR.reseller_agent, &resellers).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_how_it_is_reached_as_it_is_now() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let expected = json!({ "organization": { "domain": "contoso.example" }, "name": "Contoso Customer Care",
        "email": "support@contoso.example", "phone": "+1 555 0140", "url": "https://contoso.example/support" });
    for reader in [DEMO.reseller_sales, DEMO.customer_user] {
        assert_eq!(app.relationship(reader, &id).await["supportContact"], expected, "{reader}");
    }
    app.update_support(DEMO.reseller, json!({ "name": "Care", "url": null })).await.given("supportProfile");
    let now = app.relationship(DEMO.customer_user, &id).await["supportContact"].clone();
    assert_eq!((&now["name"], &now["url"]), (&json!("Care"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_none_where_nobody_said_how_it_is_reached_and_once_the_relationship_is_removed() {
    let app = TestApp::without_mails().await;
    let silent = app.relate("fabrikam.example", "alpine.example").await;
    assert_eq!(app.relationship(DEMO.stranger, &silent).await["supportContact"], Value::Null);
    let id = related(&app).await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    assert_eq!(app.relationship(DEMO.reseller, &id).await["supportContact"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_assigns_itself_or_whom_it_shares_the_customer_with() {
    let (app, _, [providers, resellers]) = shared().await;
    for (who, id, to) in [
        (PAIR.reseller_agent, &resellers, PAIR.reseller),
        (PAIR.reseller_agent, &resellers, PAIR.provider),
        (PAIR.provider_agent, &providers, PAIR.reseller),
        (PAIR.provider_agent, &providers, PAIR.provider),
    ] {
        let assigned = app.assign_support(who, id, to).await.given("relationship");
        assert_eq!(assigned["supportContact"]["organization"]["domain"], to);
        assert_eq!(contact(&app, "admin@blue-yonder.example", id).await, to);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_assigned() {
    let (app, _, [_, resellers]) = shared().await;
    let alone = app.relate(PAIR.reseller, "wingtip.example").await;
    let unknown = domain::organization::OrganizationId::fresh().to_string();
    for (id, organization) in [
        (&resellers, app.organization("northwind.example").await),
        (&resellers, app.organization("blue-yonder.example").await),
        (&alone, app.organization(PAIR.provider).await),
        (&resellers, unknown),
        (&resellers, resellers.clone()),
        (&resellers, String::new()),
    ] {
        let refused = app.assign_support_to(PAIR.reseller_agent, id, &organization).await;
        assert_eq!(refused.reasons(), ["INVALID organizationId"], "{organization}");
    }
    assert_eq!(contact(&app, PAIR.reseller_agent, &resellers).await, PAIR.provider);
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admins_admin_agents_and_helpdesk_agents_of_an_authorized_partner_assign_it() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    for (who, reasons) in [
        (DEMO.reseller_sales, vec!["FORBIDDEN"]),
        ("nobody@contoso.example", vec!["FORBIDDEN"]),
        (DEMO.customer, vec!["NOT_AUTHORIZED_PARTNER"]),
        (DEMO.reseller_admin, vec![]),
        (DEMO.reseller, vec![]),
        ("helpdesk@contoso.example", vec![]),
    ] {
        assert_eq!(app.assign_support(who, &id, "contoso.example").await.reasons(), reasons, "{who}");
    }
    for (who, code) in OUTSIDERS {
        let reasons = app.assign_support(who, &id, "contoso.example").await.reasons();
        assert_eq!(reasons, [if code == "NOT_FOUND" { "NOT_FOUND relationshipId" } else { code }], "{who}");
    }
    let as_customer = app.relate("northwind.example", "litware.example").await;
    let refused = app.assign_support(CHANNEL.reseller, &as_customer, "litware.example").await;
    assert_eq!(refused.reasons(), ["FORBIDDEN relationshipId"]);
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let refused = app.assign_support(DEMO.reseller, &id, "contoso.example").await;
    assert_eq!(refused.reasons(), ["NO_RELATIONSHIP relationshipId"]);
    app.suspend("contoso.example").await;
    let refused = app.assign_support(DEMO.reseller, &id, "contoso.example").await;
    assert_eq!(refused.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_no_longer_shares_the_customer_leaves_the_partner_itself() {
    for assigned in [true, false] {
        let (app, partnership, [_, resellers]) = shared().await;
        if assigned {
            app.assign_support(PAIR.reseller_agent, &resellers, PAIR.provider).await.given("relationship");
        }
        app.end_partnership(PAIR.provider_agent, &partnership, "END").await.given("partnership");
        assert_eq!(contact(&app, PAIR.reseller_agent, &resellers).await, PAIR.reseller, "{assigned}");
    }
    let (app, _, [providers, resellers]) = shared().await;
    app.assign_support(PAIR.provider_agent, &providers, PAIR.reseller).await.given("relationship");
    app.leave(PAIR.reseller_agent, &resellers, "END").await.given("relationship");
    assert_eq!(contact(&app, PAIR.provider_agent, &providers).await, PAIR.provider);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_and_who_is_assigned_read_it_once() {
    let (app, _, [_, resellers]) = shared().await;
    for _ in 0..2 {
        app.assign_support(PAIR.reseller_agent, &resellers, PAIR.provider).await.given("relationship");
    }
    app.make_global_admin("admin@blue-yonder.example").await;
    app.session("admin@blue-yonder.example").await;
    app.make_global_admin("admin@blue-yonder.example").await;
    for reader in [PAIR.reseller_agent, PAIR.provider_agent, "admin@blue-yonder.example"] {
        assert_eq!(app.activity(reader, &resellers).await, ["support_contact.assigned"], "{reader}");
    }
    let document = "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes {
        details subject { id } } } } } }";
    let read = app.ask(PAIR.provider_agent, document, json!({ "id": resellers })).await;
    let details = json!({
        "organizationId": app.organization(PAIR.provider).await,
        "customerId": app.organization("blue-yonder.example").await,
    });
    let expected = json!([{ "details": details, "subject": null }]);
    assert_eq!(
        *read.at("viewer.partner.activity.nodes"),
        expected,
        "the reseller's relationship is not the provider's"
    );
}
