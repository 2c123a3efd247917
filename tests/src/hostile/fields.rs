//! Fields: many, deep, aliased, repeated, unknown.

use super::{Hostile, fill, times};

pub(super) fn all() -> Vec<Hostile> {
    vec![
        Hostile::new("deep nesting", "{a".repeat(32_000)),
        Hostile::new("aliases", fill("{ regions {", |n| format!("a{n}:code "), "} }")),
        Hostile::new("fields at the root", fill("{", |_| "regions{code}".to_owned(), "}")),
        Hostile::new("directives", fill("{ __typename ", |_| "@include(if:true)".to_owned(), "}")),
        Hostile::new("unknown directives", fill("{ __typename ", |n| format!("@d{n} "), "}")),
        Hostile::new("__typename 4,990 times", format!("{{ regions {{ {} }} }}", "__typename ".repeat(4_990))),
        Hostile::new(
            "one key 1,600 times, with fields of its own",
            format!("{{ viewer {{ {} }} }}", "partner{id kind}".repeat(1_600)),
        ),
        Hostile::new(
            "one key with arguments 2,400 times",
            format!("{{ viewer {{ partner {{ {} }} }} }}", "customers(first:1){nodes{id}}".repeat(1_650)),
        ),
        Hostile::new("sets in sets, each with the same keys", sets_in_sets()),
        Hostile::new("unknown fields", format!("{{ viewer {{ partner {{ {} }} }} }}", "custommers ".repeat(4_900))),
        Hostile::new(
            "unknown fields of one letter",
            format!("{{ viewer {{ partner {{ {} }} }} }}", "i ".repeat(4_900)),
        ),
        Hostile::new(
            "unknown fields of 6,000 letters",
            fill("{ viewer { partner {", |n| format!("{}{n} ", "customers".repeat(666)), "} } }"),
        ),
        Hostile::new("fields that want a selection", format!("{{ viewer {{ {} }} }}", "partner ".repeat(4_900))),
        Hostile::new("names without a document", "a ".repeat(32_000)),
        Hostile::new("operations", fill("", |n| format!("query q{n}{{regions{{code}}}}"), "")),
        Hostile::new("comments", fill("{ regions { code } }", |_| "#\n".to_owned(), "")),
        Hostile::new("commas", fill("{ regions { code } }", |_| ",".to_owned(), "")),
        Hostile::new("letters of other scripts in a comment", fill("{ regions { code } }\n#", |_| "漢".to_owned(), "")),
        Hostile::new("letters of other scripts as names", fill("{", |_| "漢 ".to_owned(), "}")),
        Hostile::new("byte order marks", fill("{ regions { code } }", |_| "\u{feff}".to_owned(), "")),
    ]
}

/// What two selections of one key merge to, at every level.
fn sets_in_sets() -> String {
    let mut inner = "id name domain country cloud ".repeat(20);
    for field in ["organization", "user", "viewer"] {
        inner = times(3, |_| format!("{field} {{ {inner} }} "));
    }
    format!("{{ {inner} }}")
}
