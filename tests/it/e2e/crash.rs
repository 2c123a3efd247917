use std::collections::HashSet;

use accord_tests::DEMO;
use dev::mailbox::{Answer, Rule};
use serde_json::json;

use super::{Accord, until};

/// One call's worth.
const MAILS: usize = 250;

async fn send_many(accord: &Accord) {
    let rows = (0..MAILS).map(|n| json!({ "recipient": { "email": format!("ann-{n}@blue-sky.example") } }));
    let document = "mutation($rows: [DraftInvitationInput!]!) { sendInvitations(input: { rows: $rows }) {
        rows { userErrors { code } } userErrors { code } } }";
    accord.ask(DEMO.reseller, document, json!({ "rows": rows.collect::<Vec<_>>() })).await.given("rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_loses_no_mail() {
    // A mail's time bounds its lease: 6 to 12 seconds here.
    let Accord { app, api, worker, environment } = Accord::start(|it| it.with("SMTP_TIMEOUT", 1)).await;
    // Three mails are on their way for long, so that some are when it happens.
    app.mailbox.answer(Rule::new(Answer::Hang).times(3));
    let accord = Accord { worker: environment.start("accord-worker run"), app, api, environment };
    send_many(&accord).await;
    accord.app.mailbox.wait_for(50).await.unwrap();

    worker.kill().await;

    let queued = "from emails where status = 'queued'";
    until("all are sent", async || accord.app.count(queued).await == 0).await;
    let mails = accord.app.mailbox.received();
    let distinct: HashSet<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!(distinct.len(), MAILS);
    assert!(mails.len() <= MAILS + 16, "at most what the worker had in its slots came twice, not {}", mails.len());
    accord.end().await;
}
