//! Walking through all pages gives each row once, in the same order forward and backward. The rows of these tests are
//! many, and most of them equal in what they are sorted by.

use std::collections::HashSet;

use accord_tests::{CUSTOMER, List, PAIR, PARTNER, TestApp};

const ROWS: usize = 61;

/// Walks a list of [`ROWS`] rows both ways by several sizes of pages; gives the rows.
async fn walk(list: List<'_>) -> Vec<String> {
    let ids = list.forward(100).await;
    assert_eq!(ids.len(), ROWS);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ROWS, "each row once");
    for size in [7, 20, ROWS] {
        assert_eq!(list.forward(size).await, ids, "forward by {size}");
        assert_eq!(list.backward(size).await, ids, "backward by {size}");
    }
    ids
}

/// Times as texts that sort as they do: those of whole seconds have no fraction.
async fn times(list: List<'_>, field: &str) -> Vec<String> {
    list.texts(field).await.into_iter().map(|time| time.trim_end_matches('Z').to_owned()).collect()
}

fn is_reversed(one: &[String], other: &[String]) -> bool {
    one.iter().eq(other.iter().rev())
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_by_name_are_each_listed_once_in_one_order() {
    let app = TestApp::new().await;
    app.many_customers(ROWS).await;
    let list = || app.list(PARTNER, "viewer.partner.customers").with("orderBy: NAME");
    walk(list()).await;
    let names = list().texts("customer.name").await;
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names, sorted, "case-folded, by code point");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_by_age_are_each_listed_once_the_latest_first() {
    let app = TestApp::new().await;
    app.many_customers(ROWS).await;
    let list = || app.list(PARTNER, "viewer.partner.customers").with("orderBy: SINCE_DESC");
    walk(list()).await;
    let since = times(list(), "since").await;
    assert!(since.iter().is_sorted_by(|one, next| one >= next), "{since:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_are_each_listed_once_by_name() {
    let app = TestApp::new().await;
    app.many_partners(ROWS).await;
    walk(app.list(CUSTOMER, "viewer.account.partners")).await;
    let names = app.list(CUSTOMER, "viewer.account.partners").texts("partner.name").await;
    assert_eq!((names[0].as_str(), names[ROWS - 1].as_str()), ("aroma", "Ärger"));
}

#[tokio::test(flavor = "multi_thread")]
async fn partnerships_are_each_listed_once_by_name() {
    for (who, domain, others, path) in [
        (PAIR.provider_agent, PAIR.provider, "reseller", "viewer.partner.indirectResellers"),
        (PAIR.reseller_agent, PAIR.reseller, "provider", "viewer.partner.indirectProviders"),
    ] {
        let (app, _) = TestApp::with_pair().await;
        app.many_partnerships(domain, others, ROWS - 1).await;
        walk(app.list(who, path)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_customers_are_each_listed_once_in_one_order() {
    let (app, id) = TestApp::with_pair().await;
    app.many_shared(ROWS).await;
    app.many_customers_of(PAIR.provider, 9).await;
    let [provider, reseller] = [app.organization(PAIR.provider).await, app.organization(PAIR.reseller).await];
    let by_provider = format!("filter: {{ indirectProviderId: \"{provider}\" }}");
    let by_reseller = format!("filter: {{ indirectResellerId: \"{reseller}\" }}");
    for (who, filter) in [(PAIR.provider_agent, by_reseller), (PAIR.reseller_agent, by_provider)] {
        let by_name = walk(app.list_of(who, &id, "Partnership", "sharedCustomers")).await;
        let filtered =
            |order: &str| app.list(who, "viewer.partner.customers").with(&format!("{filter} orderBy: {order}"));
        assert_eq!(walk(filtered("NAME")).await, by_name, "{who}");
        walk(filtered("SINCE_DESC")).await;
        let since = times(filtered("SINCE_DESC"), "since").await;
        assert!(since.iter().is_sorted_by(|one, next| one >= next), "{since:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_by_draft_are_each_listed_once_the_latest_first() {
    let app = TestApp::new().await;
    app.many_invitations(ROWS, "many@example.com").await;
    walk(app.list(PARTNER, "viewer.partner.invitations")).await;
    let created = times(app.list(PARTNER, "viewer.partner.invitations"), "createdAt").await;
    assert!(created.iter().is_sorted_by(|one, next| one >= next), "{created:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_by_deadline_are_each_listed_once_drafts_last() {
    let app = TestApp::new().await;
    app.many_invitations(ROWS, "many@example.com").await;
    let list = || app.list(PARTNER, "viewer.partner.invitations").with("orderBy: EXPIRES");
    walk(list()).await;
    let deadlines = times(list(), "expiresAt").await;
    let sent = deadlines.iter().position(|deadline| deadline == "null").expect("a draft");
    assert!(deadlines[..sent].is_sorted(), "{deadlines:?}");
    assert!(deadlines[sent..].iter().all(|deadline| deadline == "null"), "{deadlines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn received_invitations_are_each_listed_once() {
    let app = TestApp::new().await;
    // Of six, three were sent.
    app.many_invitations(2 * ROWS - 1, CUSTOMER).await;
    let received = app.list(CUSTOMER, "viewer.account.receivedInvitations").with("");
    let all = app.count("from invitations where recipient_email = 'admin@tailspin.example' and sent_at is not null");
    assert_eq!(all.await, i64::try_from(ROWS).unwrap());
    walk(received).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_each_listed_once_on_both_sides() {
    let app = TestApp::new().await;
    app.many_grants(ROWS).await;
    let held = walk(app.list(PARTNER, "viewer.partner.adminGrants")).await;
    let given = walk(app.list(CUSTOMER, "viewer.account.adminGrants")).await;
    assert_eq!(held, given);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_each_listed_once_at_the_partner_and_at_the_account() {
    let app = TestApp::new().await;
    app.many_users(ROWS - 4).await;
    let of_partner = walk(app.list(PARTNER, "viewer.partner.users")).await;
    let of_account = walk(app.list(PARTNER, "viewer.account.users")).await;
    assert_eq!(of_partner, of_account);
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_listed_once_the_latest_first() {
    let app = TestApp::new().await;
    app.many_activities(ROWS - 1).await;
    let newest_first = walk(app.list(PARTNER, "viewer.partner.activity")).await;
    let at = times(app.list(PARTNER, "viewer.partner.activity"), "at").await;
    assert!(at.iter().is_sorted_by(|one, next| one >= next), "{at:?}");
    let mut oldest_first = newest_first.clone();
    oldest_first.sort();
    assert!(is_reversed(&newest_first, &oldest_first), "their ids are in the order of time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_between_two_pages_is_not_listed_twice_and_hides_none() {
    let app = TestApp::new().await;
    app.many_invitations(6, "many@example.com").await;
    let list = app.list(PARTNER, "viewer.partner.invitations");
    let first = list.page("first: 3").await;
    app.many_invitations(6, "more@example.com").await;
    app.sql("update invitations set created_at = now() where recipient_email = 'more@example.com'").await;
    let second = list.page(&format!("first: 3, after: \"{}\"", first.end.unwrap())).await;
    assert_eq!(second.ids.len(), 3);
    assert!(!second.has_next && second.ids.iter().all(|id| !first.ids.contains(id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_of_a_cursor_may_be_gone() {
    let app = TestApp::new().await;
    app.many_customers(9).await;
    let list = app.list(PARTNER, "viewer.partner.customers");
    let all = list.forward(9).await;
    let first = list.page("first: 4").await;
    app.sql(
        "delete from relationships where ctid = (select ctid from relationships r where partner_id =
             (select id from organizations where tenant = 'litware.example')
             order by customer_sort_name, id offset 3 limit 1)",
    )
    .await;
    let rest = list.page(&format!("first: 100, after: \"{}\"", first.end.unwrap())).await;
    assert_eq!(rest.ids, all[4..]);
}
