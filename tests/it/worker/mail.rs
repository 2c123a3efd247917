use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

use super::{Working, address, all_settled, delivery, invite, invite_many, recipients};

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_out_once_under_the_message_id_that_its_inviter_sees() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    let announced = delivery(&app, &id).await;
    assert_eq!(announced["status"], "QUEUED");

    let mails = app.mails().await;

    assert_eq!(mails.len(), 1);
    assert_eq!(json!(mails[0].message_id), announced["messageId"]);
    let settled = delivery(&app, &id).await;
    assert_eq!(settled["messageId"], announced["messageId"]);
    assert_eq!((&settled["status"], &settled["attempts"]), (&json!("SENT"), &json!(1)));
    assert!(settled["sentAt"].is_string() && settled["nextAttemptAt"].is_null(), "{settled:#}");
    assert_eq!(app.mails().await.len(), 0, "a second look finds nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_who_it_is_from_and_that_no_robot_need_answer() {
    let app = TestApp::new().await;
    invite(&app, "ann").await;

    let mail = app.mails().await.remove(0);

    for line in ["From: Accord <accord@accord.example>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0"] {
        assert!(header(&mail.raw).lines().any(|header| header == line), "{line}: {}", mail.raw);
    }
    assert!(header(&mail.raw).contains("multipart/alternative"), "{}", mail.raw);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_arrives_as_it_was_written_however_odd() {
    let app = TestApp::new().await;
    let names = ["Anaïs Ögür", "O'Neil, \"Ann\" <boss@evil.example>", "李小龍", "a=?utf-8?q?b?=c", "Ann (IT); Bob:"];
    for (n, name) in names.iter().enumerate() {
        let recipient = json!({ "email": address(&format!("ann-{n}")), "name": name });
        app.invite(DEMO.reseller, Draft(json!({ "recipient": recipient }))).await;
    }

    let mut mails = app.mails().await;

    mails.sort_by(|one, other| one.to.cmp(&other.to));
    for (mail, name) in mails.iter().zip(names) {
        let parsed = mail_parser::MessageParser::default().parse(mail.raw.as_bytes()).unwrap();
        let to = parsed.to().expect("a To").as_list().expect("a list").to_vec();
        assert_eq!(to.len(), 1, "{}", mail.raw);
        assert_eq!((to[0].name(), to[0].address()), (Some(name), Some(mail.to.as_str())));
    }
    assert_eq!(mails.len(), names.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_or_subject_with_line_breaks_adds_no_header() {
    let app = TestApp::new().await;
    invite(&app, "ann").await;
    // The API refuses these; a row that came otherwise shall not get through either.
    app.sql(
        r"update invitations set recipient_name = E'Ann\r\nBcc: bob@evil.example\r\n\r\nHi', subject = E'Offer\nX-Evil: yes'
          where recipient_email = 'ann@blue-sky.example'",
    )
    .await;

    let mail = app.mails().await.remove(0);

    assert_eq!(mail.to, address("ann"));
    for name in ["bcc:", "x-evil:"] {
        assert!(!header(&mail.raw).lines().any(|line| line.to_lowercase().starts_with(name)), "{}", mail.raw);
    }
    assert_eq!(mail.subject, "Offer X-Evil: yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_the_protocol_gives_a_meaning_arrive_as_they_were_written() {
    let app = TestApp::new().await;
    let text = ".\n..two\nQUIT\nFrom me\n{{link}}\n.";
    let draft = Draft::to(&address("ann")).with("text", json!(text));
    app.invite(DEMO.reseller, draft).await;

    let mail = app.mails().await.remove(0);

    assert!(mail.text.contains(".\n..two\nQUIT\nFrom me\nhttps://"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_sends_each_mail() {
    let app = TestApp::new().await;
    invite_many(&app, 100).await;

    let workers = [Working::for_app(&app), Working::for_app(&app)];
    all_settled(&app).await;
    for worker in workers {
        worker.stop().await;
    }

    let to = recipients(&app);
    assert_eq!(to.len(), 100);
    assert_eq!(to.iter().collect::<std::collections::HashSet<_>>().len(), 100, "each once");
}

fn header(raw: &str) -> &str {
    raw.split("\r\n\r\n").next().unwrap_or_default()
}
