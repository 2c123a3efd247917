//! Either side has a grant extend itself, or no longer.

use accord_tests::{PAIR, TestApp, granular};
use chrono::{DateTime, TimeDelta, Utc};
use domain::admin_grant::DirectoryRole::{GlobalAdministrator, GlobalReader};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::json;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_ADMIN, PARTNER_AGENT, TOLD, granted, mailed, status, told};

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_have_a_grant_extend_itself_or_no_longer_and_read_which() {
    let app = TestApp::new().await;
    app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P1Y", false).await;
    for (times, (who, auto_extend)) in
        [(PARTNER_ADMIN, true), (CUSTOMER_ADMIN, false), (PARTNER_AGENT, true)].into_iter().enumerate()
    {
        let set = app.set_auto_extend(who, &id, auto_extend).await.given("adminGrant");
        assert_eq!(set["autoExtend"], auto_extend, "{who}");
        assert_eq!(told(&app, &id).await, vec!["admin_grant.auto_extend_changed"; times + 1]);
        let others = if who == CUSTOMER_ADMIN { vec![PARTNER_ADMIN, PARTNER_AGENT] } else { vec![CUSTOMER_ADMIN] };
        assert_eq!(mailed(&app).await, others, "the other side is told each time");
    }
    let document =
        "query($id: ID!) { viewer { account { activity(filter: { subjectId: $id }) { nodes { details } } } } }";
    let details = app.ask(CUSTOMER_ADMIN, document, json!({ "id": id })).await;
    assert_eq!(*details.at("viewer.account.activity.nodes.0.details"), json!({ "autoExtend": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_who_changed_it_and_what_becomes_of_the_end() {
    let app = TestApp::new().await;
    app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P60D", false).await;
    let end: DateTime<Utc> = app.grant(CUSTOMER_ADMIN, &id).await["endsAt"].as_str().unwrap().parse().unwrap();
    let spelled = |at: DateTime<Utc>| at.format("%-d %B %Y, %H:%M UTC").to_string();
    app.set_auto_extend(PARTNER_AGENT, &id, true).await.given("adminGrant");
    let mail = app.mails().await.pop().expect("a mail");
    assert_eq!(mail.subject, "Changed: administrator access of Litware to Tailspin Toys extends itself");
    let says =
        format!("it no longer ends on {}, but goes on until {}", spelled(end), spelled(end + TimeDelta::days(180)));
    assert!(mail.text.contains("Litware has had the") && mail.text.contains(&says), "{says}: {}", mail.text);
    app.set_auto_extend(CUSTOMER_ADMIN, &id, false).await.given("adminGrant");
    let mail = app.mails().await.pop().expect("a mail");
    assert_eq!(mail.subject, "Changed: administrator access of Litware to Tailspin Toys ends by itself");
    let says = format!("it ends in 60 days, on {}.", spelled(end));
    assert!(mail.text.contains("Tailspin Toys has had the") && mail.text.contains(&says), "{says}: {}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_told_where_they_were_told_of_the_end() {
    let app = TestApp::new().await;
    app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P60D", false).await;
    app.days_pass(40);
    app.notify_grants().await;
    for mail in app.mails().await {
        assert!(
            mail.text.contains("It ends by itself, unless one of you has it extended: the other is told"),
            "{}",
            mail.text
        );
    }
    for (who, auto_extend) in [(PARTNER_AGENT, true), (CUSTOMER_ADMIN, false)] {
        app.set_auto_extend(who, &id, auto_extend).await.given("adminGrant");
        assert_eq!(mailed(&app).await, TOLD, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_back_before_it_was_told_is_not_told() {
    let app = TestApp::new().await;
    app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P60D", false).await;
    app.set_auto_extend(PARTNER_AGENT, &id, true).await.given("adminGrant");
    app.set_auto_extend(CUSTOMER_ADMIN, &id, false).await.given("adminGrant");
    let mails = app.mails().await;
    let told: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(mails.iter().all(|mail| mail.to.ends_with("@litware.example") && mail.subject.ends_with("ends by itself")));
    for _ in 0..5 {
        app.set_auto_extend(PARTNER_AGENT, &id, true).await.given("adminGrant");
        app.set_auto_extend(PARTNER_AGENT, &id, false).await.given("adminGrant");
    }
    assert_eq!(mailed(&app).await, [CUSTOMER_ADMIN], "of many changes the last");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_so_already_changes_nothing() {
    let app = TestApp::new().await;
    for auto_extend in [true, false] {
        let id = granted(&app, "P1Y", auto_extend).await;
        let before = app.grant(PARTNER_AGENT, &id).await;
        assert_eq!(app.set_auto_extend(PARTNER_AGENT, &id, auto_extend).await.given("adminGrant"), before);
        assert_eq!(told(&app, &id).await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_global_administrators_role_rules_it_out() {
    let app = TestApp::new().await;
    let id = app.granted(PARTNER, CUSTOMER, &granular(&[GlobalAdministrator, GlobalReader], "P1Y", false)).await;
    for who in [PARTNER_AGENT, CUSTOMER_ADMIN] {
        assert_eq!(
            app.set_auto_extend(who, &id, true).await.reasons(),
            ["AUTO_EXTEND_NOT_ALLOWED autoExtend"],
            "{who}"
        );
        assert_eq!(app.set_auto_extend(who, &id, false).await.given("adminGrant")["autoExtend"], false, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_grant_has_no_end_to_put_off() {
    let app = TestApp::new().await;
    let id = app.granted(PARTNER, CUSTOMER, &Full).await;
    for auto_extend in [true, false] {
        assert_eq!(app.set_auto_extend(CUSTOMER_ADMIN, &id, auto_extend).await.reasons(), ["INVALID id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_left_may_only_let_it_end() {
    let app = TestApp::without_mails().await;
    let relationship = app.relate(PARTNER, CUSTOMER).await;
    let id = granted(&app, "P1Y", false).await;
    app.leave(PARTNER_AGENT, &relationship, "KEEP").await.given("relationship");
    assert_eq!(app.set_auto_extend(PARTNER_AGENT, &id, true).await.reasons(), ["NO_RELATIONSHIP id"]);
    app.set_auto_extend(CUSTOMER_ADMIN, &id, true).await.given("adminGrant");
    app.set_auto_extend(PARTNER_AGENT, &id, false).await.given("adminGrant");
    assert_eq!(told(&app, &id).await, ["admin_grant.auto_extend_changed"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_has_its_grant_extend_itself_while_the_reseller_is_its_partner() {
    let (app, partnership) = TestApp::with_pair().await;
    let id = app.granted(PAIR.provider, PAIR.reseller, &granular(&[GlobalReader], "P1Y", false)).await;
    for auto_extend in [true, false] {
        app.set_auto_extend(PAIR.provider_agent, &id, auto_extend).await.given("adminGrant");
    }
    app.end_partnership(PAIR.provider_agent, &partnership, "KEEP").await.given("partnership");
    assert_eq!(app.set_auto_extend(PAIR.provider_agent, &id, true).await.reasons(), ["NO_RELATIONSHIP id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_over_stays_over() {
    let app = TestApp::without_mails().await;
    let (revoked, expired) = (granted(&app, "P1Y", false).await, granted(&app, "P1D", false).await);
    app.revoke_grant(CUSTOMER_ADMIN, &revoked).await.given("adminGrant");
    app.days_pass(1);
    let full = app.granted(PARTNER, CUSTOMER, &Full).await;
    app.end_grant(PARTNER_AGENT, &full).await.given("adminGrant");
    for (id, seen) in [(revoked, "REVOKED"), (expired, "EXPIRED"), (full, "ENDED")] {
        assert_eq!(app.set_auto_extend(PARTNER_AGENT, &id, true).await.reasons(), ["NO_ADMIN_GRANT id"]);
        assert_eq!(status(&app, &id).await, seen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused() {
    let app = TestApp::new().await;
    let id = granted(&app, "P1Y", false).await;
    for (who, reasons) in [
        ("sales@litware.example", ["FORBIDDEN"]),
        ("helpdesk@litware.example", ["FORBIDDEN"]),
        ("user@tailspin.example", ["FORBIDDEN"]),
        ("admin@wingtip.example", ["NOT_FOUND id"]),
        ("agent@contoso.example", ["NOT_FOUND id"]),
        ("admin@unheard-of.example", ["FORBIDDEN"]),
    ] {
        assert_eq!(app.set_auto_extend(who, &id, true).await.reasons(), reasons, "{who}");
    }
    assert_eq!(told(&app, &id).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_agent_of_a_reseller_has_no_say_in_its_providers_grant() {
    let (app, _) = TestApp::with_pair().await;
    let id = app.granted(PAIR.provider, PAIR.reseller, &granular(&[GlobalReader], "P1Y", false)).await;
    assert_eq!(app.set_auto_extend(PAIR.reseller_agent, &id, true).await.reasons(), ["FORBIDDEN"]);
    app.suspend(PAIR.reseller).await;
    app.set_auto_extend(PAIR.reseller_admin, &id, true).await.given("adminGrant");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_extended_itself_unwritten_keeps_its_new_end_when_it_is_to_end_there() {
    let app = TestApp::without_mails().await;
    let id = granted(&app, "P1D", true).await;
    app.days_pass(2);
    let end = app.grant(CUSTOMER_ADMIN, &id).await["endsAt"].clone();
    let set = app.set_auto_extend(CUSTOMER_ADMIN, &id, false).await.given("adminGrant");
    assert_eq!((&set["status"], &set["endsAt"]), (&json!("ACTIVE"), &end));
    assert_eq!(told(&app, &id).await, ["admin_grant.extended", "admin_grant.auto_extend_changed"]);
    app.days_pass(180);
    assert_eq!(status(&app, &id).await, "EXPIRED");
}
