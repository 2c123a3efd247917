//! Asking everybody for every field of every object.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::cells::{self, Cell, Given};
use super::objects::{OBJECTS, Objects};
use super::schema::Schema;
use super::selection::{self, Asked};
use super::table;
use super::world::World;

/// What everybody was given of one object.
pub(super) struct Walked {
    pub(super) title: String,
    pub(super) fields: Vec<Asked>,
    /// By actor.
    pub(super) given: Vec<Given>,
}

impl Walked {
    /// As a person reviews it.
    pub(super) fn table(&self) -> String {
        table::of_object(&self.title, &self.fields, &self.given)
    }

    /// The fields that had a value for somebody, as `Type.field`.
    pub(super) fn valued(&self) -> Vec<String> {
        let leaves = selection::valued_by(&self.fields);
        let has_value =
            |place: usize| self.given.iter().any(|given| matches!(given.cells[place], Cell::Value | Cell::Mixed));
        leaves.into_iter().enumerate().filter(|(place, _)| has_value(*place)).flat_map(|(_, fields)| fields).collect()
    }
}

/// Every object, by type.
pub(super) async fn objects(world: &World, schema: &Schema) -> Vec<(&'static str, Vec<Walked>)> {
    let mut all = Vec::new();
    for objects in OBJECTS {
        all.push((objects.of, of_type(world, schema, objects).await));
    }
    all
}

/// What everybody was given of the objects of one type.
pub(super) async fn of_type(world: &World, schema: &Schema, objects: &Objects) -> Vec<Walked> {
    let fields = selection::whole(schema, objects.of);
    let document = format!(
        "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {} {{ {} }} }} }}",
        objects.of,
        selection::text(&fields)
    );
    // Lists in pages count for what they might hold, and only so much is answered at once.
    let at_once = if document.contains("(first: ") { 2 } else { 20 };
    let mut all = Vec::new();
    for called in objects.all().collect::<Vec<_>>().chunks(at_once) {
        let ids: Vec<&str> = called.iter().map(|name| world.names.id(name)).collect();
        let asked = world.actors.iter().map(|actor| actor.ask(&world.app, &document, json!({ "ids": ids })));
        let answers = join_all(asked).await;
        for (place, title) in called.iter().enumerate() {
            let place = format!("/data/nodes/{place}");
            let given = answers.iter().map(|answer| read(&fields, &answer.body, &place, world)).collect();
            all.push(Walked { title: title.clone(), fields: fields.clone(), given });
        }
    }
    all
}

/// What an answer has at a place. Stops the test at any error but the one that there may be.
pub(super) fn read(fields: &[Asked], body: &Value, place: &str, world: &World) -> Given {
    match refusal(body) {
        None => cells::read(
            fields,
            body.pointer(place).unwrap_or_else(|| panic!("nothing at {place}: {body:#}")),
            &world.names,
        ),
        Some("UNAUTHENTICATED") => cells::all(fields, Cell::Unauthenticated),
        Some(_) => panic!("errors: {:#}", body["errors"]),
    }
}

/// The code of a request that was refused.
pub(super) fn refusal(body: &Value) -> Option<&str> {
    body.pointer("/errors/0").map(|error| error["extensions"]["code"].as_str().unwrap_or("no code"))
}
