//! Calendar durations, ISO 8601: `P30D`, `P2Y`, `P1Y6M`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, Months, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use jiff::fmt::temporal::SpanParser;

/// Whole months and days. Longer than nothing; never hours, which no deadline here is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Period {
    months: u32,
    days: u32,
}

/// The text is no period of years, months, weeks and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPeriod;

impl Period {
    /// A number of days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self { months: 0, days }
    }

    /// A number of years.
    #[must_use]
    pub const fn years(years: u32) -> Self {
        Self { months: 12 * years, days: 0 }
    }

    /// Its years, months and days.
    #[must_use]
    pub(crate) fn parts(self) -> [u32; 3] {
        [self.months / 12, self.months % 12, self.days]
    }

    /// The time this long after `start`: months first, as the calendar has them. None: beyond the calendar.
    #[must_use]
    pub fn after(self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        start.checked_add_months(Months::new(self.months))?.checked_add_days(Days::new(u64::from(self.days)))
    }

    /// Whether it is, counted from `start`, neither shorter than `least` nor longer than `most`.
    #[must_use]
    pub fn is_within(self, least: Self, most: Self, start: DateTime<Utc>) -> bool {
        let end = self.after(start);
        end.is_some() && least.after(start) <= end && end <= most.after(start)
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let span = SpanParser::new().parse_span(text).map_err(|_| NotAPeriod)?;
        let has_clock = span.get_hours() != 0
            || span.get_minutes() != 0
            || span.get_seconds() != 0
            || span.get_milliseconds() != 0
            || span.get_microseconds() != 0
            || span.get_nanoseconds() != 0;
        let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        if has_clock || months < 0 || days < 0 || months + days == 0 {
            return Err(NotAPeriod);
        }
        let small = |value: i64| u32::try_from(value).map_err(|_| NotAPeriod);
        Ok(Self { months: small(months)?, days: small(days)? })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        for (count, unit) in self.parts().into_iter().zip(['Y', 'M', 'D']) {
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl FromSql<Text, Pg> for Period {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        text.parse().map_err(|NotAPeriod| format!("{text:?} is no period").into())
    }
}

impl ToSql<Text, Pg> for Period {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <String as ToSql<Text, Pg>>::to_sql(&self.to_string(), &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_years_months_weeks_and_days() {
        let spelled = |text: &str| text.parse::<Period>().map(|period| period.to_string());
        assert_eq!(spelled("P30D"), Ok("P30D".into()));
        assert_eq!(spelled("P2W"), Ok("P14D".into()));
        assert_eq!(spelled("P1Y18M3D"), Ok("P2Y6M3D".into()));
    }

    #[test]
    fn hours_signs_nothing_and_nonsense_are_no_period() {
        for text in ["", "P", "P0D", "PT24H", "P1DT1S", "-P1D", "30D", "P-1D", "P1.5D", "2 years", "P99999999999Y"] {
            assert_eq!(text.parse::<Period>(), Err(NotAPeriod), "{text}");
        }
    }

    #[test]
    fn a_year_from_a_leap_day_ends_on_the_28th() {
        let leap = "2028-02-29T12:00:00Z".parse().unwrap();
        assert_eq!(Period::years(1).after(leap), Some("2029-02-28T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn bounds_are_counted_on_the_calendar() {
        let start = "2026-07-01T00:00:00Z".parse().unwrap();
        let quarter: Period = "P3M".parse().unwrap();
        assert!(!quarter.is_within(Period::days(1), Period::days(90), start), "July to September has 92 days");
        assert!(Period::days(90).is_within(Period::days(1), Period::days(90), start));
    }
}
