//! A span for each statement that is run for somebody, exported where the process exports spans.
//!
//! Holds a statement's text with the placeholders, never what is bound to them: those are addresses, names and mails.

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use tracing::{Level, Span};

/// The target of spans that are exported; only within one of these is a statement's made, so that polling makes none.
pub(crate) const TRACE: &str = "accord::trace";

/// Where the parameters begin in what Diesel writes of a statement.
const BINDS: &str = " -- binds: ";

/// Characters of a statement that are kept; batches of many rows are longer, and all alike.
const MOST: usize = 4096;

/// Makes the spans of one connection, on which one statement runs at a time. What is the default beside it hears all, too.
pub(crate) struct Statements {
    default: Option<Box<dyn Instrumentation>>,
    running: Span,
}

impl Statements {
    /// For a connection to this place, without a password: the default beside it hears it.
    pub(crate) fn of(place: &str) -> Self {
        let mut default = get_default_instrumentation();
        default.on_connection_event(InstrumentationEvent::start_establish_connection(place));
        Self { default, running: Span::none() }
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match &event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let is_traced = Span::current().metadata().is_some_and(|within| within.target() == TRACE);
                self.running = if is_traced { span(&query.to_string()) } else { Span::none() };
            }
            InstrumentationEvent::FinishQuery { error, .. } => {
                let running = std::mem::replace(&mut self.running, Span::none());
                if let Some(error) = error {
                    running.record("otel.status_code", "ERROR").record("error.type", kind_of(error));
                }
            }
            _ => {}
        }
        self.default.on_connection_event(event);
    }
}

fn span(written: &str) -> Span {
    let text = text_of(written);
    let (operation, summary) = summary_of(&text);
    tracing::span!(
        target: TRACE,
        Level::INFO,
        "statement",
        otel.name = summary,
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        "error.type" = tracing::field::Empty,
        db.system.name = "postgresql",
        db.operation.name = operation,
        db.query.summary = summary,
        db.query.text = text,
    )
}

/// The statement without its parameters, cut at the first place where they can begin: a parameter may hold the mark.
fn text_of(written: &str) -> String {
    let text = written.split(BINDS).next().unwrap_or_default().trim();
    text.chars().take(MOST).collect()
}

/// What it does, and to which table: `select`, `select invitations`.
fn summary_of(text: &str) -> (String, String) {
    let mut words = text.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    let operation = words.next().unwrap_or_default().trim_end_matches(';').to_lowercase();
    let names_table = |word: &str| ["from", "into", "update"].iter().any(|before| word.eq_ignore_ascii_case(before));
    let table =
        if names_table(&operation) { words.next() } else { words.find(|word| names_table(word)).and(words.next()) };
    // What is read may be another statement.
    let table = table.filter(|word| !word.eq_ignore_ascii_case("select"));
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let table: String = table.unwrap_or_default().chars().filter(|c| is_name(*c)).collect();
    let summary = if table.is_empty() { operation.clone() } else { format!("{operation} {table}") };
    (operation, summary)
}

/// Of an error no more than its kind: its message may quote what was bound.
fn kind_of(error: &diesel::result::Error) -> String {
    use diesel::result::Error;
    match error {
        Error::DatabaseError(kind, _) => format!("{kind:?}"),
        Error::SerializationError(_) => "SerializationError".to_owned(),
        Error::QueryBuilderError(_) => "QueryBuilderError".to_owned(),
        _ => "_OTHER".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_parameter_is_kept_whatever_it_holds() {
        for (written, text) in [
            (
                r#"SELECT "id" FROM "users" WHERE "email" = $1 -- binds: ["a@b.example"]"#,
                r#"SELECT "id" FROM "users" WHERE "email" = $1"#,
            ),
            (r#"select $1 -- binds: ["x -- binds: [y"]"#, "select $1"),
            ("  commit", "commit"),
        ] {
            assert_eq!(text_of(written), text);
        }
        assert_eq!(text_of(&"é".repeat(2 * MOST)).chars().count(), MOST);
    }

    #[test]
    fn a_summary_says_what_is_done_to_which_table() {
        for (text, summary) in [
            (r#"SELECT "users"."id" FROM "users" WHERE true"#, "select users"),
            (r#"INSERT INTO "emails" ("id") VALUES ($1)"#, "insert emails"),
            (r#"UPDATE "emails" SET "status" = $1"#, "update emails"),
            (r#"DELETE  FROM "emails""#, "delete emails"),
            ("with due as materialized (\n select id from emails\n) update emails", "with emails"),
            ("select count(*) from (select 1)", "select"),
            ("BEGIN", "begin"),
            ("commit;", "commit"),
            ("", ""),
        ] {
            assert_eq!(summary_of(text).1, summary, "{text}");
        }
    }
}
