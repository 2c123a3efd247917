//! Whoever writes to the database can do what they like to the account, but not unseen.

use accord_tests::{CUSTOMER, Draft, PARTNER, TestApp};
use domain::activity::seal::Head;
use domain::activity::verify::{Flaw, verify};
use domain::settings::Key;

/// An account of three batches, and its head as the log has it.
async fn three_batches() -> (TestApp, Head) {
    let app = TestApp::new().await;
    app.seal().await.expect("what the demo world tells");
    app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    app.seal().await.expect("a batch");
    app.many_activities(3).await;
    let head = app.seal().await.expect("a batch");
    assert_eq!(app.flaws(Some(&head)).await, []);
    (app, head)
}

/// Does to the account what only who owns the database can.
async fn tamper(app: &TestApp, statements: &str) {
    app.sql(&format!("set session_replication_role = replica; {statements}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_batches_is_whole() {
    let app = TestApp::new().await;
    let (head, flaws) = verify(&app.store, &TestApp::seal_key(), None).await.unwrap();
    assert_eq!((head, flaws), (None, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_is_found_as_the_log_has_it() {
    let (app, head) = three_batches().await;
    let (found, _) = verify(&app.store, &TestApp::seal_key(), None).await.unwrap();
    assert_eq!(found, Some(head));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_row_is_found() {
    for change in [
        "details = '{\"delegatedAdministration\": \"full\"}'",
        "event = 'invitation.edited'",
        "at = at - interval '1 microsecond'",
        "actor_id = gen_random_uuid()",
        "actor_organization_id = (select id from organizations where tenant = 'contoso.example')",
        "actor_kind = 'system'",
        "subject_id = gen_random_uuid()",
        "subject_kind = 'rel'",
    ] {
        let (app, head) = three_batches().await;
        let check = "alter table activities drop constraint activities_user_says_who;";
        let row = "where id = (select activity_id from activity_seals where batch = 2)";
        tamper(&app, &format!("{check} update activities set {change} {row}")).await;
        assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 2 }], "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_row_is_found() {
    let (app, head) = three_batches().await;
    tamper(&app, "delete from activities where id = (select activity_id from activity_seals where batch = 2)").await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 2 }]);
    // Its traces as well.
    tamper(&app, "delete from activity_seals where batch = 2").await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 2 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_was_removed_or_added_is_found() {
    let of_batch = "activity_id in (select activity_id from activity_seals where batch = 2)";
    for change in [
        format!("delete from activity_organizations where {of_batch}"),
        format!(
            "insert into activity_organizations select o.id, r.activity_id, r.event, r.subject_id, r.actor_id
             from activity_organizations r, organizations o where {of_batch} and o.tenant = 'contoso.example'"
        ),
    ] {
        let (app, head) = three_batches().await;
        tamper(&app, &change).await;
        assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 2 }], "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lists_are_filtered_by_cannot_hide_an_activity_unseen() {
    let of_batch = "where activity_id in (select activity_id from activity_seals where batch = 2)";
    for change in ["event = 'invitation.edited'", "subject_id = gen_random_uuid()", "actor_id = null"] {
        let (app, head) = three_batches().await;
        tamper(&app, &format!("update activity_organizations set {change} {of_batch}")).await;
        assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 2 }], "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_slipped_in_is_found() {
    let (app, head) = three_batches().await;
    let row = "insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
               values (gen_random_uuid(), 'invitation.accepted', now(), 'system', 'inv', gen_random_uuid())";
    tamper(&app, row).await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Unsealed { rows: 1 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_under_a_batch_that_is_none_is_found() {
    let (app, head) = three_batches().await;
    let row = "with row as (insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
                   values (gen_random_uuid(), 'invitation.accepted', now(), 'system', 'inv', gen_random_uuid()) returning id)
               insert into activity_seals select id, 99, 0, '', '', '' from row";
    tamper(&app, row).await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Unsealed { rows: 1 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_under_a_batch_of_somebody_elses_making_is_found() {
    for number in [0, i64::MIN, i64::MAX] {
        let (app, head) = three_batches().await;
        let batch = format!(
            "with row as (insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
                 values (gen_random_uuid(), 'invitation.accepted', now(), 'system', 'inv', gen_random_uuid()) returning id),
             batch as (insert into activity_batches select {number}, sealed_at, 1, root, previous, mac
                 from activity_batches where number = 1)
             insert into activity_seals select id, {number}, 0, '', '', '' from row"
        );
        tamper(&app, &batch).await;
        assert!(app.flaws(Some(&head)).await.contains(&Flaw::Signature { batch: number }), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_cut_off_the_end_is_found_by_the_logs_head() {
    let (app, head) = three_batches().await;
    tamper(
        &app,
        "delete from activities where id in (select activity_id from activity_seals where batch = 3);
         delete from activity_seals where batch = 3; delete from activity_batches where number = 3",
    )
    .await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::CutOff { batch: 3 }]);
    assert_eq!(app.flaws(None).await, [], "which is why the log keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_missing_in_between_is_found() {
    let (app, head) = three_batches().await;
    tamper(
        &app,
        "delete from activities where id in (select activity_id from activity_seals where batch = 2);
         delete from activity_seals where batch = 2; delete from activity_batches where number = 2",
    )
    .await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Chain { batch: 3 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_in_another_order_are_found() {
    let (app, head) = three_batches().await;
    tamper(
        &app,
        "update activity_batches set number = case number when 2 then 13 else 12 end where number > 1;
         update activity_batches set number = number - 10 where number > 10;
         update activity_seals set batch = case batch when 2 then 13 else 12 end where batch > 1;
         update activity_seals set batch = batch - 10 where batch > 10",
    )
    .await;
    let flaws = app.flaws(Some(&head)).await;
    for batch in [2, 3] {
        assert!(flaws.contains(&Flaw::Chain { batch }) && flaws.contains(&Flaw::Signature { batch }), "{flaws:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_in_another_order_within_a_batch_are_found() {
    let (app, head) = three_batches().await;
    tamper(
        &app,
        "update activity_seals set position = position + 100 where batch = 3;
         update activity_seals set position = 102 - position where batch = 3",
    )
    .await;
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 3 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_was_altered_is_found() {
    for change in
        ["siblings = ''", "siblings = set_byte(siblings, 0, 255 - get_byte(siblings, 0))", "leaf = salt || salt"]
    {
        let (app, head) = three_batches().await;
        tamper(&app, &format!("update activity_seals set {change} where batch = 3")).await;
        assert_eq!(app.flaws(Some(&head)).await, [Flaw::Rows { batch: 3 }], "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_altered_is_found() {
    for change in ["sealed_at = sealed_at + interval '1 second'", "size = size + 1", "previous = root", "root = mac"] {
        let (app, head) = three_batches().await;
        tamper(&app, &format!("update activity_batches set {change} where number = 2")).await;
        assert!(app.flaws(Some(&head)).await.contains(&Flaw::Signature { batch: 2 }), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_key_signed_is_found() {
    let (app, _) = three_batches().await;
    app.draft(PARTNER, Draft::to("b@example.com")).await;
    let foreign = Key::from([9; 32]);
    let head = domain::activity::seal::seal(&app.store, &foreign).await.unwrap().expect("a batch");
    assert_eq!(app.flaws(Some(&head)).await, [Flaw::Signature { batch: 4 }]);
    let (_, flaws) = verify(&app.store, &foreign, None).await.unwrap();
    assert_eq!(flaws, [1, 2, 3].map(|batch| Flaw::Signature { batch }));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_than_the_logs_is_found() {
    let (app, head) = three_batches().await;
    let other = Head { mac: "00".repeat(32), ..head };
    assert_eq!(app.flaws(Some(&other)).await, [Flaw::CutOff { batch: 3 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_its_seal_is_no_flaw() {
    let (app, head) = three_batches().await;
    app.draft(PARTNER, Draft::to("b@example.com")).await;
    assert_eq!(app.flaws(Some(&head)).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_leaves_the_account_whole() {
    let (app, head) = three_batches().await;
    app.sql("update users set name = 'Erased', email = id || '@erased.example', email_verified_at = null").await;
    assert_eq!(app.flaws(Some(&head)).await, []);
}
