//! The customers of both, as each side sees its own.

use accord_tests::{PAIR, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const CUSTOMER: &str = "blue-yonder.example";
const CUSTOMERS_ADMIN: &str = "admin@blue-yonder.example";

async fn with_customer() -> (TestApp, String) {
    let (app, id) = TestApp::with_pair().await;
    app.company("Blue Yonder", CUSTOMER).await;
    (app, id)
}

/// The relationships that somebody is shown as shared under a partnership.
async fn shared(app: &TestApp, who: &str, id: &str) -> Vec<String> {
    app.list_of(who, id, "Partnership", "sharedCustomers").forward(100).await
}

/// To whom a relationship points, as somebody reads it: provider and reseller.
async fn points_at(app: &TestApp, who: &str, id: &str) -> [Value; 2] {
    let document = "query($id: ID!) { node(id: $id) { ... on Relationship {
        indirectProvider { name } indirectReseller { name } } } }";
    let answer = app.ask(who, document, json!({ "id": id })).await;
    ["indirectProvider", "indirectReseller"].map(|side| match &answer.at("node")[side] {
        Value::Null => Value::Null,
        organization => organization["name"].clone(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_is_shown_its_own_relationship_with_a_shared_customer() {
    let (app, id) = with_customer().await;
    let [providers, resellers] = app.shared_customer(&id, CUSTOMER).await;
    assert_eq!(shared(&app, PAIR.provider_agent, &id).await, [providers.as_str()]);
    assert_eq!(shared(&app, "helpdesk@relecloud.example", &id).await, [resellers.as_str()]);
    assert_eq!(shared(&app, OPERATOR, &id).await, [providers.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_both_merely_have_is_not_shared() {
    let (app, id) = with_customer().await;
    let providers = app.relate(PAIR.provider, CUSTOMER).await;
    let resellers = app.relate(PAIR.reseller, CUSTOMER).await;
    for (who, own) in [(PAIR.provider_agent, &providers), (PAIR.reseller_agent, &resellers)] {
        assert_eq!(shared(&app, who, &id).await, [""; 0], "{who}");
        assert_eq!(points_at(&app, who, own).await, [Value::Null, Value::Null], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_shared_under_one_partnership_alone() {
    let (app, id) = with_customer().await;
    app.partner("Tasman", "tasman.example", "indirect_reseller").await;
    let other = app.partners(PAIR.provider, "tasman.example").await;
    let [providers, _] = app.shared_customer(&id, CUSTOMER).await;
    assert_eq!(shared(&app, PAIR.provider_agent, &id).await, [providers]);
    assert_eq!(shared(&app, PAIR.provider_agent, &other).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_relationship_is_not_listed_as_shared() {
    let (app, id) = with_customer().await;
    let [providers, _] = app.shared_customer(&id, CUSTOMER).await;
    app.sql(
        "update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'
         where partner_id = (select id from organizations where tenant = 'relecloud.example')",
    )
    .await;
    assert_eq!(shared(&app, PAIR.reseller_agent, &id).await, [""; 0]);
    assert_eq!(shared(&app, PAIR.provider_agent, &id).await, [providers], "until the sharing is ended with it");
    app.sql("update shared_customers set ended_at = now()").await;
    assert_eq!(shared(&app, PAIR.provider_agent, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_shared_customers_relationships_points_at_the_other_partner() {
    let (app, id) = with_customer().await;
    let [providers, resellers] = app.shared_customer(&id, CUSTOMER).await;
    for who in [PAIR.provider_agent, CUSTOMERS_ADMIN, OPERATOR] {
        assert_eq!(points_at(&app, who, &providers).await, [Value::Null, json!("Relecloud")], "{who}");
    }
    for who in [PAIR.reseller_agent, CUSTOMERS_ADMIN, OPERATOR] {
        assert_eq!(points_at(&app, who, &resellers).await, [json!("Tailwind Traders"), Value::Null], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_resellers_that_share_a_customer_the_latest_is_pointed_at() {
    let (app, id) = with_customer().await;
    app.partner("Tasman", "tasman.example", "indirect_reseller").await;
    let later = app.partners(PAIR.provider, "tasman.example").await;
    let [providers, _] = app.shared_customer(&id, CUSTOMER).await;
    let other = app.relate("tasman.example", CUSTOMER).await;
    app.days_pass(1);
    app.share(&later, &providers, &other).await;
    assert_eq!(points_at(&app, PAIR.provider_agent, &providers).await, [Value::Null, json!("Tasman")]);
    for partnership in [&id, &later] {
        assert_eq!(shared(&app, PAIR.provider_agent, partnership).await, [providers.as_str()]);
    }

    app.end_partnership(PAIR.provider_agent, &later, "END").await.given("partnership");
    assert_eq!(points_at(&app, PAIR.provider_agent, &providers).await, [Value::Null, json!("Relecloud")]);
}
