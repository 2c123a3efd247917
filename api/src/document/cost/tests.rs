use async_graphql::parser::parse_query;
use serde_json::{Value as Json, json};

use super::*;
use crate::document::operation::executed;

const SDL: &str = "
    type Query { viewer: Viewer! nodes(ids: [ID!]!): [Node]! short: [Viewer!]! }
    type Viewer { id: ID! customers(first: Int, last: Int, after: String): CustomerConnection! }
    type CustomerConnection { nodes: [Customer!]! edges: [CustomerEdge!]! pageInfo: String }
    type CustomerEdge { node: Customer! cursor: String! }
    type Customer implements Node { id: ID! name: String users(first: Int, last: Int, filter: Filter): UserConnection! }
    type UserConnection { nodes: [User!]! }
    type User implements Node { id: ID! customer: Customer message: InvitationMessage roles: [Role!]! domains: [String!]! }
    type InvitationMessage { text: String! html: String! user: User }
    enum Role { ADMIN SELLER READER }
    interface Node { id: ID! }
    type Mutation { send(input: SendInput!): Payload! }
    type Payload { rows: [Customer!]! }
    input SendInput { rows: [Filter!]! }
    input Filter { text: String }";

fn estimate(text: &str, variables: Json) -> Estimate {
    let types = Types::read(SDL).unwrap();
    let document = parse_query(text).unwrap();
    let (_, operation) = executed(&document, None).unwrap();
    Estimate::of(&types, &document, operation, &Variables::from_json(variables))
}

fn cost(text: &str) -> u64 {
    estimate(text, json!({})).rows
}

fn cost_with(text: &str, variables: Json) -> u64 {
    estimate(text, variables).rows
}

#[test]
fn a_page_costs_its_rows_times_what_is_selected_of_one() {
    assert_eq!(cost("{ viewer { id } }"), 0);
    assert_eq!(cost("{ viewer { customers(first: 100) { nodes { name } } } }"), 100);
    let inside = |users: &str| format!("{{ viewer {{ customers(first: 100) {{ nodes {{ {users} }} }} }} }}");
    assert_eq!(cost(&inside("users(first: 100) { nodes { id } }")), 10_000);
    assert_eq!(cost(&inside("users(last: 7) { nodes { id } }")), 700);
    assert_eq!(cost(&inside("a: users(first: 3) { nodes { id } } b: users(first: 4) { nodes { id } }")), 700);
    assert_eq!(cost(&inside("users(first: 2) { nodes { customer { users(first: 5) { nodes { id } } } } }")), 1_000);
}

#[test]
fn what_stands_beside_each_other_is_added_up() {
    let users = "users(first: 2) { nodes { id } }";
    let text =
        format!("{{ viewer {{ customers(first: 10) {{ nodes {{ {users} }} edges {{ node {{ {users} }} }} }} }} }}");
    assert_eq!(cost(&text), 40);
    assert_eq!(
        cost("{ viewer { ...f ...f ... { ...f } } } fragment f on Viewer { customers(first: 5) { pageInfo } }"),
        15
    );
    assert_eq!(
        cost("{ a: viewer { customers(first: 5) { pageInfo } } b: viewer { customers(first: 6) { pageInfo } } }"),
        11
    );
}

#[test]
fn a_page_without_a_number_has_25_rows_and_one_that_cannot_be_taken_100() {
    let page = |arguments: &str| cost(&format!("{{ viewer {{ customers{arguments} {{ pageInfo }} }} }}"));
    for left_out in ["", "(first: null)", "(after: \"x\")", "(first: $nobody)"] {
        assert_eq!(page(left_out), 25, "{left_out}");
    }
    for unusable in ["0", "-1", "101", "99999999999999999999", "1.5", "\"10\"", "[1]", "{ a: 1 }", "TEN"] {
        assert_eq!(page(&format!("(first: {unusable})")), 100, "{unusable}");
    }
    assert_eq!(page("(first: 3, last: 9)"), 9);
}

#[test]
fn a_page_may_come_by_a_variable_or_its_default() {
    let text = "query($n: Int = 10) { viewer { customers(first: $n) { pageInfo } } }";
    for (variables, rows) in
        [(json!({ "n": 40 }), 40), (json!({}), 10), (json!({ "n": null }), 25), (json!({ "n": "40" }), 100)]
    {
        assert_eq!(cost_with(text, variables.clone()), rows, "{variables}");
    }
    let bare = "query($n: Int) { viewer { customers(last: $n) { pageInfo } } }";
    assert_eq!((cost_with(bare, json!({ "n": 40 })), cost_with(bare, json!({}))), (40, 25));
}

#[test]
fn ids_and_rows_count_like_a_page() {
    let inside = "{ ... on Customer { users(first: 10) { nodes { id } } } }";
    assert_eq!(cost("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }"), 3);
    assert_eq!(cost(&format!("{{ nodes(ids: [\"a\", \"b\", \"c\"]) {inside} }}")), 30);
    let by_variable = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {inside} }}");
    assert_eq!(cost_with(&by_variable, json!({ "ids": vec!["a"; 100] })), 1_000);
    let rows = "mutation($input: SendInput!) { send(input: $input) { rows { users(first: 4) { nodes { id } } } } }";
    assert_eq!(cost_with(rows, json!({ "input": { "rows": vec![json!({}); 250] } })), 1_000);
    let rows = "mutation($rows: [Filter!]!) { send(input: { rows: $rows }) { rows { id } } }";
    assert_eq!(cost_with(rows, json!({ "rows": vec![json!({}); 250] })), 250);
    assert_eq!(cost("mutation { send(input: { rows: [{}, {}] }) { rows { id } } }"), 2);
}

