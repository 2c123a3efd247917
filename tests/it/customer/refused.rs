use accord_tests::{Brought, TestApp};
use serde_json::{Value, json};

use super::{ADA, DIRECT, DOMAIN, PROVIDER, RESELLER, blue_yonder};

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_added_by_who_may() {
    let app = TestApp::without_mails().await;
    for (who, refused) in [
        ("helpdesk@northwind.example", "FORBIDDEN"),
        ("helpdesk@contoso.example", "FORBIDDEN"),
        ("admin@wingtip.example", "NOT_AUTHORIZED_PARTNER"),
        ("ops@accord.example", "FORBIDDEN"),
        ("somebody@unheard-of.example", "FORBIDDEN"),
        (RESELLER, "PROVIDER_MUST_ADD"),
        ("admin@contoso.example", "PROVIDER_MUST_ADD"),
    ] {
        assert_eq!(app.try_add(who, blue_yonder()).await.reasons(), [refused], "{who}");
    }
    for (who, domain) in [("admin", "one"), ("agent", "two"), ("sales", "three")] {
        app.add(&format!("{who}@northwind.example"), Brought::of(&format!("{domain}.example"))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_adds_nobody() {
    let app = TestApp::without_mails().await;
    app.suspend("northwind.example").await;

    assert_eq!(app.try_add(PROVIDER, blue_yonder()).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_wrong_is_named_at_once() {
    let app = TestApp::without_mails().await;
    let wrong = json!({
        "name": "A.B.C.", "domain": "co.uk", "country": "UK", "indirectResellerId": "org_nobody",
        "administrator": { "email": "nobody", "name": "A\nB", "locale": "not a tag" },
    });

    let answer = app.try_add(PROVIDER, Brought(wrong)).await;

    assert_eq!(
        answer.reasons(),
        [
            "INVALID name",
            "INVALID domain",
            "INVALID country",
            "INVALID_EMAIL administrator.email",
            "INVALID administrator.name",
            "INVALID administrator.locale",
            "NOT_PARTNERS indirectResellerId",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_refused_for_what_it_is() {
    let app = TestApp::without_mails().await;
    let of = |domain: &str| Brought::of(domain);
    for (customer, refused) in [
        (blue_yonder().with("name", json!(" ")), "REQUIRED name"),
        (blue_yonder().with("name", json!("A")), "INVALID name"),
        (blue_yonder().with("name", json!("IBM")), "INVALID name"),
        (blue_yonder().with("name", json!("Blue\u{202e}Yonder")), "INVALID name"),
        (blue_yonder().with("name", json!("b".repeat(201))), "TOO_LONG name"),
        (blue_yonder().with("domain", json!("")), "REQUIRED domain"),
        (blue_yonder().with("domain", json!("https://blue-yonder.example")), "INVALID domain"),
        (of("gmail.com"), "WEBMAIL_NOT_ALLOWED domain"),
        (of("northwind.example"), "OWN_ORGANIZATION domain"),
        (of("shop.northwind.example"), "OWN_ORGANIZATION domain"),
        (of("wingtip.example"), "CONFLICT domain"),
        (of("Adventure-Works.example"), "ALREADY_RELATED domain"),
        (of("eu.wingtip.example"), "CONFLICT domain"),
        (of("shop.eu.wingtip.example"), "CONFLICT domain"),
        (of("eu.adventure-works.example"), "ALREADY_RELATED domain"),
        (blue_yonder().with("country", json!("us")), "INVALID country"),
        (blue_yonder().with("country", json!("KP")), "COUNTRY_NOT_SUPPORTED country"),
        (blue_yonder().with("country", json!("BR")), "REGION_MISMATCH country"),
        (blue_yonder().with("administrator", json!({ "email": "ada@wingtip.example" })), "INVALID administrator.email"),
        (
            blue_yonder().with("administrator", json!({ "email": "ada@eu.blue-yonder.example" })),
            "INVALID administrator.email",
        ),
        (blue_yonder().with("idempotencyKey", json!("")), "INVALID idempotencyKey"),
    ] {
        let input = customer.0.clone();
        assert_eq!(app.try_add(PROVIDER, customer).await.reasons(), [refused], "{input}");
    }
    assert_eq!(app.count("from organizations where tenant is null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_one_han_character_is_one() {
    let app = TestApp::without_mails().await;

    app.add(PROVIDER, blue_yonder().with("name", json!("森"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_cloud_that_asks_for_delegated_administration_customers_are_invited() {
    let app = TestApp::without_mails().await;

    let answer = app.try_add("agent@proseware.example", blue_yonder()).await;

    assert_eq!(answer.reasons(), ["DELEGATED_ADMINISTRATION_REQUIRED"]);
    assert!(answer.only()["userErrors"][0]["message"].as_str().unwrap().contains("invite the customer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_authorized_partner_of_the_provider_is_its_reseller() {
    let app = TestApp::without_mails().await;
    let named = async |who: &str, reseller: &str| {
        let id = app.organization(reseller).await;
        let country = if who == DIRECT { "DE" } else { "US" };
        let customer = blue_yonder().with("indirectResellerId", json!(id)).with("country", json!(country));
        app.try_add(who, customer).await.reasons()
    };

    assert_eq!(named(PROVIDER, "litware.example").await, ["NOT_PARTNERS indirectResellerId"]);
    assert_eq!(named(PROVIDER, "northwind.example").await, ["NOT_PARTNERS indirectResellerId"]);
    assert_eq!(named(DIRECT, "contoso.example").await, ["NOT_PARTNERS indirectResellerId"]);
    app.suspend("contoso.example").await;
    assert_eq!(named(PROVIDER, "contoso.example").await, ["NOT_AUTHORIZED_PARTNER indirectResellerId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resellers_own_domain_is_no_customers() {
    let app = TestApp::without_mails().await;
    let contoso = app.organization("contoso.example").await;
    let customer = Brought::of("shop.contoso.example").with("indirectResellerId", json!(contoso));

    assert_eq!(app.try_add(PROVIDER, customer).await.reasons(), ["OWN_ORGANIZATION domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_added_once() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;

    let own = app.try_add(PROVIDER, blue_yonder().with("name", json!("Another"))).await;
    let others = app.try_add(DIRECT, blue_yonder().with("country", json!("DE"))).await;

    assert_eq!(own.reasons(), ["ALREADY_RELATED domain"]);
    assert_eq!(others.reasons(), ["CONFLICT domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_that_a_domain_is_taken_learns_nothing_of_who_has_it() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    let said = async |domain: &str| {
        let answer = app.try_add(DIRECT, Brought::of(domain).with("country", json!("DE"))).await;
        answer.only()["userErrors"].clone()
    };

    let (unclaimed, registered, other_region): (Value, Value, Value) =
        (said(DOMAIN).await, said("alpine.example").await, said("wingtip.example").await);

    assert_eq!(unclaimed, registered);
    assert_eq!(unclaimed, other_region);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_add_one_domain_at_once_make_one_organization() {
    let app = TestApp::without_mails().await;
    let (own, theirs) = tokio::join!(
        app.try_add(PROVIDER, blue_yonder()),
        app.try_add(DIRECT, blue_yonder().with("country", json!("DE")))
    );

    let mut both = [own.reasons(), theirs.reasons()];
    both.sort();
    assert_eq!(both, [vec![], vec!["CONFLICT domain".to_owned()]]);
    assert_eq!(app.count("from organizations where tenant is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn welcomes_count_among_the_mails_of_the_day() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 1).await;
    app.leaves_mails();
    app.add(PROVIDER, blue_yonder()).await;

    assert_eq!(app.try_add(PROVIDER, Brought::of("lucerne.example")).await.reasons(), ["RATE_LIMITED"]);
    app.days_pass(1);
    app.add(PROVIDER, Brought::of("lucerne.example")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_is_not_signed_in_adds_a_customer() {
    let app = TestApp::without_mails().await;
    let document = "mutation($input: AddCustomerInput!) { addCustomer(input: $input) { relationship { id } } }";

    let answer = app.ask_nobody(document, json!({ "input": blue_yonder().0 })).await;

    assert_eq!(answer.error(), "UNAUTHENTICATED");
    assert_eq!(app.count(&format!("from organizations where administrator_email = '{ADA}'")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_a_partner_only_named_is_in_nobodys_way_below_it() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;

    app.add(DIRECT, Brought::of("eu.blue-yonder.example").with("country", json!("DE"))).await;
}
