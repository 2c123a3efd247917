//! Filters of a partner's customers, and of a customer's partners.

use accord_tests::{CUSTOMER, Company, DEMO, Draft, PARTNER, TestApp};
use serde_json::json;

/// The names of Litware's customers that a filter leaves, in order.
async fn found(app: &TestApp, filter: &str) -> Vec<String> {
    let list = app.list(PARTNER, "viewer.partner.customers").with(&format!("filter: {{ {filter} }}"));
    list.texts("customer.name").await
}

/// The same for a search.
async fn searched(app: &TestApp, search: &str) -> Vec<String> {
    found(app, &format!("search: {}", json!(search))).await
}

async fn with_customers(names: &[&str]) -> TestApp {
    let app = TestApp::without_mails().await;
    app.customers_of_litware(names.iter().copied().map(Company::named)).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_part_of_a_name_in_any_case() {
    let app = with_customers(&["Margie's Travel", "Lamna Healthcare"]).await;
    for search in ["travel", "TRAV", "gie's", " Margie's Travel "] {
        assert_eq!(searched(&app, search).await, ["Margie's Travel"], "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_part_of_a_domain() {
    let app = TestApp::new().await;
    let companies = [Company::named("Margie").at("travel-by-margie.example"), Company::named("Lamna")];
    app.customers_of_litware(companies).await;
    assert_eq!(searched(&app, "By-Margie.ex").await, ["Margie"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_the_address_that_was_invited() {
    let app = TestApp::without_mails().await;
    let companies = [Company::named("Margie").invited("Ada.King@elsewhere.example"), Company::named("Lamna")];
    app.customers_of_litware(companies).await;
    for search in ["ada.king@", "king@elsewhere", "KING"] {
        assert_eq!(searched(&app, search).await, ["Margie"], "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_one_or_two_characters_finds_the_start_of_a_word() {
    let app = with_customers(&["Margie's Travel", "Lamna Healthcare", "Trey"]).await;
    assert_eq!(searched(&app, "tr").await, ["Margie's Travel", "Trey"]);
    assert_eq!(searched(&app, "H").await, ["Lamna Healthcare"]);
    assert_eq!(searched(&app, "ra").await, Vec::<String>::new(), "inside a word");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_search_finds_everybody() {
    let app = with_customers(&["Lamna", "Trey"]).await;
    for search in ["", "   "] {
        assert_eq!(searched(&app, search).await, ["Lamna", "Trey"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wildcards_are_searched_for_as_they_stand() {
    let app = with_customers(&["100% Real", "100 Real", "Under_score", "Underscore", r"Back\slash", "Backslash"]).await;
    assert_eq!(searched(&app, "100%").await, ["100% Real"]);
    assert_eq!(searched(&app, "er_sc").await, ["Under_score"]);
    assert_eq!(searched(&app, r"k\s").await, [r"Back\slash"]);
    assert_eq!(searched(&app, "%").await, Vec::<String>::new());
    assert_eq!(searched(&app, "___").await, Vec::<String>::new());
    assert_eq!(searched(&app, r"\").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_takes_letters_of_every_language_in_any_case() {
    let app = with_customers(&["Ärzte GmbH", "東京商事", "Ζευς ΑΕ", "Привет", "İstanbul", "Οδυσσέας"]).await;
    for (search, name) in [
        ("İST", "İstanbul"),
        ("ΖΕΥΣ", "Ζευς ΑΕ"),
        ("ΟΔΥΣ", "Οδυσσέας"),
        ("äRZ", "Ärzte GmbH"),
        ("Är", "Ärzte GmbH"),
        ("京商", "東京商事"),
        ("東京商", "東京商事"),
        ("ζευς", "Ζευς ΑΕ"),
        ("ПРИВ", "Привет"),
    ] {
        let expected: &[&str] = if search == "京商" { &[] } else { &[name] };
        assert_eq!(searched(&app, search).await, expected, "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_what_no_text_can_hold_finds_nobody() {
    let app = with_customers(&["Lamna"]).await;
    for search in ["\0", "Lam\0na", "\u{FFFF}", "\u{10FFFF}lam"] {
        assert_eq!(searched(&app, search).await, Vec::<String>::new(), "{search:?}");
    }
    assert_eq!(found(&app, r#"country: "\u0000""#).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_very_long_search_finds_nobody() {
    let app = with_customers(&["Lamna"]).await;
    assert_eq!(searched(&app, &"lamna ".repeat(2_000)).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_active_customers_are_listed_unless_removed_ones_are_asked_for() {
    let app = with_customers(&["Lamna", "Trey"]).await;
    app.sql(
        "update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'
         where customer_sort_name = 'trey'",
    )
    .await;
    let all = app.list(PARTNER, "viewer.partner.customers").texts("customer.name").await;
    assert_eq!(all, ["Lamna"]);
    assert_eq!(found(&app, "status: ACTIVE").await, ["Lamna"]);
    assert_eq!(found(&app, "status: REMOVED").await, ["Trey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_a_country_are_found() {
    let app = TestApp::new().await;
    app.customers_of_litware([Company::named("Lamna"), Company::named("Hafa Adai").country("GU")]).await;
    assert_eq!(found(&app, r#"country: "GU""#).await, ["Hafa Adai"]);
    for nowhere in ["gu", "Guam", "", "FR"] {
        assert_eq!(found(&app, &format!("country: \"{nowhere}\"")).await, Vec::<String>::new(), "{nowhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_with_and_without_delegated_administration_are_told_apart() {
    let app = with_customers(&["Both", "Ended", "Full", "Limited", "None", "Over"]).await;
    let grant = |name: &str, columns: &str| {
        format!(
            "insert into admin_grants (id, partner_id, customer_id, granted_at, scope, roles, ends_at, status, ended_at)
             select gen_random_uuid(), partner_id, customer_id, now(), {columns} from relationships
             where customer_sort_name = '{name}';"
        )
    };
    let full = "'full', '{}', null, 'active', null";
    let limited = "'granular', '{global_reader}', now() + interval '9 days', 'active', null";
    let over = "'granular', '{global_reader}', now() - interval '1 second', 'active', null";
    let ended = "'full', '{}', null, 'ended', now()";
    let grants = [
        ("full", full),
        ("limited", limited),
        ("over", over),
        ("ended", ended),
        ("both", full),
        ("both", limited),
        ("both", ended),
    ];
    app.sql(&grants.map(|(name, columns)| grant(name, columns)).concat()).await;
    assert_eq!(found(&app, "hasDelegatedAdministration: true").await, ["Both", "Full", "Limited"]);
    assert_eq!(found(&app, "hasDelegatedAdministration: false").await, ["Ended", "None", "Over"]);
    app.days_pass(9);
    assert_eq!(found(&app, "hasDelegatedAdministration: true").await, ["Both", "Full"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_together_in_every_order() {
    let app = TestApp::new().await;
    let companies = ["Lamna One", "Trey One", "Lamna Two"].map(Company::named);
    app.customers_of_litware(companies.into_iter().chain([Company::named("Lamna Guam").country("GU")])).await;
    for order in ["NAME", "SINCE_DESC"] {
        let filter = r#"filter: { search: "lamna", country: "US", status: ACTIVE, hasDelegatedAdministration: false }"#;
        let list = || app.list(PARTNER, "viewer.partner.customers").with(&format!("{filter} orderBy: {order}"));
        assert_eq!(list().forward(1).await, list().backward(1).await, "{order}");
        let mut names = list().texts("customer.name").await;
        names.sort();
        assert_eq!(names, ["Lamna One", "Lamna Two"], "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_lists_its_own_customers_only() {
    let app = with_customers(&["Lamna"]).await;
    let others = app.list(DEMO.stranger, "viewer.partner.customers").texts("customer.name").await;
    assert_eq!(others, ["Datum"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_finds_partners_by_name_country_and_administration() {
    let app = TestApp::new().await;
    app.many_partners(3).await;
    let names = async |filter: &str| {
        let list = app.list(CUSTOMER, "viewer.account.partners").with(&format!("filter: {{ {filter} }}"));
        list.texts("partner.name").await
    };
    assert_eq!(names(r#"search: "zeb""#).await, ["Zebra"]);
    assert_eq!(names(r#"search: "Ä""#).await, ["Ärger"]);
    assert_eq!(names(r#"country: "US""#).await, ["aroma", "Zebra", "Ärger"]);
    assert_eq!(names(r#"country: "GU""#).await, Vec::<String>::new());
    assert_eq!(names("hasDelegatedAdministration: true").await, Vec::<String>::new());
    assert_eq!(names("status: REMOVED").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_accepts_is_found_by_the_address_invited() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(PARTNER, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.accepted("acceptInvitation");
    assert_eq!(searched(&app, "admin@wingtip").await, ["Wingtip Toys"]);
}
