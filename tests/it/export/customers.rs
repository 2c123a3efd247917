use accord_tests::{Company, DEMO, Draft, PARTNER, TestApp};
use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use serde_json::Value;

/// The indirect provider's agent.
const PROVIDER: &str = "agent@northwind.example";

/// Stops the test unless the export of an address has the rows that the list has with these arguments, in its order.
async fn is_the_list(app: &TestApp, who: &str, query: &str, arguments: &str) -> Vec<String> {
    let listed = app.list(who, "viewer.partner.customers").with(arguments).forward(100).await;
    let exported = app.export(who, &format!("customers.csv{query}")).await.column("id");
    assert_eq!(exported, listed, "{who}: {query}");
    exported
}

/// Makes Trey's relationship with Litware a removed one.
async fn remove_trey(app: &TestApp) {
    app.sql(
        "update relationships set status = 'removed', removed_at = '2026-02-03 04:05:06.789Z', removed_by = 'customer'
         where customer_sort_name = 'trey'",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_leaves_what_it_leaves_in_the_list() {
    let app = TestApp::without_mails().await;
    let companies = ["Lamna One", "Trey", "Lamna Two"].map(Company::named);
    app.customers_of_litware(companies.into_iter().chain([Company::named("Hafa Adai").country("GU")])).await;
    remove_trey(&app).await;
    app.sql(
        "insert into admin_grants (id, partner_id, customer_id, granted_at, scope, roles, status)
         select gen_random_uuid(), partner_id, customer_id, now(), 'full', '{}', 'active' from relationships
         where customer_sort_name = 'lamna two'",
    )
    .await;
    for (query, arguments, rows) in [
        ("", "", 3),
        ("?orderBy=SINCE_DESC", "orderBy: SINCE_DESC", 3),
        ("?orderBy=NAME", "orderBy: NAME", 3),
        ("?search=lamna", r#"filter: { search: "lamna" }"#, 2),
        ("?search=lamna%20t", r#"filter: { search: "lamna t" }"#, 1),
        ("?search=%00", r#"filter: { search: "\u0000" }"#, 0),
        ("?status=ACTIVE", "filter: { status: ACTIVE }", 3),
        ("?status=REMOVED", "filter: { status: REMOVED }", 1),
        ("?country=GU", r#"filter: { country: "GU" }"#, 1),
        ("?country=nowhere", r#"filter: { country: "nowhere" }"#, 0),
        ("?hasDelegatedAdministration=true", "filter: { hasDelegatedAdministration: true }", 1),
        ("?hasDelegatedAdministration=false", "filter: { hasDelegatedAdministration: false }", 2),
        (
            "?search=lamna&hasDelegatedAdministration=false&country=US&status=ACTIVE&orderBy=SINCE_DESC",
            r#"filter: { search: "lamna", hasDelegatedAdministration: false, country: "US", status: ACTIVE } orderBy: SINCE_DESC"#,
            1,
        ),
    ] {
        assert_eq!(is_the_list(&app, PARTNER, query, arguments).await.len(), rows, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_partner_filters_as_it_does_the_list() {
    let app = TestApp::new().await;
    let (northwind, contoso) = (app.organization("northwind.example").await, app.organization("contoso.example").await);
    for (who, parameter, other, rows) in [
        (PROVIDER, "indirectResellerId", &contoso, 1),
        (PROVIDER, "indirectProviderId", &northwind, 0),
        (DEMO.reseller, "indirectProviderId", &northwind, 1),
        (DEMO.reseller, "indirectResellerId", &contoso, 0),
        (DEMO.stranger, "indirectProviderId", &northwind, 0),
    ] {
        let query = format!("?{parameter}={other}");
        let arguments = format!("filter: {{ {parameter}: \"{other}\" }}");
        assert_eq!(is_the_list(&app, who, &query, &arguments).await.len(), rows, "{who}: {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_what_the_list_says() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.accepted("acceptInvitation");
    let selection = "nodes { id status since removedAt removedBy customer { id name domain domains country }
                     adminGrants(filter: { status: ACTIVE }) { id } indirectProvider { id name } indirectReseller { id name } }";
    for who in [DEMO.reseller, PROVIDER, DEMO.stranger] {
        let answer = app.list(who, "viewer.partner.customers").ask("first: 100", selection).await;
        let nodes = answer.at("viewer.partner.customers.nodes").as_array().unwrap().clone();
        let export = app.export(who, "customers.csv").await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let words = |value: &Value| value.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(" ");
        let column = |cell: &dyn Fn(&Value) -> String| nodes.iter().map(cell).collect::<Vec<_>>();
        for (name, cell) in [
            ("id", &(|node: &Value| text(&node["id"])) as &dyn Fn(&Value) -> String),
            ("customer_id", &|node| text(&node["customer"]["id"])),
            ("name", &|node| text(&node["customer"]["name"])),
            ("domain", &|node| text(&node["customer"]["domain"])),
            ("domains", &|node| words(&node["customer"]["domains"])),
            ("country", &|node| text(&node["customer"]["country"])),
            ("status", &|node| text(&node["status"])),
            ("since", &|node| text(&node["since"])),
            ("removed_at", &|node| text(&node["removedAt"])),
            ("removed_by", &|node| text(&node["removedBy"])),
            ("has_delegated_administration", &|node| (!node["adminGrants"].as_array().unwrap().is_empty()).to_string()),
            ("indirect_provider_id", &|node| text(&node["indirectProvider"]["id"])),
            ("indirect_provider", &|node| text(&node["indirectProvider"]["name"])),
            ("indirect_reseller_id", &|node| text(&node["indirectReseller"]["id"])),
            ("indirect_reseller", &|node| text(&node["indirectReseller"]["name"])),
        ] {
            assert_eq!(export.column(name), column(cell), "{who}: {name}");
        }
        assert!(!nodes.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_relationship_says_when_and_by_whom() {
    let app = TestApp::new().await;
    app.customers_of_litware(["Lamna", "Trey"].map(Company::named)).await;
    remove_trey(&app).await;
    let export = app.export(PARTNER, "customers.csv?status=REMOVED").await;
    for (column, text) in [
        ("name", "Trey"),
        ("status", "REMOVED"),
        ("removed_at", "2026-02-03T04:05:06.789Z"),
        ("removed_by", "CUSTOMER"),
    ] {
        assert_eq!(export.column(column), [text]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_with_commas_quotes_line_ends_and_formulas_are_one_cell_each() {
    let app = TestApp::new().await;
    let names = ["A, B & \"Co\"", "Broken\r\nname", "=HYPERLINK(\"https://evil.example\")", "@home", "Ärzte 東京"];
    app.customers_of_litware(names.map(Company::named)).await;
    let export = app.export(PARTNER, "customers.csv").await;
    let expected = ["'=HYPERLINK(\"https://evil.example\")", "'@home", "A, B & \"Co\"", "Broken\r\nname", "Ärzte 東京"];
    assert_eq!(export.column("name"), expected);
    for written in [",\"A, B & \"\"Co\"\"\",", ",\"Broken\r\nname\",", ",\"'=HYPERLINK(\"\"https://evil", ",'@home,"] {
        assert!(export.text.contains(written), "{written:?} in {}", export.text);
    }
    let unquoted = export.text.replace("Broken\r\nname", "");
    assert_eq!(unquoted.matches('\n').count(), unquoted.matches("\r\n").count(), "lines end in CRLF");
    assert!(unquoted.ends_with("\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_is_settled_and_stands_also_over_no_rows() {
    let app = TestApp::new().await;
    let header = "id,customer_id,name,domain,domains,country,status,since,removed_at,removed_by,\
                  has_delegated_administration,indirect_provider_id,indirect_provider,indirect_reseller_id,\
                  indirect_reseller\r\n";
    assert_eq!(app.export(PARTNER, "customers.csv").await.text, header);
    assert_eq!(app.export(PARTNER, "customers.csv?byteOrderMark=false").await.text, header);
    assert_eq!(app.export(PARTNER, "customers.csv?byteOrderMark=true").await.text, format!("\u{feff}{header}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_has_a_name_and_a_type_and_is_kept_nowhere() {
    let app = TestApp::new().await;
    let today = app.store.now().format("%Y-%m-%d").to_string();
    for (method, has_body) in [("GET", true), ("HEAD", false)] {
        let response = app.respond(app.export_request(method, PARTNER, "customers.csv")).await;
        assert_eq!(response.status(), StatusCode::OK, "{method}");
        let headers = response.headers().clone();
        assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let name = format!("attachment; filename=\"customers-{today}.csv\"");
        assert_eq!(headers[header::CONTENT_DISPOSITION], name);
        assert_eq!(to_bytes(response.into_body(), 10_000).await.unwrap().is_empty(), !has_body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_many_pages_comes_whole_in_its_order() {
    let app = TestApp::new().await;
    // Three names and two times among them, so that pages end among equals.
    app.many_customers(2_500).await;
    for order in ["NAME", "SINCE_DESC"] {
        let rows = is_the_list(&app, PARTNER, &format!("?orderBy={order}"), &format!("orderBy: {order}")).await;
        let distinct: std::collections::HashSet<_> = rows.iter().collect();
        assert_eq!((rows.len(), distinct.len()), (2_500, 2_500), "{order}");
    }
}
