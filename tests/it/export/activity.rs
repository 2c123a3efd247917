use std::collections::BTreeSet;

use accord_tests::{DEMO, Draft, PARTNER, TestApp};
use axum::http::header;
use serde_json::{Value, json};

/// Stops the test unless the export of an address has the rows that the list has with these arguments, in its order.
async fn is_the_list(app: &TestApp, who: &str, query: &str, arguments: &str) -> Vec<String> {
    let of = if who.starts_with("admin@wingtip") { "account" } else { "partner" };
    let path = format!("viewer.{of}.activity");
    let listed = app.list(who, &path).with(arguments).forward(100).await;
    let exported = app.export(who, &format!("activity.csv{query}")).await.column("id");
    assert_eq!(exported, listed, "{who}: {query}");
    exported
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_leaves_what_it_leaves_in_the_list() {
    let app = TestApp::without_mails().await;
    let before = app.store.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    app.days_pass(1);
    let (id, _) = app.invite(DEMO.reseller, Draft::to("somebody@elsewhere.example")).await;
    let me = app.ask(DEMO.reseller, "{ viewer { user { id } } }", json!({})).await.text("viewer.user.id");
    let other = app.ask(DEMO.reseller_admin, "{ viewer { user { id } } }", json!({})).await.text("viewer.user.id");
    let all = is_the_list(&app, DEMO.reseller, "", "").await.len();
    for (query, arguments, rows) in [
        ("?event=invitation.sent".to_owned(), r#"filter: { event: ["invitation.sent"] }"#.to_owned(), None),
        (
            format!("?event=invitation.sent&event=invitation.drafted&subjectId={id}"),
            format!(r#"filter: {{ event: ["invitation.sent", "invitation.drafted"], subjectId: "{id}" }}"#),
            Some(2),
        ),
        (format!("?since={before}"), format!(r#"filter: {{ since: "{before}" }}"#), Some(2)),
        (format!("?until={before}"), format!(r#"filter: {{ until: "{before}" }}"#), Some(all - 2)),
        (
            format!("?since={before}&until={before}"),
            format!(r#"filter: {{ since: "{before}", until: "{before}" }}"#),
            Some(0),
        ),
        (format!("?actorId={me}"), format!(r#"filter: {{ actorId: "{me}" }}"#), None),
        (
            format!("?actorId={other}&subjectId={id}"),
            format!(r#"filter: {{ actorId: "{other}", subjectId: "{id}" }}"#),
            Some(0),
        ),
    ] {
        let found = is_the_list(&app, DEMO.reseller, &query, &arguments).await.len();
        assert!(rows.map_or(found > 0 && found <= all, |rows| rows == found), "{query}: {found} of {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_what_the_list_says_to_either_side() {
    let app = TestApp::without_mails().await;
    let (_, token) = app
        .invite(DEMO.reseller, Draft::to(DEMO.customer).with("delegatedAdministration", json!({ "full": true })))
        .await;
    app.try_accept(DEMO.customer, &token).await.accepted("acceptInvitation");
    let selection = "nodes { id at event actor { id name } actorOrganization { id name } subject { id } details }";
    for (who, of) in [(DEMO.reseller, "partner"), ("admin@northwind.example", "partner"), (DEMO.customer, "account")] {
        let path = format!("viewer.{of}.activity");
        let answer = app.list(who, &path).ask("first: 100", selection).await;
        let nodes = answer.at(&path)["nodes"].as_array().unwrap().clone();
        assert!(nodes.len() > 2 && nodes.len() < 100, "{}", nodes.len());
        let export = app.export(who, "activity.csv").await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let column = |cell: &dyn Fn(&Value) -> String| nodes.iter().map(cell).collect::<Vec<_>>();
        for (name, cell) in [
            ("id", &(|node: &Value| text(&node["id"])) as &dyn Fn(&Value) -> String),
            ("at", &|node| text(&node["at"])),
            ("event", &|node| text(&node["event"])),
            ("actor_id", &|node| text(&node["actor"]["id"])),
            ("actor", &|node| text(&node["actor"]["name"])),
            ("actor_organization_id", &|node| text(&node["actorOrganization"]["id"])),
            ("actor_organization", &|node| text(&node["actorOrganization"]["name"])),
            ("subject_id", &|node| text(&node["subject"]["id"])),
        ] {
            assert_eq!(export.column(name), column(cell), "{who}: {name}");
        }
        let details = export.column("details");
        let details: Vec<Value> = details.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        assert_eq!(details, nodes.iter().map(|node| node["details"].clone()).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_takes_its_own_activity_away() {
    let app = TestApp::without_mails().await;
    app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let events: BTreeSet<_> = app.export(DEMO.customer, "activity.csv").await.column("event").into_iter().collect();
    assert!(!events.contains("invitation.sent"), "that is its inviter's: {events:?}");
    is_the_list(&app, DEMO.customer, "", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_of_many_pages_comes_whole_in_its_order() {
    let app = TestApp::new().await;
    many_activities(&app, 2_100).await;
    let rows = is_the_list(&app, PARTNER, "?event=invitation.sent", r#"filter: { event: ["invitation.sent"] }"#).await;
    let distinct: BTreeSet<_> = rows.iter().collect();
    assert_eq!((rows.len(), distinct.len()), (2_100, 2_100));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_called_activity_and_its_header_is_settled() {
    let app = TestApp::new().await;
    let export = app.export(PARTNER, "activity.csv?event=invitation.sent").await;
    let name = format!("attachment; filename=\"activity-{}.csv\"", app.store.now().format("%Y-%m-%d"));
    assert_eq!(export.headers[header::CONTENT_DISPOSITION], name);
    let header = "id,at,event,actor_id,actor,actor_organization_id,actor_organization,subject_id,details\r\n";
    assert_eq!(export.text, header);
}

/// Gives Litware so much activity.
pub(super) async fn many_activities(app: &TestApp, count: usize) {
    app.sql(&format!(
        "create temporary table made on commit drop as
         select gen_random_uuid() as id from generate_series(1, {count});
         insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
         select id, 'invitation.sent', now(), 'system', 'inv', gen_random_uuid() from made;
         insert into activity_organizations (organization_id, activity_id, event, subject_id)
         select o.id, made.id, 'invitation.sent', gen_random_uuid() from made, organizations o where o.tenant = 'litware.example'"
    ))
    .await;
}
