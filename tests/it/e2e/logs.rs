use accord_tests::{DEMO, Environment};
use serde_json::Value;

use super::{Accord, story, until};

/// Both processes' logs of a whole story, told as much as they can tell.
async fn logs_of_the_story() -> (String, Vec<String>) {
    let mut accord = Accord::start(|it: Environment| it.with("RUST_LOG", "debug")).await;
    accord.app.mailbox.answer_next(dev::mailbox::Answer::reply(550, "5.1.1 <gone@blue-sky.example> no such user"));
    accord.invite("gone@blue-sky.example").await;
    accord.invite(DEMO.customer).await;
    let mail = accord.mail(1).await;
    let token = mail.token();
    accord.api.get(&format!("/invitations/{token}")).await.unwrap();
    story::accept(&accord, &token).await;
    accord.mail(2).await;
    until("every mail is settled", async || accord.app.count("from emails where status = 'queued'").await == 0).await;
    accord.worker.terminate().await;
    accord.api.process.terminate().await;
    let secrets = [
        token.as_str(),
        &token[30..],
        "/invitations/ey",
        "@wingtip.example",
        "@blue-sky.example",
        "@contoso.example",
        "Bearer ",
        "eyJ",
        "Auto-Submitted",
        "RCPT TO",
        "no such user",
        &mail.subject,
        "AQEBAQEB",
        "AgICAgIC",
    ];
    (accord.api.process.log() + &accord.worker.log(), secrets.map(str::to_owned).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_holds_a_token_a_link_an_address_or_a_mail_however_much_is_logged() {
    let (log, secrets) = logs_of_the_story().await;

    assert!(log.contains("DEBUG"), "debug is on");
    for secret in secrets {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&secret)).collect();
        assert!(lines.is_empty(), "{secret}: {} lines such as {}", lines.len(), lines[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_person_reads_it_a_log_is_one_json_object_a_line() {
    let mut accord = Accord::start(|it| it).await;
    accord.worker.terminate().await;
    accord.api.process.terminate().await;

    for log in [accord.api.process.log(), accord.worker.log()] {
        assert!(!log.is_empty());
        for line in log.lines() {
            let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(object["timestamp"].is_string() && object["level"].is_string(), "{line}");
        }
    }
}
