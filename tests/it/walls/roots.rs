//! The roots that read, as everybody. A line a root and its arguments; `<…>` as in `attempts`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::cells::Given;
use super::objects::OBJECTS;
use super::schema::Schema;
use super::selection;
use super::walk::{self, Walked};
use super::world::World;

/// Every root, with the arguments it is asked with. `node` and `nodes` are asked for every object instead.
pub(super) const ROOTS: &[(&str, &str)] = &[
    ("viewer", ""),
    ("invitationByLink", r#"(token: "<link contoso to admin@wingtip, full pending>")"#),
    ("invitationByLink", r#"(token: "<link contoso to owner@fourth-coffee, pending>")"#),
    ("invitationByLink", r#"(token: "<link contoso with northwind to admin@wingtip, full pending>")"#),
    ("invitationByLink", r#"(token: "<link northwind to admin@litware, partnership pending>")"#),
    ("invitationByLink", r#"(token: "<link litware to admin@wingtip, draft>")"#),
    ("invitationByLink", r#"(token: "<link litware to user@wingtip, revoked>")"#),
    ("invitationByLink", r#"(token: "<link litware to user@tailspin, expired>")"#),
    ("invitationByLink", r#"(token: "<link contoso to admin@adventure-works, granular accepted>")"#),
    ("invitationByLink", r#"(token: "forged")"#),
    ("agreement", r#"(kind: CUSTOMER, country: "US", locale: "en")"#),
    ("agreement", r#"(kind: PARTNER, country: "FR")"#),
    ("regions", ""),
    ("indirectProviders", ""),
    ("indirectProviders", r#"(filter: { search: "litware" })"#),
    ("indirectProviders", r#"(filter: { country: "US", language: "en" })"#),
];

/// What everybody was given of each root.
pub(super) async fn walk(world: &World, schema: &Schema) -> Vec<Walked> {
    let mut all = Vec::new();
    for (root, arguments) in ROOTS {
        let fields = vec![selection::field(schema, "Query", root, &world.names.fill(arguments))];
        let document = format!("{{ {} }}", selection::text(&fields));
        let asked = world.actors.iter().map(|actor| actor.ask(&world.app, &document, json!({})));
        let answers = join_all(asked).await;
        let given: Vec<Given> =
            answers.iter().map(|answer| walk::read(&fields, &answer.body, "/data", world)).collect();
        all.push(Walked { title: format!("{root}{arguments}"), fields, given });
    }
    all
}

/// Stops the test where `node` does not hide what `nodes` hides, for anybody.
pub(super) async fn node_is_as_nodes(world: &World) {
    const AT_ONCE: usize = 50;
    let called: Vec<String> = OBJECTS.iter().flat_map(super::objects::Objects::all).collect();
    for part in called.chunks(AT_ONCE) {
        let ids: Vec<&str> = part.iter().map(|name| world.names.id(name)).collect();
        let one_by_one = ids.iter().enumerate().map(|(n, id)| format!("n{n}: node(id: \"{id}\") {{ id }} "));
        let one_by_one = format!("{{ {} }}", one_by_one.collect::<String>());
        let together = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        for actor in world.actors.iter().filter(|actor| actor.email.is_some()) {
            let nodes = actor.ask(&world.app, together, json!({ "ids": ids })).await.at("nodes").clone();
            let node = actor.ask(&world.app, &one_by_one, json!({})).await.body["data"].clone();
            let node: Value = (0..ids.len()).map(|n| node[format!("n{n}")].clone()).collect();
            assert_eq!(node, nodes, "{:?}", actor.email);
        }
    }
}
