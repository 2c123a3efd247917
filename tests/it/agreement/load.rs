//! Loading versions from a file's rows.

use accord_tests::{TestApp, text};
use chrono::{DateTime, TimeDelta, Utc};
use domain::agreement::{AgreementKind, Comes, Loaded, LoadedVersion, NewText, load};
use serde_json::json;

use super::PARTNER;

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

fn loaded(added: usize, changed: usize, unchanged: usize) -> Loaded {
    Loaded { added, changed, unchanged, versions: Vec::new() }
}

fn version(country: Option<&str>, version: &str, comes: Comes) -> LoadedVersion {
    let (country, version) = (country.map(str::to_owned), version.to_owned());
    LoadedVersion { kind: AgreementKind::Customer, country, version, comes }
}

fn at(line: u64, text: NewText) -> NewText {
    NewText { line, ..text }
}

/// The flaws as `line: message`.
async fn flaws(app: &TestApp, rows: &[NewText]) -> Vec<String> {
    let before = app.count("from agreements").await;
    let flaws = app.try_load(rows).await.expect_err("flaws");
    assert_eq!(app.count("from agreements").await, before, "all or nothing");
    flaws.into_iter().map(|flaw| format!("{}: {}", flaw.line, flaw.message)).collect()
}

fn in_days(app: &TestApp, days: i64) -> String {
    (app.store.now() + TimeDelta::days(days)).to_rfc3339()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_again_change_nothing() {
    let app = TestApp::new().await;
    let rows = [text("", "a", "en", LONG_AGO), text("", "a", "de", LONG_AGO), text("FR", "a", "fr", LONG_AGO)];
    assert_eq!(app.try_load(&rows).await, Ok(loaded(3, 0, 0)));
    assert_eq!(app.try_load(&rows).await, Ok(loaded(0, 0, 3)));
    let more = [rows.to_vec(), vec![text("FR", "a", "en", LONG_AGO)]].concat();
    assert_eq!(app.try_load(&more).await, Ok(loaded(1, 0, 3)), "a language more of a version in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let app = TestApp::new().await;
    let before = app.count("from agreements").await;
    let rows = [text("", "a", "en", LONG_AGO)];
    let versions = vec![version(None, "a", Comes::Never)];
    assert_eq!(load(&app.store, &rows, true).await.unwrap(), Ok(Loaded { versions, ..loaded(1, 0, 0) }));
    assert!(load(&app.store, &[text("", "a", "en", "soon")], true).await.unwrap().is_err());
    assert_eq!(app.count("from agreements").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_each_version_it_is_said_from_when_on_it_is_asked_for_or_that_it_never_is() {
    let app = TestApp::new().await;
    app.load_agreements(&[("", "general", "en", -2)]).await;
    let soon: DateTime<Utc> = "2100-01-01T00:00:00Z".parse().unwrap();
    let rows = [
        text("", "old", "en", LONG_AGO),
        text("", "soon", "en", "2100-01-01T00:00:00Z"),
        text("", "soon", "de", "2100-01-01T00:00:00Z"),
        text("FR", "older", "fr", LONG_AGO),
        text("FR", "newer", "fr", "2020-02-01T00:00:00Z"),
    ];

    let loaded = load(&app.store, &rows, false).await.unwrap().unwrap();

    let expected = [
        version(None, "old", Comes::Never),
        version(None, "soon", Comes::At(soon)),
        version(Some("FR"), "older", Comes::Never),
        version(Some("FR"), "newer", Comes::AtOnce),
    ];
    assert_eq!(loaded.versions, expected);
    assert_eq!(load(&app.store, &rows, false).await.unwrap().unwrap().versions, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_with_its_line_and_nothing_is_loaded() {
    let app = TestApp::new().await;
    let good = text("", "good", "en", LONG_AGO);
    let rows = [
        at(2, good.clone()),
        at(3, NewText { kind: "Customer".into(), country: "us".into(), ..good.clone() }),
        at(4, NewText { version: " ".into(), locale: "english".into(), title: "x".repeat(201), ..good.clone() }),
        at(
            5,
            NewText { url: "javascript:alert(1)".into(), in_force_at: "2026-02-30T00:00:00Z".into(), ..good.clone() },
        ),
        at(6, good),
    ];
    assert_eq!(
        flaws(&app, &rows).await,
        [
            "3: kind: give customer or partner",
            "3: country: give a country's two letters in capitals, such as US, or nothing for every country",
            "4: version: this must be given",
            "4: title: give at most 200 characters",
            "5: url: give an address such as https://example.com/agreement",
            "5: in_force_at: give a time as in RFC 3339, such as 2026-03-01T00:00:00Z",
            "6: this text stands in line 2 already",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_versions_languages_come_into_force_together_and_no_two_versions_at_once() {
    let app = TestApp::new().await;
    let apart = [at(2, text("", "a", "en", LONG_AGO)), at(3, text("", "a", "de", "2020-01-02T00:00:00Z"))];
    let together = "in_force_at: every language of a version comes into force at the same time";
    assert_eq!(flaws(&app, &apart).await, [format!("2: {together}"), format!("3: {together}")]);

    app.try_load(&[text("", "a", "en", LONG_AGO)]).await.unwrap();
    assert_eq!(flaws(&app, &[text("", "a", "de", "2020-01-02T00:00:00Z")]).await, [format!("2: {together}")]);
    let at_once = "2: in_force_at: version a comes into force at that time; give another time";
    assert_eq!(flaws(&app, &[text("", "b", "en", LONG_AGO)]).await, [at_once]);
    // For a country of its own it is another matter.
    app.try_load(&[text("FR", "b", "en", LONG_AGO)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_written_anew_until_its_time_has_come() {
    let app = TestApp::new().await;
    let soon = in_days(&app, 2);
    app.try_load(&[text("", "a", "en", &soon), text("", "a", "de", &soon)]).await.unwrap();
    let half = [text("", "a", "en", &in_days(&app, 5))];
    assert_eq!(flaws(&app, &half).await.len(), 1, "its other language is not in the file");
    let later = in_days(&app, 5);
    let anew = NewText { title: "Anew".into(), ..text("", "a", "de", &later) };
    assert_eq!(app.try_load(&[text("", "a", "en", &later), anew.clone()]).await, Ok(loaded(0, 2, 0)));

    app.days_pass(5);
    assert_eq!(app.try_load(std::slice::from_ref(&anew)).await, Ok(loaded(0, 0, 1)));
    let changed = NewText { url: "https://elsewhere.example".into(), ..anew };
    let [said] = <[String; 1]>::try_from(flaws(&app, &[changed]).await).unwrap();
    assert!(said.starts_with("2: this text is in force since") && said.ends_with("give a new version"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_never_changed_whatever_the_clock_says() {
    let app = TestApp::without_mails().await;
    app.load_agreements(&[("FR", "a", "en", -1)]).await;
    app.attest(PARTNER, app.attestation().await).await.given("agreementAcceptance");
    app.sql("update agreements set in_force_at = in_force_at + interval '40 years' where version = 'a'").await;
    let in_force_at: DateTime<Utc> = app.store.now() + TimeDelta::days(1);
    let said = flaws(&app, &[text("FR", "a", "en", &in_force_at.to_rfc3339())]).await;
    assert_eq!(said, ["2: this text was accepted and stays as it is; give a new version"]);
    assert_eq!(app.accepted(super::CUSTOMER).await[0]["agreement"]["version"], json!("a"));
}
