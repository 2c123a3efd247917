//! What an operation costs: the rows of its connections, by their `first` and `last`, before anything is validated.
//!
//! A connection costs its page times what is selected of a row, at least one; fields beside each other are added up. Each
//! fragment is walked once, however often it is spread, so that the walk is linear in the document's text. A field behind
//! `@skip` or `@include` counts whether it is taken or not.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{ServerError, Value, Variables};
use domain::page::MOST;

use super::argument::Given;
use super::limits::{self, within};
use super::types::{Rows, Types, root};
use crate::graphql::USUAL;

/// Values of the answer, at most: 50 for each of 10,000 rows. Long texts and lists count for more than one.
const MAX_VALUES: u64 = 500_000;
/// Names of the schema that introspection lists; GraphiQL's own asks for a quarter.
const MAX_NAMES: u64 = 10_000;
/// Values that arguments hold, for every row that is asked for with them.
const MAX_INPUT: u64 = 200_000;

/// What an operation costs, and may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Rows, by the pages that are asked for.
    pub(crate) requested: u64,
    /// The most that is served.
    pub(crate) limit: u64,
}

impl Cost {
    /// What `extensions.cost` of a response says.
    pub(crate) fn shown(self) -> Value {
        async_graphql::value!({ "requested": (self.requested), "limit": (self.limit) })
    }

    /// Refuses what costs more than it may.
    pub(super) fn check(self) -> Result<(), ServerError> {
        let Self { requested, limit } = self;
        if requested <= limit {
            return Ok(());
        }
        let remedy = "ask for smaller pages (first, last), fewer lists inside lists, or in several requests";
        Err(limits::refused(format!("the operation costs {requested} rows, at most {limit} are served: {remedy}")))
    }
}

/// What a selection asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Estimate {
    /// Rows of connections.
    pub(super) rows: u64,
    /// Fields of the set itself, those of its fragments included.
    pub(super) fields: u32,
    /// Values of the answer.
    values: u64,
    /// Names of the schema.
    names: u64,
    /// Values in arguments.
    input: u64,
}

impl Estimate {
    /// Of an operation, given its variables.
    pub(super) fn of(
        types: &Types,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Self {
        let given = Given::new(operation, variables);
        let mut walk = Walk { types, document, given, measured: HashMap::new() };
        walk.set(root(operation.ty), &operation.selection_set.node)
    }

    /// Refuses what the cost does not bound: values of a row, names of the schema, arguments of a row.
    pub(super) fn check(&self) -> Result<(), String> {
        within(self.values, MAX_VALUES, "the operation asks for", "values, by the pages it asks for")?;
        within(self.names, MAX_NAMES, "the operation asks for", "names of the schema, one inside the other")?;
        within(self.input, MAX_INPUT, "the arguments come to", "values, written out for every row")
    }

    fn add(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.fields = self.fields.saturating_add(other.fields);
        self.values = self.values.saturating_add(other.values);
        self.names = self.names.saturating_add(other.names);
        self.input = self.input.saturating_add(other.input);
    }
}

struct Walk<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    given: Given<'a>,
    /// The fragments met so far. Their limits were checked before, so that none spreads itself.
    measured: HashMap<&'a str, Estimate>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, parent: &'a str, set: &'a SelectionSet) -> Estimate {
        let mut all = Estimate::default();
        for selection in &set.items {
            all.add(match &selection.node {
                Selection::Field(field) => self.field(parent, &field.node),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    self.set(on.unwrap_or(parent), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            });
        }
        all
    }

    fn fragment(&mut self, name: &'a str) -> Estimate {
        if let Some(measured) = self.measured.get(name) {
            return *measured;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Estimate::default() };
        let measured = self.set(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node);
        self.measured.insert(name, measured);
        measured
    }

    fn field(&mut self, parent: &'a str, field: &'a Field) -> Estimate {
        let known = self.types.field(parent, &field.name.node);
        let inside = self.set(known.map_or("", |known| self.types.known(&known.ty)), &field.selection_set.node);
        let rows = known.map_or(Rows::One, |known| known.rows);
        let many = self.many(rows, field);
        let times = |one: u64| many.saturating_mul(one);
        Estimate {
            rows: if matches!(rows, Rows::Page | Rows::Each(_)) { times(inside.rows.max(1)) } else { inside.rows },
            fields: 1,
            values: times(inside.values).saturating_add(known.map_or(1, |known| known.values)),
            names: if matches!(rows, Rows::Names(_)) { times(inside.names.max(1)) } else { inside.names },
            input: times(inside.input).saturating_add(self.given.weight(&field.arguments)),
        }
    }

    /// How many rows a field gives.
    fn many(&self, rows: Rows, field: &'a Field) -> u64 {
        match rows {
            Rows::One => 1,
            Rows::Names(names) => names,
            Rows::Page => self.page(field),
            Rows::Each(path) => self.given.at(&field.arguments, path).map_or(1, |list| list.count().max(1)),
        }
    }

    /// The page that is asked for; what cannot be taken counts as the largest.
    fn page(&self, field: &'a Field) -> u64 {
        let usable = |number| u64::try_from(number).ok().filter(|page| (1..=u64::from(MOST)).contains(page));
        let asked = ["first", "last"].into_iter().filter_map(|name| self.given.argument(&field.arguments, name));
        let pages = asked.map(|held| held.number().and_then(usable).unwrap_or(u64::from(MOST)));
        pages.max().unwrap_or(u64::from(USUAL))
    }
}

#[cfg(test)]
mod tests;
