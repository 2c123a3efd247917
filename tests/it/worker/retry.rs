use accord_tests::{DEMO, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use dev::mailbox::{Answer, Rule, Stage};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Working, address, all_settled, delivery, invite, recipients};

/// Seconds from each try to the next; there are nine.
const DELAYS: [i64; 8] = [10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_refuses_for_now_arrives_with_the_second_try() {
    let app = TestApp::new().await;
    let reply = |code| Rule::new(Answer::reply(code, "not now"));
    let troubles = [
        ("closing", reply(421)),
        ("closing-early", reply(421).at(Stage::Recipient)),
        ("greylisted", reply(450).at(Stage::Recipient)),
        ("broken", reply(451)),
        ("full", reply(452).at(Stage::Recipient)),
        ("cut-off", Rule::new(Answer::Drop)),
        ("cut-off-early", Rule::new(Answer::Drop).at(Stage::Recipient)),
        ("unknown-sender", reply(535)),
    ];
    let mut ids = Vec::new();
    for (name, rule) in troubles.clone() {
        app.mailbox.answer(rule.to(&address(name)));
        ids.push(invite(&app, name).await);
    }

    assert_eq!(app.mails().await.len(), 0);
    for id in &ids {
        let waiting = delivery(&app, id).await;
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(1)), "{waiting:#}");
        assert!(waiting["lastError"].is_string(), "{waiting:#}");
    }
    app.clock.advance(TimeDelta::seconds(11));

    assert_eq!(app.mails().await.len(), troubles.len());
    for id in &ids {
        let sent = delivery(&app, id).await;
        assert_eq!((&sent["status"], &sent["attempts"], &sent["lastError"]), (&json!("SENT"), &json!(2), &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_tried_again() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut config = app.worker_config();
    config.smtp_url = format!("smtp://{nobody}").into();

    let worker = Working::with(&app, config);
    all_settled(&app).await;
    worker.stop().await;

    assert_eq!(delivery(&app, &id).await["lastError"], "the mail server cannot be reached");
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_holds_a_mail_up_for_its_time_and_no_other_mail() {
    let app = TestApp::new().await;
    app.mailbox.answer(Rule::new(Answer::Hang).to(&address("hung")));
    app.mailbox.answer(Rule::new(Answer::Hang).to(&address("hung-early")).at(Stage::Recipient));
    let ids = [invite(&app, "hung").await, invite(&app, "hung-early").await];
    invite(&app, "ann").await;
    let mut config = app.worker_config();
    config.smtp_timeout = std::time::Duration::from_secs(1);

    let worker = Working::with(&app, config);
    all_settled(&app).await;
    worker.stop().await;

    assert_eq!(recipients(&app), [address("ann")]);
    for id in ids {
        assert_eq!(delivery(&app, &id).await["lastError"], "the mail server did not answer in time");
    }
    app.mailbox.clear_answers();
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(app.mails().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_tries_are_made_by_the_table_of_delays_and_then_the_inviter_is_told() {
    let app = TestApp::new().await;
    app.mailbox.answer(Rule::new(Answer::reply(451, "4.3.0 try later")).always());
    let id = invite(&app, "ann").await;
    for (tries, delay) in (1..).zip(DELAYS) {
        app.mails().await;
        let waiting = delivery(&app, &id).await;
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(tries)));
        let due: DateTime<Utc> = waiting["nextAttemptAt"].as_str().unwrap().parse().unwrap();
        let seconds = (due - app.clock.now()).num_seconds();
        assert!((delay * 9 / 10..=delay * 11 / 10).contains(&seconds), "after try {tries}: in {seconds} s");
        app.clock.advance(due - app.clock.now());
    }

    app.mails().await;

    let failed = delivery(&app, &id).await;
    assert_eq!((&failed["status"], &failed["attempts"]), (&json!("FAILED"), &json!(9)));
    assert_eq!(failed["lastError"], "the mail server answered 451 4.3.0 try later");
    assert!(failed["nextAttemptAt"].is_null());
    let told = ["invitation.drafted", "invitation.sent", "invitation.undeliverable"];
    assert_eq!(app.activity(DEMO.reseller, &id).await, told);
    assert_eq!(app.status(&id).await, "PENDING", "its link is good: it can be sent by hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_its_time_a_mail_is_not_tried_again() {
    let app = TestApp::new().await;
    app.mailbox.answer_next(Answer::reply(450, "4.2.1 greylisted"));
    let id = invite(&app, "ann").await;
    app.mails().await;

    app.clock.advance(TimeDelta::seconds(5));
    invite(&app, "bob").await;

    assert_eq!(app.mails().await.len(), 1, "Bob's");
    assert_eq!(delivery(&app, &id).await["attempts"], 1);
    app.clock.advance(TimeDelta::seconds(6));
    assert_eq!(app.mails().await.len(), 1, "Ann's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_refuses_for_good_is_given_up_at_once() {
    let app = TestApp::new().await;
    let unknown = Rule::new(Answer::reply(550, "5.1.1 no such user"));
    app.mailbox.answer(unknown.clone().at(Stage::Recipient).to(&address("unknown")));
    app.mailbox.answer(Rule::new(Answer::reply(554, "5.7.1 spam")).to(&address("spam")));
    for (name, error) in [("unknown", "550 5.1.1 no such user"), ("spam", "554 5.7.1 spam")] {
        let id = invite(&app, name).await;

        assert_eq!(app.mails().await.len(), 0);

        let failed = delivery(&app, &id).await;
        assert_eq!((&failed["status"], &failed["attempts"]), (&json!("FAILED"), &json!(1)));
        assert_eq!(failed["lastError"], format!("the mail server answered {error}"));
        assert_eq!(app.activity(DEMO.reseller, &id).await.last().unwrap(), "invitation.undeliverable");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_given_up_can_be_sent_again() {
    let app = TestApp::new().await;
    app.mailbox.answer_next(Answer::reply(550, "5.1.1 no such user"));
    let id = invite(&app, "ann").await;
    app.mails().await;
    assert_eq!(app.delivery(&id).await, "FAILED");

    app.resend(&id).await.given("invitation");

    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(app.delivery(&id).await, "SENT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_taking_went_unheard_comes_again_under_the_same_message_id() {
    let app = TestApp::new().await;
    app.mailbox.answer_next(Answer::TakeAndDrop);
    let id = invite(&app, "ann").await;

    let first = app.mails().await;
    app.clock.advance(TimeDelta::seconds(11));
    let second = app.mails().await;

    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].message_id, second[0].message_id);
    assert_eq!(delivery(&app, &id).await["messageId"], json!(second[0].message_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_quotes_of_a_link_is_not_shown() {
    let app = TestApp::new().await;
    let (id, token) = app.invite(DEMO.reseller, accord_tests::Draft::to(&address("ann"))).await;
    let quoted = format!("5.7.1 bad link https://accord.example/invitations/{token}");
    app.mailbox.answer_next(Answer::reply(554, quoted));

    app.mails().await;

    let error = delivery(&app, &id).await["lastError"].to_string();
    assert!(error.contains("bad link") && !error.contains(&token), "{error}");
}
