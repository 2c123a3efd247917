//! Within a minute an activity is sealed: it stands in a batch under a Merkle root, and the proof shows it.

use std::collections::HashSet;

use accord_tests::{CUSTOMER, Draft, PARTNER, TestApp, proves};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};

const SEALS: &str =
    "{ viewer { partner { activity(first: 100) { nodes { id seal { batch size position leaf root proof } } } } } }";

/// Litware's activity with its seals, the latest first.
async fn sealed(app: &TestApp) -> Vec<Value> {
    app.ask(PARTNER, SEALS, json!({})).await.at("viewer.partner.activity.nodes").as_array().unwrap().clone()
}

/// How many activities wait for their seal.
async fn waiting(app: &TestApp) -> i64 {
    app.count("from activity_unsealed").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_has_no_seal_until_the_sealer_comes() {
    let app = TestApp::new().await;
    app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    assert_eq!(sealed(&app).await[0]["seal"], Value::Null);
    app.seal().await.expect("a batch");
    assert_eq!(sealed(&app).await[0]["seal"]["batch"], 1);
    assert_eq!(waiting(&app).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sealed_activity_is_proved_by_its_siblings() {
    let app = TestApp::new().await;
    while app.seal().await.is_some() {}
    // A tree with a ragged edge.
    app.many_activities(77).await;
    assert_eq!(app.seal().await.expect("a batch").size, 77);
    let activities = sealed(&app).await;
    assert!(activities.len() >= 77);
    for activity in &activities {
        assert!(proves(&activity["seal"]), "{activity}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_that_of_one_activity_alone() {
    let app = TestApp::new().await;
    app.many_activities(9).await;
    app.seal().await.expect("a batch");
    let activities = sealed(&app).await;
    for field in ["leaf", "position", "proof"] {
        let mut seal = activities[0]["seal"].clone();
        assert!(proves(&seal));
        seal[field] = activities[1]["seal"][field].clone();
        assert!(!proves(&seal), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_one_is_its_own_root() {
    let app = TestApp::new().await;
    while app.seal().await.is_some() {}
    app.many_activities(1).await;
    app.seal().await.expect("a batch");
    let alone = sealed(&app).await.into_iter().find(|activity| activity["seal"]["proof"] == json!([])).unwrap();
    assert_eq!(alone["seal"]["leaf"], alone["seal"]["root"]);
    assert!(proves(&alone["seal"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_numbered_without_a_gap_and_hold_1024_at_most() {
    let app = TestApp::new().await;
    app.many_activities(2_100).await;
    let mut sizes = Vec::new();
    while let Some(head) = app.seal().await {
        sizes.push(head.size);
        assert_eq!(head.number, i64::try_from(sizes.len()).unwrap());
    }
    assert_eq!((sizes.len(), sizes[0], sizes[1]), (3, 1024, 1024));
    assert_eq!(app.flaws(None).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_late_is_sealed_later_and_nothing_is_lost() {
    let app = TestApp::new().await;
    // A writer that takes its id now and commits after others, and after a batch was sealed.
    let late = &mut AsyncPgConnection::establish(app.database_url()).await.unwrap();
    late.batch_execute("begin").await.unwrap();
    let row = "insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
               values ('00000000-0000-7000-8000-000000000001', 'user.added', '2020-01-01', 'system', 'usr',
                   '00000000-0000-7000-8000-000000000002')";
    late.batch_execute(row).await.unwrap();
    app.draft(PARTNER, Draft::to(CUSTOMER)).await;
    assert_eq!(app.seal().await.expect("a batch").number, 1);
    assert_eq!(app.seal().await, None);
    late.batch_execute("commit").await.unwrap();
    let head = app.seal().await.expect("a batch");
    assert_eq!((head.number, head.size), (2, 1));
    assert_eq!(app.flaws(Some(&head)).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_not_sealed() {
    let app = TestApp::new().await;
    while app.seal().await.is_some() {}
    app.sql(
        "begin; insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
         values (gen_random_uuid(), 'user.added', now(), 'system', 'usr', gen_random_uuid()); rollback",
    )
    .await;
    assert_eq!(app.seal().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_at_once_seal_everything_once() {
    let app = TestApp::new().await;
    app.many_activities(3_000).await;
    let run = async || {
        let mut numbers = Vec::new();
        while waiting(&app).await > 0 {
            numbers.extend(app.seal().await.map(|head| head.number));
        }
        numbers
    };
    let (one, other) = tokio::join!(run(), run());
    let numbers: HashSet<i64> = one.iter().chain(&other).copied().collect();
    assert_eq!(numbers.len(), one.len() + other.len(), "{one:?} {other:?}");
    assert_eq!(app.flaws(None).await, []);
    assert_eq!(app.count("from activities").await, app.count("from activity_seals").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_or_removes_an_activity() {
    let app = TestApp::new().await;
    let conn = &mut AsyncPgConnection::establish(app.database_url()).await.unwrap();
    for statement in ["update activities set details = '{}'", "delete from activities", "truncate activities cascade"] {
        let error = conn.batch_execute(statement).await.unwrap_err();
        assert_eq!(error.to_string(), "activities are never changed or removed", "{statement}");
    }
}
