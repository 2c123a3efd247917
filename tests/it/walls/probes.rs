//! Arguments that narrow a list: none of them may tell anything of what is not theirs. A line a list, and a probe for each
//! of its arguments; `<…>` as in `attempts`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::objects::OBJECTS;
use super::table::{BETWEEN, Rows};
use super::world::World;

/// Lists, and what they are narrowed by.
pub(super) const PROBES: &[(&str, &[&str])] = &[
    ("Partner.customers", CUSTOMERS),
    ("Partner.customers", &["orderBy: NAME", "orderBy: SINCE_DESC"]),
    ("Partner.invitations", INVITATIONS),
    ("Partner.adminGrants", GRANTS),
    ("Partner.activity", ACTIVITY),
    ("Account.partners", CUSTOMERS),
    ("Account.users", USERS),
    ("Account.adminGrants", GRANTS),
    ("Account.activity", ACTIVITY),
    ("Relationship.adminGrants", GRANTS),
    ("Relationship.users", USERS),
    ("Partnership.users", USERS),
];

const USERS: &[&str] = &[r#"search: "admin""#, "status: ACTIVE", "status: DEACTIVATED", "status: DELETED"];

const CUSTOMERS: &[&str] = &[
    r#"filter: { search: "adventure" }"#,
    r#"filter: { search: "contoso" }"#,
    "filter: { status: ACTIVE }",
    "filter: { status: REMOVED }",
    r#"filter: { country: "US" }"#,
    r#"filter: { indirectProviderId: "<org northwind>" }"#,
    r#"filter: { indirectProviderId: "<org relecloud>" }"#,
    r#"filter: { indirectResellerId: "<org contoso>" }"#,
    r#"filter: { indirectResellerId: "<org litware>" }"#,
    "filter: { hasDelegatedAdministration: true }",
    "filter: { hasDelegatedAdministration: false }",
];

const INVITATIONS: &[&str] = &[
    "filter: { status: [PENDING, EXPIRED] }",
    "filter: { status: DRAFT }",
    "filter: { status: ACCEPTED }",
    "filter: { status: DECLINED }",
    "filter: { status: REVOKED }",
    "filter: { kind: RESELLER_RELATIONSHIP }",
    "filter: { kind: INDIRECT_PROVIDER_PARTNERSHIP }",
    r#"filter: { search: "wingtip" }"#,
    "filter: { deliveryStatus: NOT_SENT }",
    "filter: { deliveryStatus: QUEUED }",
    "filter: { deliveryStatus: [SENT, BY_HAND] }",
    "filter: { deliveryStatus: [FAILED, DISCARDED] }",
    "orderBy: CREATED_DESC",
    "orderBy: EXPIRES",
];

const GRANTS: &[&str] = &[
    "filter: { status: ACTIVE }",
    "filter: { status: EXPIRED }",
    "filter: { status: REVOKED }",
    "filter: { status: ENDED }",
    r#"filter: { endsWithin: "P120D" }"#,
];

const ACTIVITY: &[&str] = &[
    r#"filter: { event: ["invitation.accepted", "admin_grant.granted"] }"#,
    r#"filter: { subjectId: "<inv contoso to admin@adventure-works, granular accepted>" }"#,
    r#"filter: { subjectId: "<inv litware to admin@wingtip, revoked>" }"#,
    r#"filter: { subjectId: "<acc adventure-works>" }"#,
    r#"filter: { actorId: "<usr admin@adventure-works>" }"#,
    r#"filter: { actorId: "<usr agent@litware>" }"#,
    r#"filter: { since: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" }"#,
];

/// What everybody is given of each list of every object, as a person reviews it.
pub(super) async fn walk(world: &World) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = Vec::new();
    for (list, probes) in PROBES {
        let (of, field) = list.split_once('.').unwrap();
        let objects = OBJECTS.iter().find(|objects| objects.of == of).unwrap();
        let called: Vec<String> = objects.all().collect();
        let asked = probes.iter().enumerate().map(|(n, probe)| {
            let rows = if *list == "Relationship.adminGrants" { "id" } else { "nodes { id }" };
            format!("p{n}: {field}({}) {{ {rows} }} ", world.names.fill(probe))
        });
        let asked: String = asked.collect();
        let document = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ {asked} }} }} }}");
        let ids: Vec<&str> = called.iter().map(|name| world.names.id(name)).collect();
        let signed_in = world.actors.iter().map(|actor| actor.ask(&world.app, &document, json!({ "ids": ids })));
        let answers: Vec<Value> = join_all(signed_in).await.into_iter().map(|answer| nodes(&answer.body)).collect();
        for (n, probe) in probes.iter().enumerate() {
            let mut rows = Rows::default();
            for (place, name) in called.iter().enumerate() {
                let given: Vec<_> = answers.iter().map(|nodes| said(&nodes[place], &format!("p{n}"), world)).collect();
                tell(&mut rows, name, &given);
            }
            all.push((of, rows.text(&format!("{list}({probe})"))));
        }
    }
    all
}

/// What came back; nobody is given nothing.
fn nodes(body: &Value) -> Value {
    match super::walk::refusal(body) {
        None | Some("UNAUTHENTICATED") => body["data"]["nodes"].clone(),
        Some(_) => panic!("errors: {:#}", body["errors"]),
    }
}

/// The rows of a list; none: the object is hidden.
fn said(object: &Value, alias: &str, world: &World) -> Option<String> {
    let list = object.get(alias)?;
    let rows = list.get("nodes").unwrap_or(list);
    let Some(rows) = rows.as_array() else { return Some("null".to_owned()) };
    let mut names: Vec<String> = rows.iter().map(|row| world.names.of(row["id"].as_str().unwrap())).collect();
    names.sort();
    Some(if names.is_empty() { "nothing".to_owned() } else { names.join(BETWEEN) })
}

/// A row for each of the answers that there are.
fn tell(rows: &mut Rows, name: &str, given: &[Option<String>]) {
    let mut answers: Vec<&String> = given.iter().flatten().collect();
    answers.sort();
    answers.dedup();
    for answer in answers {
        let cells = given.iter().map(|one| if one.as_ref() == Some(answer) { 'v' } else { '.' }).collect();
        rows.row(cells).say(format!("{name}: {answer}"));
    }
}
