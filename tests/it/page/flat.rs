//! A page reads the rows it shows, whether the list has a hundred or a hundred thousand.
//!
//! The lists here have thousands of rows, most of them equal in what they are sorted by. What is counted is every row
//! and index entry that a table gave: a sort, or an index that is walked from its start, would read them all.

use accord_tests::{CUSTOMER, List, PARTNER, TestApp};

pub(super) const ROWS: usize = 6_000;

/// A page of 25 reads 26 index entries and 26 rows, some more where a filter leaves every third; all would be 12,000.
pub(super) const FEW: i64 = 300;

async fn with(rows: impl AsyncFnOnce(&TestApp)) -> TestApp {
    let app = TestApp::with_one_connection().await;
    rows(&app).await;
    app.sql("vacuum analyze").await;
    app
}

/// How much of a table a page reads, once it was asked for often enough to be planned for good.
pub(super) async fn read(app: &TestApp, table: &str, list: &List<'_>, page: &str) -> i64 {
    for _ in 0..6 {
        list.page(page).await;
    }
    app.rows_read(table, list.ask(page, "nodes { id }")).await.0
}

/// Reads a list's first and last page, and those around a row deep within: none reads much of the table.
pub(super) async fn stays_flat(app: &TestApp, table: &str, list: &List<'_>) {
    let mut deep = list.page("first: 100").await.end.expect("a cursor");
    for _ in 0..15 {
        deep = list.page(&format!("first: 100, after: \"{deep}\"")).await.end.expect("a cursor");
    }
    for page in ["", "last: 25", &format!("after: \"{deep}\""), &format!("last: 25, before: \"{deep}\"")] {
        let rows = read(app, table, list, page).await;
        assert!(rows <= FEW, "{page} reads {rows} of {table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_by_name_stay_flat() {
    let app = with(async |app| app.many_customers(ROWS).await).await;
    stays_flat(&app, "relationships", &app.list(PARTNER, "viewer.partner.customers").with("orderBy: NAME")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_by_age_stay_flat() {
    let app = with(async |app| app.many_customers(ROWS).await).await;
    stays_flat(&app, "relationships", &app.list(PARTNER, "viewer.partner.customers").with("orderBy: SINCE_DESC")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_customers_are_found_without_reading_many() {
    let app = with(async |app| app.many_customers(ROWS).await).await;
    for filter in [r#"search: "needle4321""#, r#"search: "zebra needle4321 ""#, r#"country: "GU""#, "status: REMOVED"] {
        for order in ["NAME", "SINCE_DESC"] {
            let arguments = format!("filter: {{ {filter} }} orderBy: {order}");
            let list = app.list(PARTNER, "viewer.partner.customers").with(&arguments);
            let rows = read(&app, "relationships", &list, "").await;
            assert!(rows <= FEW, "{filter} by {order} reads {rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_many_found_customers_reads_few() {
    let app = with(async |app| app.many_customers(ROWS).await).await;
    for filter in [r#"search: "needle""#, r#"search: "ne""#, r#"country: "US""#, "hasDelegatedAdministration: false"] {
        for order in ["NAME", "SINCE_DESC"] {
            let arguments = format!("filter: {{ {filter} }} orderBy: {order}");
            let list = app.list(PARTNER, "viewer.partner.customers").with(&arguments);
            let rows = read(&app, "relationships", &list, "").await;
            assert!(rows <= FEW, "{filter} by {order} reads {rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_of_a_customer_stay_flat() {
    let app = with(async |app| app.many_partners(ROWS).await).await;
    stays_flat(&app, "relationships", &app.list(CUSTOMER, "viewer.account.partners")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_stay_flat_in_both_orders() {
    let app = with(async |app| app.many_invitations(ROWS, "many@example.com").await).await;
    for order in ["CREATED_DESC", "EXPIRES"] {
        let list = app.list(PARTNER, "viewer.partner.invitations").with(&format!("orderBy: {order}"));
        stays_flat(&app, "invitations", &list).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_invitations_are_found_without_reading_many() {
    let app = with(async |app| app.many_invitations(ROWS, "many@example.com").await).await;
    for filter in [
        "status: [PENDING]",
        "status: [ACCEPTED, DECLINED]",
        "deliveryStatus: [BY_HAND]",
        "deliveryStatus: [QUEUED, FAILED]",
        r#"search: "nobody@""#,
    ] {
        for order in ["CREATED_DESC", "EXPIRES"] {
            let arguments = format!("filter: {{ {filter} }} orderBy: {order}");
            let list = app.list(PARTNER, "viewer.partner.invitations").with(&arguments);
            let rows = read(&app, "invitations", &list, "").await;
            assert!(rows <= FEW, "{filter} by {order} reads {rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_many_found_invitations_reads_few() {
    let app = with(async |app| app.many_invitations(ROWS, "many@example.com").await).await;
    for filter in [
        "status: [DRAFT]",
        "status: [PENDING, EXPIRED]",
        "status: [EXPIRED, REVOKED]",
        "deliveryStatus: [NOT_SENT]",
        r#"search: "many@""#,
    ] {
        let list = app.list(PARTNER, "viewer.partner.invitations").with(&format!("filter: {{ {filter} }}"));
        let rows = read(&app, "invitations", &list, "").await;
        assert!(rows <= FEW, "{filter} reads {rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn received_invitations_stay_flat() {
    let app = with(async |app| app.many_invitations(ROWS, CUSTOMER).await).await;
    stays_flat(&app, "invitations", &app.list(CUSTOMER, "viewer.account.receivedInvitations")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_stay_flat_on_both_sides_whatever_is_left_of_them() {
    let app = with(async |app| app.many_grants(ROWS).await).await;
    for (who, path) in [(PARTNER, "viewer.partner.adminGrants"), (CUSTOMER, "viewer.account.adminGrants")] {
        stays_flat(&app, "admin_grants", &app.list(who, path)).await;
        for (filter, most) in [
            ("status: ACTIVE", 100),
            ("status: EXPIRED", 100),
            ("status: REVOKED", 100),
            ("status: ENDED", 0),
            ("status: ACTIVE, endsWithin: \"P1Y\"", 100),
            ("status: ACTIVE, endsWithin: \"P30D\"", 0),
        ] {
            let list = app.list(who, path).with(&format!("filter: {{ {filter} }}"));
            assert_eq!(list.page("first: 100").await.ids.len(), most, "{filter}");
            for page in ["", "last: 25"] {
                let rows = read(&app, "admin_grants", &list, page).await;
                assert!(rows <= FEW, "{path} with {filter} reads {rows}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_grants_are_found_without_reading_many() {
    let app = with(async |app| {
        app.many_grants(ROWS).await;
        // All but a few end in a year. An hour ago ended three that nobody has written down, of which one extends itself, and
        // one that somebody has.
        app.sql(
            "create temporary table own on commit drop as select id, row_number() over (order by id desc) as place
                 from admin_grants where partner_id = (select id from organizations where tenant = 'litware.example');
             update admin_grants set status = 'active', ended_at = null, ends_at = now() + interval '1 year'
                 from own where own.id = admin_grants.id;
             update admin_grants set ends_at = now() - interval '1 hour', auto_extend = place = 1
                 from own where own.id = admin_grants.id and place <= 3;
             update admin_grants set status = 'expired', ends_at = now() - interval '1 hour', ended_at = now()
                 from own where own.id = admin_grants.id and place = 4",
        )
        .await;
    })
    .await;
    for (who, path) in [(PARTNER, "viewer.partner.adminGrants"), (CUSTOMER, "viewer.account.adminGrants")] {
        for (filter, found) in [
            ("status: EXPIRED", 3),
            ("endsWithin: \"P30D\"", 3),
            ("status: ACTIVE, endsWithin: \"P30D\"", 0),
            ("status: ACTIVE, endsWithin: \"P200D\"", 1),
        ] {
            let list = app.list(who, path).with(&format!("filter: {{ {filter} }}"));
            assert_eq!(list.page("first: 100").await.ids.len(), found, "{filter}");
            let rows = read(&app, "admin_grants", &list, "").await;
            assert!(rows <= FEW, "{path} with {filter} reads {rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn service_requests_stay_flat() {
    let app = TestApp::with_one_connection().await;
    let id = app.many_service_requests(ROWS).await;
    app.sql("vacuum analyze").await;
    stays_flat(&app, "service_requests", &app.list_of(PARTNER, &id, "Relationship", "serviceRequests")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_left_of_others_is_not_read() {
    let app = with(async |app| {
        app.many_grants(30).await;
        // Of another partner and another customer.
        app.sql(
            "insert into admin_grants (id, partner_id, customer_id, scope, roles, status, granted_at, ends_at, auto_extend)
                 select gen_random_uuid(), p.id, c.id, 'granular', '{global_reader}', 'active', now() - interval '2 days',
                     now() - interval '1 hour', n % 2 = 0
                 from generate_series(1, 10000) n, organizations p, organizations c
                 where p.tenant = 'contoso.example' and c.tenant = 'wingtip.example'",
        )
        .await;
    })
    .await;
    for (who, path) in [(PARTNER, "viewer.partner.adminGrants"), (CUSTOMER, "viewer.account.adminGrants")] {
        for (filter, found) in [
            ("status: ACTIVE", 10),
            ("status: EXPIRED", 10),
            ("endsWithin: \"P200D\"", 30),
            ("status: ACTIVE, endsWithin: \"P200D\"", 10),
        ] {
            let list = app.list(who, path).with(&format!("filter: {{ {filter} }}"));
            assert_eq!(list.page("first: 100").await.ids.len(), found, "{filter}");
            let rows = read(&app, "admin_grants", &list, "").await;
            assert!(rows <= FEW, "{path} with {filter} reads {rows}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_stay_flat() {
    let app = with(async |app| app.many_users(ROWS).await).await;
    stays_flat(&app, "users", &app.list(PARTNER, "viewer.partner.users")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_stays_flat() {
    let app = with(async |app| app.many_activities(ROWS).await).await;
    let all = || app.list(PARTNER, "viewer.partner.activity");
    stays_flat(&app, "activity_organizations", &all()).await;
    stays_flat(&app, "activities", &all()).await;
    for filter in [r#"event: ["user.added"]"#, r#"event: ["user.added", "agreement.accepted"]"#] {
        let list = all().with(&format!("filter: {{ {filter} }}"));
        let rows = read(&app, "activity_organizations", &list, "").await;
        assert!(rows <= FEW, "{filter} reads {rows}");
    }
}
