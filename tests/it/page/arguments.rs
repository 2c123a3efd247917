//! Arguments of a page that cannot be taken are BAD_REQUEST, and the message names them.

use accord_tests::{CUSTOMER, PARTNER, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Every list of a partner's and an account's.
const LISTS: [&str; 10] = [
    "viewer.partner.customers",
    "viewer.partner.invitations",
    "viewer.partner.indirectProviders",
    "viewer.partner.indirectResellers",
    "viewer.partner.users",
    "viewer.partner.activity",
    "viewer.account.partners",
    "viewer.account.receivedInvitations",
    "viewer.account.users",
    "viewer.account.activity",
];

/// The administrator of a partner reads all of them.
const READER: &str = "admin@litware.example";

/// Asks every list for each of these pages; all refuse it with a message that begins so.
async fn every_list_refuses(pages: &[(&str, &str)]) {
    let app = TestApp::new().await;
    for (path, (page, message)) in LISTS.into_iter().flat_map(|path| pages.iter().map(move |page| (path, page))) {
        let answer = app.list(READER, path).ask(page, "nodes { id }").await;
        assert_eq!(answer.error(), "BAD_REQUEST", "{path}");
        let said = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(said.starts_with(message), "{path}: {said}");
    }
}

/// A cursor as somebody might make it up.
fn forged(order: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{order}\n{}\n{key}", uuid::Uuid::nil().simple()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_no_rows_is_refused() {
    every_list_refuses(&[("first: 0", "first: give 1 to 100"), ("last: 0", "last: give 1 to 100")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_more_than_a_hundred_rows_is_refused() {
    every_list_refuses(&[("first: 101", "first: give 1 to 100"), ("last: 101", "last: give 1 to 100")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_from_both_ends_is_refused() {
    every_list_refuses(&[("first: 1, last: 1", "first, last: give one of them")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_the_other_direction_is_refused() {
    every_list_refuses(&[
        ("last: 1, after: \"x\"", "after: goes with first"),
        ("first: 1, before: \"x\"", "before: goes with last"),
        ("before: \"x\"", "before: goes with last"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_cursor_is_refused() {
    every_list_refuses(&[
        ("after: \"x\"", "after: this is no cursor of this list"),
        ("after: \"\"", "after: this is no cursor of this list"),
        ("last: 1, before: \"%%%\"", "before: this is no cursor of this list"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_25_rows_where_nobody_says() {
    let app = TestApp::new().await;
    app.many_customers(26).await;
    let page = app.list(PARTNER, "viewer.partner.customers").page("").await;
    assert_eq!((page.ids.len(), page.has_next), (25, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_rows_is_an_empty_page() {
    let app = TestApp::new().await;
    for path in &LISTS[..2] {
        let page = app.list(PARTNER, path).page("").await;
        assert_eq!((page.ids.len(), page.has_next, page.has_previous, page.start), (0, false, false, None), "{path}");
    }
    let page = app.list(CUSTOMER, "viewer.account.partners").page("last: 3").await;
    assert_eq!((page.ids.len(), page.has_next, page.has_previous), (0, false, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_order_is_refused() {
    let app = TestApp::new().await;
    app.many_customers(2).await;
    app.many_invitations(2, "many@example.com").await;
    for (path, made_in, used_in) in [
        ("viewer.partner.customers", "NAME", "SINCE_DESC"),
        ("viewer.partner.customers", "SINCE_DESC", "NAME"),
        ("viewer.partner.invitations", "CREATED_DESC", "EXPIRES"),
        ("viewer.partner.invitations", "EXPIRES", "CREATED_DESC"),
    ] {
        let list = |order: &str| app.list(PARTNER, path).with(&format!("orderBy: {order}"));
        let cursor = list(made_in).page("first: 1").await.end.unwrap();
        let answer = list(used_in).ask(&format!("first: 1, after: \"{cursor}\""), "nodes { id }").await;
        assert_eq!(answer.error(), "BAD_REQUEST", "{path}: {made_in} in {used_in}");
        assert_eq!(
            answer.body["errors"][0]["message"], "after: this is no cursor of this list in this order",
            "{path}: {made_in} in {used_in}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_list_is_refused() {
    let app = TestApp::new().await;
    app.many_customers(1).await;
    let cursor = app.list(PARTNER, "viewer.partner.customers").page("first: 1").await.end.unwrap();
    let answer = app.list(PARTNER, "viewer.partner.users").ask(&format!("after: \"{cursor}\""), "nodes { id }").await;
    assert_eq!(answer.error(), "BAD_REQUEST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_cursor_only_moves_the_page() {
    let app = TestApp::new().await;
    app.many_customers(3).await;
    app.many_invitations(3, "many@example.com").await;
    // The database's calendar ends before that of the cursor's key.
    let times = [i64::MIN, -8_000_000_000_000_000_000, 0, 8_000_000_000_000_000_000, i64::MAX].map(|at| at.to_string());
    let odd = ["", "infinity", "-infinity", "' or true --", "\u{10FFFF}", "NaN"].map(str::to_owned);
    for key in times.into_iter().chain(odd) {
        for (path, order, argument) in [
            ("viewer.partner.customers", "customer", "NAME"),
            ("viewer.partner.customers", "since", "SINCE_DESC"),
            ("viewer.partner.invitations", "created", "CREATED_DESC"),
            ("viewer.partner.invitations", "expires", "EXPIRES"),
        ] {
            let list = app.list(PARTNER, path).with(&format!("orderBy: {argument}"));
            let page = list.page(&format!("after: \"{}\"", forged(order, &key))).await;
            assert!(page.ids.len() <= 3, "{order}: {key}");
        }
    }
}
