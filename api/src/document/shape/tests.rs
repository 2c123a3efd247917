use async_graphql::parser::parse_query;
use serde_json::{Value as Json, json};

use super::*;

const SDL: &str = "
    type Query { may: Thing must: Thing! list: [Thing!] rows: [Thing]! any: Any }
    type Thing { id: ID! name: String thing: Thing must: Thing! tags: [String] }
    type Other { id: ID! must: Thing! ids: [ID!]! }
    union Any = Thing | Other";

fn shaped(document: &str, data: Json, failed: &[&[&str]]) -> String {
    let segment = |part: &&str| match part.parse() {
        Ok(index) => PathSegment::Index(index),
        Err(_) => PathSegment::Field((*part).to_owned()),
    };
    let paths: Vec<Vec<PathSegment>> = failed.iter().map(|path| path.iter().map(segment).collect()).collect();
    let types = Types::read(SDL).unwrap();
    let plan = types.plan(&parse_query(document).unwrap(), None).unwrap();
    plan.shape(Value::from_json(data).unwrap(), paths.iter().map(Vec::as_slice)).to_string()
}

#[test]
fn fields_come_in_the_order_of_the_document() {
    let document =
        "{ ...f b: may { name id } } fragment f on Query { must { id } a: may { ... on Thing { name } id } }";
    let data = json!({ "b": { "id": "1", "name": "x" }, "a": { "id": "2", "name": "y" }, "must": { "id": "3" } });
    let expected = r#"{must: {id: "3"}, a: {name: "y", id: "2"}, b: {name: "x", id: "1"}}"#;
    assert_eq!(shaped(document, data, &[]), expected);
}

#[test]
fn a_scalar_that_is_an_object_stays_as_it_is() {
    let data = json!({ "may": { "name": { "z": [{ "a": null, "b": 1 }] } } });
    assert_eq!(shaped("{ may { name } }", data, &[]), r#"{may: {name: {z: [{a: null, b: 1}]}}}"#);
}

#[test]
fn a_field_that_failed_is_null_where_it_may_be() {
    let data = json!({ "may": { "id": "1" } });
    assert_eq!(shaped("{ may { name id } }", data, &[&["may", "name"]]), r#"{may: {name: null, id: "1"}}"#);
}

#[test]
fn a_null_that_may_not_be_goes_up_to_the_nearest_that_may() {
    let data = || json!({ "may": { "must": { "name": "x" } }, "rows": [{ "id": "1" }, { "name": "x" }] });
    let document = "{ may { must { id name } } rows { id name } }";
    let shaped = shaped(document, data(), &[&["may", "must", "id"], &["rows", "1", "id"]]);
    assert_eq!(shaped, r#"{may: null, rows: [{id: "1"}, null]}"#);
}

#[test]
fn a_list_whose_rows_may_not_be_null_is_null_itself() {
    let data = json!({ "list": [{ "id": "1" }, { "name": "x" }] });
    assert_eq!(shaped("{ list { id name } }", data, &[&["list", "1", "id"]]), "{list: null}");
}

#[test]
fn a_list_that_failed_as_a_whole_is_null() {
    assert_eq!(
        shaped("{ list { id } may { id } }", json!({ "may": { "id": "1" } }), &[&["list", "1", "id"]]),
        r#"{list: null, may: {id: "1"}}"#
    );
    assert_eq!(shaped("{ rows { id } }", Json::Null, &[&["rows"]]), "null");
}

#[test]
fn data_is_null_where_a_root_may_not_be() {
    assert_eq!(shaped("{ must { id } }", json!({}), &[&["must"]]), "null");
}

#[test]
fn an_object_of_which_nothing_selected_applies_is_empty() {
    let document = "{ must { ... on Other { id } } rows { id } }";
    assert_eq!(shaped(document, json!({ "must": null, "rows": [null] }), &[]), "{must: {}, rows: [null]}");
}

#[test]
fn a_key_that_types_disagree_on_is_null_where_one_of_them_may_be() {
    let document =
        "{ any { ... on Thing { a: name b: thing { id } c: tags } ... on Other { a: id b: must { id } c: ids } } }";
    let data = json!({ "any": { "a": null, "b": null, "c": [null] } });
    assert_eq!(shaped(document, data, &[]), "{any: {a: null, b: null, c: [null]}}");
    let turned =
        "{ any { ... on Other { a: id b: must { id } c: ids } ... on Thing { a: name b: thing { id } c: tags } } }";
    let data = json!({ "any": { "a": null, "b": null, "c": [null] } });
    assert_eq!(shaped(turned, data, &[]), "{any: {a: null, b: null, c: [null]}}");
}

#[test]
fn a_leaf_is_never_filled() {
    assert_eq!(shaped("{ must { id } }", json!({ "must": { "id": null } }), &[]), "{must: {id: null}}");
}
