//! Who asks: every role of every kind of organization, and who is of none.

use std::fmt::Write as _;
use std::time::Duration;

use accord_tests::{Answer, Export, TestApp};
use dev::issuer::claims_for;
use serde_json::{Value, json};

/// People of one organization, a column of the tables for each.
pub(super) struct Group {
    /// Over its columns.
    code: &'static str,
    /// A letter for each of its people: see [`local`].
    people: &'static str,
    domain: &'static str,
    /// For the legend.
    what: &'static str,
}

/// The columns. Tables are compared by place, so that a new group goes to the end of its kind with a look at the diff.
#[rustfmt::skip]
pub(super) const GROUPS: &[Group] = &[
    group("Nw", "GASH", "northwind.example",       "indirect provider, partner of Contoso"),
    group("Co", "GASH", "contoso.example",         "indirect reseller, partner of Northwind"),
    group("Re", "GASH", "relecloud.example",       "indirect provider, once partner of Litware"),
    group("Li", "GASH", "litware.example",         "indirect reseller, partner of Tailwind, once of Relecloud, invited by Northwind"),
    group("Fa", "GASH", "fabrikam.example",        "direct partner; Datum is its customer"),
    group("Pr", "GASH", "proseware.example",       "direct partner, suspended"),
    group("Tw", "GASH", "tailwind.example",        "indirect provider, suspended; partner of Litware"),
    group("Aw", "GU",   "adventure-works.example", "customer that Northwind and Contoso share"),
    group("Wi", "GU",   "wingtip.example",         "customer of nobody, invited by several"),
    group("Da", "GU",   "datum.example",           "customer of Fabrikam"),
    group("Ma", "GU",   "margies.example",         "customer that Contoso and Northwind asked together"),
    group("La", "GU",   "lamna.example",           "customer of Contoso alone"),
    group("Ta", "GU",   "tailspin.example",        "customer of Northwind alone, once of Litware too"),
    group("Op", "O",    "accord.example",          "the platform's operator"),
    group("Fc", "R",    "fourth-coffee.example",   "of no registered organization, invited by Contoso"),
    group("Un", "V",    "unheard-of.example",      "of no registered organization"),
    group("No", "-",    "",                        "nobody: not signed in"),
];

const fn group(code: &'static str, people: &'static str, domain: &'static str, what: &'static str) -> Group {
    Group { code, people, domain, what }
}

/// What stands before the @ of an address, and what the person is.
fn local(letter: char) -> (&'static str, &'static str) {
    match letter {
        'G' => ("admin", "GLOBAL_ADMIN"),
        'A' => ("agent", "ADMIN_AGENT"),
        'S' => ("sales", "SALES_AGENT"),
        'H' => ("helpdesk", "HELPDESK_AGENT"),
        'U' => ("user", "without a role"),
        'O' => ("ops", "operator"),
        'R' => ("owner", "recipient of an invitation"),
        _ => ("visitor", "signed in"),
    }
}

/// Somebody who asks.
pub(super) struct Actor {
    /// The address; none: not signed in.
    pub(super) email: Option<String>,
    token: Option<String>,
}

/// Everybody, in the order of the columns.
pub(super) fn all(app: &TestApp) -> Vec<Actor> {
    let of_group = |group: &'static Group| group.people.chars().map(move |letter| (group, letter));
    let actor = |(group, letter): (&Group, char)| {
        let email = (letter != '-').then(|| format!("{}@{}", local(letter).0, group.domain));
        let claims = email.as_deref().map(|email| claims_for(email).unwrap());
        let token = claims.map(|claims| app.issuer.token(&claims, Duration::from_secs(3600)).unwrap());
        Actor { email, token }
    };
    GROUPS.iter().flat_map(of_group).map(actor).collect()
}

impl Actor {
    /// Asks.
    pub(super) async fn ask(&self, app: &TestApp, document: &str, variables: Value) -> Answer {
        app.post(self.token.as_deref(), json!({ "query": document, "variables": variables })).await
    }

    /// Takes a list away.
    pub(super) async fn export(&self, app: &TestApp, address: &str) -> Export {
        app.export_with(self.token.as_deref(), address).await
    }
}

/// How many there are.
pub(super) fn count() -> usize {
    GROUPS.iter().map(|group| group.people.len()).sum()
}

/// A cell for each actor, in columns.
pub(super) fn columns(cells: &[char]) -> String {
    assert_eq!(cells.len(), count(), "a cell an actor");
    let mut left = cells.iter();
    let spell = |group: &Group| format!("{:2}", left.by_ref().take(group.people.len()).collect::<String>());
    GROUPS.iter().map(spell).collect::<Vec<_>>().join(" ")
}

/// The head of a table.
pub(super) fn head() -> String {
    let codes = GROUPS.iter().map(|group| format!("{:1$}", group.code, group.people.len().max(2)));
    let people: Vec<char> = GROUPS.iter().flat_map(|group| group.people.chars()).collect();
    format!("{}\n{}\n", codes.collect::<Vec<_>>().join(" ").trim_end(), columns(&people).trim_end())
}

/// What the head's codes and letters stand for.
pub(super) fn legend() -> String {
    let mut text = String::new();
    for group in GROUPS {
        let _ = writeln!(text, "{} {:24} {}", group.code, group.domain, group.what);
    }
    let mut letters: Vec<char> = Vec::new();
    for letter in GROUPS.iter().flat_map(|group| group.people.chars()).filter(|letter| *letter != '-') {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    let said = letters.into_iter().map(|letter| format!("{letter} {}", local(letter).1));
    let _ = writeln!(text, "{}", said.collect::<Vec<_>>().join(", "));
    text
}
