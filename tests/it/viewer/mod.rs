//! Who is signed in and all that is theirs, and what can be had without.

use accord_tests::{Answer, CUSTOMER, Draft, PARTNER, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

const VIEWER: &str = "{ viewer { identity { email isEmailVerified name } user { email roles status }
    organization { name domain domains country region { code } cloud partnerKind partnerId }
    account { organization { name } } partner { kind organization { name } } } }";

async fn viewer(app: &TestApp, who: &str) -> Value {
    app.ask(who, VIEWER, json!({})).await.at("viewer").clone()
}

fn is_unauthenticated(answer: &Answer) -> bool {
    answer.error() == "UNAUTHENTICATED" && answer.body["data"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_person_has_an_account_and_a_partner() {
    let app = TestApp::new().await;
    assert_eq!(
        viewer(&app, PARTNER).await,
        json!({
            "identity": { "email": PARTNER, "isEmailVerified": true, "name": "Litware agent" },
            "user": { "email": PARTNER, "roles": ["ADMIN_AGENT"], "status": "ACTIVE" },
            "organization": { "name": "Litware", "domain": "litware.example", "domains": ["litware.example"],
                "country": "US", "region": { "code": "UNITED_STATES" }, "cloud": "PUBLIC",
                "partnerKind": "INDIRECT_RESELLER", "partnerId": null },
            "account": { "organization": { "name": "Litware" } },
            "partner": { "kind": "INDIRECT_RESELLER", "organization": { "name": "Litware" } },
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_person_has_an_account_alone() {
    let app = TestApp::new().await;
    let seen = viewer(&app, "user@tailspin.example").await;
    assert_eq!(seen["user"]["roles"], json!([]));
    assert_eq!(seen["account"]["organization"]["name"], "Tailspin Toys");
    assert_eq!(seen["organization"]["partnerKind"], Value::Null);
    assert_eq!(seen["partner"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_an_unregistered_organization_is_told_what_the_token_says() {
    let app = TestApp::new().await;
    assert_eq!(
        viewer(&app, "admin@unheard-of.example").await,
        json!({
            "identity": { "email": "admin@unheard-of.example", "isEmailVerified": true, "name": "Unheard Of admin" },
            "user": null, "organization": null, "account": null, "partner": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_staff_belongs_to_no_organization() {
    let app = TestApp::new().await;
    let seen = viewer(&app, OPERATOR).await;
    assert_eq!(seen["identity"]["email"], OPERATOR);
    for field in ["user", "organization", "account", "partner"] {
        assert_eq!(seen[field], Value::Null, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_reads_nobodys_objects() {
    let app = TestApp::new().await;
    let id = app.organization("contoso.example").await;
    for document in [
        "query($id: ID!) { viewer { identity { name } } node(id: $id) { id } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { nodes(ids: [$id]) { id } }",
    ] {
        let answer = app.ask_nobody(document, json!({ "id": id })).await;
        let codes: Vec<&Value> =
            answer.body["errors"].as_array().unwrap().iter().map(|error| &error["extensions"]["code"]).collect();
        assert!(codes.iter().all(|code| **code == "UNAUTHENTICATED"), "{document}: {codes:?}");
        assert!(!answer.body.to_string().contains("ontoso"), "{document}");
    }
    assert!(is_unauthenticated(&app.ask_nobody("{ viewer { identity { name } } }", json!({})).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_changes_nothing() {
    let app = TestApp::new().await;
    let id = app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    let recipient = json!({ "email": CUSTOMER });
    for (mutation, input) in [
        ("draftInvitation", json!({ "recipient": recipient })),
        ("editInvitation", json!({ "id": id, "subject": "Changed" })),
        ("sendInvitation", json!({ "id": id })),
        ("sendInvitations", json!({ "rows": [{ "recipient": recipient }] })),
        ("resendInvitation", json!({ "id": id })),
        ("revokeInvitation", json!({ "id": id })),
        ("acceptInvitation", json!({ "id": id })),
        ("declineInvitation", json!({ "id": id })),
    ] {
        assert!(is_unauthenticated(&app.mutate_as_nobody(mutation, input).await), "{mutation}");
    }
    assert_eq!(app.count("from invitations where recipient_email = 'admin@tailspin.example'").await, 1);
    assert_eq!(app.invitation(PARTNER, &id).await["status"], "DRAFT");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_a_link_needs_not_sign_in() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    assert_eq!(app.offer(&token).await["inviterName"], "Litware");
    assert_eq!(app.open(&token).await.given("offer")["status"], "PENDING");
    app.days_pass(31);
    assert_eq!(app.request_new(&token).await.given("offer")["status"], "EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_are_public() {
    let app = TestApp::new().await;
    let answer = app.ask_nobody("{ regions { code name countries } }", json!({})).await;
    let regions = answer.at("regions").as_array().unwrap();
    let states = regions.iter().find(|region| region["code"] == "UNITED_STATES").unwrap();
    assert!(states["countries"].as_array().unwrap().contains(&json!("GU")), "{states}");
}

#[tokio::test(flavor = "multi_thread")]
async fn agreements_are_public_and_given_by_country_and_language() {
    let app = TestApp::new().await;
    let titled = async |arguments: &str| {
        let document = format!("{{ agreement({arguments}) {{ title locale kind version url }} }}");
        app.ask_nobody(&document, json!({})).await.at("agreement")["title"].as_str().map(str::to_owned)
    };
    let title = |text: &str| Some(text.to_owned());
    assert_eq!(titled(r#"kind: CUSTOMER, country: "US""#).await, title("Customer Agreement (United States)"));
    assert_eq!(titled(r#"kind: CUSTOMER, country: "DE""#).await, title("Customer Agreement"));
    assert_eq!(titled(r#"kind: CUSTOMER, country: "CH", locale: "de-CH""#).await, title("Kundenvertrag"));
    assert_eq!(titled(r#"kind: PARTNER, country: "CH", locale: "de""#).await, title("Partner Agreement"));
    assert_eq!(titled(r#"kind: CUSTOMER, country: "us""#).await, title("Customer Agreement (United States)"));
    for odd in ["", "Nowhere", r"\u0000", "🦀"] {
        assert_eq!(titled(&format!(r#"kind: CUSTOMER, country: "{odd}""#)).await, None, "{odd}");
    }
    let odd_locale = r#"kind: CUSTOMER, country: "DE", locale: "--\u0000""#;
    assert_eq!(titled(odd_locale).await, title("Customer Agreement"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_agreement_is_given_before_it_is_in_force() {
    let app = TestApp::new().await;
    app.sql("update agreements set in_force_at = now() + interval '1 day' where kind = 'partner'").await;
    let document = r#"{ agreement(kind: PARTNER, country: "US") { id } }"#;
    assert!(app.ask_nobody(document, json!({})).await.at("agreement").is_null());
    app.days_pass(1);
    assert!(!app.ask_nobody(document, json!({})).await.at("agreement").is_null());
}
