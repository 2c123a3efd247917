//! The order of commits, which is not that of ids.

use accord_tests::{PARTNER, TestApp};
use domain::activity::Following;
use serde_json::json;

use super::{DOCUMENT, Writer, after, settled, write, write_at_once};

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_after_an_activity_is_told_exactly_what_came_since() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(write(&app, number).await);
    }
    for place in 0..4 {
        let rest = &ids[place + 1..];
        assert_eq!(after(&app, &ids[place]).await.ids(rest.len()).await, rest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_in_the_middle_of_a_transaction_is_told_its_rest() {
    let app = TestApp::new().await;
    let mut writer = Writer::begin(&app).await;
    let mut ids = Vec::new();
    for number in 1..=250 {
        ids.push(writer.write(number).await);
    }
    writer.commit().await;
    ids.push(write(&app, 251).await);
    assert_eq!(after(&app, &ids[20]).await.ids(230).await, ids[21..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_late_is_not_lost() {
    let app = TestApp::new().await;
    let first = write(&app, 10).await;
    let mut subscription = after(&app, &first).await;
    let mut late = Writer::begin(&app).await;
    let overtaken = late.write(20).await;
    let mut quick = Writer::begin(&app).await;
    let overtaking = quick.write(11).await;
    quick.commit().await;
    tokio::select! {
        biased;
        told = subscription.answer() => panic!("{told:?} before what may still precede it"),
        () = app.until_stated("as horizon", 3) => {}
    }
    late.commit().await;

    let told = [overtaken, overtaking];
    assert_eq!(subscription.ids(2).await, told);
    assert_eq!(after(&app, &first).await.ids(2).await, told);
    assert_eq!(after(&app, &told[0]).await.ids(1).await, told[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_an_activity_that_was_seen_elsewhere_first_is_still_told() {
    let app = TestApp::new().await;
    let mut late = Writer::begin(&app).await;
    let overtaken = late.write(20).await;
    let listed = write_at_once(&app, 21).await;
    let mut subscription = after(&app, &listed).await;
    tokio::select! {
        biased;
        told = subscription.answer() => panic!("{told:?} before what may still precede it"),
        () = app.until_stated("as horizon", 3) => {}
    }
    late.commit().await;
    assert_eq!(subscription.ids(2).await, [overtaken, listed], "the latter was not told here yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_once_it_has_begun_is_told() {
    let app = TestApp::new().await;
    write(&app, 1).await;
    let actor = app.session(PARTNER).await.actor;
    let mut late = Writer::begin(&app).await;
    let overtaken = late.write(2).await;
    let mut following = Following::begin(&app.feed(), &actor, vec![], None).await.unwrap();
    let young = write_at_once(&app, 3).await;
    late.commit().await;
    let mut told = Vec::new();
    while told.last() != Some(&young) {
        told.push(following.next().await.unwrap().activity.id.to_string());
    }
    assert!(told.ends_with(&[overtaken, young]), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_never_told() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    let mut subscription = after(&app, &first).await;
    let mut failed = Writer::begin(&app).await;
    failed.write(2).await;
    drop(failed);
    let next = write(&app, 3).await;
    assert_eq!(subscription.ids(1).await, [next]);
}

/// What a restore does: the rows are copied without what the database makes of them.
const RESTORE: &str = "
    create temporary table dump on commit drop as
        select organization_id, activity_id, event, subject_id, actor_id from activity_organizations;
    delete from activity_organizations;
    insert into activity_organizations (organization_id, activity_id, event, subject_id, actor_id)
        select * from dump order by random()";

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_after_a_restore_is_told_what_came_since_and_then_what_happens() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(write(&app, number).await);
    }
    app.sql(RESTORE).await;
    settled(&app).await;
    let mut subscription = after(&app, &ids[1]).await;
    assert_eq!(subscription.ids(2).await, ids[2..]);
    let next = write(&app, 5).await;
    assert_eq!(subscription.ids(1).await, [next]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_leaves_the_transactions_of_its_database_out() {
    let app = TestApp::new().await;
    let made = "from pg_attribute where attrelid = 'activity_organizations'::regclass and attname = 'committed_after'
                and attgenerated = 's'";
    assert_eq!(app.count(made).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_what_happened_reads_few_rows() {
    let app = TestApp::with_one_connection().await;
    app.many_activities(6_000).await;
    settled(&app).await;
    app.sql("vacuum analyze").await;
    let middle = app
        .ids(
            "act",
            "select activity_id as id from activity_organizations where event = 'invitation.sent'
        order by activity_id offset 3000 limit 1",
        )
        .await;
    let tell = async |event: &str| {
        let variables = json!({ "after": middle[0], "events": [event] });
        app.subscribe(PARTNER, DOCUMENT, variables).await.ids(1).await
    };
    for _ in 0..6 {
        tell("invitation.sent").await;
    }
    let (rows, _) = app.rows_read("activity_organizations", tell("invitation.sent")).await;
    assert!(rows <= 300, "{rows} rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rare_is_told_however_much_else_happens() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    app.many_activities(1_000).await;
    app.ask("new@litware.example", "{ viewer { user { id } } }", json!({})).await.at("viewer.user.id");
    let variables = json!({ "after": first, "events": ["user.added"] });
    let mut subscription = app.subscribe(PARTNER, DOCUMENT, variables).await;
    assert_eq!(subscription.told().await["event"], "user.added");
}
