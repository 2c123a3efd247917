//! Customers by the other partner they are shared with.

use accord_tests::{DEMO, PAIR, TestApp};
use serde_json::json;

/// Two customers that are shared and one of each partner's own, by name: Both, Pair, Providers, Resellers.
async fn with_customers() -> (TestApp, String) {
    let (app, id) = TestApp::with_pair().await;
    for (name, domain) in [
        ("Pair", "pair.example"),
        ("Both", "both.example"),
        ("Providers", "providers.example"),
        ("Resellers", "resellers.example"),
    ] {
        app.company(name, domain).await;
    }
    app.shared_customer(&id, "both.example").await;
    app.days_pass(1);
    app.shared_customer(&id, "pair.example").await;
    app.relate(PAIR.provider, "providers.example").await;
    app.relate(PAIR.reseller, "resellers.example").await;
    (app, id)
}

/// The names that a filter leaves of somebody's customers.
async fn found(app: &TestApp, who: &str, arguments: &str) -> Vec<String> {
    app.list(who, "viewer.partner.customers").with(arguments).texts("customer.name").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_finds_the_customers_it_shares_with_a_reseller() {
    let (app, _) = with_customers().await;
    let reseller = app.organization(PAIR.reseller).await;
    let names = async |more: &str| {
        found(&app, PAIR.provider_agent, &format!("filter: {{ indirectResellerId: \"{reseller}\" }} {more}")).await
    };
    assert_eq!(names("").await, ["Both", "Pair"]);
    assert_eq!(names("orderBy: SINCE_DESC").await, ["Pair", "Both"], "the latest first");
    let all = found(&app, PAIR.provider_agent, "").await;
    assert_eq!(all, ["Both", "Pair", "Providers"], "and none of the reseller's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_finds_the_customers_it_shares_with_a_provider() {
    let (app, _) = with_customers().await;
    let provider = app.organization(PAIR.provider).await;
    let filter = format!("filter: {{ indirectProviderId: \"{provider}\" }}");
    assert_eq!(found(&app, PAIR.reseller_agent, &filter).await, ["Both", "Pair"]);
    let latest = format!("{filter} orderBy: SINCE_DESC");
    assert_eq!(found(&app, PAIR.reseller_agent, &latest).await, ["Pair", "Both"]);
    let all = found(&app, PAIR.reseller_agent, "").await;
    assert_eq!(all, ["Both", "Pair", "Resellers"], "and none of the provider's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_holds_together_with_every_other() {
    let (app, _) = with_customers().await;
    app.sql("update organizations set country = 'GU' where name = 'Pair'").await;
    app.sql("update relationships set customer_country = 'GU' where customer_sort_name = 'pair'").await;
    let reseller = app.organization(PAIR.reseller).await;
    for order in ["NAME", "SINCE_DESC"] {
        let names = async |filter: &str| {
            let arguments = format!("filter: {{ indirectResellerId: \"{reseller}\" {filter} }} orderBy: {order}");
            found(&app, PAIR.provider_agent, &arguments).await
        };
        assert_eq!(names("search: \"pai\"").await, ["Pair"], "{order}");
        assert_eq!(names("search: \"providers\"").await, [""; 0], "{order}");
        assert_eq!(names("country: \"GU\"").await, ["Pair"], "{order}");
        assert_eq!(names("status: REMOVED").await, [""; 0], "{order}");
        assert_eq!(names("hasDelegatedAdministration: true").await, [""; 0], "{order}");
        assert_eq!(names("hasDelegatedAdministration: false").await.len(), 2, "{order}");
        let provider = app.organization(PAIR.provider).await;
        assert_eq!(names(&format!("indirectProviderId: \"{provider}\"")).await, [""; 0], "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_finds_its_partners_by_whom_they_share_it_with() {
    let (app, _) = with_customers().await;
    let [provider, reseller] = [app.organization(PAIR.provider).await, app.organization(PAIR.reseller).await];
    let partners = async |who: &str, filter: &str| {
        let list = app.list(who, "viewer.account.partners").with(&format!("filter: {{ {filter} }}"));
        list.texts("partner.name").await
    };
    let (by_provider, by_reseller) =
        (format!("indirectProviderId: \"{provider}\""), format!("indirectResellerId: \"{reseller}\""));
    assert_eq!(partners("admin@both.example", "").await, ["Relecloud", "Tailwind Traders"]);
    assert_eq!(partners("admin@both.example", &by_provider).await, ["Relecloud"]);
    assert_eq!(partners("admin@both.example", &by_reseller).await, ["Tailwind Traders"]);
    assert_eq!(partners("admin@both.example", &format!("{by_provider} {by_reseller}")).await, [""; 0]);
    assert_eq!(partners("admin@providers.example", &by_reseller).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_shared_is_not_found() {
    let (app, id) = with_customers().await;
    let [provider, reseller] = [app.organization(PAIR.provider).await, app.organization(PAIR.reseller).await];
    let by_reseller = format!("filter: {{ indirectResellerId: \"{reseller}\" }}");
    app.sql("update shared_customers set ended_at = now() where customer_sort_name = 'pair'").await;
    assert_eq!(found(&app, PAIR.provider_agent, &by_reseller).await, ["Both"]);
    app.end_partnership(PAIR.reseller_agent, &id, "KEEP").await.given("partnership");
    assert_eq!(found(&app, PAIR.provider_agent, &by_reseller).await, [""; 0]);
    let partners = app.list("admin@both.example", "viewer.account.partners");
    let partners = partners.with(&format!("filter: {{ indirectProviderId: \"{provider}\" }}"));
    assert_eq!(partners.texts("partner.name").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_nothing_and_who_is_not_there_cannot_be_told_apart() {
    let (app, _) = with_customers().await;
    let own = app.organization(PAIR.provider).await;
    let stranger = app.organization("fabrikam.example").await;
    let nobody = domain::organization::OrganizationId::fresh().to_string();
    for filter in ["indirectProviderId", "indirectResellerId"] {
        for id in [&own, &stranger, &nobody] {
            let arguments = format!("filter: {{ {filter}: \"{id}\" }}");
            assert_eq!(found(&app, PAIR.provider_agent, &arguments).await, [""; 0], "{arguments}");
        }
    }
    // The provider's own filter, asked by who is none of the two.
    let reseller = app.organization(PAIR.reseller).await;
    let arguments = format!("filter: {{ indirectResellerId: \"{reseller}\" }}");
    assert_eq!(found(&app, DEMO.stranger, &arguments).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_organizations_id_is_a_bad_request() {
    let (app, id) = with_customers().await;
    let partner = app.organization(PAIR.reseller).await.replace("org_", "ptn_");
    for (path, who) in
        [("viewer.partner.customers", PAIR.provider_agent), ("viewer.account.partners", "admin@both.example")]
    {
        for (filter, value) in ["indirectProviderId", "indirectResellerId"]
            .iter()
            .flat_map(|it| ["", "x", "org_", &id, &partner].map(|v| (it, v)))
        {
            let arguments = format!("filter: {{ {filter}: {} }}", json!(value));
            let answer = app.list(who, path).with(&arguments).ask("", "nodes { id }").await;
            assert_eq!(answer.error(), "BAD_REQUEST", "{path}: {arguments}");
            let message = format!("filter.{filter}: this is no organization's id");
            assert_eq!(answer.body["errors"][0]["message"], message, "{path}");
        }
    }
}
