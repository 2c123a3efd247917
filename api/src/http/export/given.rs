//! The parameters of an address: those of a closed list, each of a known form.

use std::borrow::Cow;
use std::fmt::Display;

use async_graphql::resolver_utils::EnumType;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use url::form_urlencoded;

use crate::graphql::shown;
use crate::http::problem::Problem;

/// What the query of an address gives.
#[derive(Debug)]
pub(in crate::http) struct Given<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Given<'a> {
    /// Reads it; refuses a parameter that is none of these, since a filter that is misspelt would leave everything.
    pub(super) fn read(query: Option<&'a str>, known: &[&str]) -> Result<Self, Problem> {
        let given: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
        match given.iter().find(|(name, _)| !known.contains(&name.as_ref())) {
            Some((name, _)) => {
                let message = format!("there is no parameter \"{}\"; there are {}", shown(name), known.join(", "));
                Err(Problem::bad_request(StatusCode::BAD_REQUEST, message))
            }
            None => Ok(Self(given)),
        }
    }

    /// Every value of a parameter, in order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_ref())
    }

    /// The value of a parameter that may be given once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut all = self.all(name);
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(wrong(name, "give it once")),
            (value, None) => Ok(value),
        }
    }

    /// Yes or no.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.one(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(wrong(name, "give true or false")),
        }
    }

    /// A value of the schema's enum, as it is spelled there.
    pub(super) fn value<T: EnumType>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(given) = self.one(name)? else { return Ok(None) };
        let found = T::items().iter().find(|item| item.name == given);
        let names = || T::items().iter().map(|item| item.name).collect::<Vec<_>>().join(" or ");
        found.map(|item| Some(item.value)).ok_or_else(|| wrong(name, format!("give {}", names())))
    }

    /// A moment.
    pub(super) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
        let Some(given) = self.one(name)? else { return Ok(None) };
        let remedy = "give a time as in RFC 3339, such as 2026-03-01T12:00:00Z; a + is written %2B in an address";
        DateTime::parse_from_rfc3339(given).map(|at| Some(at.to_utc())).map_err(|_| wrong(name, remedy))
    }
}

/// A parameter whose value cannot be taken.
fn wrong(name: &str, remedy: impl Display) -> Problem {
    Problem::bad_request(StatusCode::BAD_REQUEST, format!("{name}: {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::RelationshipStatus;

    const KNOWN: &[&str] = &["a", "b"];

    fn refusal<T>(result: Result<T, Problem>) -> String {
        result.err().map(Problem::into_message).unwrap_or_default()
    }

    #[test]
    fn a_parameter_that_is_none_is_refused_by_its_name_and_never_its_value() {
        for query in ["c=hunter2", "a=1&c=hunter2", "c", "A=1"] {
            let refused = refusal(Given::read(Some(query), KNOWN));
            assert!(refused.starts_with("there is no parameter") && refused.ends_with("there are a, b"), "{refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        }
        assert!(Given::read(None, KNOWN).is_ok() && Given::read(Some(""), KNOWN).is_ok());
    }

    #[test]
    fn a_value_is_read_or_refused_with_its_name_and_what_is_wanted() {
        let query = "a=ACTIVE&a=REMOVED&b=true";
        let given = Given::read(Some(query), KNOWN).unwrap();
        assert_eq!(given.all("a").collect::<Vec<_>>(), ["ACTIVE", "REMOVED"]);
        assert_eq!(refusal(given.one("a")), "a: give it once");
        assert_eq!(given.boolean("b").unwrap(), Some(true));
        assert_eq!(refusal(given.value::<RelationshipStatus>("b")), "b: give ACTIVE or REMOVED");
        assert!(refusal(given.time("b")).starts_with("b: give a time as in RFC 3339"));

        let given = Given::read(Some("a=REMOVED&b=2026-03-01T12:00:00%2B01:00"), KNOWN).unwrap();
        assert_eq!(refusal(given.boolean("a")), "a: give true or false");
        assert!(given.value::<RelationshipStatus>("a").unwrap().is_some_and(|it| it == RelationshipStatus::Removed));
        assert_eq!(given.time("b").unwrap().unwrap().to_rfc3339(), "2026-03-01T11:00:00+00:00");
        assert!(refusal(Given::read(Some("b=2026-03-01T12:00:00+01:00"), KNOWN).unwrap().time("b")).contains("%2B"));
    }
}
