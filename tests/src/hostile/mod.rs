//! Documents that cost a server much and their sender little, each below 64 KiB, and some that must go on working.
//!
//! The bench measures them, and a test asks whether Accord outlives them.

mod fields;
mod fragments;
mod introspection;
mod usual;
mod values;
mod within;

use serde_json::{Map, Value, json};

/// The longest document that Accord reads.
const LONGEST: usize = 64 * 1024;

/// A request, and what it is made to hurt.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// What it is, for people.
    pub name: String,
    /// The document.
    pub query: String,
    /// Its variables.
    pub variables: Value,
}

impl Hostile {
    fn new(name: &str, query: String) -> Self {
        Self { name: name.to_owned(), query, variables: Value::Object(Map::new()) }
    }

    fn with(name: &str, query: impl Into<String>, variables: Value) -> Self {
        Self { name: name.to_owned(), query: query.into(), variables }
    }

    /// The body of a request.
    #[must_use]
    pub fn body(&self) -> String {
        json!({ "query": self.query, "variables": self.variables }).to_string()
    }
}

/// All of them.
#[must_use]
pub fn hostile() -> Vec<Hostile> {
    let all = [fragments::all(), fields::all(), values::all(), introspection::all(), within::all()];
    let all: Vec<Hostile> = all.into_iter().flatten().collect();
    for one in &all {
        assert!(one.query.len() <= LONGEST, "{}: {}", one.name, one.query.len());
        assert!(one.body().len() <= 1024 * 1024, "{}: {}", one.name, one.body().len());
    }
    all
}

pub use fragments::doubling;
pub use usual::{frontend, graphiql};

/// As many of these, numbered, as a document holds.
fn fill(before: &str, unit: impl Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    for number in 0.. {
        let next = unit(number);
        if text.len() + next.len() + after.len() > LONGEST {
            break;
        }
        text += &next;
    }
    text + after
}

/// So many of these, numbered.
fn times(count: usize, unit: impl Fn(usize) -> String) -> String {
    (0..count).map(unit).collect()
}
