use accord_tests::{Answer, DEMO, Draft, TestApp, reasons};
use serde_json::{Value, json};

/// A row of the answer: its invitation's id, or why it was refused.
fn rows(answer: &Answer) -> Vec<String> {
    let row = |row: &Value| match row["invitation"]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => reasons(row).join(", "),
    };
    answer.given("rows").as_array().expect("rows").iter().map(row).collect()
}

fn drafts(emails: &[&str]) -> Vec<Draft> {
    emails.iter().map(|email| Draft::to(email)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_drafted_and_sent_and_answered_in_order() {
    let app = TestApp::new().await;
    let emails = ["c@blue-sky.example", "a@blue-sky.example", "b@blue-sky.example"];

    let answer = app.send_many(drafts(&emails)).await;

    let sent = answer.given("rows");
    let seen = |row: &Value| json!([row["invitation"]["recipient"]["email"], row["invitation"]["status"]]);
    let seen: Vec<Value> = sent.as_array().unwrap().iter().map(seen).collect();
    assert_eq!(json!(seen), json!(emails.map(|email| [email, "PENDING"])));
    let mut mailed: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    mailed.sort();
    assert_eq!(mailed, ["a@blue-sky.example", "b@blue-sky.example", "c@blue-sky.example"]);
    assert_eq!(app.activity(DEMO.reseller, &rows(&answer)[0]).await, ["invitation.drafted", "invitation.sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn good_rows_are_sent_and_bad_ones_say_why_and_where() {
    let app = TestApp::without_mails().await;
    let mut emails: Vec<String> = (0..20).map(|number| format!("u{number}@blue-sky.example")).collect();
    emails[17] = "nobody".to_owned();
    emails[3] = "it@wide-world.example".to_owned();
    emails[5] = "U4@blue-sky.example".to_owned();
    let mut many: Vec<Draft> = emails.iter().map(|email| Draft::to(email)).collect();
    many[7] = Draft::to("u7@blue-sky.example").with("text", json!("no link")).with("expiresAfter", json!("P1Y"));

    let answer = app.send_many(many).await;

    let row = &answer.given("rows")[17];
    assert_eq!(row["userErrors"][0]["field"], json!(["rows", "17", "recipient", "email"]));
    let refused: Vec<String> = rows(&answer).into_iter().filter(|row| !row.starts_with("inv_")).collect();
    assert_eq!(
        refused,
        [
            "REGION_MISMATCH rows.3.recipient",
            "ALREADY_INVITED rows.5.recipient.email",
            "LINK_MISSING rows.7.text, OUT_OF_RANGE rows.7.expiresAfter",
            "INVALID_EMAIL rows.17.recipient.email",
        ]
    );
    assert_eq!(app.count("from emails where status = 'queued'").await, 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_does_not_stand_in_the_way_of_a_good_one_to_the_same_address() {
    let app = TestApp::without_mails().await;
    let many = || {
        let bad = Draft::to("ann@blue-sky.example").with("subject", json!(""));
        [vec![bad], drafts(&["ann@blue-sky.example"])].concat()
    };

    let checked = app.send_many_with(many(), json!({ "dryRun": true })).await;
    let sent = app.send_many(many()).await;

    assert_eq!(rows(&checked), ["REQUIRED rows.0.subject", ""], "nothing is wrong with the second");
    assert_eq!(rows(&sent)[0], "REQUIRED rows.0.subject");
    assert!(rows(&sent)[1].starts_with("inv_"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_checks_all_rows_and_their_duplicates_and_changes_nothing() {
    let app = TestApp::new().await;
    app.invite(DEMO.reseller, Draft::to("open@blue-sky.example")).await;
    app.mails().await;
    let before = app.count("from activities").await;
    let emails =
        ["ann@blue-sky.example", "OPEN@blue-sky.example", "nobody", "Ann@Blue-Sky.example", "boss@contoso.example"];

    let answer = app.send_many_with(drafts(&emails), json!({ "dryRun": true })).await;

    assert_eq!(
        rows(&answer),
        [
            "",
            "ALREADY_INVITED rows.1.recipient.email",
            "INVALID_EMAIL rows.2.recipient.email",
            "ALREADY_INVITED rows.3.recipient.email",
            "OWN_ORGANIZATION rows.4.recipient.email",
        ]
    );
    assert_eq!(app.count("from activities").await, before);
    assert_eq!(app.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_does_not_even_expire_what_is_overdue() {
    let app = TestApp::new().await;
    app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.mails().await;
    app.days_pass(30);

    let answer = app.send_many_with(drafts(&["ann@blue-sky.example"]), json!({ "dryRun": true })).await;

    assert_eq!(rows(&answer), [""]);
    let expired = "from invitations where recipient_email = 'ann@blue-sky.example' and status = 'expired'";
    assert_eq!(app.count(expired).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_leaves_its_key_free() {
    let app = TestApp::without_mails().await;
    let key = json!({ "dryRun": true, "idempotencyKey": "7" });
    app.send_many_with(drafts(&["ann@blue-sky.example"]), key).await;

    let sent = app.send_many_with(drafts(&["bob@blue-sky.example"]), json!({ "idempotencyKey": "7" })).await;

    assert!(rows(&sent)[0].starts_with("inv_"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_takes_1_to_250_rows() {
    let app = TestApp::without_mails().await;
    let emails = |count: usize| (0..count).map(|number| Draft::to(&format!("u{number}@blue-sky.example"))).collect();

    assert_eq!(app.send_many(emails(0)).await.reasons(), ["OUT_OF_RANGE rows"]);
    assert_eq!(app.send_many(emails(251)).await.reasons(), ["OUT_OF_RANGE rows"]);
    let most = rows(&app.send_many(emails(250)).await);
    assert!(most.iter().all(|row| row.starts_with("inv_")), "{most:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_repeated_with_its_key_gives_the_same_invitations_and_sends_nothing_again() {
    let app = TestApp::new().await;
    let emails = ["ann@blue-sky.example", "nobody", "bob@blue-sky.example"];
    let call = async || rows(&app.send_many_with(drafts(&emails), json!({ "idempotencyKey": "7" })).await);
    let first = call().await;
    assert_eq!(app.mails().await.len(), 2);

    let again = call().await;

    assert_eq!(again, first);
    assert_eq!(app.mails().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_broke_off_half_way_is_resumed_by_repeating_it() {
    let app = TestApp::without_mails().await;
    let emails = ["ann@blue-sky.example", "bob@blue-sky.example", "cat@blue-sky.example"];
    let call = async || app.send_many_with(drafts(&emails), json!({ "idempotencyKey": "7" })).await;
    app.sql("alter table invitations add constraint breaks_off check (recipient_email not like 'bob@%')").await;
    assert_eq!(call().await.error(), "INTERNAL");
    assert_eq!(app.count("from invitations where recipient_email like '%@blue-sky.example'").await, 1);
    app.sql("alter table invitations drop constraint breaks_off").await;

    let resumed = rows(&call().await);

    assert!(resumed.iter().all(|row| row.starts_with("inv_")), "{resumed:?}");
    assert_eq!(app.count("from invitations where recipient_email like '%@blue-sky.example'").await, 3);
    assert_eq!(app.count("from emails where status = 'queued'").await, 3);
    assert_eq!(rows(&call().await), resumed);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_with_one_key_at_once_send_every_row_once() {
    let app = TestApp::without_mails().await;
    let emails = ["ann@blue-sky.example", "bob@blue-sky.example", "cat@blue-sky.example"];
    let call = async || rows(&app.send_many_with(drafts(&emails), json!({ "idempotencyKey": "7" })).await);

    let (one, other) = tokio::join!(call(), call());

    assert_eq!(one, other);
    assert_eq!(app.count("from emails where status = 'queued'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_other_rows_is_a_conflict() {
    let app = TestApp::without_mails().await;
    let keyed = json!({ "idempotencyKey": "7" });
    app.send_many_with(drafts(&["ann@blue-sky.example"]), keyed.clone()).await;

    let other = app.send_many_with(drafts(&["bob@blue-sky.example"]), keyed).await;

    assert_eq!(other.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
    assert_eq!(other.only()["rows"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_200_characters_is_one() {
    let app = TestApp::without_mails().await;

    let answer =
        app.send_many_with(drafts(&["ann@blue-sky.example"]), json!({ "idempotencyKey": "é".repeat(200) })).await;

    assert!(rows(&answer)[0].starts_with("inv_"), "{answer:?}");
    let too_long = json!({ "idempotencyKey": "é".repeat(201) });
    let answer = app.send_many_with(drafts(&["bob@blue-sky.example"]), too_long).await;
    assert_eq!(answer.reasons(), ["INVALID idempotencyKey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_beyond_the_days_bound_are_refused() {
    let mut app = TestApp::with(|settings| settings.mails_per_day = 2).await;
    app.leaves_mails();
    let many = || drafts(&["a@blue-sky.example", "nobody", "b@blue-sky.example", "c@blue-sky.example"]);

    let checked = app.send_many_with(many(), json!({ "dryRun": true })).await;
    let sent = app.send_many(many()).await;

    assert_eq!(rows(&checked), ["", "INVALID_EMAIL rows.1.recipient.email", "", "RATE_LIMITED rows.3"]);
    assert_eq!(rows(&sent)[3], "RATE_LIMITED rows.3");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_sent_by_who_may_invite() {
    let app = TestApp::without_mails().await;
    let reasons = async |who: &str| {
        let input = json!({ "rows": [{ "recipient": { "email": "ann@blue-sky.example" } }] });
        app.mutate(who, "sendInvitations", input).await.reasons()
    };

    assert_eq!(reasons(DEMO.reseller_sales).await, ["FORBIDDEN"]);
    assert_eq!(reasons(DEMO.customer).await, ["NOT_AUTHORIZED_PARTNER"]);
    assert_eq!(reasons(DEMO.reseller_admin).await, [""; 0]);
}
