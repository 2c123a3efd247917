//! Which version is in force, and that a new one asks again.

use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

const ADVENTURE: &str = "admin@adventure-works.example";

/// The version and language that somebody is shown.
async fn shown(app: &TestApp, country: &str, locale: &str) -> (String, String) {
    let document = "query($country: CountryCode!, $locale: Locale) {
        agreement(kind: CUSTOMER, country: $country, locale: $locale) { version locale } }";
    let answer = app.ask_nobody(document, json!({ "country": country, "locale": locale })).await;
    (answer.text("agreement.version"), answer.text("agreement.locale"))
}

fn is(version: &str, locale: &str) -> (String, String) {
    (version.to_owned(), locale.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_shown_from_its_time_on_and_not_before() {
    let app = TestApp::new().await;
    app.load_agreements(&[("", "2026-02", "en", 2), ("US", "2026-03", "en", 3)]).await;
    for (days, elsewhere, us) in [(0, "2025-01", "2025-01"), (2, "2026-02", "2025-01"), (1, "2026-02", "2026-03")] {
        app.days_pass(days);
        assert_eq!(shown(&app, "FR", "en").await, is(elsewhere, "en"));
        assert_eq!(shown(&app, "US", "en").await, is(us, "en"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countrys_own_version_stands_though_the_general_one_is_newer() {
    let app = TestApp::new().await;
    app.load_agreements(&[("CH", "swiss", "de", -2), ("", "2026-02", "en", -1)]).await;
    assert_eq!(shown(&app, "CH", "en").await, is("swiss", "de"), "its only language");
    assert_eq!(shown(&app, "DE", "en").await, is("2026-02", "en"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_may_be_in_small_letters_and_of_what_is_none_nothing_is_in_force() {
    let app = TestApp::new().await;
    app.load_agreements(&[("CH", "swiss", "de", -2), ("", "2026-02", "en", -1)]).await;
    assert_eq!(shown(&app, "ch", "en").await, is("swiss", "de"));
    assert_eq!(shown(&app, "De", "en").await, is("2026-02", "en"));
    for unknown in ["XX", "USA", "", "u", "U\0"] {
        let document = "query($country: CountryCode!) { agreement(kind: CUSTOMER, country: $country) { version } }";
        let answer = app.ask_nobody(document, json!({ "country": unknown })).await;
        assert_eq!(answer.at("agreement"), &Value::Null, "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_language_of_the_version_in_force_is_shown() {
    let app = TestApp::new().await;
    let texts = ["en", "de", "zh-Hant", "pt-BR"].map(|locale| ("", "2026-02", locale, -1));
    app.load_agreements(&texts).await;
    for (asked, given) in
        [("de-CH", "de"), ("zh-TW", "zh-Hant"), ("pt-BR", "pt-BR"), ("fr", "en"), ("EN-gb", "en"), ("", "en")]
    {
        assert_eq!(shown(&app, "FR", asked).await, is("2026-02", given), "{asked}");
    }
    // A language that only an older version has is none of this one.
    app.load_agreements(&[("", "2026-03", "en", 0)]).await;
    assert_eq!(shown(&app, "FR", "de").await, is("2026-03", "en"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_asks_again_and_what_was_agreed_under_the_old_one_stands() {
    let app = TestApp::without_mails().await;
    let full = || Draft::to(ADVENTURE).with("delegatedAdministration", json!({ "full": true }));
    let stands = async || {
        let document =
            "{ viewer { account { partners { nodes { id status } } adminGrants { nodes { id status } } } } }";
        let account = app.ask(ADVENTURE, document, json!({})).await.at("viewer.account").clone();
        (account, app.accepted(ADVENTURE).await.as_array().unwrap().clone())
    };
    let (account, accepted) = stands().await;
    app.load_agreements(&[("US", "2026-02", "en", 1)]).await;
    app.days_pass(1);

    let (_, token) = app.invite(DEMO.reseller, full()).await;
    assert_eq!(stands().await, (account, accepted.clone()), "a new version alone changes nothing");
    let offered = app.ask_nobody(
        "query($token: String!) { invitationByLink(token: $token) { agreement { id version } } }",
        json!({ "token": token }),
    );
    let offered = offered.await.at("invitationByLink.agreement").clone();
    assert_eq!(offered["version"], "2026-02");
    let refused = app.try_accept_with(ADVENTURE, json!({ "token": token })).await;
    assert_eq!(refused.reasons(), ["AGREEMENT_REQUIRED agreementId", "AGREEMENT_REQUIRED signer"]);

    let signer = json!({ "firstName": "Ada", "lastName": "King", "email": ADVENTURE });
    let signed = json!({ "token": token, "agreementId": offered["id"], "signer": signer });
    assert_eq!(app.try_accept_with(ADVENTURE, signed).await.reasons(), [""; 0]);
    let (_, after) = stands().await;
    assert_eq!((&after[0]["agreement"]["version"], &after[1..]), (&json!("2026-02"), &accepted[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_comes_between_offer_and_acceptance_is_named_and_nothing_is_made() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let mut read = app.signature().await;
    read["token"] = json!(token);
    app.load_agreements(&[("US", "2026-02", "en", 0)]).await;

    let refused = app.try_accept_with(DEMO.customer, read).await;

    assert_eq!(refused.reasons(), ["AGREEMENT_REQUIRED agreementId"]);
    let new = app.signature().await["agreementId"].clone();
    let said = refused.only()["userErrors"][0]["message"].as_str().unwrap().to_owned();
    assert!(said.contains(new.as_str().unwrap()), "{said}");
    assert_eq!(
        (app.status(&id).await.as_str(), app.accepted(DEMO.customer).await),
        ("PENDING", Value::Array(Vec::new()))
    );
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), [""; 0]);
}
