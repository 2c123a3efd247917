//! How much a document may ask for, its fragments written out.
//!
//! Each fragment is measured once, however often it is spread, so that the walk is linear in the document's text.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};

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

/// Refuses a document that asks for too much, spreads a fragment within itself, or asks for the schema where that is off.
pub(super) fn check(document: &ExecutableDocument, introspection: bool) -> Result<(), String> {
    let mut walk = Walk { document, introspection, measured: HashMap::new() };
    let mut selections: u32 = 0;
    for (_, operation) in document.operations.iter() {
        let mut size = walk.set(&operation.node.selection_set.node, 1)?;
        let variables = operation.node.variable_definitions.iter();
        size.directives += count(&operation.node.directives);
        size.directives += variables.map(|variable| count(&variable.node.directives)).sum::<u32>();
        size.check()?;
        within(size.fields, MAX_ROOT_FIELDS, "fields at its root")?;
        selections += size.selections;
    }
    // Those that no operation spreads are walked by the library as well.
    for name in document.fragments.keys() {
        walk.fragment(name, 1)?;
    }
    within(selections, MAX_SELECTIONS, "fields, with its fragments written out")
}

/// What a selection set comes to, its fragments written out.
#[derive(Clone, Copy, Default)]
struct Size {
    selections: u32,
    aliases: u32,
    directives: u32,
    /// Fields of the set itself.
    fields: u32,
    /// Fields inside fields.
    depth: u32,
    /// Sets inside sets.
    sets: u32,
}

impl Size {
    /// Adds what stands in the set, and what stands below that. Both are within the limits, so that nothing overflows.
    fn add(&mut self, own: Self, below: Self) {
        self.selections += own.selections + below.selections;
        self.aliases += own.aliases + below.aliases;
        self.directives += own.directives + below.directives;
        self.fields += own.fields;
        self.depth = self.depth.max(own.depth + below.depth);
        self.sets = self.sets.max(below.sets);
    }

    fn check(&self) -> Result<(), String> {
        within(self.selections, MAX_SELECTIONS, "fields, with its fragments written out")?;
        within(self.aliases, MAX_ALIASES, "aliases")?;
        within(self.directives, MAX_DIRECTIVES, "directives")?;
        if self.depth > MAX_DEPTH {
            return Err(format!("the document is deeper than {MAX_DEPTH} fields"));
        }
        within_sets(self.sets)
    }
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    introspection: bool,
    /// The fragments met so far; none: still being measured, so that whoever spreads it closes a cycle.
    measured: HashMap<&'a str, Option<Size>>,
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
        Ok(size)
    }

    /// What one selection adds to its set, and what stands below it.
    fn selection(&mut self, selection: &'a Selection, level: u32) -> Result<(Size, Size), String> {
        let (directives, below) = match selection {
            Selection::Field(field) => {
                let field = &field.node;
                if !self.introspection && matches!(field.name.node.as_str(), "__schema" | "__type") {
                    return Err("introspection is off here; the schema is published as schema.graphql".to_owned());
                }
                let own = Size {
                    selections: 1,
                    aliases: u32::from(field.alias.is_some()),
                    directives: count(&field.directives),
                    fields: 1,
                    depth: 1,
                    sets: 0,
                };
                return Ok((own, self.set(&field.selection_set.node, level + 1)?));
            }
            Selection::InlineFragment(fragment) => {
                (&fragment.node.directives, self.set(&fragment.node.selection_set.node, level + 1)?)
            }
            Selection::FragmentSpread(spread) => {
                (&spread.node.directives, self.fragment(&spread.node.fragment_name.node, level + 1)?)
            }
        };
        // A fragment's fields are the set's own.
        let own = Size { selections: 1, directives: count(directives), fields: below.fields, ..Size::default() };
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
        size.directives += count(&fragment.directives);
        self.measured.insert(name, Some(size));
        Ok(size)
    }
}

fn count(directives: &[Positioned<Directive>]) -> u32 {
    u32::try_from(directives.len()).unwrap_or(u32::MAX)
}

fn within(counted: u32, limit: u32, what: &str) -> Result<(), String> {
    if counted > limit { Err(format!("the document has more than {limit} {what}")) } else { Ok(()) }
}

