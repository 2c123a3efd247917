//! What the schema has and the tables lack. Each failure says where a line is wanted.

use std::collections::BTreeSet;

use domain::activity::Event;
use serde_json::Value;

use super::attempts;
use super::objects::{OBJECTS, Objects};
use super::probes::PROBES;
use super::roots::ROOTS;
use super::schema::{Field, Kind, Schema};
use super::selection;
use super::told::TOLD;
use super::trial;
use super::world::World;

/// Arguments of every list that is read in pages. What a page holds is the list's; `it/page` walks them.
const PAGING: [&str; 4] = ["first", "after", "last", "before"];

#[tokio::test]
async fn every_type_with_ids_has_an_object_that_is_walked() {
    let schema = Schema::load().await;
    let walked: BTreeSet<&str> = OBJECTS.iter().map(|objects| objects.of).collect();
    let nodes: BTreeSet<&str> = schema.get("Node").possible.iter().map(String::as_str).collect();
    assert_eq!(walked, nodes, "add an object of each type to objects::OBJECTS, and its names to names::NAMES");
}

#[tokio::test]
async fn every_field_of_every_type_is_walked() {
    let schema = Schema::load().await;
    let mut walked: BTreeSet<String> = BTreeSet::new();
    for objects in OBJECTS {
        walked.extend(selection::walked(&selection::whole(&schema, objects.of)));
    }
    for (root, _) in ROOTS {
        walked.extend(selection::walked(&[selection::field(&schema, "Query", root, "")]));
    }
    for (mutation, _) in attempts::all() {
        walked.insert(format!("Mutation.{mutation}"));
        walked.extend(selection::walked(&trial::payload(&schema, mutation)));
    }
    walked.extend(selection::walked(&[selection::field(&schema, "Subscription", TOLD.0, "")]));
    // Asked for every object.
    walked.extend(["Query.node", "Query.nodes"].map(str::to_owned));
    let missing: Vec<String> = schema
        .objects()
        .flat_map(|(name, of)| of.fields.iter().map(move |field| format!("{name}.{}", field.name)))
        .filter(|field| !walked.contains(field))
        .collect();
    let remedy = "add a line: a root to roots::ROOTS, a mutation to attempts::all, a type to objects::OBJECTS";
    assert_eq!(missing, Vec::<String>::new(), "{remedy}");
}

#[tokio::test]
async fn every_field_of_every_input_is_attempted() {
    let schema = Schema::load().await;
    let (mut wanted, mut attempted) = (BTreeSet::new(), BTreeSet::new());
    for (mutation, attempts) in attempts::all() {
        let input = input_of(&schema, mutation);
        wanted.extend(schema.inputs_of(&input));
        attempted.extend(attempts.iter().flat_map(|attempt| given(&schema, &input, &attempt.input)));
        assert!(attempts.len() > 1, "attempt {mutation} on what is one's own and on a stranger's");
    }
    let missing: Vec<String> = wanted.difference(&attempted).cloned().collect();
    assert_eq!(missing, Vec::<String>::new(), "give it in an attempt of attempts::all");
}

/// The name of a mutation's input.
fn input_of(schema: &Schema, mutation: &str) -> String {
    let field = schema.get("Mutation").fields.iter().find(|field| field.name == mutation).unwrap();
    field.arguments[0].of.clone()
}

/// The fields of an input that a value gives, as `Type.field`.
fn given(schema: &Schema, of: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| given(schema, of, item)).collect(),
        Value::Object(fields) => {
            let inside = schema.get(of).fields.iter().filter_map(|field| Some((field, fields.get(&field.name)?)));
            inside
                .flat_map(|(field, value)| {
                    [vec![format!("{of}.{}", field.name)], given(schema, &field.of, value)].concat()
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn every_argument_is_probed_with_every_value_of_an_enumeration() {
    let schema = Schema::load().await;
    let mut missing = Vec::new();
    for (name, of) in schema.objects().filter(|(name, _)| *name != "Mutation") {
        for field in &of.fields {
            let path = format!("{name}.{}", field.name);
            let asked: Vec<&str> = match name {
                "Query" => ROOTS.iter().filter(|(root, _)| *root == field.name).map(|(_, given)| *given).collect(),
                "Subscription" => vec![TOLD.1],
                _ => PROBES.iter().filter(|(list, _)| *list == path).flat_map(|(_, probes)| *probes).copied().collect(),
            };
            for argument in field.arguments.iter().filter(|argument| !PAGING.contains(&argument.name.as_str())) {
                let inside = schema.get(&argument.of);
                let wanted: Vec<&Field> = match inside.kind {
                    Kind::Input => inside.fields.iter().collect(),
                    _ => vec![argument],
                };
                for wanted in wanted {
                    let silent = unasked(&schema, wanted, &asked).into_iter();
                    missing.extend(silent.map(|wanted| format!("{path}({wanted})")));
                }
            }
        }
    }
    // By these an object is found, and every object is.
    missing.retain(|argument| !["Query.node(id:)", "Query.nodes(ids:)"].contains(&argument.as_str()));
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "add a probe to probes::PROBES, or the argument to a root in roots::ROOTS"
    );
}

/// Of an argument that no probe gives: itself. Else the values of its enumeration that none does.
fn unasked(schema: &Schema, argument: &Field, asked: &[&str]) -> Vec<String> {
    let of = format!("{}:", argument.name);
    let given: Vec<&str> =
        asked.iter().filter_map(|probe| probe.split_once(&format!("{of} "))).map(|it| it.1).collect();
    if given.is_empty() {
        return vec![of];
    }
    let is_word =
        |text: &str, value: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|it| it == value);
    let values = schema.get(&argument.of).values.iter();
    let silent = values.filter(|value| !given.iter().any(|text| is_word(text, value)));
    silent.map(|value| format!("{of} {value}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_has_an_activity_that_is_walked() {
    let world = World::new().await;
    let walked: BTreeSet<String> = OBJECTS
        .iter()
        .filter(|objects| objects.of == "Activity")
        .flat_map(Objects::all)
        .map(|called| called.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let happened = world.names.events();
    let never: Vec<&str> =
        Event::ALL.iter().map(|event| event.as_str()).filter(|event| !happened.contains(*event)).collect();
    assert_eq!(never, Vec::<&str>::new(), "have it happen in world.rs");
    let missing: Vec<String> = happened.into_iter().filter(|event| !walked.contains(event)).collect();
    assert_eq!(missing, Vec::<String>::new(), "add an activity to objects::OBJECTS");
}
