//! Fragments, which stand once and count as often as they are spread.

use super::{Hostile, fill, times};

pub(super) fn all() -> Vec<Hostile> {
    vec![
        Hostile::new("fragments that spread the next twice, 2^30 fields", doubling(30)),
        Hostile::new(
            "fragments that spread each other",
            "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }".to_owned(),
        ),
        Hostile::new("a chain of fragments", chain()),
        Hostile::new("4,990 fields through fragments, spread again and again", spread_often()),
        Hostile::new(
            "one large fragment in fragments that nobody spreads",
            fill(
                &format!("{{ viewer {{ ...l }} }} {}", large(1_500)),
                |n| format!("fragment f{n} on Viewer {{ ...l }} "),
                "",
            ),
        ),
        Hostile::new(
            "one large fragment in as many operations",
            fill(&large(300), |n| format!("query q{n} {{ viewer {{ ...l }} }} "), ""),
        ),
        Hostile::new(
            "small fragments that nobody spreads",
            fill("{ __typename } ", |n| format!("fragment f{n} on Query{{regions{{id}}}}"), ""),
        ),
        Hostile::new(
            "inline fragments in each other around 1,800 fields",
            format!("{{ viewer {}{{ {} }}{} }}", "{ ...".repeat(24), "user{id}".repeat(1_800), "}".repeat(24)),
        ),
        Hostile::new("fields that conflict, under names of 10,000 letters", conflicts()),
        Hostile::new("inline fragments side by side", fill("{", |_| "...{__typename}".to_owned(), "}")),
        Hostile::new(
            "fragments on a union, each for each",
            fill("{ node(id: \"\") {", |_| "...on User{...on Node{id}}".to_owned(), "} }"),
        ),
    ]
}

/// So many fragments, each of which spreads the next twice.
#[must_use]
pub fn doubling(fragments: usize) -> String {
    let each = times(fragments, |n| format!("fragment f{n} on Query {{ ...f{next} ...f{next} }} ", next = n + 1));
    format!("{{ ...f0 }} {each}fragment f{fragments} on Query {{ __typename }}")
}

fn chain() -> String {
    fill("{ ...f0 } ", |n| format!("fragment f{n} on Query {{ ...f{} }} ", n + 1), "")
}

fn large(fields: usize) -> String {
    format!("fragment l on Viewer {{ {} }} ", "user{id name}".repeat(fields))
}

fn spread_often() -> String {
    let fragments = times(30, |n| format!("fragment f{n} on Viewer {{ {} }} ", "partner { id kind } ".repeat(5)));
    let spreads = times(30, |n| format!("...f{n} ")).repeat(10);
    format!("{{ viewer {{ {spreads} }} }} {fragments}")
}

/// Two fragments that cannot be merged, spread together in many sets.
fn conflicts() -> String {
    let key = "k".repeat(10_000);
    let pair = format!("fragment a on Region {{ {key}: code }} fragment b on Region {{ {key}: name }} ");
    format!("{{ {} }} {pair}", "regions { ...a ...b } ".repeat(50))
}
