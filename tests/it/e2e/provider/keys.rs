//! The provider's keys change, and the API runs on.

use accord_tests::DEMO;
use axum::http::StatusCode;

use super::{Accord, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_new_key_work_at_once_and_those_of_the_old_one_until_it_is_retired() {
    let mut provider = Provider::start("ES256").await;
    let accord = Accord::trusting(&provider).await;
    let first = provider.sign_in(DEMO.reseller).await;
    assert!(accord.knows(&first).await);

    provider.restart(&["--rotate"]).await;
    let second = provider.sign_in(DEMO.reseller).await;
    assert!(accord.knows(&second).await);
    assert!(accord.knows(&first).await, "its key is still published");

    provider.restart(&["--rotate", "--retire"]).await;
    let third = provider.sign_in(DEMO.reseller).await;
    accord.until_answers(&third, StatusCode::OK).await;
    assert!(accord.knows(&third).await);
    assert!(!accord.knows(&first).await && !accord.knows(&second).await, "their keys are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_change_to_keys_of_another_kind() {
    let mut provider = Provider::start("RS256").await;
    let accord = Accord::trusting(&provider).await;
    let first = provider.sign_in(DEMO.reseller).await;
    assert!(accord.knows(&first).await);

    provider.algorithm = "ES256";
    provider.restart(&["--rotate", "--retire"]).await;
    let second = provider.sign_in(DEMO.reseller).await;
    assert!(accord.knows(&second).await);
    assert!(!accord.knows(&first).await);
}
