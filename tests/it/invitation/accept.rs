use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_accepts_is_listed_at_the_partner_and_the_partner_at_the_customer() {
    let app = TestApp::new().await;
    app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let mails = app.mails().await;
    assert_eq!(mails[0].to, DEMO.customer);

    app.try_accept(DEMO.customer, &mails[0].token()).await.accepted("acceptInvitation");

    let customers =
        "{ viewer { partner { customers(filter: { search: \"wingtip\" }) { nodes { customer { name } status } } } } }";
    let seen = app.ask(DEMO.reseller, customers, json!({})).await;
    assert_eq!(
        *seen.at("viewer.partner.customers.nodes"),
        json!([{ "customer": { "name": "Wingtip Toys" }, "status": "ACTIVE" }])
    );
    let partners = "{ viewer { account { partners { nodes { partner { name } } } } } }";
    let seen = app.ask(DEMO.customer, partners, json!({})).await;
    assert_eq!(*seen.at("viewer.account.partners.nodes"), json!([{ "partner": { "name": "Contoso" } }]));
    let told = app.mails().await;
    assert_eq!(told[0].to, DEMO.reseller);
}