fn within_sets(sets: u32) -> Result<(), String> {
    if sets > MAX_SETS {
        return Err(format!("the document is deeper than {MAX_SETS} selection sets, fragments included"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::{Duration, Instant};

    use async_graphql::parser::parse_query;

    use super::*;

    fn refusal(text: &str) -> String {
        let document = parse_query(text).unwrap();
        check(&document, true).err().unwrap_or_else(|| "none".to_owned())
    }

    /// `fragments` fragments, each of which spreads the next twice.
    fn doubling(fragments: u32) -> String {
        let mut text = "{ ...f0 }".to_owned();
        for number in 0..fragments {
            let next = number + 1;
            write!(text, " fragment f{number} on Query {{ ...f{next} ...f{next} }}").unwrap();
        }
        write!(text, " fragment f{fragments} on Query {{ a }}").unwrap();
        text
    }

    #[test]
    fn fragments_that_spread_the_next_twice_are_refused_in_milliseconds() {
        for fragments in [13, 24, 30, 31] {
            let document = parse_query(doubling(fragments)).unwrap();
            let started = Instant::now();
            assert!(check(&document, true).is_err(), "{fragments}");
            assert!(started.elapsed() < Duration::from_millis(50), "{fragments}: {:?}", started.elapsed());
        }
        assert_eq!(refusal(&doubling(5)), "none");
    }

    #[test]
    fn a_long_chain_of_fragments_is_refused_before_it_fills_the_stack() {
        let mut text = "{ ...f0 }".to_owned();
        for number in 0..2_000 {
            write!(text, " fragment f{number} on Q {{ ...f{} }}", number + 1).unwrap();
        }
        text.push_str(" fragment f2000 on Q { a }");
        assert_eq!(refusal(&text), "the document is deeper than 32 selection sets, fragments included");
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused_also_where_nobody_spreads_it() {
        assert_eq!(refusal("{ ...a } fragment a on Q { b { ...a } }"), "the fragment a spreads itself");
        let message = refusal("{ c } fragment a on Q { ...b } fragment b on Q { ... on Q { ...a } }");
        assert!(message.ends_with("spreads itself"), "{message}");
    }

    #[test]
    fn what_a_document_asks_for_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "{a".repeat(depth), "}".repeat(depth));
        let many = |unit: &str, times: usize| format!("{{ root {{ {} }} }}", unit.repeat(times));
        assert_eq!(refusal(&nested(20)), "none");
        assert_eq!(refusal(&nested(21)), "the document is deeper than 20 fields");
        assert_eq!(refusal(&many("b:a ", 200)), "none");
        assert_eq!(refusal(&many("b:a ", 201)), "the document has more than 200 aliases");
        assert_eq!(refusal(&many("a @b ", 100)), "none");
        assert_eq!(refusal(&many("a @b ", 101)), "the document has more than 100 directives");
        assert_eq!(refusal(&many("a ", 4_999)), "none");
        assert_eq!(
            refusal(&many("a ", 5_000)),
            "the document has more than 5000 fields, with its fragments written out"
        );
    }

    #[test]
    fn introspection_as_graphiql_does_it_is_within_the_limits() {
        let types = format!("{}{}", "{ kind name ofType ".repeat(9), "{ kind name } ".to_owned() + &"}".repeat(9));
        let text = format!(
            "query IntrospectionQuery {{ __schema {{ types {{ fields(includeDeprecated: true) {{ args {{ ...I }} type {{ ...T }} }} \
             inputFields {{ ...I }} }} directives {{ args {{ ...I }} }} }} }} \
             fragment I on __InputValue {{ name type {{ ...T }} }} fragment T on __Type {types}"
        );
        assert_eq!(refusal(&text), "none");
    }

    #[test]
    fn root_fields_are_counted_through_fragments() {
        let fifty = "a ".repeat(50);
        assert_eq!(refusal(&format!("{{ ...f }} fragment f on Query {{ {fifty} }}")), "none");
        let message = refusal(&format!("{{ a ... {{ ...f }} }} fragment f on Query {{ {fifty} }}"));
        assert_eq!(message, "the document has more than 50 fields at its root");
    }

    #[test]
    fn a_fragment_counts_as_often_as_it_is_spread() {
        let text = format!("{{ a {{ {} }} }} fragment f on A {{ {} }}", "b { ...f } ".repeat(3), "c:d ".repeat(70));
        assert_eq!(refusal(&text), "the document has more than 200 aliases");
    }

    #[test]
    fn operations_of_one_document_count_together() {
        let mut text = format!("fragment f on A {{ {} }}", "a ".repeat(2_000));
        for number in 0..3 {
            write!(text, " query q{number} {{ b {{ ...f }} }}").unwrap();
        }
        assert_eq!(refusal(&text), "the document has more than 5000 fields, with its fragments written out");
    }

    #[test]
    fn introspection_is_refused_where_it_is_off() {
        for text in
            ["{ __schema { types { name } } }", "{ ...f } fragment f on Query { x: __type(name: \"A\") { name } }"]
        {
            let document = parse_query(text).unwrap();
            assert!(check(&document, false).is_err(), "{text}");
            assert_eq!(check(&document, true), Ok(()), "{text}");
        }
        let document = parse_query("{ __typename }").unwrap();
        assert_eq!(check(&document, false), Ok(()));
    }
}
