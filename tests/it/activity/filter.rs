//! Which activity is asked for.

use accord_tests::{Draft, PARTNER, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const DOCUMENT: &str = "query($filter: ActivityFilter) { viewer { partner { activity(filter: $filter) {
    nodes { event at actor { id } } } } } }";

/// The events of Litware that a filter leaves, the latest first; those of the demo world apart.
async fn events(app: &TestApp, filter: Value) -> Vec<String> {
    let answer = app.ask(PARTNER, DOCUMENT, json!({ "filter": filter })).await;
    let nodes = answer.at("viewer.partner.activity.nodes").as_array().unwrap().clone();
    let events = nodes.iter().map(|node| node["event"].as_str().unwrap().to_owned());
    events.filter(|event| event.starts_with("invitation.")).collect()
}

/// Two invitations on the first day, one sent by the agent and one drafted by the administrator; a day later the latter
/// is sent and looked at.
async fn two_days() -> (TestApp, [String; 2], DateTime<Utc>) {
    let app = TestApp::without_mails().await;
    let (one, _) = app.invite(PARTNER, Draft::to("one@example.com")).await;
    let other = app.draft("admin@litware.example", Draft::to("other@example.com")).await;
    let between = app.store.now() + TimeDelta::hours(12);
    app.days_pass(1);
    let sent = app.try_send("admin@litware.example", &other).await.given("invitation");
    let token = sent["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    app.open(&token).await.given("offer");
    (app, [one, other], between)
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_found_by_event() {
    let (app, _, _) = two_days().await;
    assert_eq!(events(&app, json!({ "event": ["invitation.opened"] })).await, ["invitation.opened"]);
    let two = json!({ "event": ["invitation.opened", "invitation.drafted"] });
    assert_eq!(events(&app, two).await, ["invitation.opened", "invitation.drafted", "invitation.drafted"]);
    assert_eq!(events(&app, json!({ "event": [] })).await.len(), 5);
    assert_eq!(events(&app, json!({ "event": ["invitation.revoked"] })).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_found_by_time() {
    let (app, _, between) = two_days().await;
    let day_two = ["invitation.opened", "invitation.sent"];
    let day_one = ["invitation.drafted", "invitation.sent", "invitation.drafted"];
    assert_eq!(events(&app, json!({ "since": between })).await, day_two);
    assert_eq!(events(&app, json!({ "until": between })).await, day_one);
    let never = json!({ "since": between, "until": between });
    assert_eq!(events(&app, never).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn since_includes_its_moment_and_until_does_not() {
    let (app, _, _) = two_days().await;
    let answer = app.ask(PARTNER, DOCUMENT, json!({ "filter": { "event": ["invitation.opened"] } })).await;
    let at = answer.at("viewer.partner.activity.nodes.0.at").clone();
    assert_eq!(events(&app, json!({ "since": at })).await, ["invitation.opened"]);
    assert!(!events(&app, json!({ "until": at })).await.contains(&"invitation.opened".to_owned()));
    let elsewhere = at
        .as_str()
        .unwrap()
        .parse::<DateTime<Utc>>()
        .unwrap()
        .with_timezone(&chrono::FixedOffset::east_opt(5 * 3600 + 1800).unwrap());
    assert_eq!(events(&app, json!({ "since": elsewhere.to_rfc3339() })).await, ["invitation.opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_beyond_all_activity_are_taken() {
    let (app, _, _) = two_days().await;
    for (filter, found) in [
        (json!({ "since": "0001-01-01T00:00:00Z" }), 5),
        (json!({ "until": "9999-12-31T23:59:59Z" }), 5),
        (json!({ "since": "9999-12-31T23:59:59Z" }), 0),
        (json!({ "until": "0001-01-01T00:00:00Z" }), 0),
        (json!({ "until": "1969-12-31T23:59:59.999999Z" }), 0),
    ] {
        assert_eq!(events(&app, filter.clone()).await.len(), found, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_found_by_subject() {
    let (app, [one, other], _) = two_days().await;
    assert_eq!(events(&app, json!({ "subjectId": one })).await, ["invitation.sent", "invitation.drafted"]);
    let of_other = ["invitation.opened", "invitation.sent", "invitation.drafted"];
    assert_eq!(events(&app, json!({ "subjectId": other })).await, of_other);
    let unknown = domain::id::spell("inv", uuid::Uuid::now_v7());
    assert_eq!(events(&app, json!({ "subjectId": unknown })).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_found_by_actor() {
    let (app, _, _) = two_days().await;
    let own = app.ask(PARTNER, "{ viewer { user { id } } }", json!({})).await.text("viewer.user.id");
    assert_eq!(events(&app, json!({ "actorId": own })).await, ["invitation.sent", "invitation.drafted"]);
    let unknown = domain::id::spell("usr", uuid::Uuid::now_v7());
    assert_eq!(events(&app, json!({ "actorId": unknown })).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_together() {
    let (app, [_, other], between) = two_days().await;
    let filter = json!({ "subjectId": other, "since": between, "event": ["invitation.sent", "invitation.drafted"] });
    assert_eq!(events(&app, filter).await, ["invitation.sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_list_is_walked_both_ways() {
    let (app, _, _) = two_days().await;
    let list = || {
        let filter = r#"filter: { event: ["invitation.drafted", "invitation.sent"] }"#;
        app.list(PARTNER, "viewer.partner.activity").with(filter)
    };
    let ids = list().forward(1).await;
    assert_eq!(ids.len(), 4);
    assert_eq!(list().backward(3).await, ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_nothing_is_refused_naming_the_field() {
    let app = TestApp::new().await;
    let user = app.ids("org", "select id from users limit 1").await.remove(0);
    for (filter, message) in [
        (json!({ "event": ["invitation.sent", "invitation.lost"] }), "filter.event: there is no event"),
        (json!({ "event": [""] }), "filter.event: there is no event"),
        (json!({ "subjectId": "x" }), "filter.subjectId: this is no object's id"),
        (json!({ "subjectId": "zzz_01h455vb4pex5vsknk084sn02q" }), "filter.subjectId: this is no object's id"),
        (json!({ "actorId": "x" }), "filter.actorId: this is no user's id"),
        (json!({ "actorId": user }), "filter.actorId: this is no user's id"),
    ] {
        let answer = app.ask(PARTNER, DOCUMENT, json!({ "filter": filter })).await;
        assert_eq!(answer.error(), "BAD_REQUEST", "{filter}");
        let said = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(said.starts_with(message), "{filter}: {said}");
    }
    let time = app.ask(PARTNER, DOCUMENT, json!({ "filter": { "since": "yesterday" } })).await;
    assert_eq!(time.error(), "BAD_REQUEST");
}
