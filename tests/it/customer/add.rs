use accord_tests::{Brought, TestApp};
use serde_json::{Value, json};

use super::{ADA, DIRECT, DOMAIN, PROVIDER, blue_yonder, found, viewer};

#[tokio::test(flavor = "multi_thread")]
async fn an_added_customer_is_unclaimed_and_related_at_once_without_a_grant() {
    let app = TestApp::without_mails().await;

    let relationship = app.add(PROVIDER, blue_yonder()).await;

    let customer = json!({
        "id": relationship["customer"]["id"], "name": "Blue Yonder", "domain": DOMAIN, "domains": [], "country": "US",
        "cloud": "PUBLIC", "isClaimed": false,
    });
    let expected = json!({
        "id": relationship["id"], "status": "ACTIVE", "customer": customer, "indirectProvider": null,
        "indirectReseller": null, "invitation": null, "adminGrants": [],
    });
    assert_eq!(relationship, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_partner_adds_in_its_own_region() {
    let app = TestApp::without_mails().await;

    let relationship = app.add(DIRECT, blue_yonder().with("country", json!("FR"))).await;

    assert_eq!(relationship["customer"]["country"], "FR");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_customer_is_found_by_name_unverified_domain_and_administrator() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder().with("administrator", json!({ "email": "Zoe@Blue-Yonder.example" }))).await;

    for search in ["Blue Y", "blue-yonder.ex", "zoe@blue", "bl"] {
        assert_eq!(found(&app, PROVIDER, search).await, [DOMAIN], "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_kept_as_the_dns_has_it() {
    let app = TestApp::without_mails().await;
    let administrator = json!({ "email": "ada@BÜCHER.example" });

    let relationship = app.add(PROVIDER, Brought::of("Bücher.Example.").with("administrator", administrator)).await;

    assert_eq!(relationship["customer"]["domain"], "xn--bcher-kva.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_partners_of_a_customer_added_for_a_reseller_share_it() {
    let app = TestApp::without_mails().await;
    let contoso = app.organization("contoso.example").await;

    let relationship = app.add(PROVIDER, blue_yonder().with("indirectResellerId", json!(contoso))).await;

    assert_eq!(relationship["indirectReseller"]["domain"], "contoso.example");
    let document = "query($provider: ID!) { viewer { partner { customers(filter: { indirectProviderId: $provider }) {
        nodes { invitation { id } customer { domain isClaimed } indirectProvider { domain } } } } } }";
    let northwind = app.organization("northwind.example").await;
    let seen = app.ask("agent@contoso.example", document, json!({ "provider": northwind })).await;
    let shared = seen.at("viewer.partner.customers.nodes").as_array().unwrap().clone();
    let expected = json!({
        "invitation": null, "customer": { "domain": DOMAIN, "isClaimed": false },
        "indirectProvider": { "domain": "northwind.example" },
    });
    assert!(shared.contains(&expected), "{shared:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_added_is_told_to_the_partners_it_was_added_for() {
    let app = TestApp::without_mails().await;
    let contoso = app.organization("contoso.example").await;
    let relationship = app.add(PROVIDER, blue_yonder().with("indirectResellerId", json!(contoso))).await;
    let (id, customer) = (relationship["id"].as_str().unwrap(), relationship["customer"]["id"].as_str().unwrap());

    assert_eq!(app.activity("agent@northwind.example", customer).await, ["customer.added"]);
    assert_eq!(app.activity("agent@northwind.example", id).await, ["relationship.established"]);
    assert_eq!(app.activity("agent@contoso.example", customer).await, ["customer.added"]);
    assert_eq!(app.activity("agent@fabrikam.example", customer).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_told_who_added_the_customer_and_how_to_take_it_over() {
    let app = TestApp::new().await;
    let administrator = json!({ "email": ADA, "name": "Ada King", "locale": "en" });
    let contoso = app.organization("contoso.example").await;
    let added = blue_yonder().with("administrator", administrator).with("indirectResellerId", json!(contoso));
    app.add(PROVIDER, added).await;

    let mails = app.mails().await;

    let [mail] = &mails[..] else { panic!("{mails:#?}") };
    assert_eq!(mail.to, ADA);
    assert_eq!(mail.subject, "Northwind Traders added Blue Yonder as its customer in Accord");
    for said in ["Hello Ada King", "northwind.example, United States", "Contoso", "sign in as ada@blue-yonder.example"]
    {
        assert!(mail.text.contains(said) && mail.html.contains(said), "{said}: {}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_comes_too_late_is_not_sent() {
    let app = TestApp::new().await;
    app.add(PROVIDER, blue_yonder()).await;
    viewer(&app, ADA).await;

    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(app.count("from emails where kind = 'customer_welcome' and status = 'discarded'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_customer_is_seen_by_its_partners_alone() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(PROVIDER, blue_yonder()).await;
    let sees = async |who: &str| {
        let ids = json!({ "ids": [relationship["id"], relationship["customer"]["id"]] });
        let answer = app.ask(who, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids).await;
        answer.at("nodes").as_array().unwrap().iter().all(Value::is_object)
    };

    assert!(sees("helpdesk@northwind.example").await);
    for who in ["admin@contoso.example", DIRECT, "admin@wingtip.example", "eve@blue-yonder.example"] {
        assert!(!sees(who).await, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_partner_left_before_anybody_claimed_it_is_free_to_be_added() {
    let app = TestApp::without_mails().await;
    let relationship = app.add(DIRECT, blue_yonder().with("country", json!("FR"))).await;
    let removed =
        "update relationships set status = 'removed', removed_at = now(), removed_by = 'partner' where customer_id =
        (select organization_id from organization_domains where domain = 'blue-yonder.example')";
    app.sql(removed).await;

    let again = app.add(PROVIDER, blue_yonder()).await;

    assert_ne!(again["customer"]["id"], relationship["customer"]["id"]);
    assert_eq!(viewer(&app, ADA).await["account"]["partners"]["nodes"][0]["id"], again["id"]);
    let document = "query($id: ID!) { node(id: $id) { ... on Organization { domain isClaimed } } }";
    let former = app.ask(DIRECT, document, json!({ "id": relationship["customer"]["id"] })).await;
    assert_eq!(*former.at("node"), json!({ "domain": DOMAIN, "isClaimed": false }), "history stays");
}
