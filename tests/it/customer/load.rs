use std::io::Write as _;

use accord_tests::{Brought, Draft, Environment, TestApp};
use domain::customer::{Loaded, Trouble};
use serde_json::json;
use tokio::sync::oneshot;

use super::{PROVIDER, RESELLER};

const REMOVED: &str = "update relationships set status = 'removed', removed_at = now(), removed_by = 'customer'
    where customer_id = (select id from organizations where tenant = 'wingtip.example')";

fn wingtip() -> Vec<Brought> {
    vec![Brought::of("wingtip.example")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_the_operator_loaded_is_related_at_once_and_not_mailed() {
    let app = TestApp::new().await;
    app.load_customers(&[("contoso.example", "Wingtip.example")]).await;

    let answer = app.try_import(RESELLER, wingtip(), json!({})).await;

    let row = &answer.given("rows")[0];
    assert_eq!((&row["outcome"], &row["invitation"]), (&json!("IMPORTED"), &json!(null)));
    let (relationship, customer) = (&row["relationship"], &row["relationship"]["customer"]);
    assert_eq!((&customer["name"], &customer["isClaimed"]), (&json!("Wingtip Toys"), &json!(true)));
    assert_eq!(app.mails().await.len(), 0);
    for who in ["agent@contoso.example", "admin@wingtip.example"] {
        assert_eq!(app.activity(who, customer["id"].as_str().unwrap()).await, ["customer.imported"], "{who}");
        assert_eq!(
            app.activity(who, relationship["id"].as_str().unwrap()).await,
            ["relationship.established"],
            "{who}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_for_one_partner_is_asked_by_every_other() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("contoso.example", "wingtip.example")]).await;

    assert_eq!(app.import(PROVIDER, wingtip()).await, ["INVITED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_left_is_not_brought_back_by_having_been_loaded() {
    let app = TestApp::without_mails().await;
    let pair = [("contoso.example", "wingtip.example")];
    app.load_customers(&pair).await;
    assert_eq!(app.import(RESELLER, wingtip()).await, ["IMPORTED"]);
    app.sql(REMOVED).await;
    assert_eq!(app.load_customers(&pair).await, Loaded { new: 0, known: 1, troubles: vec![] });

    assert_eq!(app.import(RESELLER, wingtip()).await, ["INVITED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_left_after_it_was_loaded_is_asked() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("contoso.example", "wingtip.example")]).await;
    let (_, token) = app.invite("agent@contoso.example", Draft::to("admin@wingtip.example")).await;
    app.try_accept("admin@wingtip.example", &token).await.given("invitation");
    assert_eq!(app.import(RESELLER, wingtip()).await, ["ALREADY_RELATED rows.0.domain"]);
    app.sql(REMOVED).await;

    assert_eq!(app.import(RESELLER, wingtip()).await, ["INVITED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_customer_is_held_to_region_and_cloud() {
    let app = TestApp::without_mails().await;
    let pairs = ["wide-world.example", "woodgrove.example"].map(|customer| ("contoso.example", customer));
    app.load_customers(&pairs).await;

    let rows = app.import(RESELLER, pairs.map(|(_, customer)| Brought::of(customer)).to_vec()).await;

    assert_eq!(rows, ["REGION_MISMATCH rows.0.domain", "CLOUD_MISMATCH rows.1.domain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_word_on_whose_a_domain_is_is_not_the_operators() {
    let app = TestApp::without_mails().await;
    app.load_customers(&[("contoso.example", "blue-yonder.example")]).await;
    app.add(PROVIDER, super::blue_yonder()).await;

    assert_eq!(app.import(RESELLER, vec![super::blue_yonder()]).await, ["INVITED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_domains_of_one_loaded_customer_make_one_relationship() {
    let app = TestApp::without_mails().await;
    let second = "insert into organization_domains (organization_id, domain, verified_at)
        select id, 'wingtip-toys.example', now() from organizations where tenant = 'wingtip.example'";
    app.sql(second).await;
    let domains = ["wingtip.example", "wingtip-toys.example"];
    app.load_customers(&domains.map(|domain| ("contoso.example", domain))).await;
    let rows = || domains.map(Brought::of).to_vec();

    let checked = app.check_import(RESELLER, rows()).await;

    assert_eq!(checked, ["IMPORTED", "ALREADY_RELATED rows.1.domain"]);
    assert_eq!(app.import(RESELLER, rows()).await, checked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_named_by_id_partner_id_or_domain_and_what_is_wrong_loads_nothing() {
    let app = TestApp::new().await;
    app.sql("update enrollments set program_id = 'P-' || kind").await;
    let contoso = app.organization("contoso.example").await;
    let as_partner = contoso.replace("org_", "ptn_");
    let wrong = app
        .load_customers(&[
            (contoso.as_str(), "one.example"),
            ("P-indirect_provider", "gmail.com"),
            ("P-indirect_reseller", "two.example"),
            ("wingtip.example", "co.uk"),
            ("contoso.example", "shop.contoso.example"),
            ("", ""),
        ])
        .await;

    let troubles: Vec<(u64, &str)> = wrong.troubles.iter().map(|it| (it.line, it.message.as_str())).collect();
    assert_eq!(
        troubles,
        [
            (3, "customer: anybody can have an address here: give a domain of the organization's own"),
            (4, "partner: several partners have this partner id: give a domain"),
            (5, "partner: no partner has this id, partner id or verified domain"),
            (5, "customer: anybody may register under co.uk: give the organization's own domain"),
            (6, "customer: shop.contoso.example is the partner's own"),
            (7, "partner: no partner has this id, partner id or verified domain"),
            (7, "customer: this must be given"),
        ]
    );
    assert_eq!(app.count("from loaded_customers").await, 0);
    let right =
        [(as_partner.as_str(), "one.example"), ("Contoso.example", "ONE.example"), ("P-direct_partner", "one.example")];
    app.sql("update enrollments set program_id = null where organization_id = (select id from organizations where tenant = 'proseware.example')").await;
    assert_eq!(app.load_customers(&right).await, Loaded { new: 2, known: 1, troubles: Vec::<Trouble>::new() });
    assert_eq!(app.load_customers(&right).await, Loaded { new: 0, known: 3, troubles: vec![] });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_loads_a_file_by_the_worker() {
    let app = TestApp::new().await;
    let environment = Environment::over(app.database_url(), app.mailbox.address());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "partner,customer\r\ncontoso.example,wingtip.example\r\ncontoso.example,alpine.example\r\n").unwrap();
    let load = async |more: &str| {
        let ran = environment.run(&format!("accord-worker load-customers {} {more}", file.path().display())).await;
        (ran.status.success(), String::from_utf8(ran.stdout).unwrap())
    };

    assert_eq!(load("--dry-run").await, (true, "would load 2, 0 were there before\n".to_owned()));
    assert_eq!(load("").await, (true, "loaded 2, 0 were there before\n".to_owned()));
    assert_eq!(load("").await, (true, "loaded 0, 2 were there before\n".to_owned()));
    writeln!(&file, "nobody,alpine.example").unwrap();
    let (loaded, said) = load("").await;
    let wrong =
        format!("{}:4: partner: no partner has this id, partner id or verified domain\n", file.path().display());
    assert_eq!((loaded, said), (false, wrong + "nothing was loaded: mend these lines\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_customer_that_leaves_while_it_is_imported_is_not_brought_back() {
    const BEGINS: [Option<&str>; 4] =
        [None, Some("organization_domains"), Some("loaded_customers"), Some("FOR NO KEY UPDATE")];
    let app = TestApp::without_mails().await;
    app.load_customers(&[("contoso.example", "wingtip.example")]).await;
    for round in 0..20 {
        let id = app.relate("contoso.example", "wingtip.example").await;
        app.sql("update loaded_customers set loaded_at = clock_timestamp()").await;
        let (done, mut is_done) = oneshot::channel::<()>();
        let leaving = async {
            if let Some(statement) = BEGINS[round % BEGINS.len()] {
                // Or later than all of it: an import that finds the relationship standing asks for less.
                tokio::select! { () = app.until_stated(statement, 1) => {}, _ = &mut is_done => {} }
            }
            app.remove("admin@wingtip.example", &id, json!({})).await
        };
        let administrator = json!({ "email": format!("ada{round}@wingtip.example") });
        let rows = vec![Brought::of("wingtip.example").with("administrator", administrator)];

        let importing = async {
            let imported = app.import(RESELLER, rows).await;
            drop(done);
            imported
        };

        let (imported, left) = tokio::join!(importing, leaving);

        assert_eq!(left.reasons(), [""; 0], "{round}");
        assert!(["INVITED", "ALREADY_RELATED rows.0.domain"].contains(&imported[0].as_str()), "{round}: {imported:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_for_another_partner_is_new() {
    let app = TestApp::new().await;
    app.load_customers(&[("contoso.example", "wingtip.example")]).await;

    let loaded = app.load_customers(&[("northwind.example", "wingtip.example")]).await;

    assert_eq!(loaded, Loaded { new: 1, known: 0, troubles: vec![] });
}
