//! What is read of a GraphQL document before the library sees it.
//!
//! The library expands fragments while it checks them, and 24 fragments that each spread the next twice cost it minutes
//! and gigabytes. So a document is read here first, in time linear in its text: [`scan`] keeps the parser's stack flat and
//! its work short, [`limits`] and [`variables`] bound what the library has to validate, [`cost`] what the operation asks
//! for, [`operation`] makes it ready. [`trusted`] holds the documents that alone run where they are set. Nothing is
//! resolved or validated here. [`shape`] is for what comes back.

mod argument;
mod coercion;
mod cost;
mod limits;
mod operation;
mod scan;
mod shape;
mod subscription;
mod trusted;
mod types;
mod variables;

use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::parser::{Error as ParseError, parse_query};

pub(crate) use cost::Cost;
use limits::{Uses, refused};
pub(crate) use operation::{Asked, Document, Documents, Operation, kind_name};
pub(crate) use shape::Plan;
pub(crate) use types::BUILT_IN;
use types::Types;
pub(crate) use variables::MAX_VALUES;

/// Bytes of a document; the largest introspection query has 3,000.
const MAX_BYTES: usize = 64 * 1024;

/// Errors of one response; one document can otherwise draw thousands.
pub(crate) const MAX_ERRORS: usize = 10;

/// A document that is within the limits.
#[derive(Debug, Clone)]
struct Read {
    text: String,
    parsed: ExecutableDocument,
    uses: Uses,
}

impl Read {
    /// Parses a document; refuses one that is not within the limits.
    fn new(text: String, introspection: bool, types: &Types) -> Result<Self, ServerError> {
        if text.len() > MAX_BYTES {
            return Err(refused(format!("the document is longer than {MAX_BYTES} bytes")));
        }
        scan::check(&text).map_err(refused)?;
        let parsed = parse_query(&text).map_err(unreadable)?;
        let uses = limits::check(&parsed, introspection).map_err(refused)?;
        types.check_variables(&parsed).map_err(refused)?;
        Ok(Self { text, parsed, uses })
    }
}

/// Without the parser's own message, which quotes the document and names grammar rules.
fn unreadable(error: ParseError) -> ServerError {
    let place = error.positions().next();
    let message = match (&error, place) {
        (ParseError::Syntax { .. }, Some(at)) => {
            format!("the document has a syntax error at line {}, column {}", at.line, at.column)
        }
        _ => error.to_string(),
    };
    ServerError::new(message, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let types = Types::read("type Query { a: Int }").unwrap();
        Read::new(text.to_owned(), true, &types).map_or_else(|error| error.message, |_| "none".to_owned())
    }

    #[test]
    fn a_syntax_error_says_where_and_quotes_nothing() {
        assert_eq!(refusal("{ secret(key: ) }"), "the document has a syntax error at line 1, column 15");
        assert_eq!(refusal(""), "the document has a syntax error at line 1, column 1");
    }

    #[test]
    fn a_document_of_more_than_64_kib_is_refused() {
        assert_eq!(refusal(&format!("{{ a }}{}", " ".repeat(MAX_BYTES))), "the document is longer than 65536 bytes");
    }

    #[test]
    fn deep_nesting_never_reaches_the_parser() {
        for unit in ["{a", "{a(b:[", "{a(b:{c:", "query($a:["] {
            let text = unit.repeat(MAX_BYTES / unit.len());
            assert_eq!(refusal(&text), "the document is nested deeper than 64 brackets", "{unit}");
        }
    }

    #[test]
    fn nothing_nests_behind_a_string_that_is_not_closed() {
        let brackets = "[".repeat(4_000) + &"]".repeat(4_000);
        for open in ["\"\"\"", "\"\"\" \"", "\"\"\"\"\"", "\"\"\" \\\"\"\""] {
            let text = format!("{{a(b:[{open} {brackets}])}}");
            assert_eq!(refusal(&text), "the document has a string that is not closed", "{open}");
        }
    }

    #[test]
    fn what_is_almost_too_large_is_refused() {
        let nested = |open: &str, close: &str| open.repeat(60) + close;
        for unit in [
            nested("{a", ""),
            nested("[", "") + "@",
            nested("{a:", "1"),
            "{a(b:\"\"\"".to_owned(),
            "... on X @d(a:[[[[{b:[".to_owned(),
            "a:a@a(a:\"".to_owned(),
        ] {
            let text = format!("{{ a(b: {}", unit.repeat(MAX_BYTES / unit.len() - 1));
            assert_ne!(refusal(&text), "none");
        }
    }
}
