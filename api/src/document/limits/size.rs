//! What a selection set comes to.

use async_graphql_value::Value;

use super::{
    MAX_ALIASES, MAX_ARGUMENTS, MAX_DEPTH, MAX_DIRECTIVES, MAX_SELECTIONS, MAX_VALUES, Uses, within, within_sets,
};
use crate::document::argument::Arguments;

/// What a selection set comes to, its fragments written out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) selections: u32,
    pub(super) aliases: u32,
    pub(super) directives: u32,
    /// Arguments, and values inside them.
    pub(super) values: u32,
    /// Fields of the set itself.
    pub(super) fields: u32,
    /// The same with their arguments, as the library compares them.
    pub(super) compared: u32,
    /// Fields inside fields.
    pub(super) depth: u32,
    /// Sets inside sets.
    pub(super) sets: u32,
}

impl Size {
    /// Adds what stands in the set, and what stands below that. Both are within the limits, so that nothing overflows.
    pub(super) fn add(&mut self, own: Self, below: Self) {
        self.count(own);
        self.count(below);
        self.fields += own.fields;
        self.compared += own.compared;
        self.depth = self.depth.max(own.depth + below.depth);
        self.sets = self.sets.max(below.sets);
    }

    /// Adds what is counted over all operations.
    pub(super) fn count(&mut self, other: Self) {
        self.selections += other.selections;
        self.aliases += other.aliases;
        self.directives += other.directives;
        self.values += other.values;
    }

    /// Refuses an operation, or a part of one, that is too large.
    pub(super) fn check(&self) -> Result<(), String> {
        self.check_total()?;
        within(self.aliases, MAX_ALIASES, "the document has", "aliases")?;
        within(self.directives, MAX_DIRECTIVES, "the document has", "directives")?;
        if self.depth > MAX_DEPTH {
            return Err(format!("the document is deeper than {MAX_DEPTH} fields"));
        }
        within_sets(self.sets)
    }

    /// Refuses what is too large for all operations together.
    pub(super) fn check_total(&self) -> Result<(), String> {
        within(self.selections, MAX_SELECTIONS, "the document has", "fields, with its fragments written out")?;
        within(self.values, MAX_VALUES, "the document has", "arguments and values, with its fragments written out")
    }
}

/// How many arguments there are, and values inside them; counts the variables among these.
pub(super) fn values_of(arguments: &Arguments, uses: &mut Uses) -> Result<u32, String> {
    within(arguments.len(), MAX_ARGUMENTS, "the document has", "arguments at one place")?;
    Ok(arguments.iter().map(|(_, value)| count(&value.node, uses)).sum())
}

fn count(value: &Value, uses: &mut Uses) -> u32 {
    1 + match value {
        Value::Variable(name) => {
            *uses.entry(name.clone()).or_default() += 1;
            0
        }
        Value::List(items) => items.iter().map(|item| count(item, uses)).sum(),
        Value::Object(fields) => fields.values().map(|field| count(field, uses)).sum(),
        _ => 0,
    }
}
