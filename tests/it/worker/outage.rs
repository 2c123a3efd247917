use std::collections::HashSet;

use accord_tests::TestApp;

use super::{Working, all_settled, count, invite, invite_many, recipients, until};

/// Cuts every connection to the test's database but the one that does it.
const CUT: &str = "select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_while_mails_go_out_cost_no_mail() {
    let app = TestApp::new().await;
    invite_many(&app, 200).await;
    let worker = Working::for_app(&app);
    for sent in [20, 60, 100, 140] {
        app.mailbox.wait_for(sent).await.unwrap();
        app.sql(CUT).await;
    }

    let mails = app.mailbox.wait_for(200).await.unwrap();

    until("all are settled", async || count(&app, "status = 'queued'").await == 0).await;
    worker.stop().await;
    assert_eq!(count(&app, "status = 'sent'").await, 200);
    assert_eq!(recipients(&app).into_iter().collect::<HashSet<_>>().len(), 200);
    assert!(mails.len() < 220, "{} mails for 200 letters", mails.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_starts_while_the_database_is_away_works_once_it_is_back() {
    let app = TestApp::new().await;
    invite(&app, "ann").await;
    let name = app.database_url().rsplit('/').next().unwrap().to_owned();
    app.sql(&format!("alter database {name} connection limit 0")).await;
    app.sql(CUT).await;
    let worker = Working::for_app(&app);

    app.sql(&format!("alter database {name} connection limit -1")).await;

    app.mailbox.wait_for(1).await.unwrap();
    all_settled(&app).await;
    worker.stop().await;
}
