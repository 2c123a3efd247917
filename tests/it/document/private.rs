//! Where introspection is off, no message names what the caller did not write.

use std::collections::HashSet;

use accord_tests::{PARTNER, TestApp};
use serde_json::{Value, json};

/// Documents that are wrong, each in a way of its own, with names that are nearly right.
const WRONG: &[(&str, &str)] = &[
    ("{ viewr { identity { id } } }", "{}"),
    ("{ viewer { partnr { id } } }", "{}"),
    ("{ viewer }", "{}"),
    ("{ viewer { identity } }", "{}"),
    ("{ regions { code { id } } }", "{}"),
    ("{ node { id } }", "{}"),
    ("{ node(idd: \"x\") { id } }", "{}"),
    ("{ node(id: [true]) { id } }", "{}"),
    ("{ node(id: null) { id } }", "{}"),
    ("{ node(id: \"x\") { ... on Region { code } } }", "{}"),
    ("{ node(id: \"x\") { ... on Locale { code } } }", "{}"),
    ("{ node(id: \"x\") { ... on Partnr { id } } }", "{}"),
    ("{ ...f } fragment f on Partner { id }", "{}"),
    ("{ regions @include(iff: true) { code } }", "{}"),
    ("{ regions @include { code } }", "{}"),
    ("{ regions @skp(if: true) { code } }", "{}"),
    ("{ agreement(kind: CUSTOMR, country: \"US\") { id } }", "{}"),
    ("{ agreement(kind: 7, country: \"US\") { id } }", "{}"),
    ("{ agreement(kind: CUSTOMER, country: 7) { id } }", "{}"),
    ("{ viewer { partner { customers(first: \"x\") { nodes { id } } } } }", "{}"),
    ("{ viewer { partner { customers(filter: { nam: 1 }) { nodes { id } } } } }", "{}"),
    ("{ viewer { partner { customers(filter: 1) { nodes { id } } } } }", "{}"),
    ("mutation { draftInvitation(input: {}) { invitation { id } } }", "{}"),
    ("mutation { draftInvitation(input: { recipient: {} }) { invitation { id } } }", "{}"),
    ("mutation { draftInvitation(input: { recipient: { email: 7 } }) { invitation { id } } }", "{}"),
    (
        "mutation { draftInvitation(input: { recipient: { email: \"x\" }, delegatedAdministration: {} }) { invitation { id } } }",
        "{}",
    ),
    ("query($v: ID) { node(id: $v) { id } }", "{}"),
    ("query($v: Int) { agreement(kind: $v, country: \"US\") { id } }", "{ \"v\": 1 }"),
    ("query($v: Region) { node(id: $v) { id } }", "{}"),
    ("query($v: Nothing) { node(id: $v) { id } }", "{}"),
    ("query($v: ID!) { node(id: $v) { id } }", "{ \"v\": { \"a\": 1 } }"),
    (
        "query($v: CustomerFilter) { viewer { partner { customers(filter: $v) { nodes { id } } } } }",
        "{ \"v\": { \"serch\": 1 } }",
    ),
    (
        "query($v: CustomerOrder) { viewer { partner { customers(orderBy: $v) { nodes { id } } } } }",
        "{ \"v\": \"NAM\" }",
    ),
    (
        "mutation($v: DraftInvitationInput!) { draftInvitation(input: $v) { invitation { id } } }",
        "{ \"v\": { \"recipient\": { \"emial\": 1 } } }",
    ),
    (
        "mutation($v: DraftInvitationInput!) { draftInvitation(input: $v) { invitation { id } } }",
        "{ \"v\": { \"a\\\"b\": 1 } }",
    ),
    ("subscription { nothing }", "{}"),
    ("{ regions { code code: name } }", "{}"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_message_names_what_the_caller_did_not_write() {
    let app = TestApp::new().await;
    let types = type_names();
    for (query, variables) in WRONG {
        let parsed: Value = serde_json::from_str(variables).unwrap();
        let answer = app.ask(PARTNER, query, parsed).await;
        let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("{query}: {:#}", answer.body));
        let both = format!("{query} {variables}");
        let written: HashSet<&str> = words(&both).chain(["Int", "Float", "String", "Boolean", "ID"]).collect();
        for error in errors {
            let message = error["message"].as_str().unwrap();
            assert!(!message.contains("Did you mean"), "{query}: {message}");
            for (n, part) in message.split('"').enumerate() {
                let is_quoted = n % 2 == 1;
                let unknown = words(part).find(|word| !written.contains(word) && (is_quoted || types.contains(word)));
                assert_eq!(unknown, None, "{query}: {message}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_whole_and_helpful_where_introspection_is_on() {
    let app = TestApp::serving(&["--introspection"]).await;
    let answer = app.ask(PARTNER, "{ viewer { partnr { id } } }", json!({})).await;
    assert_eq!(
        answer.body["errors"][0]["message"],
        "Unknown field \"partnr\" on type \"Viewer\". Did you mean \"partner\"?"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_still_says_what_is_wrong() {
    let app = TestApp::new().await;
    let answer = app.ask(PARTNER, "{ viewer { partnr { id } } }", json!({})).await;
    assert_eq!(answer.body["errors"][0]["message"], "Unknown field \"partnr\" on type \"…\".");
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The names of the schema's types; none of them is a word of English but `Query`, `Mutation` and `Subscription`.
fn type_names() -> HashSet<&'static str> {
    let lines = include_str!("../../../schema.graphql").lines();
    let kinds = ["type ", "input ", "enum ", "interface ", "union ", "scalar "];
    let names = lines.filter_map(|line| kinds.iter().find_map(|kind| words(line.strip_prefix(kind)?).next()));
    names.filter(|name| name.chars().skip(1).any(char::is_uppercase)).collect()
}
