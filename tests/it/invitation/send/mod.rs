mod rules;

use accord_tests::{DEMO, Draft, TestApp, token_of};
use serde_json::json;

const ANN: &str = "ann@blue-sky.example";

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_is_counted_from_sending_thirty_days_where_nothing_else_is_said() {
    let app = TestApp::without_mails().await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;
    app.days_pass(3);

    let sent = app.send_draft(&id).await.given("invitation");

    assert_eq!(sent["status"], "PENDING");
    let [from, until] = ["sentAt", "expiresAt"].map(|field| time(&sent[field]));
    assert_eq!((until - from).num_days(), 30);
    assert!((app.clock.now() - from).num_seconds() < 60, "sent now: {from}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_goes_to_the_recipient_with_the_words_that_were_shown() {
    let app = TestApp::new().await;
    let draft = Draft(json!({
        "recipient": { "email": ANN, "name": "Ann Müller" },
        "subject": "Unser Angebot für Sie",
        "text": "Grüße,\n{{link}}\nsee https://evil.example/too",
    }));
    let draft = app.try_draft(DEMO.reseller, draft).await.given("invitation");

    app.send_draft(draft["id"].as_str().unwrap()).await.given("invitation");

    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ANN);
    assert_eq!(mails[0].subject, "Unser Angebot für Sie");
    assert_eq!(json!(mails[0].text.trim_end()), json!(draft["message"]["text"].as_str().unwrap().trim_end()));
    assert_eq!(mails[0].html.matches("<a ").count(), 1, "the personal link alone is one: {}", mails[0].html);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_the_mail_is_the_one_that_the_draft_showed() {
    let app = TestApp::new().await;
    let draft = app.try_draft(DEMO.reseller, Draft::to(ANN)).await.given("invitation");

    let sent = app.send_draft(draft["id"].as_str().unwrap()).await.given("invitation");

    assert_eq!(sent["link"], draft["link"]);
    let mailed = format!("https://accord.example/invitations/{}", app.mails().await[0].token());
    assert_eq!(sent["link"], json!(mailed));
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_tells_how_far_the_mail_is_and_names_its_message_id() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;
    assert_eq!(app.delivery(&id).await, "NOT_SENT");
    app.send_draft(&id).await.given("invitation");
    assert_eq!(app.delivery(&id).await, "QUEUED");

    let mails = app.mails().await;

    let delivery = app.invitation(DEMO.reseller, &id).await["delivery"].clone();
    assert_eq!(delivery, json!({ "status": "SENT", "attempts": 1, "messageId": mails[0].message_id }));
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_by_hand_nothing_is_mailed_and_the_link_is_alive() {
    let app = TestApp::new().await;
    let draft = app.try_draft(DEMO.reseller, Draft::to(ANN)).await.given("invitation");

    let by_hand = json!({ "id": draft["id"], "byHand": true });
    let sent = app.mutate(DEMO.reseller, "sendInvitation", by_hand).await.given("invitation");

    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(sent["delivery"], json!({ "status": "BY_HAND", "attempts": 0, "messageId": null }));
    assert_eq!(sent["message"]["mailtoUrl"], draft["message"]["mailtoUrl"]);
    assert_eq!(app.offer(&token_of(&sent)).await["status"], "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_is_written_down_for_the_inviter() {
    let app = TestApp::without_mails().await;

    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    assert_eq!(app.activity(DEMO.reseller, &id).await, ["invitation.drafted", "invitation.sent"]);
    assert_eq!(app.activity(DEMO.customer, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipient_sees_what_was_sent_to_their_own_address_without_message_link_and_delivery() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    let seen = app.invitation(DEMO.customer, &id).await;

    assert_eq!(
        json!([seen["status"], seen["message"], seen["link"], seen["delivery"]]),
        json!(["PENDING", null, null, null])
    );
    assert!(app.invitation(DEMO.customer_user, &id).await.is_null(), "a colleague of the recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_draft_is_sent() {
    let app = TestApp::without_mails().await;

    for (id, status) in app.one_in_every_state().await {
        let expected: &[&str] = if status == "DRAFT" { &[] } else { &["NOT_A_DRAFT"] };
        assert_eq!(app.send_draft(&id).await.reasons(), expected, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_sent_by_who_may_invite_for_its_organization() {
    let app = TestApp::without_mails().await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;
    let reasons = async |who: &str| app.try_send(who, &id).await.reasons();

    assert_eq!(reasons(DEMO.reseller_sales).await, ["FORBIDDEN"]);
    assert_eq!(reasons(DEMO.stranger).await, ["NOT_FOUND id"]);
    assert_eq!(reasons(DEMO.customer).await, ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(reasons(DEMO.reseller_admin).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_mails_a_day_are_bounded_and_those_by_hand_are_not() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 2).await;
    app.leaves_mails();
    for email in ["a@blue-sky.example", "b@blue-sky.example"] {
        app.send_new(Draft::to(email)).await.given("invitation");
    }
    let id = app.draft(DEMO.reseller, Draft::to("c@blue-sky.example")).await;

    assert_eq!(app.send_draft(&id).await.reasons(), ["RATE_LIMITED"]);

    assert_eq!(app.status(&id).await, "DRAFT");
    app.invite(DEMO.stranger, Draft::to("c@blue-sky.example")).await;
    app.days_pass(1);
    app.send_draft(&id).await.given("invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn news_to_the_partners_own_people_do_not_count_towards_its_bound() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 2).await;
    app.leaves_mails();
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.decline(DEMO.customer, &token).await.given("invitation");

    app.send_new(Draft::to(ANN)).await.given("invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_bound_a_person_still_sends_by_hand() {
    let app = TestApp::with(|settings| settings.mails_per_day = 0).await;
    let id = app.draft(DEMO.reseller, Draft::to(ANN)).await;

    let sent = app.mutate(DEMO.reseller, "sendInvitation", json!({ "id": id, "byHand": true })).await;

    assert_eq!(sent.given("invitation")["status"], "PENDING");
}

fn time(value: &serde_json::Value) -> chrono::DateTime<chrono::Utc> {
    value.as_str().expect("a time").parse().expect("a time")
}
