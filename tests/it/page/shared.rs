//! Lists of shared customers read the rows they show, too.

use accord_tests::{PAIR, TestApp};

use super::flat::{FEW, ROWS, read, stays_flat};

/// The two of [`PAIR`] with so many customers that they share, and the provider with others that it does not.
async fn sharing(shared: usize, others: usize) -> (TestApp, String) {
    let app = TestApp::with_one_connection().await;
    let id = app.make_pair().await;
    app.many_customers_of(PAIR.provider, others).await;
    app.many_shared(shared).await;
    app.sql("vacuum analyze").await;
    (app, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_customers_stay_flat() {
    let (app, id) = sharing(ROWS, 0).await;
    for who in [PAIR.provider_agent, PAIR.reseller_agent] {
        let list = app.list_of(who, &id, "Partnership", "sharedCustomers");
        stays_flat(&app, "shared_customers", &list).await;
        stays_flat(&app, "relationships", &list).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_shared_customers_are_found_among_many_that_are_not() {
    let (app, _) = sharing(40, ROWS).await;
    let [reseller, stranger] = [app.organization(PAIR.reseller).await, app.organization("litware.example").await];
    // Shared last of all: whoever walks through the provider's customers passes every other one.
    app.sql("update shared_customers set customer_sort_name = 'zz', provider_since = '2025-01-01'").await;
    app.sql(
        "update relationships set customer_sort_name = 'zz', since = '2025-01-01'
         where id in (select provider_relationship_id from shared_customers)",
    )
    .await;
    app.sql("vacuum analyze").await;
    for (other, rows) in [(reseller, 25), (stranger, 0)] {
        for order in ["NAME", "SINCE_DESC"] {
            let arguments = format!("filter: {{ indirectResellerId: \"{other}\" }} orderBy: {order}");
            let list = app.list(PAIR.provider_agent, "viewer.partner.customers").with(&arguments);
            assert_eq!(list.page("").await.ids.len(), rows, "{order}");
            for table in ["relationships", "shared_customers"] {
                let read = read(&app, table, &list, "").await;
                assert!(read <= FEW, "{rows} rows by {order} read {read} of {table}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_by_whom_they_are_shared_with_stay_flat() {
    let (app, _) = sharing(ROWS, 0).await;
    let provider = app.organization(PAIR.provider).await;
    for order in ["NAME", "SINCE_DESC"] {
        let arguments = format!("filter: {{ indirectProviderId: \"{provider}\" }} orderBy: {order}");
        let list = app.list(PAIR.reseller_agent, "viewer.partner.customers").with(&arguments);
        stays_flat(&app, "shared_customers", &list).await;
        stays_flat(&app, "relationships", &list).await;
    }
}
