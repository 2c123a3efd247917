//! Lists taken away as CSV, as everybody: who may, and that each has the rows and cells that the same person is shown.

use std::collections::BTreeMap;

use accord_tests::Export;
use serde_json::{Value, json};

use super::actors::Actor;
use super::table::Rows;
use super::world::World;

/// An export's address, and the list it is of: each row's cells as GraphQL shows them.
const LISTS: [(&str, &[&str], &str); 3] = [
    (
        "customers.csv",
        CUSTOMER,
        "viewer { partner { customers(first: 100) { nodes { id customer { id name } indirectProvider { id name } indirectReseller { id name } } } } }",
    ),
    (
        "customers.csv?status=REMOVED",
        CUSTOMER,
        "viewer { partner { customers(first: 100, filter: { status: REMOVED }) { nodes { id customer { id name } indirectProvider { id name } indirectReseller { id name } } } } }",
    ),
    (
        "activity.csv",
        ACTIVITY,
        "viewer { partner { activity(first: 100) { nodes { ...row } } } account { activity(first: 100) { nodes { ...row } } } }",
    ),
];

/// Columns, each with the place of the same in a node.
const CUSTOMER: &[&str] = &[
    "id /id",
    "customer_id /customer/id",
    "name /customer/name",
    "indirect_provider_id /indirectProvider/id",
    "indirect_provider /indirectProvider/name",
    "indirect_reseller_id /indirectReseller/id",
    "indirect_reseller /indirectReseller/name",
];
const ACTIVITY: &[&str] = &[
    "id /id",
    "actor_id /actor/id",
    "actor /actor/name",
    "actor_organization_id /actorOrganization/id",
    "actor_organization /actorOrganization/name",
    "subject_id /subject/id",
];

const ROW: &str =
    " fragment row on Activity { id actor { id name } actorOrganization { id name } subject { id } details }";

/// Everybody's answers, as a table.
pub(super) async fn walk(world: &World) -> String {
    let mut tables = String::new();
    for (address, columns, list) in LISTS {
        let fragment = if columns == ACTIVITY { ROW } else { "" };
        let document = format!("{{ {list} }}{fragment}");
        let mut said: BTreeMap<String, Vec<char>> = BTreeMap::new();
        for (place, actor) in world.actors.iter().enumerate() {
            let export = actor.export(&world.app, address).await;
            let shown = shown(&actor.ask(&world.app, &document, json!({})).await.body);
            let answer = compare(&export, columns, shown, actor);
            said.entry(answer).or_insert_with(|| vec!['.'; world.actors.len()])[place] = 'x';
        }
        let mut rows = Rows::default();
        for (answer, cells) in said {
            rows.row(cells).say(answer);
        }
        tables += &rows.text(&format!("GET /exports/{address}"));
    }
    tables
}

/// What the list shows; none: there is no such list for who asks.
fn shown(body: &Value) -> Option<Vec<Value>> {
    let viewer = &body["data"]["viewer"];
    let lists = ["/partner/customers/nodes", "/partner/activity/nodes", "/account/activity/nodes"];
    let found = lists.iter().find_map(|path| viewer.pointer(path)?.as_array());
    found.cloned()
}

/// The status and how many rows; stops the test where they are not those of the list.
fn compare(export: &Export, columns: &[&str], shown: Option<Vec<Value>>, actor: &Actor) -> String {
    let who = actor.email.as_deref().unwrap_or("nobody");
    let Some(nodes) = shown else {
        assert!(!export.status.is_success(), "{who} takes away what they are not shown: {}", export.text);
        return export.status.as_u16().to_string();
    };
    assert!(nodes.len() < 100, "{who} is shown a page only");
    for column in columns {
        let (name, place) = column.split_once(' ').unwrap();
        let listed =
            nodes.iter().map(|node| node.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned());
        assert_eq!(export.column(name), listed.collect::<Vec<_>>(), "{who}: {name}");
    }
    if columns == ACTIVITY {
        let details: Vec<String> = nodes.iter().map(|node| node["details"].to_string()).collect();
        let exported =
            export.column("details").into_iter().map(|text| serde_json::from_str::<Value>(&text).unwrap().to_string());
        assert_eq!(exported.collect::<Vec<_>>(), details, "{who}");
    }
    format!("200, {}", if nodes.is_empty() { "no rows" } else { "the rows of the list" })
}
