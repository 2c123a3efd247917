//! Arguments, values and variables.

use serde_json::{Value, json};

use super::{Hostile, fill, times};

/// Takes a list of ids that nobody has.
const NODES: &str = "query($v: [ID!]!) { nodes(ids: $v) { id } }";

pub(super) fn all() -> Vec<Hostile> {
    let mut all = in_documents();
    all.extend(in_variables());
    all
}

fn in_documents() -> Vec<Hostile> {
    let twelve = format!("regions({}) {{ code }} ", times(1_000, |n| format!("a{n}:1 ")));
    vec![
        Hostile::new("arguments of one field", fill("{ node(", |n| format!("a{n}:1 "), ") { id } }")),
        Hostile::new("the same 1,000 arguments of 7 fields", format!("{{ {} }}", twelve.repeat(7))),
        Hostile::new("one argument again and again", fill("{ node(", |_| "id:1 ".to_owned(), ") { id } }")),
        Hostile::new("a list of 30,000 values", fill("{ nodes(ids:[", |_| "1 ".to_owned(), "]) { id } }")),
        Hostile::new("a long list compared with itself 1,000 times", compared_lists()),
        Hostile::new("an object of 9,000 fields", fill("{ node(id:{", |n| format!("a{n}:1 "), "}) { id } }")),
        Hostile::new(
            "objects in objects",
            format!("{{ node(id: {}1{}) {{ id }} }}", "{a:".repeat(20_000), "}".repeat(500)),
        ),
        Hostile::new("lists in lists", format!("{{ node(id: {}) {{ id }} }}", "[".repeat(60_000))),
        Hostile::new("variables, each used", fill_variables()),
        Hostile::new("100 variables, used 5,000 times", used_variables()),
        Hostile::new("variables that nobody defined, in 400 operations", undefined_variables()),
        Hostile::new(
            "variables of types in brackets",
            format!("query($v: {}Int{}) {{ regions {{ code }} }}", "[".repeat(30_000), "]".repeat(30_000)),
        ),
        Hostile::new(
            "a default for a type that is not there",
            "query($v: [Nothing!] = [1]) { nodes(ids: $v) { id } }".to_owned(),
        ),
        Hostile::new(
            "a default of 30,000 values",
            fill("query($v: [ID!]! = [", |_| "1 ".to_owned(), "]) { nodes(ids: $v) { id } }"),
        ),
        Hostile::new("a block string", format!("{{ node(id: \"\"\"{}\"\"\") {{ id }} }}", " a\n".repeat(21_000))),
        Hostile::new("lists in lists behind a block string that is not closed", open_block("[", "]")),
        Hostile::new("objects in objects behind a block string that is not closed", open_block("{a:", "}")),
        Hostile::new("names behind a block string that is not closed", open_block("a ", "")),
        Hostile::new("block strings, none closed", fill("{ nodes(ids:[", |_| "\"\"\" \\".to_owned(), "]) { id } }")),
        Hostile::new("a string of escapes", format!("{{ node(id: \"{}\") {{ id }} }}", "\\u00e9".repeat(10_900))),
        Hostile::new("empty strings", fill("{ nodes(ids:[", |_| "\"\"".to_owned(), "]) { id } }")),
        Hostile::new("numbers of 60,000 digits", format!("{{ node(id: {}) {{ id }} }}", "1".repeat(60_000))),
        Hostile::new(
            "values of an enumeration that are not",
            format!("{{ viewer {{ partner {{ {} }} }} }}", "customers(orderBy:NOTHING){nodes{id}}".repeat(1_600)),
        ),
    ]
}

fn in_variables() -> Vec<Hostile> {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let each = |unit: Value, count: usize| json!({ "v": vec![unit; count] });
    let often = format!("query($v: ID!) {{ viewer {{ {} }} }}", "partner(a:$v){id}".repeat(3_000));
    vec![
        Hostile::with("1 MiB of variables: numbers", NODES, each(json!(1), 500_000)),
        Hostile::with("1 MiB of variables: ids", NODES, each(json!(""), 340_000)),
        Hostile::with("1 MiB of variables: objects", NODES, each(json!({ "a": 1 }), 120_000)),
        Hostile::with("1 MiB of variables: empty objects", NODES, each(json!({}), 340_000)),
        Hostile::with("1 MiB of variables: objects of one empty name", NODES, each(json!({ "": 0 }), 125_000)),
        Hostile::with("1 MiB of variables: one text", NODES, json!({ "v": "a".repeat(1_000_000) })),
        Hostile::with("1 MiB of variables: keys", NODES, (0..70_000).map(|n| (n.to_string(), json!(1))).collect()),
        Hostile::with("a text of 900 KiB, used 3,000 times", often, json!({ "v": "a".repeat(900_000) })),
        Hostile::with(
            "10,000 ids, used 40 times",
            format!("query($v: [ID!]!) {{ {} }}", "nodes(ids: $v) { id } ".repeat(40)),
            each(json!(""), 10_000),
        ),
        Hostile::with("variables nested 120 deep", NODES, json!({ "v": nested(120) })),
        Hostile::with("variables nested 200 deep", NODES, json!({ "v": nested(200) })),
    ]
}

/// Three quotation marks without an end are an empty string and the beginning of another to a parser that falls back.
fn open_block(open: &str, close: &str) -> String {
    format!("{{a(b:[\"\"\" \"{}{}])}}", open.repeat(16_000), close.repeat(16_000))
}

/// A list in one fragment that differs from that in another at its end, in many sets.
fn compared_lists() -> String {
    let list = |last: &str| format!("regions(a: [{}{last}]) {{ id }}", "1 ".repeat(9_000));
    let fragments = format!("fragment a on Query {{ {} }} fragment b on Query {{ {} }} ", list("2"), list("3"));
    format!("{{ ...a ...b {} }} {fragments}", "...{...a...b}".repeat(1_000))
}

fn fill_variables() -> String {
    let uses = times(4_000, |n| format!("$v{n} "));
    let defined = times(1_500, |n| format!("$v{n}:ID "));
    format!("query({defined}) {{ nodes(ids: [{uses}]) {{ id }} }}")
}

fn used_variables() -> String {
    let defined = times(100, |n| format!("$v{n}:ID! "));
    format!("query({defined}) {{ nodes(ids: [{}]) {{ id }} }}", times(100, |n| format!("$v{n} ")).repeat(50))
}

fn undefined_variables() -> String {
    let uses = times(4_000, |n| format!("$v{n} "));
    format!("fragment f on Query {{ nodes(ids: [{uses}]) {{ id }} }} {}", times(400, |n| format!("query q{n}{{...f}}")))
}
