//! Somebody signs in at the provider, and is who they are.

use accord_tests::DEMO;
use serde_json::json;

use super::browser::Browser;
use super::{Accord, Provider, assert_refused};

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_by_authorization_code_with_pkce_is_who_they_are() {
    for algorithm in ["ES256", "RS256", "EdDSA"] {
        let provider = Provider::start(algorithm).await;
        let accord = Accord::trusting(&provider).await;

        let answer = accord.ask(&provider.sign_in(DEMO.reseller).await).await;

        let user = json!({ "email": DEMO.reseller, "roles": ["ADMIN_AGENT"] });
        let organization = json!({ "name": "Contoso" });
        assert_eq!(*answer.at("viewer"), json!({ "user": user, "organization": organization }), "{algorithm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_given_for_something_else_is_refused() {
    let provider = Provider::start("ES256").await;
    let accord = Accord::trusting(&provider).await;

    let for_another_api = Browser::new(&provider.issuer).sign_in(DEMO.reseller, "elsewhere").await;
    assert_refused(&accord.ask(&for_another_api.access).await);

    // An ID token is for the portal, which must not pass it on as if it were for Accord.
    let for_accord = Browser::new(&provider.issuer).sign_in(DEMO.reseller, "accord").await;
    assert_refused(&accord.ask(&for_accord.id).await);
    assert!(accord.knows(&for_accord.access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_another_provider_are_not_taken_for_ones_own() {
    let (own, other) = (Provider::start("ES256").await, Provider::start("ES256").await);
    let accord = Accord::trusting(&own).await;

    assert_refused(&accord.ask(&other.sign_in(DEMO.reseller).await).await);
}
