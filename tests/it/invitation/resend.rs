use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

const ANN: &str = "ann@blue-sky.example";

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_makes_a_new_link_and_the_older_one_is_dead() {
    let app = TestApp::new().await;
    let (id, old) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;

    let resent = app.resend(&id).await.given("invitation");

    let new = app.mails().await[0].token();
    assert_eq!(resent["link"], json!(format!("https://accord.example/invitations/{new}")));
    assert_eq!(app.offer(&new).await["status"], "PENDING");
    assert_eq!(app.offer(&old).await, Value::Null);
    assert_eq!(app.try_accept(DEMO.customer, &old).await.reasons(), ["LINK_NOT_VALID token"]);
    app.try_accept(DEMO.customer, &new).await.given("invitation");
    app.mails().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_counts_the_deadline_anew() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    app.days_pass(20);

    let resent = app.mutate(DEMO.reseller, "resendInvitation", json!({ "id": id, "expiresAfter": "P60D" })).await;
    resent.given("invitation");

    app.days_pass(59);
    assert_eq!(app.status(&id).await, "PENDING");
    app.days_pass(1);
    assert_eq!(app.status(&id).await, "EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invitation_is_sent_again_whether_or_not_the_worker_has_been_by() {
    let app = TestApp::without_mails().await;
    let (seen, _) = app.invite(DEMO.reseller, Draft::to("a@blue-sky.example")).await;
    let (unseen, _) =
        app.invite(DEMO.reseller, Draft::to("b@blue-sky.example").with("expiresAfter", json!("P31D"))).await;
    app.days_pass(30);
    app.expire().await;
    app.days_pass(1);

    for id in [seen, unseen] {
        assert_eq!(app.status(&id).await, "EXPIRED");
        assert_eq!(app.resend(&id).await.given("invitation")["status"], "PENDING");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_with_an_older_link_is_discarded() {
    let app = TestApp::new().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    let link = app.resend(&id).await.given("invitation")["link"].clone();

    let mails = app.mails().await;

    assert_eq!(mails.len(), 1);
    assert!(link.as_str().unwrap().ends_with(&mails[0].token()));
    assert_eq!(app.count("from emails where status = 'discarded'").await, 1);
    assert_eq!(app.delivery(&id).await, "SENT");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_again_by_hand_nothing_is_mailed() {
    let app = TestApp::new().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    app.mails().await;

    app.mutate(DEMO.reseller, "resendInvitation", json!({ "id": id, "byHand": true })).await.given("invitation");

    assert_eq!(app.delivery(&id).await, "BY_HAND");
    assert_eq!(app.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_sent_again_at_most_five_times_in_24_hours() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    for _ in 0..5 {
        app.resend(&id).await.given("invitation");
    }
    let link = app.invitation(DEMO.reseller, &id).await["link"].clone();

    assert_eq!(app.resend(&id).await.reasons(), ["RATE_LIMITED id"]);

    assert_eq!(app.invitation(DEMO.reseller, &id).await["link"], link, "the link stays as it was");
    app.days_pass(1);
    app.resend(&id).await.given("invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_pending_or_expired_is_sent_again() {
    let app = TestApp::without_mails().await;

    for (id, status) in app.one_in_every_state().await {
        let expected: &[&str] = if matches!(status, "PENDING" | "EXPIRED") { &[] } else { &["NOT_PENDING"] };
        let reasons = app.resend(&id).await.reasons();
        // The customer of the expired one has said yes to another meanwhile.
        let expected = if status == "EXPIRED" { &["ALREADY_RELATED recipient"] } else { expected };
        assert_eq!(reasons, expected, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_is_held_to_the_rules_of_sending() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.sql("update organizations set country = 'BR' where tenant = 'wingtip.example'").await;
    assert_eq!(app.resend(&id).await.reasons(), ["REGION_MISMATCH recipient"]);

    app.suspend("contoso.example").await;
    assert_eq!(app.resend(&id).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invitation_is_not_sent_again_beside_an_open_one_to_the_same_address() {
    let app = TestApp::without_mails().await;
    let (expired, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    app.days_pass(30);
    app.invite(DEMO.reseller, Draft::to(ANN)).await;

    assert_eq!(app.resend(&expired).await.reasons(), ["ALREADY_INVITED recipient.email"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_stands_for_a_day_to_ninety_days() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;

    for (period, code) in [("P91D", "OUT_OF_RANGE expiresAfter"), ("soon", "INVALID expiresAfter")] {
        let answer = app.mutate(DEMO.reseller, "resendInvitation", json!({ "id": id, "expiresAfter": period })).await;
        assert_eq!(answer.reasons(), [code]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_sent_again_by_who_may_invite_for_its_organization_and_written_down() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    let reasons = async |who: &str| app.mutate(who, "resendInvitation", json!({ "id": id })).await.reasons();

    assert_eq!(reasons(DEMO.reseller_sales).await, ["FORBIDDEN"]);
    assert_eq!(reasons(DEMO.stranger).await, ["NOT_FOUND id"]);
    assert_eq!(reasons(DEMO.reseller_admin).await, [""; 0]);
    assert_eq!(app.activity(DEMO.reseller, &id).await.last().unwrap(), "invitation.resent");
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_an_overdue_one_again_writes_down_first_that_it_expired() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(ANN)).await;
    app.days_pass(31);

    app.resend(&id).await.given("invitation");

    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told[2..], ["invitation.expired", "invitation.resent"]);
}
