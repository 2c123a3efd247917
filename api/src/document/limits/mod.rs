//! How much a document may ask for, its fragments written out.
//!
//! Each fragment is measured once, however often it is spread, so that the walk is linear in the document's text. What is
//! bounded is what the library's validation and execution take their time over; the bench `documents` measures it.

mod size;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError};

use self::size::{Size, values_of};

/// Fields and spreads of all operations, every fragment written out where it is spread.
const MAX_SELECTIONS: u32 = 5_000;
/// Fields inside fields; introspection as GraphiQL does it needs 15.
const MAX_DEPTH: u32 = 20;
/// Selection sets inside selection sets, fragments included: bounds the stack here, and is the library's own bound.
const MAX_SETS: u32 = 32;
/// Fields under another name, in one operation.
const MAX_ALIASES: u32 = 200;
/// Fields of the operation itself.
const MAX_ROOT_FIELDS: u32 = 50;
/// Directives in one operation.
const MAX_DIRECTIVES: u32 = 100;
/// Arguments and values in all operations, fragments written out; 250 invitations need fewer even without variables.
const MAX_VALUES: u32 = 5_000;
/// Arguments of one field or directive. The library compares those of fields under one key each with each.
const MAX_ARGUMENTS: usize = 30;
/// Variables of one operation. The library looks for each use of one through all of them.
const MAX_VARIABLES: usize = 100;
/// Operations of a document.
const MAX_OPERATIONS: usize = 50;
/// Fields with their arguments that the library compares: those of a set, fragments and sets inside fragments included,
/// once for every set that is around them.
const MAX_COMPARED: u32 = 50_000;

/// How often each variable stands in a document's text.
pub(super) type Uses = HashMap<Name, u64>;

/// Refuses a document that asks for too much, spreads a fragment within itself, or asks for the schema where that is off.
pub(super) fn check(document: &ExecutableDocument, introspection: bool) -> Result<Uses, String> {
    let mut walk = Walk { document, introspection, measured: HashMap::new(), compared: 0, uses: Uses::new() };
    within(document.operations.iter().len(), MAX_OPERATIONS, "the document has", "operations")?;
    let mut all = Size::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut size = walk.set(&operation.selection_set.node, 1)?;
        walk.directives(&operation.directives, &mut size)?;
        let variables = &operation.variable_definitions;
        within(variables.len(), MAX_VARIABLES, "an operation has", "variables")?;
        for variable in variables {
            walk.directives(&variable.node.directives, &mut size)?;
        }
        size.check()?;
        within(size.fields, MAX_ROOT_FIELDS, "the document has", "fields at its root")?;
        all.count(size);
    }
    // Those that no operation spreads are walked by the library as well.
    for name in document.fragments.keys() {
        walk.fragment(name, 1)?;
    }
    all.check_total()?;
    Ok(walk.uses)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    introspection: bool,
    /// The fragments met so far; none: still being measured, so that whoever spreads it closes a cycle.
    measured: HashMap<&'a str, Option<Size>>,
    /// Fields with their arguments, once for every set that is around them.
    compared: u32,
    uses: Uses,
}

impl<'a> Walk<'a> {
    /// Measures a set that is the `level`th on the stack.
    fn set(&mut self, set: &'a SelectionSet, level: u32) -> Result<Size, String> {
        if set.items.is_empty() {
            return Ok(Size::default());
        }
        within_sets(level)?;
        let mut size = Size::default();
        for selection in &set.items {
            let (own, below) = self.selection(&selection.node, level)?;
            size.add(own, below);
            size.check()?;
        }
        size.sets += 1;
        self.compared += size.compared;
        within(
            self.compared,
            MAX_COMPARED,
            "the document has",
            "fields to compare, by its fragments and inline fragments",
        )?;
        Ok(size)
    }

    /// What one selection adds to its set, and what stands below it.
    fn selection(&mut self, selection: &'a Selection, level: u32) -> Result<(Size, Size), String> {
        let mut own = Size { selections: 1, ..Size::default() };
        let (directives, below) = match selection {
            Selection::Field(field) => {
                let field = &field.node;
                if !self.introspection && matches!(field.name.node.as_str(), "__schema" | "__type") {
                    return Err("introspection is off here; the schema is published as schema.graphql".to_owned());
                }
                own.aliases = u32::from(field.alias.is_some());
                own.values = values_of(&field.arguments, &mut self.uses)?;
                own.compared = 1 + own.values;
                (own.fields, own.depth) = (1, 1);
                (&field.directives, self.set(&field.selection_set.node, level + 1)?)
            }
            Selection::InlineFragment(fragment) => {
                (&fragment.node.directives, self.set(&fragment.node.selection_set.node, level + 1)?)
            }
            Selection::FragmentSpread(spread) => {
                (&spread.node.directives, self.fragment(&spread.node.fragment_name.node, level + 1)?)
            }
        };
        if !matches!(selection, Selection::Field(_)) {
            // A fragment's fields are the set's own.
            (own.fields, own.compared) = (below.fields, 1 + below.compared);
        }
        self.directives(directives, &mut own)?;
        Ok((own, below))
    }

    fn fragment(&mut self, name: &'a str, level: u32) -> Result<Size, String> {
        match self.measured.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(format!("the fragment {name} spreads itself")),
            None => {}
        }
        // One that is not there is for the validation to name.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        let fragment = &fragment.node;
        self.measured.insert(name, None);
        let mut size = self.set(&fragment.selection_set.node, level)?;
        self.directives(&fragment.directives, &mut size)?;
        self.measured.insert(name, Some(size));
        Ok(size)
    }

    /// Adds directives to what they stand at.
    fn directives(&mut self, directives: &'a [Positioned<Directive>], size: &mut Size) -> Result<(), String> {
        for directive in directives {
            size.directives += 1;
            size.values += values_of(&directive.node.arguments, &mut self.uses)?;
            size.check()?;
        }
        Ok(())
    }
}

/// Refuses what is more than a limit: `subject` says of what there is too much, `what` what it is.
pub(super) fn within(
    counted: impl TryInto<u64>,
    limit: impl TryInto<u64>,
    subject: &str,
    what: &str,
) -> Result<(), String> {
    let (counted, limit) = (counted.try_into().unwrap_or(u64::MAX), limit.try_into().unwrap_or_default());
    if counted > limit { Err(format!("{subject} more than {limit} {what}")) } else { Ok(()) }
}

fn within_sets(sets: u32) -> Result<(), String> {
    if sets > MAX_SETS {
        return Err(format!("the document is deeper than {MAX_SETS} selection sets, fragments included"));
    }
    Ok(())
}

/// The caller's mistake, as an error of the library.
pub(super) fn refused(message: String) -> ServerError {
    ServerError::new(message, None)
}
