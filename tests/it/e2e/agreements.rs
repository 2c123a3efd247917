//! `accord-worker load-agreements`, as an operator runs it.

use std::process::Output;

use accord_tests::{Environment, TestApp};

use super::environment;

const ROWS: &str = "kind,country,version,locale,title,url,in_force_at
customer,,2026-02,en,\"Customer Agreement, 2026\",https://agreements.example/en,2026-02-01T00:00:00Z
customer,,2026-02,de,Kundenvertrag 2026,https://agreements.example/de,2026-02-01T00:00:00Z
";

async fn load(environment: &Environment, rows: &str, options: &str) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agreements.csv");
    std::fs::write(&file, rows).unwrap();
    let output = environment.run(&format!("accord-worker load-agreements {} {options}", file.display())).await;
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    (output, said.replace(&format!("{}", file.display()), "agreements.csv"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_loads_a_file_tries_it_before_and_may_load_it_again() {
    let app = TestApp::new().await;
    let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
    let before = app.count("from agreements").await;
    let at_once = "customer, every other country, 2026-02: in force at once\n";
    let (dry, first) = (
        format!("dry run, nothing is loaded: added 2, changed 0, unchanged 0\n{at_once}"),
        format!("added 2, changed 0, unchanged 0\n{at_once}"),
    );
    for (options, said, rows) in
        [(" --dry-run", dry.as_str(), 0), ("", first.as_str(), 2), ("", "added 0, changed 0, unchanged 2\n", 2)]
    {
        let (output, given) = load(&environment, ROWS, options.trim()).await;
        assert_eq!((output.status.success(), given.as_str()), (true, said), "{output:?}");
        assert_eq!(app.count("from agreements").await, before + rows);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_is_said_by_line_and_nothing_is_loaded() {
    let app = TestApp::new().await;
    let environment = environment(&app.issuer, app.database_url(), &app.mailbox).await;
    let before = app.count("from agreements").await;
    let wrong = format!("{ROWS}customer,FRA,2026-02,fr,Contrat,https://agreements.example/fr,2026-02-01T00:00:00Z\n");
    let (output, said) = load(&environment, &wrong, "").await;
    assert_eq!(output.status.code(), Some(1));
    let remedy = "country: give a country's two letters in capitals, such as US, or nothing for every country";
    assert_eq!(said, format!("agreements.csv:4: {remedy}\nnothing is loaded\n"));
    let (output, said) = load(&environment, "kind,country\ncustomer,,\n", "").await;
    assert!(
        output.status.code() == Some(1) && said.contains("agreements.csv:1: the column version is missing"),
        "{said}"
    );
    let missing = environment.run("accord-worker load-agreements nowhere.csv").await;
    assert!(!missing.status.success() && String::from_utf8_lossy(&missing.stderr).contains("cannot read nowhere.csv"));
    assert_eq!(app.count("from agreements").await, before);
}
