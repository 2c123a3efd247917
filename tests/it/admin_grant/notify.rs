//! Both sides are told that a grant is about to end, once each time.

use accord_tests::{TestApp, granular};
use chrono::{DateTime, TimeDelta, Utc};
use domain::admin_grant::DirectoryRole::{DirectoryReaders, GlobalReader};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::{Value, json};

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_AGENT, TOLD, granted, mailed, told};

/// The details of what both sides read of a grant's notices, the earliest first.
async fn notices(app: &TestApp, id: &str) -> Vec<Value> {
    let document = "query($id: ID!) { viewer { account { activity(filter: {
        subjectId: $id, event: [\"admin_grant.expiring\"] }) { nodes { details } } } } }";
    let answer = app.ask(CUSTOMER_ADMIN, document, json!({ "id": id })).await;
    let nodes = answer.at("viewer.account.activity.nodes").as_array().unwrap().clone();
    nodes.iter().rev().map(|node| node["details"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_right_people_are_told_30_and_7_and_1_days_before_the_end() {
    let app = TestApp::new().await;
    let id = granted(&app, "P60D", false).await;
    let mut days = Vec::new();
    for day in 1..60 {
        app.days_pass(1);
        app.notify_grants().await;
        let to = mailed(&app).await;
        if !to.is_empty() {
            assert_eq!(to, TOLD);
            days.push(60 - day);
        }
    }
    assert_eq!(days, [30, 7, 1]);
    assert_eq!(told(&app, &id).await, ["admin_grant.expiring"; 3]);
    let end = app.grant(CUSTOMER_ADMIN, &id).await["endsAt"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let read = notices(&app, &id).await;
    assert_eq!([&read[0]["daysLeft"], &read[1]["daysLeft"], &read[2]["daysLeft"]], [30, 7, 1]);
    assert_eq!(read[0]["endsAt"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), end);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_when_it_ends_or_until_when_it_will_be_extended() {
    let app = TestApp::new().await;
    let long = |at: &Value, later: i64| {
        let at: DateTime<Utc> = at.as_str().unwrap().parse().unwrap();
        (at + TimeDelta::days(later)).format("%-d %B %Y").to_string()
    };
    for auto_extend in [false, true] {
        let id = granted(&app, "P10D", auto_extend).await;
        let end = app.grant(CUSTOMER_ADMIN, &id).await["endsAt"].clone();
        app.days_pass(3);
        app.notify_grants().await;
        let mails = app.mails().await;
        assert_eq!(mails.len(), 3);
        for mail in mails {
            let says = if auto_extend {
                format!("will be extended in 7 days, on {}", long(&end, 0))
            } else {
                format!("ends in 7 days, on {}", long(&end, 0))
            };
            assert!(mail.text.contains(&says), "{says}: {}", mail.text);
            assert_eq!(mail.text.contains(&format!("until {}", long(&end, 180))), auto_extend, "{}", mail.text);
            assert!(mail.text.contains("- User administrator: create"), "{}", mail.text);
            assert!(mail.text.contains(&format!("({id}, granted on ")), "{}", mail.text);
            assert!(mail.subject.contains("in 7 days"), "{}", mail.subject);
        }
        app.revoke_grant(CUSTOMER_ADMIN, &id).await.given("adminGrant");
        app.mails().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_goes_out_once_however_often_and_by_however_many_workers_it_is_looked_for() {
    let app = TestApp::new().await;
    let id = granted(&app, "P60D", false).await;
    app.days_pass(31);
    tokio::join!(app.notify_grants(), app.notify_grants(), app.notify_grants());
    assert_eq!(app.notify_grants().await, 0);
    assert_eq!(mailed(&app).await, TOLD);
    assert_eq!(told(&app, &id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_off_for_a_month_gives_the_latest_notice_only() {
    let app = TestApp::new().await;
    let id = granted(&app, "P60D", false).await;
    app.days_pass(59);
    app.notify_grants().await;
    assert_eq!(mailed(&app).await, TOLD);
    assert_eq!(notices(&app, &id).await[0]["daysLeft"], 1);
    assert_eq!(told(&app, &id).await.len(), 1);
    assert_eq!(app.notify_grants().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_between_two_says_how_many_days_are_left_in_truth() {
    let app = TestApp::new().await;
    let id = granted(&app, "P60D", false).await;
    app.days_pass(52);
    app.notify_grants().await;
    assert_eq!(notices(&app, &id).await[0]["daysLeft"], 8);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert_eq!(mail.subject, "About to end in 8 days: administrator access of Litware to Tailspin Toys");
        assert!(mail.text.contains("ends in 8 days, on ") && !mail.text.contains("30 days"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_tried_again_days_later_counts_from_then() {
    let app = TestApp::new().await;
    granted(&app, "P60D", false).await;
    app.days_pass(53);
    app.notify_grants().await;
    app.days_pass(2);
    for mail in app.mails().await {
        assert!(mail.subject.starts_with("About to end in 5 days: "), "{}", mail.subject);
    }
    app.days_pass(4);
    app.notify_grants().await;
    for mail in app.mails().await {
        assert!(mail.subject.starts_with("About to end tomorrow: "), "{}", mail.subject);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notice_of_one_of_two_grants_says_what_the_partner_has_after_it() {
    let app = TestApp::new().await;
    granted(&app, "P10D", false).await;
    app.granted(PARTNER, CUSTOMER, &granular(&[GlobalReader], "P1Y", false)).await;
    // This one ends before.
    app.granted(PARTNER, CUSTOMER, &granular(&[DirectoryReaders], "P4D", false)).await;
    app.days_pass(3);
    assert_eq!(app.notify_grants().await, 2);
    let mails = app.mails().await;
    let of_later = mails.iter().filter(|mail| mail.text.contains("- User administrator: create, ch"));
    let of_later: Vec<_> = of_later.filter(|mail| mail.subject.contains("in 7 days: one of the")).collect();
    assert_eq!(of_later.len(), 3, "{mails:#?}");
    for mail in of_later {
        let after = mail.text.split_once("Litware still has after that:\n").expect("what it has").1;
        assert!(after.starts_with("- Global reader: see everything administrators see, change nothing\n\n"), "{after}");
        assert!(!mail.text.contains("request of theirs") && !mail.text.contains("invite"), "{}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_notices_cost_as_many_statements_as_five() {
    let app = TestApp::with_one_connection().await;
    let mut costs = Vec::new();
    for count in [5, 100] {
        for _ in 0..count {
            granted(&app, "P8D", false).await;
        }
        app.days_pass(1);
        let (statements, seen) = app.statements(app.notify_grants()).await;
        assert_eq!(seen, count);
        costs.push(statements.len());
    }
    assert_eq!(costs[0], costs[1]);
    app.sql("delete from emails").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_notice_of_what_is_over() {
    let app = TestApp::without_mails().await;
    let ids =
        [granted(&app, "P60D", false).await, granted(&app, "P60D", false).await, granted(&app, "P60D", false).await];
    app.revoke_grant(CUSTOMER_ADMIN, &ids[0]).await.given("adminGrant");
    app.end_grant(PARTNER_AGENT, &ids[1]).await.given("adminGrant");
    app.days_pass(31);
    assert_eq!(app.notify_grants().await, 1);
    app.days_pass(29);
    assert_eq!(app.notify_grants().await, 0, "the third has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_grant_is_not_given_notice_of_at_its_beginning_and_a_full_one_never() {
    let app = TestApp::new().await;
    app.granted(PARTNER, CUSTOMER, &Full).await;
    for duration in ["P1D", "P7D", "P30D"] {
        app.granted(PARTNER, CUSTOMER, &granular(&[GlobalReader], duration, false)).await;
    }
    assert_eq!(app.notify_grants().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_in_the_queue_is_discarded_once_it_no_longer_holds() {
    let app = TestApp::new().await;
    let (revoked, put_off) = (granted(&app, "P8D", false).await, granted(&app, "P8D", true).await);
    app.days_pass(7);
    assert_eq!(app.notify_grants().await, 2);
    app.revoke_grant(CUSTOMER_ADMIN, &revoked).await.given("adminGrant");
    app.days_pass(1);
    app.end_grants().await;
    let subjects: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["Ended: one of the administrator accesses of Litware to Tailspin Toys"; 3]);
    assert_eq!(told(&app, &put_off).await, ["admin_grant.expiring", "admin_grant.extended"]);
    assert_eq!(app.count("from emails where status = 'discarded'").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_left_or_have_other_roles_are_not_told() {
    let app = TestApp::new().await;
    granted(&app, "P8D", false).await;
    app.sql("update users set status = 'deactivated' where email = 'admin@litware.example'").await;
    app.sql("update users set roles = '{sales_agent}' where email = 'agent@litware.example'").await;
    app.make_global_admin("user@tailspin.example").await;
    app.days_pass(2);
    app.notify_grants().await;
    assert_eq!(mailed(&app).await, [CUSTOMER_ADMIN, "user@tailspin.example"]);
}
