use accord_tests::{CHANNEL, DEMO, Draft, TestApp, granular};
use domain::admin_grant::DirectoryRole::UserAdministrator;
use domain::relationship::RelationshipId;
use serde_json::{Value, json};

use super::{OUTSIDERS, administered, related};

/// The relationships with the other side of this name, of a status, as each of the two lists them.
async fn listed(app: &TestApp, status: &str) -> [Vec<String>; 2] {
    let filter = format!("filter: {{ status: {status} }}");
    let customers = app.list(DEMO.reseller, "viewer.partner.customers").with(&filter).texts("customer.name").await;
    let partners = app.list(DEMO.customer_user, "viewer.account.partners").with(&filter).texts("partner.name").await;
    [customers, partners]
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_see_that_it_was_removed_by_whom_and_when() {
    for (who, side) in [(DEMO.reseller, "PARTNER"), (DEMO.customer, "CUSTOMER")] {
        let app = TestApp::without_mails().await;
        let id = related(&app).await;
        app.days_pass(1);
        let removed = app.leave(who, &id, "END").await.given("relationship");
        assert_eq!((&removed["status"], &removed["removedBy"]), (&json!("REMOVED"), &json!(side)));
        assert!(removed["removedAt"].as_str() > removed["since"].as_str(), "{removed}");
        for reader in [DEMO.reseller_sales, DEMO.customer_user] {
            assert_eq!(app.relationship(reader, &id).await, removed, "{reader}");
        }
        let [customers, partners] = listed(&app, "ACTIVE").await;
        assert_eq!((customers, partners), (vec!["Adventure Works".to_owned()], vec![]));
        let [customers, partners] = listed(&app, "REMOVED").await;
        assert_eq!((customers, partners), (vec!["Wingtip Toys".to_owned()], vec!["Contoso".to_owned()]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admins_and_admin_agents_of_the_partner_and_global_admins_of_the_customer_remove_it() {
    let app = TestApp::without_mails().await;
    let mut id = related(&app).await;
    for (who, reasons) in [
        ("sales@contoso.example", vec!["FORBIDDEN"]),
        ("helpdesk@contoso.example", vec!["FORBIDDEN"]),
        ("nobody@contoso.example", vec!["FORBIDDEN"]),
        (DEMO.customer_user, vec!["FORBIDDEN"]),
        (DEMO.reseller, vec![]),
        (DEMO.reseller_admin, vec![]),
        (DEMO.customer, vec![]),
    ] {
        let answer = app.leave(who, &id, "END").await;
        assert_eq!(answer.reasons(), reasons, "{who}");
        if reasons.is_empty() {
            id = app.relate("contoso.example", "wingtip.example").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_agent_of_the_customer_does_not_remove_its_partner() {
    let app = TestApp::without_mails().await;
    let id = app.relate("northwind.example", "litware.example").await;
    assert_eq!(app.leave(CHANNEL.reseller, &id, "END").await.reasons(), ["FORBIDDEN"]);
    app.remove(CHANNEL.reseller_admin, &id, json!({})).await.given("relationship");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_removes_it() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    for (who, code) in OUTSIDERS {
        let reasons = app.leave(who, &id, "END").await.reasons();
        assert_eq!(reasons, [if code == "NOT_FOUND" { "NOT_FOUND id" } else { code }], "{who}");
    }
    let organization = app.organization("contoso.example").await;
    let unknown = RelationshipId::fresh().to_string();
    for id in ["", "rel_", &organization, &unknown] {
        assert_eq!(app.leave(DEMO.reseller, id, "END").await.reasons(), ["NOT_FOUND id"], "{id}");
    }
    let document = "mutation($input: RemoveRelationshipInput!) { removeRelationship(input: $input) {
        relationship { id } } }";
    assert_eq!(app.ask_nobody(document, json!({ "input": { "id": id } })).await.error(), "UNAUTHENTICATED");
    assert_eq!(app.count("from relationships where status = 'removed'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_attests_good_faith_and_says_what_becomes_of_its_access_also_where_it_has_none() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let (attest, choose) = ("REQUIRED attestGoodFaith", "REQUIRED delegatedAdministration");
    for (input, reasons) in [
        (json!({}), vec![attest, choose]),
        (json!({ "attestGoodFaith": false, "delegatedAdministration": null }), vec![attest, choose]),
        (json!({ "attestGoodFaith": null, "delegatedAdministration": "KEEP" }), vec![attest]),
        (json!({ "attestGoodFaith": true, "notifyCustomer": null }), vec![choose]),
    ] {
        assert_eq!(app.remove(DEMO.reseller, &id, input.clone()).await.reasons(), reasons, "{input}");
    }
    assert_eq!(app.relationship(DEMO.reseller, &id).await["status"], "ACTIVE");
    app.leave(DEMO.reseller, &id, "KEEP").await.given("relationship");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_may_still_leave() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    app.suspend("contoso.example").await;
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_needs_to_give_nothing_and_leaves_no_grant() {
    for input in [json!({}), json!({ "delegatedAdministration": "END", "attestGoodFaith": true })] {
        let app = TestApp::without_mails().await;
        let [id, grant] = administered(&app).await;
        let keep = json!({ "delegatedAdministration": "KEEP", "attestGoodFaith": true });
        let refused = app.remove(DEMO.customer, &id, keep).await;
        assert_eq!(refused.reasons(), ["INVALID delegatedAdministration"]);
        assert_eq!(app.grant(DEMO.reseller, &grant).await["status"], "ACTIVE");

        let removed = app.remove(DEMO.customer, &id, input).await.given("relationship");

        assert_eq!(removed["adminGrants"][0]["status"], "REVOKED");
        for reader in [DEMO.reseller, DEMO.customer] {
            assert_eq!(app.activity(reader, &grant).await, ["admin_grant.granted", "admin_grant.revoked"], "{reader}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_partner_keeps_stays_on_both_lists_and_what_it_ends_is_over() {
    for (choice, status, events) in [
        ("KEEP", "ACTIVE", vec!["admin_grant.granted"]),
        ("END", "ENDED", vec!["admin_grant.granted", "admin_grant.ended"]),
    ] {
        let app = TestApp::without_mails().await;
        let [id, grant] = administered(&app).await;
        let removed = app.leave(DEMO.reseller, &id, choice).await.given("relationship");
        assert_eq!(removed["adminGrants"][0]["status"], status);
        for (reader, path) in
            [(DEMO.reseller, "viewer.partner.adminGrants"), (DEMO.customer, "viewer.account.adminGrants")]
        {
            let filter = format!("filter: {{ status: {status} }}");
            assert!(app.list(reader, path).with(&filter).page("").await.ids.contains(&grant), "{choice}: {reader}");
            assert_eq!(app.activity(reader, &grant).await, events, "{choice}: {reader}");
        }
        let revoked = app.revoke_grant(DEMO.customer, &grant).await;
        assert_eq!(revoked.reasons().is_empty(), choice == "KEEP", "the customer takes away what was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_past_its_end_stays_expired() {
    let app = TestApp::without_mails().await;
    let [id, grant] = administered(&app).await;
    app.days_pass(91);
    app.remove(DEMO.customer, &id, json!({})).await.given("relationship");
    assert_eq!(app.grant(DEMO.reseller, &grant).await["status"], "EXPIRED");
    assert_eq!(app.count("from relationships where status = 'removed' and administration_kept is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_of_others_and_the_partnerships_own_stay() {
    let app = TestApp::without_mails().await;
    let partnership = app.partner_up().await;
    let asked = granular(&[UserAdministrator], "P90D", false);
    let id = app.relate("northwind.example", "litware.example").await;
    for (partner, customer) in [("contoso.example", "litware.example"), ("northwind.example", "tailspin.example")] {
        app.granted(partner, customer, &asked).await;
    }
    app.sql(
        "update admin_grants set status = 'revoked', ended_at = now() where scope = 'full' and customer_id =
        (select id from organizations where tenant = 'litware.example')",
    )
    .await;
    let asking = Draft::to(CHANNEL.reseller_admin).with("delegatedAdministration", super::granular());
    let (_, token) = app.invite(CHANNEL.provider, asking).await;
    let own = app.try_accept(CHANNEL.reseller_admin, &token).await.given("outcome")[1]["id"].clone();
    let (_, token) = app.invite(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    let partnerships = app.authorize(CHANNEL.reseller_admin, &token).await.given("outcome")[1]["id"].clone();

    app.remove(CHANNEL.reseller_admin, &id, json!({})).await.given("relationship");

    let status = async |id: &Value| app.grant(CHANNEL.reseller, id.as_str().unwrap()).await["status"].clone();
    assert_eq!((status(&own).await, status(&partnerships).await), (json!("REVOKED"), json!("ACTIVE")));
    assert_eq!(app.count("from admin_grants where status = 'active' and scope = 'granular'").await, 3, "Datum's too");
    app.end_partnership(CHANNEL.provider, &partnership, "END").await.given("partnership");
    assert_eq!(status(&partnerships).await, "ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_is_removed_once() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let removed = app.leave(DEMO.reseller, &id, "KEEP").await.given("relationship");
    app.days_pass(1);
    for who in [DEMO.reseller_admin, DEMO.customer] {
        let again = app.leave(who, &id, "END").await;
        assert_eq!(again.reasons(), ["NO_RELATIONSHIP id"], "{who}");
        let day = removed["removedAt"].as_str().unwrap().split('T').next().unwrap();
        let message = again.only()["userErrors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(&format!("removed on {day}")), "{message}");
        let is_partner = who == DEMO.reseller_admin;
        assert_eq!(message.contains("reinstateRelationship"), is_partner, "only the partner asks again: {message}");
        assert_eq!(app.relationship(who, &id).await, removed, "{who}");
        assert_eq!(app.activity(who, &id).await, ["relationship.established", "relationship.removed"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_partner_had_asked_the_customer_for_is_revoked_whoever_removes_it() {
    for (who, input) in [
        (DEMO.customer, json!({})),
        (DEMO.reseller, json!({ "attestGoodFaith": true, "delegatedAdministration": "KEEP" })),
    ] {
        let app = TestApp::without_mails().await;
        let id = related(&app).await;
        let wingtip = app.organization("wingtip.example").await;
        let full = json!({ "full": true });
        let named = json!({ "email": "it@elsewhere.example", "organizationId": wingtip });
        let mut asked = Vec::new();
        for asking in [Draft::to(DEMO.customer), Draft::to("x@y.example").with("recipient", named)] {
            asked.push(app.invite(DEMO.reseller, asking.with("delegatedAdministration", full.clone())).await);
        }
        app.remove(who, &id, input).await.given("relationship");
        for (invitation, token) in &asked {
            assert_eq!(app.invitation(DEMO.reseller, invitation).await["status"], "REVOKED", "{who}");
            assert_eq!(app.try_accept(DEMO.customer, token).await.reasons(), ["INVITATION_REVOKED"], "{who}");
            let events = app.activity(DEMO.reseller, invitation).await;
            assert_eq!(events.last().map(String::as_str), Some("invitation.revoked"), "{who}");
        }
        let again = app.agree(DEMO.reseller, Draft::to(DEMO.customer)).await;
        assert_ne!(again[0]["id"], json!(id), "asked anew, the customer may accept");
        assert_eq!(app.relationship(DEMO.customer, &id).await["status"], "REMOVED");
        app.leave(DEMO.reseller, again[0]["id"].as_str().unwrap(), "KEEP").await.given("relationship");
        let [customers, partners] = listed(&app, "REMOVED").await;
        assert_eq!((customers.len(), partners.len()), (2, 2), "several of one pair");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_what_others_ask_and_what_the_partner_asks_others_stay() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let full = json!({ "full": true });
    let asking = || Draft::to(DEMO.customer).with("delegatedAdministration", full.clone());
    let draft = app.draft(DEMO.reseller, asking()).await;
    let (others, _) = app.invite(CHANNEL.provider, Draft::to(DEMO.customer)).await;
    let (elsewhere, _) = app.invite(DEMO.reseller, Draft::to("it@blue-sky.example")).await;
    app.remove(DEMO.customer, &id, json!({})).await.given("relationship");
    for (who, invitation, status) in [
        (DEMO.reseller, &draft, "DRAFT"),
        (CHANNEL.provider, &others, "PENDING"),
        (DEMO.reseller, &elsewhere, "PENDING"),
    ] {
        assert_eq!(app.invitation(who, invitation).await["status"], status);
    }
}
