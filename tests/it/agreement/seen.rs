//! Who reads what a customer accepted.

use accord_tests::{DEMO, TestApp};
use serde_json::{Value, json};

use super::{COLLEAGUE, CUSTOMER, PARTNER};

#[tokio::test(flavor = "multi_thread")]
async fn the_customers_people_and_the_partners_agents_read_it() {
    let app = TestApp::new().await;
    let relationship = app.relationship_between("fabrikam.example", "datum.example").await;
    for (who, is_shown, is_reachable) in [
        (CUSTOMER, true, true),
        (COLLEAGUE, true, true),
        (PARTNER, true, false),
        ("sales@fabrikam.example", true, false),
        ("admin@fabrikam.example", false, false),
        ("helpdesk@fabrikam.example", false, false),
        ("ops@accord.example", true, true),
    ] {
        let agreed = app.agreed(who, &relationship).await;
        assert_eq!(!agreed.is_null(), is_shown, "{who}: {agreed}");
        assert_eq!(!agreed["signer"]["email"].is_null(), is_reachable, "{who}: {agreed}");
        assert_eq!(agreed["signer"]["lastName"].is_string(), is_shown, "{who}: {agreed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_partner_of_the_customer_reads_neither_who_attested_it_nor_how_to_reach_the_signer() {
    let app = TestApp::without_mails().await;
    app.load_agreements(&[("US", "2026-02", "en", -1)]).await;
    let [provider, reseller] = ["northwind.example", "contoso.example"];
    let theirs = app.relationship_between(provider, "adventure-works.example").await;
    let mut input = app.signature().await;
    input["relationshipId"] = json!(theirs);
    input["acceptedAt"] = json!(app.store.now().to_rfc3339());
    app.attest("agent@northwind.example", input).await.given("agreementAcceptance");

    let own = app.relationship_between(reseller, "adventure-works.example").await;
    let agreed = app.agreed(DEMO.reseller, &own).await;
    assert_eq!(agreed["agreement"]["version"], "2026-02");
    assert_eq!((&agreed["attestedBy"], &agreed["signer"]["email"]), (&Value::Null, &Value::Null));
    let agreed = app.agreed("agent@northwind.example", &theirs).await;
    assert_eq!(
        (&agreed["attestedBy"]["name"], &agreed["signer"]["email"]),
        (&json!("Northwind Traders"), &json!("ada@wingtip.example"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_relationship_is_removed_nobody_reads_it_there() {
    let app = TestApp::new().await;
    let relationship = app.relationship_between("fabrikam.example", "datum.example").await;
    app.sql("update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'").await;
    for who in [PARTNER, CUSTOMER] {
        assert_eq!(app.agreed(who, &relationship).await, Value::Null, "{who}");
    }
    assert!(!app.accepted(CUSTOMER).await.as_array().unwrap().is_empty(), "what was accepted stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_version_in_force_counts_as_agreed() {
    let app = TestApp::new().await;
    let relationship = app.relationship_between("fabrikam.example", "datum.example").await;
    assert_eq!(app.agreed(PARTNER, &relationship).await["agreement"]["version"], "2025-01");
    app.load_agreements(&[("", "2026-02", "en", 1)]).await;
    assert_eq!(app.agreed(PARTNER, &relationship).await["agreement"]["version"], "2025-01");
    app.days_pass(1);
    assert_eq!(app.agreed(PARTNER, &relationship).await, Value::Null);
    assert_eq!(app.accepted(CUSTOMER).await[0]["agreement"]["version"], "2025-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_customers_costs_the_same_for_5_and_for_50_rows() {
    let app = TestApp::with_one_connection().await;
    let document =
        "{ viewer { partner { customers(first: 100) { nodes { agreement { acceptedAt agreement { title } } } } } } }";
    let mut costs = Vec::new();
    for more in [5, 45] {
        app.many_accepted(more).await;
        app.sql(
            "insert into agreement_acceptances (id, organization_id, agreement_id, accepted_at, signer_first_name,
                 signer_last_name, signer_email)
             select gen_random_uuid(), r.customer_id, a.id, now(), 'Ada', 'King', 'a@b.example' from relationships r
             join organizations p on p.id = r.partner_id and p.tenant = 'litware.example'
             join agreements a on a.kind = 'customer' and a.country = 'US' on conflict do nothing",
        )
        .await;
        let (statements, answer) = app.statements(app.ask("sales@litware.example", document, json!({}))).await;
        let nodes = answer.at("viewer.partner.customers.nodes").as_array().unwrap().clone();
        assert!(nodes.iter().all(|node| node["agreement"]["acceptedAt"].is_string()), "{nodes:?}");
        costs.push(statements.len());
    }
    assert_eq!(costs[0], costs[1]);
}
