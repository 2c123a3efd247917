use std::time::Duration;

use accord_tests::{Collector, DEMO, Script};
use dev::issuer::claims_for;
use dev::mailbox::{Answer, Rule};
use serde_json::{Value, json};

use super::{Accord, story, until};

/// What both processes log of a whole story, told as much as they can tell.
struct Logs {
    api: String,
    worker: String,
    /// What neither may hold.
    secrets: Vec<String>,
}

/// Reads all that happened over a socket, with a token and a variable.
async fn listen(accord: &Accord) {
    let token = accord.app.issuer.token(&claims_for(DEMO.reseller).unwrap(), Duration::from_secs(600)).unwrap();
    let first = "{ viewer { partner { activity(last: 1) { nodes { id } } } } }";
    let first = accord.ask(DEMO.reseller, first, json!({})).await.text("viewer.partner.activity.nodes.0.id");
    let url = format!("ws://127.0.0.1:{}/graphql", accord.api.port);
    let live = "subscription($after: String) { activity(after: $after) {
        id subject { ... on Invitation { recipient { email } } } } }";
    let mut script = Script::start("subscribe", &[&url, &token, live, &first]).await;
    let mut told = json!(null);
    while !told.to_string().contains("@wingtip.example") {
        told = script.next().await.expect("a line");
    }
    script.kill().await;
}

async fn logs_of_the_story() -> Logs {
    let (_collector, endpoint) = Collector::start().await;
    let mut accord = Accord::start(|it| it.with("RUST_LOG", "trace").with("ACCORD_OTLP_ENDPOINT", endpoint)).await;
    let unknown = Answer::reply(550, "5.1.1 <gone@blue-sky.example> no such user");
    accord.app.mailbox.answer(Rule::new(unknown).to("gone@blue-sky.example"));
    accord.invite("gone@blue-sky.example").await;
    accord.invite(DEMO.customer).await;
    let mail = accord.mail(1).await;
    let token = mail.token();
    accord.api.get(&format!("/invitations/{token}")).await.unwrap();
    story::accept(&accord, &token).await;
    accord.mail(2).await;
    listen(&accord).await;
    until("every mail is settled", async || accord.app.count("from emails where status = 'queued'").await == 0).await;
    accord.worker.terminate().await;
    accord.api.process.terminate().await;
    let domains = ["@wingtip.example", "@blue-sky.example", "@contoso.example"];
    let of_mails = [token.as_str(), &token[30..], &mail.subject, "Auto-Submitted", "RCPT TO", "no such user"];
    let keys = ["eyJ", "AQEBAQEB", "AgICAgIC"];
    let secrets = [&domains[..], &of_mails, &keys].concat().into_iter().map(str::to_owned).collect();
    Logs { api: accord.api.process.log(), worker: accord.worker.log(), secrets }
}

impl Logs {
    /// That no line holds a secret, neither as text nor as bytes.
    #[track_caller]
    fn nothing_told(&self, log: &str) {
        assert!(log.contains("TRACE"), "it tells all it can");
        for secret in &self.secrets {
            let bytes: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
            let bytes = bytes.join(", ");
            let told = |line: &&str| line.contains(secret.as_str()) || line.contains(&bytes);
            let lines: Vec<&str> = log.lines().filter(told).collect();
            assert!(lines.is_empty(), "{secret}: {} lines such as {}", lines.len(), lines[0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apis_log_holds_no_token_link_address_or_word_of_a_mail_however_much_is_logged() {
    let logs = logs_of_the_story().await;

    logs.nothing_told(&logs.api);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workers_log_holds_no_token_link_address_or_word_of_a_mail_however_much_is_logged() {
    let logs = logs_of_the_story().await;

    logs.nothing_told(&logs.worker);
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
