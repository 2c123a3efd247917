//! What the library says of a document, without names of the schema that the caller did not write.
//!
//! Where introspection is off, a message must not answer what introspection does not. The library's messages name the type
//! that a field is looked for on, the type an argument wants, or an argument that is missing; such names become `…`.

use std::collections::HashSet;

use async_graphql::{Request, Response, ServerError, Value, Variables};

use crate::document::{BUILT_IN, MAX_ERRORS};

/// Where the library goes on to suggest names; for directives it does so whatever its settings.
const SUGGESTION: &str = " Did you mean";

/// In place of a message whose quotation marks may be the caller's own.
const VAGUE: &str = "the document or a variable does not fit the schema";

/// What a caller wrote.
#[derive(Debug)]
pub(super) struct Written {
    query: String,
    variables: Variables,
}

impl Written {
    /// Of a request that is about to be executed.
    pub(super) fn of(request: &Request) -> Self {
        Self { query: request.query.clone(), variables: request.variables.clone() }
    }

    /// Takes the names that the caller did not write out of the library's own errors, which are those without a code. Errors
    /// that no answer has room for lose their messages; their paths still tell where nulls belong.
    pub(super) fn conceal(&self, response: &mut Response) {
        let is_ours = |error: &ServerError| error.extensions.as_ref().is_some_and(|all| all.get("code").is_some());
        let most = response.errors.len().min(MAX_ERRORS);
        let (kept, rest) = response.errors.split_at_mut(most);
        rest.iter_mut().for_each(|error| error.message.clear());
        let mut theirs = kept.iter_mut().filter(|error| !is_ours(error)).peekable();
        if theirs.peek().is_none() {
            return;
        }
        // The scalars that every schema has are no secret.
        let mut words = Words { all: HashSet::from(BUILT_IN), quotes: self.query.contains("\\\"") };
        words.quotes |= self.query.contains("\"\"\"");
        words.text(&self.query);
        self.variables.iter().for_each(|(name, value)| words.field(name, value));
        for error in theirs {
            error.message = words.only(&error.message);
        }
    }
}

/// Every word that the caller wrote.
struct Words<'a> {
    all: HashSet<&'a str>,
    /// Whether there are quotation marks in their texts.
    quotes: bool,
}

impl<'a> Words<'a> {
    fn text(&mut self, text: &'a str) {
        self.all.extend(text.split(|letter| !in_name(letter)));
    }

    fn field(&mut self, name: &'a str, value: &'a Value) {
        self.quotes |= name.contains('"');
        self.text(name);
        self.value(value);
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::String(text) => {
                self.quotes |= text.contains('"');
                self.text(text);
            }
            Value::Enum(name) => self.text(name),
            Value::List(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => fields.iter().for_each(|(name, field)| self.field(name, field)),
            _ => {}
        }
    }

    /// A message with these words alone between its quotation marks.
    fn only(&self, message: &str) -> String {
        let message = message.split_once(SUGGESTION).map_or(message, |(before, _)| before);
        if self.quotes && message.contains('"') {
            return VAGUE.to_owned();
        }
        let parts = message.split('"').enumerate();
        let parts: Vec<String> =
            parts.map(|(n, part)| if n % 2 == 1 { self.quoted(part) } else { part.to_owned() }).collect();
        parts.join("\"")
    }

    fn quoted(&self, part: &str) -> String {
        let pieces = part.split_inclusive(|letter| !in_name(letter));
        pieces.map(|piece| self.piece(piece)).collect()
    }

    /// A word, with what ends it.
    fn piece(&self, piece: &str) -> String {
        let word = piece.trim_end_matches(|letter| !in_name(letter));
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || self.all.contains(word) { piece.to_owned() } else { piece.replacen(word, "…", 1) }
    }
}

fn in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::json;

    use super::*;

    fn said(message: &str, query: &str, variables: serde_json::Value) -> String {
        let written = Written { query: query.to_owned(), variables: Variables::from_json(variables) };
        let mut response = Response::from_errors(vec![ServerError::new(message, None)]);
        written.conceal(&mut response);
        response.errors.remove(0).message
    }

    #[test]
    fn names_that_the_caller_wrote_stay_and_others_do_not() {
        let message = "Unknown argument \"iff\" on field \"a\" of type \"Secret\". Did you mean \"if\"?";
        assert_eq!(said(message, "{ a(iff: 1) }", json!({})), "Unknown argument \"iff\" on field \"a\" of type \"…\".");
        let message = "Invalid value for argument \"input.rows.3.kind\", expected type \"[Secret!]\"";
        assert_eq!(
            said(message, "query($v: X) { a(input: $v) }", json!({ "v": { "rows": [{ "kind": 1 }] } })),
            "Invalid value for argument \"input.rows.3.kind\", expected type \"[…!]\""
        );
    }

    #[test]
    fn what_every_schema_has_is_no_secret() {
        let message = "Invalid value for argument \"a\", expected type \"Int\"";
        assert_eq!(said(message, "{ b(a: \"\") }", json!({})), message);
    }

    #[test]
    fn a_quotation_mark_of_the_callers_own_makes_the_message_vague() {
        let message = "unknown field \"a\"b\" of type \"Secret\"";
        assert_eq!(said(message, "query($v: X) { a(b: $v) }", json!({ "v": { "a\"b": 1 } })), VAGUE);
        assert_eq!(said(message, "{ a(b: \"\\\"\") }", json!({})), VAGUE);
        assert_eq!(said(message, "{ a(b: \"\"\" \" \"\"\") }", json!({})), VAGUE);
    }

    #[test]
    fn messages_with_a_code_are_accords_own() {
        let written = Written { query: String::new(), variables: Variables::default() };
        let mut error = ServerError::new("say \"hello\"", None);
        error.extensions.get_or_insert_default().set("code", "BAD_REQUEST");
        let mut response = Response::from_errors(vec![error]);
        written.conceal(&mut response);
        assert_eq!(response.errors[0].message, "say \"hello\"");
    }

    #[test]
    fn errors_that_no_answer_has_room_for_say_nothing() {
        let written = Written { query: "{ a }".to_owned(), variables: Variables::default() };
        let mut response = Response::from_errors(vec![ServerError::new("no \"Secret\"", None); MAX_ERRORS + 2]);
        written.conceal(&mut response);
        let said: Vec<_> = response.errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(said, [&["no \"…\""; MAX_ERRORS][..], &["", ""]].concat());
    }
}
