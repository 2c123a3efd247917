//! Exports that end before their list: the connection is broken off, never closed as if that were all.

use std::collections::BTreeSet;

use accord_tests::{PARTNER, Pages, TestApp};

use super::activity::many_activities;

/// What may have been read, and is on its way, before the first part is taken: a page that waits and one in hand.
const AHEAD: usize = 2_000;

/// Begins to read, and stops the test unless the first part is the header and a page.
async fn begin(app: &TestApp, list: &str) -> Pages {
    let mut pages = app.begin_export(PARTNER, list).await;
    assert_eq!(pages.next().await.unwrap().unwrap(), 1_001);
    pages
}

/// Stops the test unless it is broken off soon.
async fn is_broken_off(mut pages: Pages) {
    let (lines, is_whole) = pages.rest().await;
    assert!(lines <= AHEAD && !is_whole, "{lines} more lines, whole: {is_whole}");
    assert!(pages.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_are_read_as_they_are_taken() {
    let app = TestApp::new().await;
    app.many_customers(100_000).await;
    let pages = begin(&app, "customers.csv").await;
    // Whoever read all of it by now would not notice.
    app.sql("alter table relationships rename to gone").await;
    is_broken_off(pages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deactivated_gets_no_further_page() {
    let app = TestApp::new().await;
    app.many_customers(10_000).await;
    let pages = begin(&app, "customers.csv").await;
    app.sql(&format!("update users set status = 'deactivated' where email = '{PARTNER}'")).await;
    is_broken_off(pages).await;
    assert_eq!(app.export(PARTNER, "customers.csv").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_the_role_gets_no_further_page() {
    let app = TestApp::new().await;
    many_activities(&app, 10_000).await;
    let pages = begin(&app, "activity.csv").await;
    app.sql(&format!("update users set roles = '{{sales_agent}}' where email = '{PARTNER}'")).await;
    is_broken_off(pages).await;
    assert_eq!(app.export(PARTNER, "activity.csv").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_meanwhile_loses_no_row_that_stands_and_shows_none_twice() {
    let app = TestApp::new().await;
    app.many_customers(6_000).await;
    let mut pages = begin(&app, "customers.csv").await;
    // Of what was read and what is to come every third goes, and new ones come among both.
    app.sql(
        "update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'
         where get_byte(uuid_send(id), 15) % 3 = 0 and partner_id = (select id from organizations where tenant = 'litware.example')",
    )
    .await;
    app.many_customers(60).await;
    assert!(pages.rest().await.1);
    let ids: Vec<&str> = pages.text().lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let shown: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(shown.len(), ids.len(), "none twice");
    let standing = "select r.id from relationships r join organizations o on o.id = partner_id
                    where o.tenant = 'litware.example' and r.status = 'active'";
    let standing = app.ids("rel", standing).await;
    let lost = standing.iter().filter(|id| !shown.contains(id.as_str())).count();
    // Those that came before what was read are no loss.
    assert!(lost <= 60 && standing.len() > 3_000 && ids.len() < 6_060, "{lost} of {} are lost", standing.len());
}
