use std::collections::BTreeSet;

use accord_tests::{DEMO, Draft, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{COLLEAGUE, CUSTOMER, PARTNER};

/// A version is in force that Datum did not accept yet; and what Fabrikam attests of it.
pub(super) async fn to_attest() -> (TestApp, Value) {
    let app = TestApp::new().await;
    app.load_agreements(&[("", "2026-02", "en", -2), ("", "2026-02", "de", -2)]).await;
    let attestation = app.attestation().await;
    (app, attestation)
}

pub(super) async fn acceptances(app: &TestApp) -> i64 {
    app.count("from agreement_acceptances").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attested_is_accepted_and_says_by_whom() {
    let (mut app, attestation) = to_attest().await;
    app.leaves_mails();
    let before = app.accepted(COLLEAGUE).await.as_array().unwrap().len();

    let attested = app.attest(PARTNER, attestation.clone()).await.given("agreementAcceptance");

    let expected = json!({
        "agreement": { "id": attestation["agreementId"], "version": "2026-02" },
        "acceptedAt": attestation["acceptedAt"],
        "attestedBy": { "name": "Fabrikam" },
        "signer": attestation["signer"],
    });
    assert_eq!(attested, expected);
    let accepted = app.accepted(COLLEAGUE).await;
    assert_eq!((accepted.as_array().unwrap().len(), &accepted[0]), (before + 1, &expected));
    let relationship = attestation["relationshipId"].as_str().unwrap();
    assert_eq!(app.agreed(PARTNER, relationship).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn attesting_again_gives_what_stands_and_tells_nobody() {
    let (app, attestation) = to_attest().await;
    let first = app.attest(PARTNER, attestation.clone()).await.given("agreementAcceptance");
    assert_eq!(app.mails().await.len(), 2);
    let rows = async || (acceptances(&app).await, app.count("from activities").await);
    let before = rows().await;

    let mut again = attestation.clone();
    again["signer"]["firstName"] = json!("Bob");
    assert_eq!(app.attest("sales@fabrikam.example", again).await.given("agreementAcceptance"), first);
    // In another language it is the same version.
    let mut german = attestation;
    german["agreementId"] = app.signature_in("FR", "de").await["agreementId"].clone();
    assert_eq!(app.attest(PARTNER, german).await.given("agreementAcceptance"), first);

    assert_eq!((rows().await, app.mails().await.len()), (before, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_customer_accepted_itself_is_given_and_nothing_is_attested() {
    let app = TestApp::new().await;
    // Of the demo world: Datum accepted the version in force.
    let before = acceptances(&app).await;
    let attestation = app.attestation().await;
    let given = app.attest(PARTNER, attestation).await.given("agreementAcceptance");
    assert_eq!((&given["attestedBy"], &given["signer"]["email"]), (&Value::Null, &Value::Null), "nor whom to reach");
    assert_eq!(acceptances(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_attests() {
    let (app, attestation) = to_attest().await;
    let before = acceptances(&app).await;
    let answers = join_all((0..8).map(|_| app.attest(PARTNER, attestation.clone()))).await;
    let given: BTreeSet<String> =
        answers.iter().map(|answer| answer.given("agreementAcceptance").to_string()).collect();
    assert_eq!((given.len(), acceptances(&app).await), (1, before + 1));
    assert_eq!(app.mails().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_of_a_direct_partner_and_of_an_indirect_provider_attest() {
    let app = TestApp::without_mails().await;
    let cases = [
        ("admin@fabrikam.example", "FORBIDDEN"),
        ("helpdesk@fabrikam.example", "FORBIDDEN"),
        ("ops@accord.example", "FORBIDDEN"),
        ("visitor@unheard-of.example", "FORBIDDEN"),
        (CUSTOMER, "NOT_AUTHORIZED_PARTNER"),
        (DEMO.reseller, "WRONG_PARTNER_KIND"),
        ("agent@northwind.example", "NOT_FOUND relationshipId"),
        (PARTNER, ""),
        ("sales@fabrikam.example", ""),
    ];
    for (number, (who, reason)) in cases.into_iter().enumerate() {
        app.load_agreements(&[("FR", &format!("2026-{number}"), "en", -1)]).await;
        let before = acceptances(&app).await;
        let answer = app.attest(who, app.attestation().await).await;
        let reasons: Vec<&str> = Some(reason).filter(|reason| !reason.is_empty()).into_iter().collect();
        assert_eq!(answer.reasons(), reasons, "{who}");
        assert_eq!(acceptances(&app).await - before, i64::from(reason.is_empty()), "{who}");
        app.clock.advance(chrono::TimeDelta::hours(1));
    }
    let shared = app.relationship_between("northwind.example", "adventure-works.example").await;
    app.load_agreements(&[("US", "new", "en", 0)]).await;
    let mut input = app.signature().await;
    input["relationshipId"] = json!(shared);
    input["acceptedAt"] = json!(app.store.now().to_rfc3339());
    let attested = app.attest("sales@northwind.example", input).await.given("agreementAcceptance");
    assert_eq!(attested["attestedBy"]["name"], "Northwind Traders");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_attests_nothing() {
    let (app, attestation) = to_attest().await;
    app.suspend("fabrikam.example").await;
    assert_eq!(app.attest(PARTNER, attestation).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_that_is_not_theirs_or_was_removed_is_refused() {
    let (app, attestation) = to_attest().await;
    for id in ["rel_1", "", attestation["agreementId"].as_str().unwrap()] {
        let mut other = attestation.clone();
        other["relationshipId"] = json!(id);
        assert_eq!(app.attest(PARTNER, other).await.reasons(), ["NOT_FOUND relationshipId"]);
    }
    app.sql("update relationships set status = 'removed', removed_at = now(), removed_by = 'partner'").await;
    assert_eq!(app.attest(PARTNER, attestation).await.reasons(), ["NO_RELATIONSHIP relationshipId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_comes_together() {
    let (app, attestation) = to_attest().await;
    let before = acceptances(&app).await;
    let at = |days: i64| json!((app.store.now() + chrono::TimeDelta::days(days)).to_rfc3339());
    let us = app.signature().await["agreementId"].clone();
    for (field, value, reason) in [
        ("acceptedAt", at(1), "OUT_OF_RANGE acceptedAt"),
        ("acceptedAt", at(-3), "OUT_OF_RANGE acceptedAt"),
        ("agreementId", us, "AGREEMENT_REQUIRED agreementId"),
        ("agreementId", json!("nonsense"), "AGREEMENT_REQUIRED agreementId"),
    ] {
        let mut wrong = attestation.clone();
        wrong[field] = value;
        wrong["signer"]["email"] = json!("ada");
        wrong["signer"]["lastName"] = json!(" ");
        let expected = ["REQUIRED signer.lastName", "INVALID_EMAIL signer.email", reason];
        assert_eq!(app.attest(PARTNER, wrong.clone()).await.reasons(), expected, "{wrong}");
    }
    assert_eq!(acceptances(&app).await, before);
    let mut good = attestation;
    good["acceptedAt"] = at(-1);
    assert_eq!(app.attest(PARTNER, good).await.reasons(), [""; 0], "any time since it came into force");
    assert_eq!(acceptances(&app).await, before + 1);
    assert_eq!(app.mails().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refusal_of_another_version_names_the_one_in_force() {
    let (app, mut attestation) = to_attest().await;
    let in_force = attestation["agreementId"].as_str().unwrap().to_owned();
    attestation["agreementId"] = json!("agr_1");
    let answer = app.attest(PARTNER, attestation).await;
    assert!(answer.only()["userErrors"][0]["message"].as_str().unwrap().contains(&in_force), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_agreement_is_in_force_there_is_nothing_to_attest() {
    let (app, attestation) = to_attest().await;
    app.sql("update agreements set in_force_at = now() + interval '40 years'").await;
    let answer = app.attest(PARTNER, attestation).await;
    assert_eq!(answer.reasons(), ["AGREEMENT_REQUIRED agreementId"]);
    assert!(answer.only()["userErrors"][0]["message"].as_str().unwrap().contains("nothing to attest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attested_suffices_for_the_next_invitation() {
    let (mut app, attestation) = to_attest().await;
    app.leaves_mails();
    app.attest(PARTNER, attestation).await.given("agreementAcceptance");
    let before = acceptances(&app).await;
    let (_, token) =
        app.invite(PARTNER, Draft::to(CUSTOMER).with("delegatedAdministration", json!({ "full": true }))).await;
    assert_eq!(app.try_accept_with(CUSTOMER, json!({ "token": token })).await.reasons(), [""; 0]);
    assert_eq!(acceptances(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customers_own_acceptance_stands_beside_the_attestation_and_counts_more() {
    let (mut app, attestation) = to_attest().await;
    app.leaves_mails();
    app.attest(PARTNER, attestation.clone()).await.given("agreementAcceptance");
    let (_, token) =
        app.invite(PARTNER, Draft::to(CUSTOMER).with("delegatedAdministration", json!({ "full": true }))).await;
    let mut input = app.signature_in("FR", "en").await;
    input["token"] = json!(token);
    input["signer"]["firstName"] = json!("Grace");
    let mut wrong = input.clone();
    wrong["agreementId"] = json!("agr_1");
    assert_eq!(app.try_accept_with(CUSTOMER, wrong).await.reasons(), ["AGREEMENT_REQUIRED agreementId"]);

    assert_eq!(app.try_accept_with(CUSTOMER, input).await.reasons(), [""; 0]);

    let accepted = app.accepted(CUSTOMER).await;
    let of_version: Vec<(&Value, &Value)> = accepted
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["agreement"]["version"] == "2026-02")
        .map(|it| (&it["signer"]["firstName"], &it["attestedBy"]["name"]))
        .collect();
    assert_eq!(of_version, [(&json!("Grace"), &Value::Null), (&json!("Ada"), &json!("Fabrikam"))]);
    let relationship = attestation["relationshipId"].as_str().unwrap();
    let agreed = app.agreed(PARTNER, relationship).await;
    assert_eq!((&agreed["attestedBy"], &agreed["signer"]["firstName"]), (&Value::Null, &json!("Grace")));
    // And from then on what the partner attests is that.
    assert_eq!(app.attest(PARTNER, attestation).await.given("agreementAcceptance"), agreed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_or_demoted_while_it_waits_attests_nothing() {
    for (by, reason) in [
        (
            "update enrollments set status = 'suspended' where organization_id in
                (select id from organizations where tenant = 'fabrikam.example')",
            "NOT_AUTHORIZED_PARTNER",
        ),
        ("update users set roles = '{helpdesk_agent}' where email = 'agent@fabrikam.example'", "FORBIDDEN"),
        ("update users set status = 'deactivated' where email = 'agent@fabrikam.example'", "FORBIDDEN"),
    ] {
        let (app, attestation) = to_attest().await;
        let before = acceptances(&app).await;
        let attested = app.overtaken("datum.example", by, app.attest(PARTNER, attestation)).await;
        assert_eq!(attested.reasons(), [reason], "{by}");
        assert_eq!(acceptances(&app).await, before, "{by}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_the_partners_own_signs_for_its_customer() {
    let (app, attestation) = to_attest().await;
    for email in ["sales@fabrikam.example", "ada@EU.Fabrikam.example"] {
        let mut own = attestation.clone();
        own["signer"]["email"] = json!(email);
        own["signer"]["lastName"] = json!(" ");
        let refused = app.attest(PARTNER, own).await;
        assert_eq!(refused.reasons(), ["REQUIRED signer.lastName", "INVALID signer.email"], "{email}");
        assert!(refused.only()["userErrors"][1]["message"].as_str().unwrap().contains("who signed for the customer"));
    }
}
