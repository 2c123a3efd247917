//! A customer that one of two partners no longer has is no longer shared.

use accord_tests::{PAIR, TestApp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_other_partner_keeps_its_own_relationship_and_shares_it_no_more() {
    for leaves in [PAIR.provider_agent, PAIR.reseller_agent] {
        let (app, partnership) = TestApp::with_pair().await;
        for (name, domain) in [("Blue Yonder", "blue-yonder.example"), ("Lucerne", "lucerne.example")] {
            app.company(name, domain).await;
        }
        let both = app.shared_customer(&partnership, "blue-yonder.example").await;
        app.shared_customer(&partnership, "lucerne.example").await;
        let (left, stayed, stays) = if leaves == PAIR.provider_agent {
            (&both[0], &both[1], PAIR.reseller_agent)
        } else {
            (&both[1], &both[0], PAIR.provider_agent)
        };

        app.leave(leaves, left, "END").await.given("relationship");

        for (who, id, status) in [(leaves, left, "REMOVED"), (stays, stayed, "ACTIVE")] {
            let seen = app.relationship(who, id).await;
            assert_eq!(seen["status"], status, "{who}");
            assert_eq!((&seen["indirectProvider"], &seen["indirectReseller"]), (&json!(null), &json!(null)), "{who}");
            let shared = app.list_of(who, &partnership, "Partnership", "sharedCustomers").texts("customer.name").await;
            assert_eq!(shared, ["Lucerne"], "{who}");
        }
        let [provider, reseller] = [app.organization(PAIR.provider).await, app.organization(PAIR.reseller).await];
        for (who, filter) in [
            (PAIR.provider_agent, format!("indirectResellerId: \"{reseller}\"")),
            (PAIR.reseller_agent, format!("indirectProviderId: \"{provider}\"")),
        ] {
            for (status, names) in [("ACTIVE", vec!["Lucerne"]), ("REMOVED", vec![])] {
                let filter = format!("filter: {{ {filter}, status: {status} }}");
                let found = app.list(who, "viewer.partner.customers").with(&filter).texts("customer.name").await;
                assert_eq!(found, names, "{who} {status}");
            }
        }
        assert_eq!(app.activity(stays, left).await, [""; 0], "what was never its own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_accepts_both_again_is_shared_again() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_jointly("admin@wingtip.example").await;
    let made = app.try_accept("admin@wingtip.example", &token).await.given("outcome");
    let [resellers, providers] = [0, 1].map(|place: usize| made[place]["id"].as_str().unwrap().to_owned());
    app.leave("agent@contoso.example", &resellers, "END").await.given("relationship");
    assert_eq!(app.relationship("agent@northwind.example", &providers).await["indirectReseller"], json!(null));

    let (_, token) = app.invite_jointly("admin@wingtip.example").await;
    let again = app.try_accept("admin@wingtip.example", &token).await.given("outcome");

    assert_eq!(again[1]["id"], json!(providers), "what stands is used");
    let reseller = &app.relationship("agent@northwind.example", &providers).await["indirectReseller"];
    assert_eq!(reseller["domain"], "contoso.example");
    let new = app.relationship("agent@contoso.example", again[0]["id"].as_str().unwrap()).await;
    assert_eq!(new["indirectProvider"]["domain"], "northwind.example");
    assert_eq!(app.relationship("agent@contoso.example", &resellers).await["indirectProvider"], json!(null));
}
