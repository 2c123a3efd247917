//! Everything in the schema says what it is, and the conventions hold throughout.

use std::collections::BTreeSet;

use async_graphql::Executor;
use domain::activity::Event;
use serde_json::Value;

const INTROSPECTION: &str = "{ __schema { types { name kind description
    fields(includeDeprecated: true) { name description type { ...type }
        args(includeDeprecated: true) { name description type { ...type } } }
    inputFields(includeDeprecated: true) { name description type { ...type } }
    enumValues(includeDeprecated: true) { name description } } } }
    fragment type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// What GraphQL itself defines.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The schema's own types.
async fn types() -> Vec<Value> {
    let answer = api::graphql::schema(true).execute(INTROSPECTION.into()).await.into_result().unwrap();
    let types = answer.data.into_json().unwrap()["__schema"]["types"].as_array().unwrap().clone();
    let is_own = |name: &str| !name.starts_with("__") && !BUILT_IN.contains(&name);
    types.into_iter().filter(|of| is_own(name(of))).collect()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap()
}

fn all<'a>(of: &'a Value, members: &str) -> impl Iterator<Item = &'a Value> {
    of[members].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// A type as it is written: `[ID!]!`.
fn spelled(of: &Value) -> String {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", spelled(&of["ofType"])),
        "LIST" => format!("[{}]", spelled(&of["ofType"])),
        _ => name(of).to_owned(),
    }
}

/// Each member of a type, as `name: Type`.
fn members(of: &Value, kind: &str) -> Vec<String> {
    all(of, kind).map(|member| format!("{}: {}", name(member), spelled(&member["type"]))).collect()
}

#[tokio::test]
async fn the_description_of_an_activitys_event_names_every_event_and_no_other() {
    let types = types().await;
    let activity = types.iter().find(|of| name(of) == "Activity").unwrap();
    let event = all(activity, "fields").find(|field| name(field) == "event").unwrap();
    let named = event["description"].as_str().unwrap().split('`').skip(1).step_by(2);
    let named: BTreeSet<_> = named.filter(|word| *word != "noun.past").collect();
    assert_eq!(named, Event::ALL.iter().map(|event| event.as_str()).collect());
}

#[tokio::test]
async fn every_type_field_argument_and_value_is_described() {
    let mut silent = Vec::new();
    let mut says = |path: String, of: &Value| {
        if of["description"].as_str().unwrap_or_default().trim().is_empty() {
            silent.push(path);
        }
    };
    let types = types().await;
    for of in &types {
        let own = name(of);
        says(own.to_owned(), of);
        for field in all(of, "fields") {
            says(format!("{own}.{}", name(field)), field);
            for argument in all(field, "args") {
                says(format!("{own}.{}({}:)", name(field), name(argument)), argument);
            }
        }
        for member in all(of, "inputFields").chain(all(of, "enumValues")) {
            says(format!("{own}.{}", name(member)), member);
        }
    }
    assert!(types.len() > 60, "{} types", types.len());
    assert_eq!(silent, Vec::<String>::new(), "say what these are");
}

#[tokio::test]
async fn a_description_is_a_sentence() {
    for of in types().await {
        for member in [&of].into_iter().chain(all(&of, "fields")).chain(all(&of, "inputFields")) {
            let text = member["description"].as_str().unwrap();
            // Of an id the form alone is said: `org_…`
            let is_whole = text.ends_with(['.', '`']) && !text.contains("  ");
            assert!(is_whole, "{}.{}: {text:?}", name(&of), name(member));
        }
    }
}

#[tokio::test]
async fn a_mutation_takes_one_input_and_gives_what_was_changed_or_why_not() {
    let types = types().await;
    let find = |wanted: &str| types.iter().find(|of| name(of) == wanted).unwrap_or_else(|| panic!("no {wanted}"));
    for mutation in all(find("Mutation"), "fields") {
        let (first, rest) = name(mutation).split_at(1);
        let stem = format!("{}{rest}", first.to_uppercase());
        assert_eq!(members(mutation, "args"), [format!("input: {stem}Input!")]);
        assert_eq!(spelled(&mutation["type"]), format!("{stem}Payload!"));
        let payload = members(find(&format!("{stem}Payload")), "fields");
        assert!(payload.contains(&"userErrors: [UserError!]!".to_owned()), "{stem}: {payload:?}");
    }
}

#[tokio::test]
async fn every_list_is_paged_in_one_way() {
    let paging = ["first: Int", "after: String", "last: Int", "before: String"];
    let types = types().await;
    let mut lists = 0;
    for of in &types {
        if name(of).ends_with("Connection") {
            let node = name(of).trim_end_matches("Connection");
            let expected =
                [format!("edges: [{node}Edge!]!"), format!("nodes: [{node}!]!"), "pageInfo: PageInfo!".to_owned()];
            assert_eq!(members(of, "fields"), expected);
        }
        for field in all(of, "fields").filter(|field| spelled(&field["type"]).contains("Connection")) {
            lists += 1;
            let arguments = members(field, "args");
            assert!(arguments.ends_with(&paging.map(str::to_owned)), "{}.{}: {arguments:?}", name(of), name(field));
        }
    }
    assert!(lists >= 8, "{lists} lists");
}

#[tokio::test]
async fn every_object_with_an_id_is_a_node() {
    let types = types().await;
    let node = types.iter().find(|of| name(of) == "Node").unwrap();
    assert_eq!(members(node, "fields"), ["id: ID!"]);
    let with_ids: Vec<&str> = types
        .iter()
        .filter(|of| of["kind"] == "OBJECT" && members(of, "fields").contains(&"id: ID!".to_owned()))
        .map(name)
        .collect();
    let sdl = api::graphql::sdl();
    for of in with_ids {
        assert!(sdl.contains(&format!("type {of} implements Node {{")), "{of}");
    }
}
