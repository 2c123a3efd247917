//! Exports that end before their list: the connection is broken off, never closed as if that were all.

use std::collections::BTreeSet;

use accord_tests::{PARTNER, Pages, TestApp};
use axum::http::{HeaderValue, StatusCode, header};
use futures_util::StreamExt;

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
    let of_partner =
        "from relationships r join organizations o on o.id = partner_id where o.tenant = 'litware.example'";
    let before: BTreeSet<String> = app.ids("rel", &format!("select r.id {of_partner}")).await.into_iter().collect();
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
    let active = app.ids("rel", &format!("select r.id {of_partner} and r.status = 'active'")).await;
    // Those that came meanwhile are shown or not, as their place was read or not.
    let stood: Vec<&String> = active.iter().filter(|id| before.contains(*id)).collect();
    let lost = stood.iter().filter(|id| !shown.contains(id.as_str())).count();
    assert_eq!(lost, 0, "of {}", stood.len());
    assert!(stood.len() > 3_000 && stood.len() < before.len(), "{} of {}", stood.len(), before.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_compressed_is_broken_off_too() {
    let app = TestApp::new().await;
    app.many_customers(20_000).await;
    let mut request = app.export_request("GET", PARTNER, "customers.csv");
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let response = app.respond(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    let mut parts = response.into_body().into_data_stream();
    assert!(parts.next().await.unwrap().is_ok());
    app.sql("alter table relationships rename to gone").await;
    let mut is_whole = true;
    while let Some(part) = parts.next().await {
        if part.is_err() {
            is_whole = false;
            break;
        }
    }
    assert!(!is_whole);
}
