use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

/// An invitation to the customer whose deadline has passed: its id and the token of its link. No worker has been by.
async fn overdue(app: &TestApp) -> (String, String) {
    let invited = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.mails().await;
    app.days_pass(30);
    invited
}

/// The reseller's invitations to the customer in this status.
async fn listed(app: &TestApp, filter: Value) -> Value {
    let document = "query($filter: InvitationFilter) { viewer { partner {
        invitations(filter: $filter) { nodes { status recipient { email } } } } } }";
    let answer = app.ask(DEMO.reseller, document, json!({ "filter": filter })).await;
    let nodes = answer.at("viewer.partner.invitations.nodes").as_array().unwrap().clone();
    nodes
        .into_iter()
        .filter(|node| node["recipient"]["email"] == DEMO.customer)
        .map(|node| node["status"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_its_deadline_on_it_reads_expired_everywhere_before_a_worker_has_been_by() {
    let app = TestApp::new().await;
    let (id, token) = overdue(&app).await;

    assert_eq!(
        app.count("from invitations where status = 'pending' and expires_at <= now() + interval '30 days'").await,
        1
    );
    let seen = app.invitation(DEMO.reseller, &id).await;
    assert_eq!(json!([seen["status"], seen["link"], seen["message"]]), json!(["EXPIRED", null, null]));
    assert_eq!(app.invitation(DEMO.customer, &id).await["status"], "EXPIRED");
    let offer = app.offer(&token).await;
    assert_eq!(json!([offer["status"], offer["agreement"]]), json!(["EXPIRED", null]));
    assert_eq!(app.open(&token).await.given("offer")["status"], "EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_an_overdue_one_among_the_expired_and_not_among_the_pending() {
    let app = TestApp::new().await;
    overdue(&app).await;

    for worker_was_by in [false, true] {
        if worker_was_by {
            app.expire().await;
            app.mails().await;
        }
        assert_eq!(listed(&app, json!({ "status": ["EXPIRED"] })).await, json!(["EXPIRED"]));
        assert_eq!(listed(&app, json!({ "status": ["PENDING"] })).await, json!([]));
        assert_eq!(listed(&app, json!({ "status": ["PENDING", "EXPIRED"] })).await, json!(["EXPIRED"]));
        assert_eq!(listed(&app, Value::Null).await, json!(["EXPIRED"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_invitation_is_neither_accepted_nor_declined_nor_revoked() {
    let app = TestApp::new().await;
    let (id, token) = overdue(&app).await;

    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), ["INVITATION_EXPIRED"]);
    assert_eq!(app.decline(DEMO.customer, &token).await.reasons(), ["INVITATION_EXPIRED"]);
    assert_eq!(app.revoke(&id).await.reasons(), ["NOT_PENDING"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn until_its_deadline_it_stands() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.clock.advance(chrono::TimeDelta::days(30) - chrono::TimeDelta::minutes(1));

    assert_eq!(app.status(&id).await, "PENDING");
    assert_eq!(app.expire().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_writes_it_down_and_mails_the_inviter_once() {
    let app = TestApp::new().await;
    let (id, token) = overdue(&app).await;

    let expired = app.expire().await;
    let again = app.expire().await;

    assert_eq!((expired, again), (1, 0));
    assert_eq!(
        app.count("from invitations where status = 'expired' and recipient_email = 'admin@wingtip.example'").await,
        1
    );
    let told = app.activity(DEMO.reseller, &id).await;
    assert_eq!(told, ["invitation.drafted", "invitation.sent", "invitation.expired"]);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, DEMO.reseller);
    assert!(!mails[0].raw.contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_workers_at_once_expire_each_once() {
    let app = TestApp::without_mails().await;
    let rows: Vec<Draft> = (0..50).map(|number| Draft::to(&format!("u{number}@blue-sky.example"))).collect();
    app.send_many(rows).await.given("rows");
    app.days_pass(30);

    let worker = || async {
        let mut expired = 0;
        while let done @ 1.. = domain::invitation::expire(&app.store, 7).await.expect("a run") {
            expired += done;
        }
        expired
    };
    let (a, b, c, d) = tokio::join!(worker(), worker(), worker(), worker());

    assert_eq!(a + b + c + d + app.expire().await, 50);
    assert_eq!(
        app.count("from activities where event = 'invitation.expired' and at > now() + interval '29 days'").await,
        50
    );
    assert_eq!(app.count("from emails where kind = 'invitation_expired' and status = 'queued'").await, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_expires_no_more_than_it_was_told_to_the_most_overdue_first() {
    let app = TestApp::without_mails().await;
    let (later, _) =
        app.invite(DEMO.reseller, Draft::to("a@blue-sky.example").with("expiresAfter", json!("P5D"))).await;
    let (sooner, _) =
        app.invite(DEMO.reseller, Draft::to("b@blue-sky.example").with("expiresAfter", json!("P3D"))).await;
    app.days_pass(6);

    assert_eq!(domain::invitation::expire(&app.store, 1).await.unwrap(), 1);

    assert_eq!(app.activity(DEMO.reseller, &sooner).await.last().unwrap(), "invitation.expired");
    assert_eq!(app.activity(DEMO.reseller, &later).await.last().unwrap(), "invitation.sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_of_an_overdue_invitation_is_discarded() {
    let app = TestApp::new().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.days_pass(30);

    let to: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).filter(|to| to == DEMO.customer).collect();

    assert_eq!(to, [""; 0]);
    assert_eq!(app.delivery(&id).await, "DISCARDED");
    app.expire().await;
    app.mails().await;
}
