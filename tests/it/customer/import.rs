use accord_tests::{Brought, TestApp};
use serde_json::json;

use super::{ADA, DIRECT, DOMAIN, PROVIDER, RESELLER, blue_yonder, viewer};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_added_where_its_domain_is_nobodys_and_invited_where_it_is_an_organizations() {
    let app = TestApp::new().await;

    let answer = app
        .try_import(
            PROVIDER,
            vec![blue_yonder(), Brought::of("wingtip.example").with("name", json!("Wingtip"))],
            json!({}),
        )
        .await;

    let rows = answer.given("rows");
    assert_eq!(rows[0]["outcome"], "ADDED");
    assert_eq!(rows[0]["relationship"]["customer"]["isClaimed"], json!(false));
    assert_eq!(rows[0]["invitation"], json!(null));
    assert_eq!(rows[1]["outcome"], "INVITED");
    assert_eq!(rows[1]["relationship"], json!(null));
    let recipient = json!({ "email": "ada@wingtip.example", "name": null, "locale": "en" });
    assert_eq!(
        (&rows[1]["invitation"]["status"], &rows[1]["invitation"]["recipient"]),
        (&json!("PENDING"), &recipient)
    );
    let mut mailed: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    mailed.sort();
    assert_eq!(mailed, [ADA, "ada@wingtip.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn good_rows_are_done_and_bad_ones_say_why_and_where() {
    let app = TestApp::without_mails().await;
    let contoso = app.organization("contoso.example").await;
    app.invite("agent@northwind.example", accord_tests::Draft::to("ada@tailspin.example")).await;
    let rows = vec![
        blue_yonder(),
        Brought::of("Blue-Yonder.example"),
        Brought::of("wingtip.example").with("indirectResellerId", json!(contoso)),
        Brought::of("tailspin.example"),
        Brought::of("wide-world.example"),
        Brought::of("adventure-works.example"),
        Brought::of("northwind.example"),
        Brought::of("lucerne.example").with("name", json!("L")).with("country", json!("BR")),
        Brought::of("margies.example").with("indirectResellerId", json!(contoso)),
        Brought::of("wingtip.example"),
    ];

    let answer = app.try_import(PROVIDER, rows, json!({})).await;

    assert_eq!(
        accord_tests::came_to(&answer),
        [
            "ADDED",
            "ALREADY_RELATED rows.1.domain",
            "INVALID rows.2.indirectResellerId",
            "ALREADY_INVITED rows.3.administrator.email",
            "REGION_MISMATCH rows.4.domain",
            "ALREADY_RELATED rows.5.domain",
            "OWN_ORGANIZATION rows.6.domain",
            "INVALID rows.7.name, REGION_MISMATCH rows.7.country",
            "ADDED",
            "INVITED",
        ]
    );
    let row = &answer.given("rows")[7];
    assert_eq!(row["userErrors"][0]["field"], json!(["rows", "7", "name"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_does_not_stand_in_the_way_of_a_good_one_of_the_same_domain() {
    let app = TestApp::without_mails().await;
    let rows = || vec![blue_yonder().with("name", json!("B")), blue_yonder(), blue_yonder()];

    let checked = app.check_import(PROVIDER, rows()).await;

    assert_eq!(checked, ["INVALID rows.0.name", "ADDED", "ALREADY_RELATED rows.2.domain"]);
    assert_eq!(app.import(PROVIDER, rows()).await, checked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resellers_rows_are_invited_and_never_added() {
    let app = TestApp::without_mails().await;

    let rows = app.import(RESELLER, vec![Brought::of("wingtip.example"), blue_yonder()]).await;

    assert_eq!(rows, ["INVITED", "PROVIDER_MUST_ADD rows.1.domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_imported_by_who_may() {
    let app = TestApp::without_mails().await;
    let reasons = async |who: &str| app.try_import(who, vec![blue_yonder()], json!({})).await.reasons();

    assert_eq!(reasons("helpdesk@northwind.example").await, ["FORBIDDEN"]);
    assert_eq!(reasons("admin@wingtip.example").await, ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(reasons("admin@northwind.example").await, [""; 0]);
    app.suspend("fabrikam.example").await;
    assert_eq!(reasons(DIRECT).await, ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_cloud_that_asks_for_delegated_administration_no_row_is_good() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("proseware.example", "woodgrove.example")]).await;

    let rows = app.import("sales@proseware.example", vec![blue_yonder(), Brought::of("woodgrove.example")]).await;

    assert_eq!(rows, ["DELEGATED_ADMINISTRATION_REQUIRED rows.0", "DELEGATED_ADMINISTRATION_REQUIRED rows.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_partner_added_is_invited_and_accepts_once_it_is_taken_over() {
    let app = TestApp::without_mails().await;
    app.add(PROVIDER, blue_yonder()).await;
    let asked = |domain: &str| Brought::of(domain).with("country", json!("DE")).with("name", json!("Blue Yonder"));
    let answer = app.try_import(DIRECT, vec![asked(DOMAIN)], json!({})).await;
    assert_eq!(accord_tests::came_to(&answer), ["INVITED"], "as an organization that is registered would be");
    viewer(&app, ADA).await;
    app.sql("update organizations set country = 'DE' where name = 'Blue Yonder'").await;

    let mut acceptance = app.signature_in("DE", "en").await;
    acceptance["id"] = answer.given("rows")[0]["invitation"]["id"].clone();
    let accepted = app.try_accept_with(ADA, acceptance).await;

    assert_eq!(accepted.given("invitation")["status"], "ACCEPTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_takes_1_to_250_rows() {
    let app = TestApp::without_mails().await;
    let rows = |count: usize| (0..count).map(|number| Brought::of(&format!("c{number}.example"))).collect::<Vec<_>>();

    assert_eq!(app.try_import(PROVIDER, rows(0), json!({})).await.reasons(), ["OUT_OF_RANGE rows"]);
    assert_eq!(app.try_import(PROVIDER, rows(251), json!({})).await.reasons(), ["OUT_OF_RANGE rows"]);
    assert_eq!(app.import(PROVIDER, rows(250)).await, ["ADDED"; 250]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_beyond_the_days_bound_are_refused() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 2).await;
    app.leaves_mails();
    let rows = || {
        vec![
            blue_yonder(),
            Brought::of("wingtip.example"),
            Brought::of("lucerne.example"),
            Brought::of("tailspin.example"),
        ]
    };

    let checked = app.check_import(PROVIDER, rows()).await;

    assert_eq!(checked, ["ADDED", "INVITED", "RATE_LIMITED rows.2", "RATE_LIMITED rows.3"]);
    assert_eq!(app.import(PROVIDER, rows()).await, checked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_below_an_organizations_domain_is_that_organizations() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("northwind.example", "us.tailspin.example")]).await;
    let domains = ["eu.wingtip.example", "eu.adventure-works.example", "us.tailspin.example"];

    let rows = app.import(PROVIDER, domains.map(Brought::of).to_vec()).await;

    assert_eq!(rows, ["INVITED", "ALREADY_RELATED rows.1.domain", "IMPORTED"]);
    assert_eq!(app.count("from organizations where tenant is null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_country_are_checked_only_of_what_is_added() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("northwind.example", "tailspin.example")]).await;
    let short = |domain: &str| Brought::of(domain).with("name", json!("IBM")).with("country", json!("BR"));
    let domains = ["wingtip.example", "tailspin.example", "adventure-works.example", DOMAIN];

    let rows = app.import(PROVIDER, domains.map(short).to_vec()).await;

    assert_eq!(
        rows,
        ["INVITED", "IMPORTED", "ALREADY_RELATED rows.2.domain", "INVALID rows.3.name, REGION_MISMATCH rows.3.country"]
    );
    assert_eq!(
        app.import(RESELLER, vec![short(DOMAIN)]).await,
        ["INVALID rows.0.name, REGION_MISMATCH rows.0.country, PROVIDER_MUST_ADD rows.0.domain"]
    );
}
