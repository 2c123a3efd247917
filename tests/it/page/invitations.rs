//! Filters of a partner's invitations, and what an account lists as received.

use accord_tests::{CUSTOMER, DEMO, Draft, PARTNER, TestApp};
use serde_json::json;

/// The recipients of Litware's invitations that a filter leaves, in order of their addresses.
async fn found(app: &TestApp, filter: &str) -> Vec<String> {
    let list = app.list(PARTNER, "viewer.partner.invitations").with(&format!("filter: {{ {filter} }}"));
    let mut recipients = list.texts("recipient.email").await;
    recipients.sort();
    recipients
}

async fn searched(app: &TestApp, search: &str) -> Vec<String> {
    found(app, &format!("search: {}", json!(search))).await
}

/// Litware's invitations, one of each status, by status; the pending one is not overdue.
async fn one_of_each() -> TestApp {
    let app = TestApp::without_mails().await;
    app.draft(PARTNER, Draft::to("draft@example.com")).await;
    app.invite(PARTNER, Draft::to("pending@example.com").with("expiresAfter", json!("P90D"))).await;
    app.invite(PARTNER, Draft::to("overdue@example.com")).await;
    let (revoked, _) = app.invite(PARTNER, Draft::to("revoked@example.com")).await;
    app.mutate(PARTNER, "revokeInvitation", json!({ "id": revoked })).await.given("invitation");
    let (_, token) = app.invite(PARTNER, Draft::to(DEMO.customer)).await;
    app.try_accept(DEMO.customer, &token).await.given("invitation");
    let (_, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    app.days_pass(31);
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_found_by_status() {
    let app = one_of_each().await;
    for (status, recipient) in [
        ("DRAFT", "draft@example.com"),
        ("PENDING", "pending@example.com"),
        ("ACCEPTED", DEMO.customer),
        ("DECLINED", CUSTOMER),
        ("REVOKED", "revoked@example.com"),
        ("EXPIRED", "overdue@example.com"),
    ] {
        assert_eq!(found(&app, &format!("status: {status}")).await, [recipient], "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_invitation_is_found_as_expired_alone_before_and_after_the_worker_comes() {
    let app = one_of_each().await;
    for _ in ["before", "after"] {
        assert_eq!(found(&app, "status: [EXPIRED]").await, ["overdue@example.com"]);
        assert_eq!(found(&app, "status: [PENDING]").await, ["pending@example.com"]);
        assert_eq!(found(&app, "status: [PENDING, EXPIRED]").await, ["overdue@example.com", "pending@example.com"]);
        let open = found(&app, "status: [DRAFT, PENDING, ACCEPTED, DECLINED, REVOKED]").await;
        assert_eq!(open.len(), 5);
        assert!(!open.contains(&"overdue@example.com".to_owned()));
        app.expire().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_status_asked_for_is_any() {
    let app = one_of_each().await;
    assert_eq!(found(&app, "status: []").await.len(), 6);
    assert_eq!(found(&app, "status: null").await.len(), 6);
    assert_eq!(found(&app, "kind: RESELLER_RELATIONSHIP").await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_part_of_address_or_name_in_any_case() {
    let app = TestApp::new().await;
    let recipient = |email: &str, name: &str| json!({ "email": email, "name": name });
    for (email, name) in [("ada@king.example", "Ärmel Lovelace İstanbul"), ("b_b@100percent.example", "100% \\ Bob")]
    {
        app.draft(PARTNER, Draft(json!({ "recipient": recipient(email, name) }))).await;
    }
    for search in ["ADA", "a@ki", "lovel", "ärmel", "İst", "İSTANBUL", "ÄRM", "är", "ad", "LO"] {
        assert_eq!(searched(&app, search).await, ["ada@king.example"], "{search}");
    }
    for search in ["b_b", "0% \\", "bo", "b_"] {
        assert_eq!(searched(&app, search).await, ["b_b@100percent.example"], "{search}");
    }
    for search in ["a_a", "%%%", "da", "\\\\", "\0"] {
        assert_eq!(searched(&app, search).await, Vec::<String>::new(), "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_found_by_how_they_reach_their_recipients() {
    let app = TestApp::without_mails().await;
    app.draft(PARTNER, Draft::to("draft@example.com")).await;
    let by_hand = app.draft(PARTNER, Draft::to("by-hand@example.com")).await;
    app.mutate(PARTNER, "sendInvitation", json!({ "id": by_hand, "byHand": true })).await.given("invitation");
    for status in ["queued", "sent", "failed", "discarded"] {
        let (id, _) = app.invite(PARTNER, Draft::to(&format!("{status}@example.com"))).await;
        let email =
            format!("invitation_id = (select id from invitations where recipient_email = '{status}@example.com')");
        let sent_at = if status == "sent" { "now()" } else { "null" };
        app.sql(&format!("update emails set status = '{status}', sent_at = {sent_at} where {email}")).await;
        assert_eq!(app.invitation(PARTNER, &id).await["delivery"]["status"], status.to_uppercase());
    }
    for (status, recipient) in [
        ("NOT_SENT", "draft@example.com"),
        ("BY_HAND", "by-hand@example.com"),
        ("QUEUED", "queued@example.com"),
        ("SENT", "sent@example.com"),
        ("FAILED", "failed@example.com"),
        ("DISCARDED", "discarded@example.com"),
    ] {
        assert_eq!(found(&app, &format!("deliveryStatus: {status}")).await, [recipient], "{status}");
    }
    assert_eq!(found(&app, "deliveryStatus: [NOT_SENT, FAILED]").await, ["draft@example.com", "failed@example.com"]);
    assert_eq!(found(&app, "deliveryStatus: []").await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_is_that_of_the_current_link() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(PARTNER, Draft::to("again@example.com")).await;
    app.sql("update emails set status = 'failed' where status = 'queued'").await;
    app.mutate(PARTNER, "resendInvitation", json!({ "id": id })).await.given("invitation");
    assert_eq!(found(&app, "deliveryStatus: QUEUED").await, ["again@example.com"]);
    assert_eq!(found(&app, "deliveryStatus: FAILED").await, Vec::<String>::new());
    app.mutate(PARTNER, "resendInvitation", json!({ "id": id, "byHand": true })).await.given("invitation");
    assert_eq!(found(&app, "deliveryStatus: BY_HAND").await, ["again@example.com"]);
    assert_eq!(found(&app, "deliveryStatus: QUEUED").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_together_in_every_order() {
    let app = one_of_each().await;
    let filter = r#"filter: { search: "@example.com", status: [PENDING, EXPIRED], deliveryStatus: [QUEUED],
                    kind: RESELLER_RELATIONSHIP }"#;
    for (order, recipients) in [
        ("CREATED_DESC", ["overdue@example.com", "pending@example.com"]),
        ("EXPIRES", ["overdue@example.com", "pending@example.com"]),
    ] {
        let list = || app.list(PARTNER, "viewer.partner.invitations").with(&format!("{filter} orderBy: {order}"));
        assert_eq!(list().forward(1).await, list().backward(1).await);
        assert_eq!(list().texts("recipient.email").await, recipients, "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_received_is_what_was_sent_to_ones_own_verified_address_in_any_case() {
    let app = TestApp::without_mails().await;
    app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    let (sent, _) = app.invite(PARTNER, Draft::to("Admin@Tailspin.example")).await;
    app.invite(PARTNER, Draft::to("user@tailspin.example")).await;
    let received = app.list(CUSTOMER, "viewer.account.receivedInvitations").forward(10).await;
    assert_eq!(received, [sent]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_issuer_does_not_vouch_for_receives_nothing() {
    let app = TestApp::without_mails().await;
    app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let mut claims = dev::issuer::claims_for(CUSTOMER).unwrap();
    claims.email_verified = false;
    let document = "{ viewer { account { receivedInvitations { nodes { id } } } } }";
    let answer = app.ask_as(&claims, document, json!({})).await;
    assert_eq!(*answer.at("viewer.account.receivedInvitations.nodes"), json!([]));
}
