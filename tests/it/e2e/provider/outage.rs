//! The provider is down.

use accord_tests::DEMO;
use axum::http::{StatusCode, header};
use serde_json::json;

use super::{Accord, Provider, assert_refused};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_goes_on_while_the_provider_is_down_and_unknown_keys_are_refused() {
    let mut provider = Provider::start("ES256").await;
    let accord = Accord::trusting(&provider).await;
    let known = provider.sign_in(DEMO.reseller).await;
    assert!(accord.knows(&known).await);
    let key = &provider.printed["stranger"]["kid"];
    let unknown = provider.forge(json!({ "header": { "alg": "ES256", "kid": key }, "payload": {}, "kid": key })).await;

    provider.stop().await;

    assert!(accord.knows(&known).await);
    assert_refused(&accord.ask(&unknown).await);
    assert!(accord.knows(&known).await, "what is known is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_starts_while_the_provider_is_down_serves_visitors_and_knows_people_once_it_is_back() {
    let mut provider = Provider::start("ES256").await;
    let token = provider.sign_in(DEMO.reseller).await;
    provider.stop().await;

    let accord = Accord::trusting(&provider).await;
    let visitor = accord.api.ask(None, "{ regions { code } }", json!({})).await;
    assert!(visitor.at("regions").is_array());
    let answer = accord.ask(&token).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "TIMEOUT"));
    assert_eq!(answer.headers[header::RETRY_AFTER], "10");
    let said = "nobody can sign in now, since the identity provider does not answer; try again";
    assert_eq!(answer.body["errors"][0]["message"], said);

    provider.come_back(&[]).await;
    accord.until_answers(&token, StatusCode::OK).await;
    assert!(accord.knows(&token).await);
}
