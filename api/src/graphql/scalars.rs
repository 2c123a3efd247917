//! Scalars of the contract. As input they take any string and the domain checks it, so that one bad row of many is that
//! row's refusal; as output they are strict.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident, $url:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar(specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    _ => Err(InputValueError::custom("give a string")),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }
    };
}

/// A moment, RFC 3339: `2026-03-01T12:00:00Z`. UTC on output, any offset on input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub(super) chrono::DateTime<Utc>);

/// A moment, RFC 3339: `2026-03-01T12:00:00Z`. UTC on output, any offset on input.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::custom("give a string")) };
        match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(at) => Ok(Self(at.to_utc())),
            Err(_) => Err(InputValueError::custom("give a time as in RFC 3339, such as 2026-03-01T12:00:00Z")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(at: chrono::DateTime<Utc>) -> Self {
        Self(at)
    }
}

text_scalar!(
    /// A calendar duration, ISO 8601: `P30D`, `P2Y`, `P1Y6M`. Years, months, weeks and days; never hours.
    Duration,
    "https://scalars.graphql.org/andimarek/duration"
);
text_scalar!(
    /// A country, ISO 3166-1 alpha-2: `US`, `CH`.
    CountryCode,
    "https://www.iso.org/iso-3166-country-codes.html"
);
text_scalar!(
    /// A language, BCP 47: `en`, `de-CH`, `zh-Hant`.
    Locale,
    "https://www.rfc-editor.org/rfc/rfc5646"
);
text_scalar!(
    /// One plain e-mail address, at most 254 characters, without a display name.
    EmailAddress,
    "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2"
);
text_scalar!(
    /// An absolute address: `https:`, `http:` or `mailto:`.
    Url,
    "https://www.rfc-editor.org/rfc/rfc3986"
);
