use accord_tests::{DEMO, Draft, TestApp, token_of};

/// An expired invitation: its id and the token of its link.
async fn expired(app: &TestApp) -> (String, String) {
    let invited = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;
    app.days_pass(30);
    invited
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_an_expired_link_asks_for_a_new_one_and_the_inviter_is_mailed() {
    let app = TestApp::new().await;
    let (id, token) = expired(&app).await;

    let offer = app.request_new(&token).await.given("offer");

    assert_eq!(offer["status"], "EXPIRED");
    let mails = app.mails().await;
    let asked: Vec<_> = mails.iter().filter(|mail| mail.text.contains("new")).collect();
    assert_eq!(asked[0].to, DEMO.reseller);
    assert!(asked[0].text.contains(DEMO.customer), "{}", asked[0].text);
    assert!(!asked[0].raw.contains(&token), "the inviter's mail holds no link");
    assert_eq!(app.activity(DEMO.reseller, &id).await.last().unwrap(), "invitation.renewal_requested");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_one_is_asked_for_once_a_link() {
    let app = TestApp::without_mails().await;
    let (id, token) = expired(&app).await;
    app.request_new(&token).await.given("offer");

    app.request_new(&token).await.given("offer");

    assert_eq!(app.count("from emails where kind = 'invitation_renewal'").await, 1);
    let new = token_of(&app.resend(&id).await.given("invitation"));
    assert_eq!(app.request_new(&token).await.reasons(), ["LINK_NOT_VALID token"]);
    app.days_pass(30);
    app.request_new(&new).await.given("offer");
    assert_eq!(app.count("from emails where kind = 'invitation_renewal'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_for_an_expired_invitation_is_a_new_one_asked() {
    let app = TestApp::without_mails().await;
    let invited = async |email: &str| app.invite(DEMO.reseller, Draft::to(email)).await;
    let (_, pending) = invited("a@wingtip.example").await;
    let (id, revoked) = invited("b@wingtip.example").await;
    let (_, declined) = invited("c@wingtip.example").await;
    let (_, accepted) = invited("d@wingtip.example").await;
    app.revoke(&id).await.given("invitation");
    app.decline(DEMO.customer, &declined).await.given("invitation");
    app.try_accept(DEMO.customer, &accepted).await.given("invitation");

    assert_eq!(app.request_new(&pending).await.reasons(), ["NOT_PENDING token"]);
    assert_eq!(app.request_new(&revoked).await.reasons(), ["INVITATION_REVOKED token"]);
    assert_eq!(app.request_new(&declined).await.reasons(), ["INVITATION_ANSWERED token"]);
    assert_eq!(app.request_new(&accepted).await.reasons(), ["INVITATION_ANSWERED token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_the_inviter_answered_by_a_new_link_is_not_mailed_any_more() {
    let app = TestApp::new().await;
    let (id, token) = expired(&app).await;
    app.request_new(&token).await.given("offer");

    app.resend(&id).await.given("invitation");

    let to: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [DEMO.customer]);
}