#[test]
fn a_short_list_costs_what_one_of_it_does() {
    assert_eq!(cost("{ short { customers(first: 5) { nodes { id } } } }"), 5);
}

#[test]
fn only_the_operation_that_runs_counts() {
    let types = Types::read(SDL).unwrap();
    let page =
        |name: &str, rows: u32| format!("query {name} {{ viewer {{ customers(first: {rows}) {{ pageInfo }} }} }} ");
    let document = parse_query(page("a", 7) + &page("b", 9)).unwrap();
    for (name, rows) in [("a", 7), ("b", 9)] {
        let (_, operation) = executed(&document, Some(name)).unwrap();
        assert_eq!(Estimate::of(&types, &document, operation, &Variables::default()).rows, rows);
    }
}

#[test]
fn ten_pages_of_100_inside_each_other_overflow_nothing() {
    let text = "viewer { customers(first: 100) { nodes { users(first: 100) { nodes { customer { ".to_owned();
    let deep = format!(
        "{{ {text} {} id {} }} }} }} }} }} }} }}",
        "users(first: 100) { nodes { customer { ".repeat(15),
        "} } } ".repeat(15)
    );
    assert_eq!(cost(&deep), u64::MAX);
}

#[test]
fn each_fragment_is_walked_once() {
    let mut text = "{ viewer { ...f0 } }".to_owned();
    for n in 0..30 {
        text += &format!(" fragment f{n} on Viewer {{ ...f{} ...f{} }}", n + 1, n + 1);
    }
    text += " fragment f30 on Viewer { customers(first: 1) { pageInfo } }";
    // One that is walked at every spread would not end.
    assert_eq!(cost(&text), 1 << 30);
}

#[test]
fn fields_at_the_root_are_counted_through_fragments() {
    let fields = |text: &str| estimate(text, json!({})).fields;
    assert_eq!(fields("{ a: viewer { id id } b: viewer { id } }"), 2);
    assert_eq!(fields("{ ...f ... { ...f } } fragment f on Query { viewer { id } short { id } }"), 4);
}

#[test]
fn the_answers_size_is_bounded_by_rows_and_fields() {
    let wide = |fields: usize| {
        let text = format!(
            "{{ viewer {{ customers(first: 100) {{ nodes {{ users(first: 100) {{ nodes {{ {} }} }} }} }} }} }}",
            "id ".repeat(fields)
        );
        estimate(&text, json!({})).check()
    };
    assert_eq!(wide(45), Ok(()));
    assert_eq!(wide(51), Err("the operation asks for more than 500000 values, by the pages it asks for".to_owned()));
}

#[test]
fn long_texts_and_lists_of_scalars_count_for_more_than_a_value() {
    let values =
        |text: &str| estimate(&format!("{{ nodes(ids: [1]) {{ ... on User {{ {text} }} }} }}"), json!({})).values;
    let bare = values("id");
    assert_eq!(values("message { text html }") - bare, 200);
    assert_eq!(values("a: message { text } b: message { text }") - bare, 201);
    assert_eq!(values("message { user { id } }") - bare, 2, "an object of a heavy type's is not heavy itself");
    assert_eq!((values("roles") - bare, values("domains") - bare), (2, 49));
}

#[test]
fn a_page_of_messages_is_served_and_the_same_under_many_names_is_not() {
    let page = |aliases: usize| {
        let page = |n| format!("a{n}: nodes(ids: $ids) {{ ... on User {{ message {{ text html }} }} }} ");
        let text = format!("query($ids: [ID!]!) {{ {} }}", (0..aliases).map(page).collect::<String>());
        estimate(&text, json!({ "ids": vec!["a"; 100] })).check()
    };
    assert_eq!(page(1), Ok(()));
    assert_eq!(page(50), Err("the operation asks for more than 500000 values, by the pages it asks for".to_owned()));
}

#[test]
fn introspection_may_not_go_from_types_to_fields_to_types_for_ever() {
    let deep = |levels: usize| {
        let text = format!(
            "{{ __schema {{ types {{ {} name {} }} }} }}",
            "fields { type { ".repeat(levels),
            "} }".repeat(levels)
        );
        estimate(&text, json!({})).check()
    };
    assert_eq!(deep(2), Ok(()));
    let message = "the operation asks for more than 10000 names of the schema, one inside the other";
    assert_eq!(deep(5), Err(message.to_owned()));
    assert_eq!(cost("{ __schema { types { name } } }"), 0);
}

#[test]
fn arguments_count_for_every_row_that_is_asked_for_with_them() {
    let text =
        "query($f: Filter) { viewer { customers(first: 100) { nodes { users(filter: $f) { nodes { id } } } } } }";
    let with = |length: usize| estimate(text, json!({ "f": { "text": "a".repeat(length) } })).check();
    assert_eq!(with(1_000), Ok(()));
    let message = "the arguments come to more than 200000 values, written out for every row";
    assert_eq!(with(200_000), Err(message.to_owned()));
}
