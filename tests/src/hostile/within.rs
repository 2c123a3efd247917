//! Documents as large as Accord's limits let them be, so that the library has to deal with them.

use serde_json::json;

use super::{Hostile, times};

/// Takes a list of texts, of any length.
const EVENTS: &str = "activity(first: 1, filter: { event: $v }) { nodes { id } } ";

/// Takes a list of objects.
const SEND: &str =
    "mutation($v: [DraftInvitationInput!]!) { sendInvitations(input: { rows: $v }) { userErrors { code } } }";

pub(super) fn all() -> Vec<Hostile> {
    [selections(), values(), variables()].concat()
}

fn selections() -> Vec<Hostile> {
    let inline = |levels: usize, inside: &str| {
        format!("{{ viewer {}{{ {inside} }}{} }}", "{ ...".repeat(levels), "}".repeat(levels))
    };
    let arguments = times(30, |n| format!("a{n}:1 "));
    let large = |fields: usize| format!("fragment l on Viewer {{ {} }} ", "user{id}".repeat(fields));
    vec![
        Hostile::new(
            "within the limits: fields that conflict, 15 sets around them",
            inline(15, &format!("user{{id}}{}", "user(a:1){id}".repeat(1_500))),
        ),
        Hostile::new(
            "within the limits: 30 arguments of 150 fields, 9 sets around them",
            inline(9, &format!("user({arguments}){{id}}").repeat(150)),
        ),
        Hostile::new(
            "within the limits: one large fragment in 45 that nobody spreads",
            format!(
                "{{ viewer {{ ...l }} }} {}{}",
                large(1_000),
                times(45, |n| format!("fragment f{n} on Viewer {{ ...l }} "))
            ),
        ),
        Hostile::new(
            "within the limits: 900 fragments, each spread",
            format!(
                "{{ viewer {{ {} }} }} {}",
                times(900, |n| format!("...f{n} ")),
                times(900, |n| format!("fragment f{n} on Viewer{{user{{id}}}}"))
            ),
        ),
        Hostile::new(
            "within the limits: 1,200 fragments that nobody spreads",
            format!("{{ __typename }} {}", times(1_200, |n| format!("fragment f{n} on Viewer{{user{{id}}}}"))),
        ),
        Hostile::new("within the limits: 30 fragments of 150 fields, each in each", chained()),
        Hostile::new(
            "within the limits: unknown fields of 190 letters",
            format!("{{ viewer {{ partner {{ {} }} }} }}", times(330, |n| format!("{}{n} ", "customers".repeat(20)))),
        ),
    ]
}

fn values() -> Vec<Hostile> {
    let in_partner = |unit: &str, count: usize| format!("{{ viewer {{ partner {{ {} }} }} }}", unit.repeat(count));
    vec![
        Hostile::new("within the limits: pages with arguments", in_partner("customers(first:1){nodes{id}}", 1_200)),
        Hostile::new(
            "within the limits: values of an enumeration that are not",
            in_partner("customers(first:1,orderBy:NOTHING){nodes{id}}", 950),
        ),
        Hostile::new(
            "within the limits: unknown arguments",
            in_partner("customers(first:1,frist:1){pageInfo{endCursor}}", 900),
        ),
        Hostile::new(
            "within the limits: a list of 4,990 values",
            format!("{{ nodes(ids:[{}]) {{ id }} }}", "\"\" ".repeat(4_990)),
        ),
        Hostile::new(
            "within the limits: an object of 4,000 fields",
            format!("{{ node(id:{{{}}}) {{ id }} }}", times(4_000, |n| format!("a{n}:1 "))),
        ),
        Hostile::new(
            "within the limits: a default of 14,000 values",
            format!(
                "query($v: [String!] = [{}]) {{ viewer {{ partner {{ {EVENTS} }} }} }}",
                "a ".repeat(14_000).replace('a', "\"\"")
            ),
        ),
        Hostile::new("within the limits: 100 variables of the wrong type, used 4,900 times", misused()),
        Hostile::new(
            "within the limits: 30 operations of 100 variables",
            times(30, |n| format!("query q{n}({}) {{ __typename }}", times(100, |n| format!("$v{n}:ID ")))),
        ),
        Hostile::new("within the limits: 49 operations that use 99 variables nobody defined", undefined()),
    ]
}

fn variables() -> Vec<Hostile> {
    let each = |unit: serde_json::Value, count: usize| json!({ "v": vec![unit; count] });
    let uses = |count: usize| format!("query($v: [String!]) {{ viewer {{ partner {{ {} }} }} }}", EVENTS.repeat(count));
    let row = json!({ "recipient": { "email": "" } });
    vec![
        Hostile::with("within the limits: 39,000 texts", uses(1), each(json!(""), 39_000)),
        Hostile::with("within the limits: 39,000 texts, used 5 times", uses(5), each(json!(""), 39_000)),
        Hostile::with("within the limits: 200 texts, used 700 times", uses(700), each(json!(""), 200)),
        Hostile::with(
            "within the limits: a text of 900 KiB, used 14 times",
            uses(14),
            json!({ "v": "a".repeat(900_000) }),
        ),
        Hostile::with("within the limits: 7,900 rows", SEND, each(row, 7_900)),
    ]
}

/// Each of 30 fragments spreads the next, and has fields of its own.
fn chained() -> String {
    let fields = "user{id}".repeat(20);
    let each = times(29, |n| format!("fragment f{n} on Viewer {{ {fields} ...f{} }} ", n + 1));
    format!("{{ viewer {{ ...f0 }} }} {each} fragment f29 on Viewer {{ {fields} }}")
}

fn misused() -> String {
    let defined = times(100, |n| format!("$variable{n}: Boolean! "));
    format!("query({defined}) {{ nodes(ids: [{}]) {{ id }} }}", times(100, |n| format!("$variable{n} ")).repeat(49))
}

fn undefined() -> String {
    let uses = times(99, |n| format!("$v{n} "));
    let operations = times(49, |n| format!("query q{n} {{ ...f }} "));
    format!("{operations} fragment f on Query {{ nodes(ids: [{uses}]) {{ id }} }}")
}
