//! Either side ends a partnership: what ends with it, and what stays.

use accord_tests::{CHANNEL, DEMO, Draft, PAIR, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const PROVIDERS_GRANTS: &str = "from admin_grants g join organizations p on p.id = g.partner_id
    join organizations c on c.id = g.customer_id where p.tenant = 'tailwind.example' and c.tenant = 'relecloud.example'";

/// Gives the provider three grants on the reseller's tenant: FULL, GRANULAR, and one whose time is over.
async fn grant(app: &TestApp) {
    app.sql(
        "insert into admin_grants (id, partner_id, customer_id, granted_at, status, scope, roles, ends_at)
         select gen_random_uuid(), p.id, c.id, '2026-01-01', 'active', scope, roles::text[], ends_at
         from organizations p, organizations c, (values ('full', '{}', null),
             ('granular', '{global_reader}', now() + interval '30 days'),
             ('granular', '{directory_readers}', now() - interval '1 day')) asked (scope, roles, ends_at)
         where p.tenant = 'tailwind.example' and c.tenant = 'relecloud.example'",
    )
    .await;
}

/// The grants on the reseller's tenant as its administrator's objects: status and whether they say when they ended.
async fn grants(app: &TestApp) -> Vec<(String, Value)> {
    let mut grants = Vec::new();
    for id in app.ids("grt", &format!("select g.id {PROVIDERS_GRANTS} order by g.scope, g.roles desc")).await {
        let document = "query($id: ID!) { node(id: $id) { ... on AdminGrant { status } } }";
        let answer = app.ask(PAIR.reseller_admin, document, json!({ "id": id })).await;
        grants.push((id, answer.at("node.status").clone()));
    }
    grants
}

fn statuses(grants: &[(String, Value)]) -> Vec<&str> {
    grants.iter().map(|(_, status)| status.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_is_ended_by_administrators_and_admin_agents_of_either_side() {
    let (app, mut id) = TestApp::with_pair().await;
    for domain in [PAIR.provider, PAIR.reseller] {
        for (local, reasons) in [
            ("sales", vec!["FORBIDDEN"]),
            ("helpdesk", vec!["FORBIDDEN"]),
            ("nobody", vec!["FORBIDDEN"]),
            ("agent", vec![]),
            ("admin", vec![]),
        ] {
            let who = format!("{local}@{domain}");
            let answer = app.end_partnership(&who, &id, "KEEP").await;
            assert_eq!(answer.reasons(), reasons, "{who}");
            if reasons.is_empty() {
                assert_eq!(answer.given("partnership")["status"], "ENDED", "{who}");
                id = app.partners(PAIR.provider, PAIR.reseller).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_ends_a_partnership() {
    let (app, id) = TestApp::with_pair().await;
    for (who, reasons) in [
        (DEMO.stranger, ["NOT_FOUND id"]),
        (DEMO.reseller_admin, ["NOT_FOUND id"]),
        ("admin@northwind.example", ["NOT_FOUND id"]),
        (DEMO.customer, ["NOT_AUTHORIZED_PARTNER"]),
        (OPERATOR, ["FORBIDDEN"]),
        ("admin@unheard-of.example", ["FORBIDDEN"]),
    ] {
        assert_eq!(app.end_partnership(who, &id, "END").await.reasons(), reasons, "{who}");
    }
    let input = json!({ "id": id, "delegatedAdministration": "END" });
    let document = "mutation($input: EndPartnershipInput!) { endPartnership(input: $input) { partnership { id } } }";
    assert_eq!(app.ask_nobody(document, json!({ "input": input })).await.error(), "UNAUTHENTICATED");
    assert_eq!(app.count("from partnerships where status = 'ended'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_may_still_leave() {
    for (domain, who) in [(PAIR.reseller, PAIR.reseller_admin), (PAIR.provider, PAIR.provider_agent)] {
        let (app, id) = TestApp::with_pair().await;
        app.suspend(domain).await;
        app.end_partnership(who, &id, "END").await.given("partnership");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_reseller_granted_as_the_providers_customer_stays() {
    let app = TestApp::without_mails().await;
    let partnership = app.partner_up().await;
    let full = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P30D" } });
    app.sql("update admin_grants set status = 'revoked', ended_at = now() where scope = 'full'").await;
    let asking = Draft::to(CHANNEL.reseller_admin).with("delegatedAdministration", full);
    let (_, token) = app.invite(CHANNEL.provider, asking).await;
    let outcome = app.try_accept(CHANNEL.reseller_admin, &token).await.given("outcome");
    let (_, token) = app.invite(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    let restored = app.authorize(CHANNEL.reseller_admin, &token).await.given("outcome");

    app.end_partnership(CHANNEL.provider, &partnership, "END").await.given("partnership");

    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on AdminGrant { scope status } } }";
    let grants = app.ask(CHANNEL.reseller, document, json!({ "ids": [outcome[1]["id"], restored[1]["id"]] })).await;
    let expected = json!([{ "scope": "GRANULAR", "status": "ACTIVE" }, { "scope": "FULL", "status": "ENDED" }]);
    assert_eq!(*grants.at("nodes"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_partnership_is_not_found() {
    let (app, _) = TestApp::with_pair().await;
    let organization = app.organization(PAIR.provider).await;
    let unknown = domain::partnership::PartnershipId::fresh().to_string();
    for id in ["", "psh_", &organization, &unknown] {
        assert_eq!(app.end_partnership(PAIR.provider_admin, id, "END").await.reasons(), ["NOT_FOUND id"], "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_ends_once() {
    let (app, id) = TestApp::with_pair().await;
    let ended = app.end_partnership(PAIR.provider_admin, &id, "KEEP").await.given("partnership");
    app.days_pass(1);
    grant(&app).await;
    for who in [PAIR.provider_admin, PAIR.reseller_admin] {
        let again = app.end_partnership(who, &id, "END").await;
        assert_eq!(again.reasons(), ["NOT_PARTNERS id"], "{who}");
        let day = ended["endedAt"].as_str().unwrap().split('T').next().unwrap();
        assert_eq!(again.only()["userErrors"][0]["message"], format!("this partnership ended on {day}"));
        assert_eq!(app.activity(who, &id).await, ["partnership.ended"], "{who}");
    }
    assert_eq!(statuses(&grants(&app).await), ["ACTIVE", "ACTIVE", "EXPIRED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_stay_where_they_are_kept() {
    let (app, id) = TestApp::with_pair().await;
    grant(&app).await;
    app.end_partnership(PAIR.reseller_agent, &id, "KEEP").await.given("partnership");
    let kept = grants(&app).await;
    assert_eq!(statuses(&kept), ["ACTIVE", "ACTIVE", "EXPIRED"]);
    assert_eq!(app.activity(PAIR.reseller_admin, &kept[0].0).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_that_the_provider_ends_are_given_back_and_those_the_reseller_ends_are_taken_away() {
    for (who, status, event) in
        [(PAIR.provider_agent, "ENDED", "admin_grant.ended"), (PAIR.reseller_agent, "REVOKED", "admin_grant.revoked")]
    {
        let (app, id) = TestApp::with_pair().await;
        grant(&app).await;
        app.end_partnership(who, &id, "END").await.given("partnership");
        let ended = grants(&app).await;
        assert_eq!(statuses(&ended), [status, status, "EXPIRED"], "one past its end stays as it was");
        for reader in [PAIR.provider_admin, PAIR.reseller_admin] {
            assert_eq!(app.activity(reader, &ended[0].0).await, [event], "{reader}");
            assert_eq!(app.activity(reader, &ended[1].0).await, [event], "{reader}");
            assert_eq!(app.activity(reader, &ended[2].0).await, [""; 0], "{reader}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_on_customers_and_of_other_providers_stay() {
    let (app, id) = TestApp::with_pair().await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    app.shared_customer(&id, "blue-yonder.example").await;
    app.sql(
        "insert into admin_grants (id, partner_id, customer_id, granted_at, status, scope, roles)
         select gen_random_uuid(), p.id, c.id, '2026-01-01', 'active', 'full', '{}'
         from organizations p, organizations c where (p.tenant, c.tenant) in (('tailwind.example', 'blue-yonder.example'),
             ('relecloud.example', 'blue-yonder.example'), ('northwind.example', 'relecloud.example'),
             ('relecloud.example', 'tailwind.example'))",
    )
    .await;
    app.end_partnership(PAIR.provider_agent, &id, "END").await.given("partnership");
    let full = "from admin_grants where status = 'active' and scope = 'full' and granted_at = '2026-01-01'";
    assert_eq!(app.count(full).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_stay_with_both_and_are_no_longer_shared() {
    let (app, id) = TestApp::with_pair().await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    let both = app.shared_customer(&id, "blue-yonder.example").await;

    let ended = app.end_partnership(PAIR.provider_agent, &id, "END").await.given("partnership");

    assert_eq!(ended["sharedCustomers"]["nodes"], json!([]));
    let fields = "query($id: ID!) { node(id: $id) { ... on Relationship {
        status indirectProvider { id } indirectReseller { id } } } }";
    for (who, relationship) in [(PAIR.provider_agent, &both[0]), (PAIR.reseller_agent, &both[1])] {
        let stays = json!({ "status": "ACTIVE", "indirectProvider": null, "indirectReseller": null });
        assert_eq!(*app.ask(who, fields, json!({ "id": relationship })).await.at("node"), stays, "{who}");
        let customers = app.list(who, "viewer.partner.customers").texts("customer.name").await;
        assert_eq!(customers, ["Blue Yonder"], "{who}");
        let shared = app.list_of(who, &id, "Partnership", "sharedCustomers").page("").await;
        assert_eq!(shared.ids, [""; 0], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_partnership_of_the_same_two_begins_with_none_shared() {
    let (app, id) = TestApp::with_pair().await;
    app.company("Blue Yonder", "blue-yonder.example").await;
    app.shared_customer(&id, "blue-yonder.example").await;
    app.end_partnership(PAIR.reseller_agent, &id, "END").await.given("partnership");
    let new = app.partners(PAIR.provider, PAIR.reseller).await;
    let reseller = app.organization(PAIR.reseller).await;
    assert_eq!(app.list_of(PAIR.provider_agent, &new, "Partnership", "sharedCustomers").page("").await.ids, [""; 0]);
    let filter = format!("filter: {{ indirectResellerId: \"{reseller}\" }}");
    let found = app.list(PAIR.provider_agent, "viewer.partner.customers").with(&filter).page("").await;
    assert_eq!(found.ids, [""; 0]);
}
