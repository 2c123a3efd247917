//! What a partner asks of the vendor for a customer: mailed to the operators, and seen by both sides.

use accord_tests::{CHANNEL, DEMO, Draft, PARTNER, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// What is asked.
fn words() -> Value {
    json!({ "subject": "Nobody can sign in", "description": "Since this morning.\r\n\r\nTheir directory answers 503." })
}

/// The same, with another field.
fn words_with(field: &str, value: &str) -> Value {
    let mut words = words();
    words[field] = json!(value);
    words
}

/// Wingtip as Contoso's customer: the relationship's id.
async fn related(app: &TestApp) -> String {
    app.relate("contoso.example", "wingtip.example").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operator_is_mailed_what_was_asked() {
    let app = TestApp::new().await;
    app.sql(
        "insert into operators (id, issuer, subject, name, email, created_at)
         values (gen_random_uuid(), 'https://elsewhere.example', 'second', 'Second', 'second@accord.example', now())",
    )
    .await;
    let id = related(&app).await;
    let opened = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");

    let mut mails = app.mails().await;

    mails.sort_by(|one, other| one.to.cmp(&other.to));
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [OPERATOR, "second@accord.example"]);
    for mail in &mails {
        assert_eq!(mail.subject, "Service request of Contoso for Wingtip Toys: Nobody can sign in");
        assert!(mail.text.contains("> Since this morning.\n> \n> Their directory answers 503."), "{}", mail.text);
        assert!(
            mail.text.contains(opened["id"].as_str().unwrap()) && mail.text.contains(DEMO.reseller),
            "{}",
            mail.text
        );
    }
    assert_ne!(mails[0].message_id, mails[1].message_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_operator_is_known_nobody_is_mailed_and_it_is_there_to_be_read() {
    let app = TestApp::new().await;
    let id = related(&app).await;
    app.sql("delete from operators").await;
    let opened = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(app.service_request(DEMO.customer, opened["id"].as_str().unwrap()).await["id"], opened["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_and_the_operators_see_it_and_nobody_else() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let opened = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");
    assert_eq!(opened["description"], "Since this morning.\n\nTheir directory answers 503.");
    let request = opened["id"].as_str().unwrap();
    for reader in [DEMO.reseller_sales, DEMO.customer, DEMO.customer_user, OPERATOR] {
        let mut seen = app.service_request(reader, request).await;
        let email = seen["openedBy"]["email"].take();
        assert_eq!(email.is_null(), reader.contains("wingtip"), "{reader}: another organization's person");
        seen["openedBy"]["email"] = opened["openedBy"]["email"].clone();
        assert_eq!(seen, opened, "{reader}");
        let listed = app.list_of(reader, &id, "Relationship", "serviceRequests").texts("id").await;
        assert_eq!(listed, [request], "{reader}");
    }
    for stranger in [DEMO.stranger, CHANNEL.provider, CHANNEL.reseller] {
        assert_eq!(app.service_request(stranger, request).await, Value::Null, "{stranger}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_read_that_it_was_opened() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let opened = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");
    let request = opened["id"].as_str().unwrap();
    for (reader, side) in [(DEMO.reseller, "partner"), (DEMO.customer, "account")] {
        let document = format!(
            "query($id: ID!) {{ viewer {{ {side} {{ activity(filter: {{ subjectId: $id }}) {{ nodes {{
             event details subject {{ id }} }} }} }} }} }}"
        );
        let read = app.ask(reader, &document, json!({ "id": request })).await;
        let expected = json!([{ "event": "service_request.opened", "details": { "relationshipId": id },
            "subject": { "id": request } }]);
        assert_eq!(*read.at(&format!("viewer.{side}.activity.nodes")), expected, "{reader}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_no_grant_and_an_active_relationship() {
    let app = TestApp::without_mails().await;
    let asking = Draft::to(DEMO.customer).with("delegatedAdministration", json!({ "full": true }));
    let outcome = app.agree(DEMO.reseller, asking).await;
    let [id, grant] = [0, 1].map(|place: usize| outcome[place]["id"].as_str().unwrap().to_owned());
    app.revoke_grant(DEMO.customer, &grant).await.given("adminGrant");
    let opened = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");
    app.leave(DEMO.reseller, &id, "END").await.given("relationship");
    let refused = app.open_request(DEMO.reseller, &id, words()).await;
    assert_eq!(refused.reasons(), ["NO_RELATIONSHIP relationshipId"]);
    let listed = app.list_of(DEMO.customer, &id, "Relationship", "serviceRequests").texts("id").await;
    assert_eq!(listed, [opened["id"].as_str().unwrap()], "what was asked stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn global_admins_and_admin_agents_of_an_authorized_partner_open_it() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let as_customer = app.relate("northwind.example", "litware.example").await;
    for (who, id, reasons) in [
        (DEMO.reseller_sales, &id, vec!["FORBIDDEN"]),
        ("helpdesk@contoso.example", &id, vec!["FORBIDDEN"]),
        (DEMO.customer, &id, vec!["NOT_AUTHORIZED_PARTNER"]),
        (OPERATOR, &id, vec!["FORBIDDEN"]),
        (DEMO.stranger, &id, vec!["NOT_FOUND relationshipId"]),
        (DEMO.reseller, &"rel_".to_owned(), vec!["NOT_FOUND relationshipId"]),
        (CHANNEL.reseller, &as_customer, vec!["FORBIDDEN relationshipId"]),
        (DEMO.reseller_admin, &id, vec![]),
        (DEMO.reseller, &id, vec![]),
    ] {
        assert_eq!(app.open_request(who, id, words()).await.reasons(), reasons, "{who}");
    }
    app.suspend("contoso.example").await;
    assert_eq!(app.open_request(DEMO.reseller, &id, words()).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_texts_are_plain_and_the_subject_one_line() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    for (field, value, reason) in [
        ("subject", "a\r\nBcc: eve@evil.example", "INVALID subject"),
        ("subject", "a\u{202e}b", "INVALID subject"),
        ("subject", "  ", "REQUIRED subject"),
        ("subject", &"a".repeat(201), "TOO_LONG subject"),
        ("description", "\n", "REQUIRED description"),
        ("description", "a\0b", "INVALID description"),
        ("description", &"a".repeat(10_001), "TOO_LONG description"),
    ] {
        assert_eq!(app.open_request(DEMO.reseller, &id, words_with(field, value)).await.reasons(), [reason]);
    }
    let none = json!({ "subject": "", "description": "" });
    let reasons = app.open_request(DEMO.reseller, &id, none).await.reasons();
    assert_eq!(reasons, ["REQUIRED subject", "REQUIRED description"]);
    let longest = json!({ "subject": "a".repeat(200), "description": "ä".repeat(10_000) });
    app.open_request(DEMO.reseller, &id, longest).await.given("serviceRequest");
    assert_eq!(app.count("from service_requests").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_gives_the_first_again_and_is_mailed_once() {
    let app = TestApp::new().await;
    let id = related(&app).await;
    let once = words_with("idempotencyKey", "once");
    let (one, other) =
        tokio::join!(app.open_request(DEMO.reseller, &id, once.clone()), app.open_request(DEMO.reseller, &id, once));
    assert_eq!(one.given("serviceRequest")["id"], other.given("serviceRequest")["id"]);
    let mut changed = words_with("idempotencyKey", "once");
    changed["subject"] = json!("Another");
    let refused = app.open_request(DEMO.reseller, &id, changed).await;
    assert_eq!(refused.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_opens_so_many_a_day_over_all_its_customers() {
    let mut app = TestApp::with(|settings| settings.service_requests_per_day = 2).await;
    app.leaves_mails();
    let [one, other] = [related(&app).await, app.relate("contoso.example", "tailspin.example").await];
    for id in [&one, &other] {
        app.open_request(DEMO.reseller, id, words()).await.given("serviceRequest");
    }
    assert_eq!(app.open_request(DEMO.reseller, &one, words()).await.reasons(), ["RATE_LIMITED"]);
    let others = app.relate("litware.example", "wingtip.example").await;
    app.open_request(PARTNER, &others, words()).await.given("serviceRequest");
    app.days_pass(1);
    app.open_request(DEMO.reseller, &one, words()).await.given("serviceRequest");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_walked_both_ways_the_latest_first() {
    let app = TestApp::without_mails().await;
    let id = related(&app).await;
    let mut opened = Vec::new();
    for _ in 0..5 {
        let request = app.open_request(DEMO.reseller, &id, words()).await.given("serviceRequest");
        opened.insert(0, request["id"].as_str().unwrap().to_owned());
    }
    let list = app.list_of(DEMO.customer_user, &id, "Relationship", "serviceRequests");
    assert_eq!((list.forward(2).await, list.backward(2).await), (opened.clone(), opened));
}
