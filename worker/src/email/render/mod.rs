//! Fills the templates: subject, text and HTML of a mail, in the nearest language.
//!
//! An invitation comes finished; the other kinds have three templates a language, in the binary. What is filled into
//! HTML is escaped, and what is not known is an error where a template does not ask first, which a test finds.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use domain::email::{Facts, Letter, Words};
use domain::text::escape_html;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter};
use serde::Serialize;

use super::locale::nearest;

/// A mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// One line, if its template and its facts are; the header takes no more.
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Fills templates.
pub(crate) struct Renderer {
    templates: Environment<'static>,
}

/// What a template is filled with.
#[derive(Serialize)]
struct Filling<'a> {
    locale: &'a str,
    to_name: Option<&'a str>,
    #[serde(flatten)]
    facts: &'a Facts,
}

macro_rules! templates {
    ($($kind:literal: $($locale:literal)+;)+) => {
        &[$($(
            templates!(@file $kind, $locale, "subject.txt"),
            templates!(@file $kind, $locale, "body.txt"),
            templates!(@file $kind, $locale, "body.html"),
        )+)+]
    };
    (@file $kind:literal, $locale:literal, $file:literal) => {
        (concat!($kind, "/", $locale, "/", $file), include_str!(concat!("../templates/", $kind, "/", $locale, "/", $file)))
    };
}

/// Every template, named as its file is.
const TEMPLATES: &[(&str, &str)] = templates! {
    "reminder": "en";
    "invitation_accepted": "en";
    "invitation_declined": "en";
    "invitation_expired": "en";
    "invitation_renewal": "en";
    "partnership_ended": "en";
    "admin_grant_expiring": "en";
    "admin_grant_ended": "en";
    "admin_grant_extended": "en";
    "admin_grant_auto_extend_changed": "en";
    "customer_welcome": "en";
    "relationship_removed": "en";
    "service_request_opened": "en";
    "agreement_attested": "en";
};

impl Renderer {
    pub(crate) fn new() -> Result<Self> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut syntax = SyntaxConfig::builder();
        templates.set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
        templates.set_formatter(write);
        templates.add_filter("date", date);
        templates.add_filter("quoted", quoted);
        templates.add_template("layout.html", include_str!("../templates/layout.html"))?;
        for (name, source) in TEMPLATES {
            templates.add_template(name, source)?;
        }
        Ok(Self { templates })
    }

    /// The words of a letter.
    pub(crate) fn render(&self, letter: &Letter) -> Result<Rendered> {
        let facts = match &letter.words {
            Words::Finished(message) => {
                let (subject, text, html) = (message.subject.clone(), message.text.clone(), message.html.clone());
                return Ok(Rendered { subject, text, html });
            }
            Words::Template(facts) => facts,
        };
        let locale = nearest(&letter.locale);
        let filling = Value::from(Serde(Filling { locale, to_name: letter.to_name.as_deref(), facts }));
        let fill = |file: &str| {
            let name = format!("{}/{locale}/{file}", letter.email.kind.as_str());
            let template = self.templates.get_template(&name)?;
            template.render(&filling).with_context(|| format!("cannot fill {name}"))
        };
        Ok(Rendered {
            subject: fill("subject.txt")?.trim_end().to_owned(),
            text: fill("body.txt")?,
            html: fill("body.html")?,
        })
    }
}

/// Writes a value: escaped as the domain escapes it, which leaves addresses readable. What is none is no word.
fn write(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "not known"));
    }
    match value.as_str() {
        Some(text) if *state.auto_escape() == AutoEscape::Html && !value.is_safe() => {
            Ok(out.write_str(&escape_html(text))?)
        }
        _ => escape_formatter(out, state, value),
    }
}

/// A time as English writes it, to the minute: `8 March 2026, 14:05 UTC`.
fn date(time: &str) -> Result<String, Error> {
    let time: DateTime<Utc> =
        time.parse().map_err(|error| Error::new(ErrorKind::InvalidOperation, "not a time").with_source(error))?;
    Ok(time.format("%-d %B %Y, %H:%M UTC").to_string())
}

/// A person's words in plain text: every line behind `> `, so that none passes for ours.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod grant_tests;
#[cfg(test)]
mod message_tests;
#[cfg(test)]
mod relationship_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod welcome_tests;
