use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

const ADVENTURE: &str = "admin@adventure-works.example";

fn full(email: &str) -> Draft {
    Draft::to(email).with("delegatedAdministration", json!({ "full": true }))
}

/// Why the customer may not accept with this signature.
async fn reasons(app: &TestApp, token: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut input = app.signature().await;
    input["token"] = json!(token);
    change(&mut input);
    app.try_accept_with(DEMO.customer, input).await.reasons()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agreement_and_who_signs_are_required_together() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let answer = app.try_accept_with(DEMO.customer, json!({ "token": token })).await;

    assert_eq!(answer.reasons(), ["AGREEMENT_REQUIRED agreementId", "AGREEMENT_REQUIRED signer"]);
    let in_force = app.signature().await["agreementId"].as_str().unwrap().to_owned();
    assert!(answer.only()["userErrors"][0]["message"].as_str().unwrap().contains(&in_force), "names what to accept");
    assert_eq!(app.status(&id).await, "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_alone_is_not_enough_and_the_signer_is_checked() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let no_signer = reasons(&app, &token, |input| input["signer"] = Value::Null).await;
    assert_eq!(no_signer, ["AGREEMENT_REQUIRED signer"]);
    let no_agreement = reasons(&app, &token, |input| input["agreementId"] = Value::Null).await;
    assert_eq!(no_agreement, ["AGREEMENT_REQUIRED agreementId"]);
    let signer = json!({ "firstName": " ", "lastName": "x".repeat(101), "email": "ada", "phone": "1\n2" });
    let bad_signer = reasons(&app, &token, |input| input["signer"] = signer).await;
    assert_eq!(
        bad_signer,
        ["REQUIRED signer.firstName", "TOO_LONG signer.lastName", "INVALID_EMAIL signer.email", "INVALID signer.phone"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agreement_than_the_one_in_force_for_the_organization_is_refused() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let elsewhere = app.signature_in("DE", "en").await["agreementId"].clone();
    let partners = "{ agreement(kind: PARTNER, country: \"US\") { id } }";
    let partners = app.ask_nobody(partners, json!({})).await.at("agreement.id").clone();

    for other in [elsewhere, partners, json!("agr_1"), json!("")] {
        let refused = reasons(&app, &token, |input| input["agreementId"] = other).await;
        assert_eq!(refused, ["AGREEMENT_REQUIRED agreementId"]);
    }
    assert_eq!(reasons(&app, &token, |_| ()).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agreement_is_listed_with_who_signed() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    app.try_accept(DEMO.customer, &token).await.given("invitation");

    let accepted = "{ viewer { account { agreements { agreement { title } signer { firstName lastName email } } } } }";
    let accepted = app.ask(DEMO.customer_user, accepted, json!({})).await;
    assert_eq!(
        *accepted.at("viewer.account.agreements"),
        json!([{
            "agreement": { "title": "Customer Agreement (United States)" },
            "signer": { "firstName": "Ada", "lastName": "King", "email": "ada@wingtip.example" },
        }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_accepted_already_needs_no_signature() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, full(ADVENTURE)).await;

    let answer = app.try_accept_with(ADVENTURE, json!({ "token": token })).await;

    assert_eq!(answer.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_version_in_force_has_to_be_accepted_anew() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, full(ADVENTURE)).await;
    let old = app.signature().await;
    let insert = |version: &str, in_force: &str| {
        format!(
            "insert into agreements (id, kind, country, version, locale, title, url, in_force_at)
             values (gen_random_uuid(), 'customer', 'US', '{version}', 'en', 'Later', 'https://a.example', {in_force})"
        )
    };
    app.sql(&insert("2099-01", "now() + interval '40 years'")).await;
    app.sql(&insert("2025-02", "now() - interval '1 hour'")).await;

    let mut input = old;
    input["token"] = json!(token);
    assert_eq!(app.try_accept_with(ADVENTURE, input).await.reasons(), ["AGREEMENT_REQUIRED agreementId"]);
    assert_eq!(app.try_accept(ADVENTURE, &token).await.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_accepted_a_version_in_one_language_accepted_it_in_all() {
    let app = TestApp::without_mails().await;
    let customer = "admin@alpine.example";
    let (_, first) = app.invite(DEMO.stranger, Draft::to(customer)).await;
    let (_, second) = app.invite(DEMO.stranger, full("it@alpine.example")).await;
    let mut german = app.signature_in("CH", "de").await;
    assert_ne!(german["agreementId"], app.signature_in("CH", "en").await["agreementId"]);
    german["token"] = json!(first);
    assert_eq!(app.try_accept_with(customer, german).await.reasons(), [""; 0]);

    let answer = app.try_accept_with(customer, json!({ "token": second })).await;

    assert_eq!(answer.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_agreement_is_in_force_none_is_asked_for() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.sql("update agreements set in_force_at = now() + interval '40 years' where kind = 'customer'").await;

    assert_eq!(app.offer(&token).await["agreement"], Value::Null);
    let answer = app.try_accept_with(DEMO.customer, json!({ "token": token })).await;
    assert_eq!(answer.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_acceptance_leaves_nothing_behind() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, full(DEMO.customer)).await;
    let tables =
        ["relationships", "admin_grants", "agreement_acceptances", "invitation_outcomes", "activities", "emails"];
    let rows = async || {
        let mut counts = Vec::new();
        for table in tables {
            counts.push(app.count(&format!("from {table}")).await);
        }
        counts
    };
    let before = rows().await;

    app.sql("alter table invitation_outcomes add constraint breaks_off check (false) not valid").await;
    assert_eq!(app.try_accept(DEMO.customer, &token).await.error(), "INTERNAL");
    app.try_accept_with(DEMO.customer, json!({ "token": token })).await.reasons();

    assert_eq!(rows().await, before);
}
