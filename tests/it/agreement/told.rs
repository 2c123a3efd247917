//! Who is told of what a partner attests.

use std::collections::BTreeSet;

use accord_tests::{Brought, TestApp};
use serde_json::{Value, json};

use super::attest::{acceptances, to_attest};
use super::{CUSTOMER, PARTNER};

/// What Fabrikam attests of a customer that it adds.
async fn of_unclaimed(app: &TestApp, domain: &str, signer: &str) -> Value {
    let added = app.add(PARTNER, Brought::of(domain).with("country", json!("FR"))).await;
    let mut attestation = app.attestation().await;
    attestation["relationshipId"] = added["id"].clone();
    attestation["signer"]["email"] = json!(signer);
    attestation
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_said_to_have_signed_and_who_decides_for_the_customer_are_mailed() {
    let (app, attestation) = to_attest().await;
    app.attest(PARTNER, attestation).await.given("agreementAcceptance");

    let mails = app.mails().await;

    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((mails.len(), to), (2, BTreeSet::from([CUSTOMER, "ada@datum.example"])));
    for mail in &mails {
        assert_eq!(mail.subject, "Fabrikam says that Datum accepted an agreement");
        for said in
            ["Ada King (ada@datum.example)", "Agreement 2026-02, version 2026-02", "https://agreements.example/"]
        {
            assert!(mail.text.contains(said), "{said}: {}", mail.text);
        }
    }
    let [signer] = mails.iter().filter(|mail| mail.to == "ada@datum.example").collect::<Vec<_>>()[..] else { panic!() };
    assert!(signer.text.starts_with("Hello Ada King,"), "{}", signer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_signed_is_mailed_once() {
    let (app, mut attestation) = to_attest().await;
    attestation["signer"]["email"] = json!("Admin@Datum.example");
    app.attest(PARTNER, attestation).await.given("agreementAcceptance");
    assert_eq!(app.mails().await.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>(), [CUSTOMER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_that_it_was_attested_and_no_persons_data() {
    let (mut app, attestation) = to_attest().await;
    app.leaves_mails();
    app.attest(PARTNER, attestation.clone()).await.given("agreementAcceptance");
    let customer = app.organization("datum.example").await;
    let expected = json!([{
        "event": "agreement.attested",
        "actor": { "name": "Fabrikam agent" },
        "actorOrganization": { "name": "Fabrikam" },
        "subject": { "id": attestation["agreementId"] },
        "details": { "kind": "customer", "version": "2026-02", "customerId": customer },
    }]);
    for (who, of) in [(PARTNER, "partner"), (CUSTOMER, "account")] {
        let document = format!(
            "{{ viewer {{ {of} {{ activity(filter: {{ event: [\"agreement.attested\"] }}) {{ nodes {{
                event actor {{ name }} actorOrganization {{ name }} subject {{ id }} details }} }} }} }} }}"
        );
        let told = app.ask(who, &document, json!({})).await.at(&format!("viewer.{of}.activity.nodes")).clone();
        assert_eq!(told, expected, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_unclaimed_customer_the_administrator_named_is_mailed_too() {
    let app = TestApp::new().await;
    let attestation = of_unclaimed(&app, "agreed.example", "signer@agreed.example").await;
    app.mails().await;

    app.attest(PARTNER, attestation).await.given("agreementAcceptance");

    let mails = app.mails().await;
    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((mails.len(), to), (2, BTreeSet::from(["ada@agreed.example", "signer@agreed.example"])));
    assert!(
        mails.iter().all(|mail| mail.subject == "Fabrikam says that Company of agreed.example accepted an agreement")
    );

    let signed = of_unclaimed(&app, "signed.example", "Ada@Signed.example").await;
    app.mails().await;
    app.attest(PARTNER, signed).await.given("agreementAcceptance");
    assert_eq!(app.mails().await.len(), 1, "who signed and is the administrator named");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attested_to_who_is_no_user_counts_among_the_mails_of_the_day() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 5).await;
    app.leaves_mails();
    // Each: a welcome; and of the attestation a mail to the administrator and one to who signed.
    let first = of_unclaimed(&app, "one.example", "signer@one.example").await;
    let second = of_unclaimed(&app, "two.example", "signer@two.example").await;
    app.attest(PARTNER, first).await.given("agreementAcceptance");
    let before = acceptances(&app).await;

    assert_eq!(app.attest(PARTNER, second.clone()).await.reasons(), ["RATE_LIMITED"]);
    assert_eq!(acceptances(&app).await, before);

    app.days_pass(1);
    app.attest(PARTNER, second).await.given("agreementAcceptance");
}
