//! What the named provider sees of a joint invitation: from sending on, and never the mail or the link.

use accord_tests::{CHANNEL, TestApp, token_of};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_sees_a_joint_invitation_from_sending_on() {
    let app = TestApp::without_mails().await;
    let id = app.draft(CHANNEL.partner, app.joint(CHANNEL.customer).await).await;
    assert_eq!(app.invitation(CHANNEL.provider, &id).await, Value::Null);

    app.send_draft(&id).await.given("invitation");

    let seen = app.invitation(CHANNEL.provider_admin, &id).await;
    assert_eq!(seen["status"], "PENDING");
    for private in ["message", "link", "delivery"] {
        assert_eq!(seen[private], Value::Null, "{private}");
    }
    assert_eq!(app.invitation(CHANNEL.reseller, &id).await, Value::Null, "another reseller");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joint_draft_that_was_revoked_is_never_seen_by_the_provider() {
    let app = TestApp::new().await;
    let id = app.draft(CHANNEL.partner, app.joint(CHANNEL.customer).await).await;
    app.revoke(&id).await.given("invitation");
    assert_eq!(app.invitation(CHANNEL.provider, &id).await, Value::Null);
    assert_eq!(app.activity(CHANNEL.provider, &id).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_reads_what_happens_from_sending_on() {
    let app = TestApp::without_mails().await;
    let id = app.draft(CHANNEL.partner, app.joint(CHANNEL.customer).await).await;
    app.edit(&id, json!({ "subject": "Together" })).await.given("invitation");
    app.send_draft(&id).await.given("invitation");
    let resent = app.resend(&id).await.given("invitation");
    let token = token_of(&resent);
    app.open(&token).await.given("offer");
    app.try_accept(CHANNEL.customer, &token).await.given("outcome");

    let all = ["drafted", "edited", "sent", "resent", "opened", "accepted"].map(|it| format!("invitation.{it}"));
    assert_eq!(app.activity(CHANNEL.partner, &id).await, all);
    assert_eq!(app.activity(CHANNEL.provider, &id).await, all[2..]);
    assert_eq!(app.activity(CHANNEL.customer, &id).await, all[5..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_told_of_a_no_a_revocation_and_a_deadline() {
    let app = TestApp::without_mails().await;
    let (declined, token) = app.invite_jointly(CHANNEL.customer).await;
    app.decline(CHANNEL.customer, &token).await.given("invitation");
    let (revoked, _) = app.invite_jointly(CHANNEL.customer).await;
    app.revoke(&revoked).await.given("invitation");
    let (expired, _) = app.invite_jointly(CHANNEL.customer).await;
    app.days_pass(31);
    app.expire().await;
    for (id, end) in [(declined, "declined"), (revoked, "revoked"), (expired, "expired")] {
        let told = app.activity(CHANNEL.provider, &id).await;
        assert_eq!(told, ["invitation.sent".to_owned(), format!("invitation.{end}")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_partner_sees_the_others_relationship() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_jointly(CHANNEL.customer).await;
    let outcome = app.try_accept(CHANNEL.customer, &token).await.given("outcome");
    let document = "query($id: ID!) { node(id: $id) { id } }";
    let seen = async |who: &str, place: usize| {
        let answer = app.ask(who, document, json!({ "id": outcome[place]["id"] })).await;
        !answer.at("node").is_null()
    };
    assert_eq!([seen(CHANNEL.partner, 0).await, seen(CHANNEL.partner, 1).await], [true, false]);
    assert_eq!([seen(CHANNEL.provider, 0).await, seen(CHANNEL.provider, 1).await], [false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_told_of_its_own_relationship_and_of_the_other_partner() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_jointly(CHANNEL.customer).await;
    let outcome = app.try_accept(CHANNEL.customer, &token).await.given("outcome");
    let document =
        "query($id: ID!) { viewer { partner { activity(filter: { subjectId: $id }) { nodes { event details } } } } }";
    let provider = app.organization("northwind.example").await;
    let reseller = app.organization("contoso.example").await;
    for (place, who, details) in [
        (0, CHANNEL.partner, json!({ "indirectProviderId": provider })),
        (1, CHANNEL.provider, json!({ "indirectResellerId": reseller })),
    ] {
        let told = app.ask(who, document, json!({ "id": outcome[place]["id"] })).await;
        let expected = json!([{ "event": "relationship.established", "details": details }]);
        assert_eq!(*told.at("viewer.partner.activity.nodes"), expected, "{who}");
        let other = app.ask(who, document, json!({ "id": outcome[1 - place]["id"] })).await;
        assert_eq!(*other.at("viewer.partner.activity.nodes"), json!([]), "{who}");
    }
}
