//! What holds of every import, whatever its rows.

use accord_tests::{Brought, TestApp};
use serde_json::json;

use super::PROVIDER;

/// Numbers that look like chance, and are the same each time.
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

/// A row of what partners give: good, bad in one way or several, or again what an earlier row gave.
fn row(chance: &mut impl FnMut(usize) -> usize, resellers: &[String]) -> Brought {
    let domains = [
        "blue-yonder.example",
        "lucerne.example",
        "Lucerne.Example",
        "wingtip.example",
        "tailspin.example",
        "wide-world.example",
        "adventure-works.example",
        "northwind.example",
        "gmail.com",
        "co.uk",
        "",
        "taken.example",
        "loaded.example",
        "alpine.example",
        "woodgrove.example",
        "litware.example",
        "left.example",
    ];
    let mut row = Brought::of(domains[chance(domains.len())]);
    if chance(5) == 0 {
        row = row.with("name", json!(["A", "", "IBM", "森"][chance(4)]));
    }
    if chance(5) == 0 {
        row = row.with("country", json!(["GU", "BR", "KP", "XX"][chance(4)]));
    }
    if chance(5) == 0 {
        row = row.with(
            "administrator",
            json!({ "email": (["nobody", "ada@wingtip.example", "it@tailspin.example"][chance(3)]) }),
        );
    }
    if chance(4) == 0 {
        row = row.with("indirectResellerId", json!(resellers[chance(resellers.len())]));
    }
    row
}

/// A world with what rows run into: another partner's unclaimed customer, an invitation that waits, what was loaded, and
/// what a partner left.
async fn world(mails_per_day: u32) -> (TestApp, Vec<String>) {
    let mut app = TestApp::with(|settings| settings.mails_per_day = mails_per_day).await;
    app.leaves_mails();
    for domain in ["taken.example", "left.example"] {
        app.add("sales@fabrikam.example", Brought::of(domain).with("country", json!("DE"))).await;
    }
    let left = "update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'
        where customer_search like '%left.example%'";
    app.sql(left).await;
    app.sql("update organization_domains set domain = 'loaded.example' where domain = 'datum.example'").await;
    app.sql("update organizations set country = 'US' where tenant = 'datum.example'").await;
    app.load_customers(&[("northwind.example", "loaded.example"), ("northwind.example", "wide-world.example")]).await;
    let resellers = [app.organization("contoso.example").await, app.organization("litware.example").await];
    (app, resellers.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_of_every_row_what_the_run_then_does_and_changes_nothing() {
    let mut kinds = std::collections::BTreeSet::new();
    for (seed, mails_per_day) in [(1, 1_000), (2, 1_000), (3, 1_000), (4, 5)] {
        let (app, resellers) = world(mails_per_day).await;
        let mut chance = numbers(seed);
        let rows: Vec<Brought> = (0..120).map(|_| row(&mut chance, &resellers)).collect();
        let written = async || {
            let mut counts = Vec::new();
            for table in ["organizations", "relationships", "invitations", "emails", "activities", "idempotency_keys"] {
                counts.push(app.count(&format!("from {table}")).await);
            }
            counts
        };
        let before = written().await;

        let checked = app.check_import(PROVIDER, rows.clone()).await;

        assert_eq!(written().await, before, "a dry run changes nothing");
        assert_eq!(app.import(PROVIDER, rows).await, checked, "seed {seed}");
        kinds.extend(checked.iter().map(|row| row.split(' ').next().unwrap().to_owned()));
    }
    for kind in ["ADDED", "IMPORTED", "INVITED", "ALREADY_RELATED", "RATE_LIMITED", "OWN_ORGANIZATION", "NOT_PARTNERS"]
    {
        assert!(kinds.contains(kind), "no row came to {kind}: {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_costs_the_same_statements_however_many_there_are() {
    let app = TestApp::with_one_connection().await;
    let mut app = app;
    app.leaves_mails();
    let cost = async |prefix: &str, count: usize| {
        let rows = (0..count).map(|number| Brought::of(&format!("{prefix}{number}.example"))).collect();
        let (statements, rows) = app.statements(app.import(PROVIDER, rows)).await;
        assert_eq!(rows, vec!["ADDED"; count]);
        statements.len()
    };
    cost("warm", 1).await;

    let (few, more, most) = (cost("few", 10).await, cost("more", 20).await, cost("most", 250).await);

    let row = (more - few) / 10;
    assert_eq!((more - few, most - more), (10 * row, 230 * row), "{few}, {more}, {most}");
    assert!(row <= 12, "{row} statements a row");
}
