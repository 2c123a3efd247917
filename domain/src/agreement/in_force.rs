//! Which version is in force.
//!
//! Invariant: a country's own version precedes the one for every country, however new that is. What is written for a country
//! stands until the country has a later version of its own: nobody is put under a general text by the way.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Agreement, AgreementKind};
use crate::error::Result;
use crate::locale;
use crate::organization::is_country;
use crate::schema::agreements;
use crate::text::sought;

impl Agreement {
    /// The version in force for a country, whose letters may be small, in the language asked for or the nearest there is.
    /// None: none is in force, or there is no such country.
    pub async fn in_force(
        conn: &mut AsyncPgConnection,
        kind: AgreementKind,
        country: &str,
        locale: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        // Of no country the text for every country is none either.
        let country = country.to_ascii_uppercase();
        if !is_country(&country) {
            return Ok(None);
        }
        let texts = Self::texts_in_force(conn, kind, &country, now).await?;
        Ok(nearest(texts, locale))
    }

    /// Every language of the version in force for a country.
    pub(super) async fn texts_in_force(
        conn: &mut AsyncPgConnection,
        kind: AgreementKind,
        country: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let texts = Self::in_force_since(conn, kind, &[country], now).await?;
        Ok(of_version_in_force(&texts, country).into_iter().cloned().collect())
    }

    /// Every text that was or is in force for these countries, or for every country.
    pub(super) async fn in_force_since(
        conn: &mut AsyncPgConnection,
        kind: AgreementKind,
        countries: &[&str],
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let countries: Vec<String> = countries.iter().map(|country| sought(country)).collect();
        let query = agreements::table
            .filter(agreements::kind.eq(kind))
            .filter(agreements::country.eq_any(countries).assume_not_null().or(agreements::country.is_null()))
            .filter(agreements::in_force_at.le(now))
            .order(agreements::id);
        Ok(query.select(Self::as_select()).load(conn).await?)
    }
}

/// Of texts of one kind that have come into force, those of the version that a country has.
pub(super) fn of_version_in_force<'a>(texts: &'a [Agreement], country: &str) -> Vec<&'a Agreement> {
    let latest = |of: Option<&str>| {
        let own = texts.iter().filter(move |text| text.country.as_deref() == of);
        own.max_by_key(|text| (text.in_force_at, Reverse(text.id.uuid())))
    };
    let Some(version) = latest(Some(country)).or_else(|| latest(None)) else { return Vec::new() };
    texts.iter().filter(|text| text.country == version.country && text.version == version.version).collect()
}

/// The text in the nearest language there is. None: there is no text.
pub(super) fn nearest(texts: Vec<Agreement>, asked: &str) -> Option<Agreement> {
    let have: Vec<&str> = texts.iter().map(|text| text.locale.as_str()).collect();
    let locale = locale::nearest(asked, &have).to_owned();
    texts.into_iter().find(|text| text.locale == locale)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::agreement::AgreementId;

    fn text(country: Option<&str>, version: &str, locale: &str, days_ago: i64) -> Agreement {
        Agreement {
            id: AgreementId::fresh(),
            kind: AgreementKind::Customer,
            country: country.map(str::to_owned),
            version: version.into(),
            locale: locale.into(),
            title: String::new(),
            url: String::new(),
            in_force_at: DateTime::default() - TimeDelta::days(days_ago),
        }
    }

    #[test]
    fn a_text_is_given_in_the_nearest_language_there_is() {
        let given = |asked: &str, there: &[&str]| {
            nearest(there.iter().map(|locale| text(None, "1", locale, 0)).collect(), asked).map(|text| text.locale)
        };
        assert_eq!(given("de-CH", &["en", "de"]).as_deref(), Some("de"));
        assert_eq!(given("fr", &[]), None);
    }

    #[test]
    fn a_country_has_its_own_latest_version_and_else_the_latest_for_every_country() {
        let texts = [
            text(None, "general old", "en", 9),
            text(None, "general new", "en", 1),
            text(None, "general new", "de", 1),
            text(Some("CH"), "own", "de", 8),
            text(Some("DE"), "older", "de", 8),
            text(Some("DE"), "newer", "de", 7),
        ];
        let versions = |country: &str| {
            of_version_in_force(&texts, country).iter().map(|text| text.version.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(versions("CH"), ["own"], "though the general one is newer");
        assert_eq!(versions("DE"), ["newer"]);
        assert_eq!(versions("FR"), ["general new", "general new"]);
        assert!(of_version_in_force(&texts[3..4], "FR").is_empty());
    }
}
