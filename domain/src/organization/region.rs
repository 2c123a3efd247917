//! Who may sell where: the dated table of regions, compiled in.
//!
//! Source: Cloud Solution Provider regional authorization lists as published 2023-08-17; country codes are ISO 3166-1
//! alpha-2 (XK is user-assigned). What was agreed under an older table stays.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A list of countries that partners in any of them may sell to.
#[derive(Debug, Deserialize)]
pub struct Region {
    /// Stable, such as `EUROPE`.
    pub code: String,
    /// For display, in English.
    pub name: String,
    /// In the source's order.
    pub countries: Vec<Country>,
}

/// A country of a region.
#[derive(Debug, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// For display, in English.
    pub name: String,
}

#[derive(Deserialize)]
struct Table {
    regions: Vec<Region>,
}

#[expect(clippy::expect_used, reason = "the table is compiled in, and a test reads it")]
static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    serde_json::from_str::<Table>(include_str!("regions.json")).expect("regions.json is well formed").regions
});

static BY_COUNTRY: LazyLock<HashMap<&'static str, &'static Region>> = LazyLock::new(|| {
    REGIONS
        .iter()
        .flat_map(|region| region.countries.iter().map(move |country| (country.code.as_str(), region)))
        .collect()
});

impl Region {
    /// Every region, in the source's order.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &REGIONS
    }

    /// The region of a country; none: no partner may sell there.
    #[must_use]
    pub fn of(country: &str) -> Option<&'static Self> {
        BY_COUNTRY.get(country).copied()
    }
}

/// The countries of ISO 3166-1 that are in no region.
const UNSOLD: [&str; 8] = ["BY", "CU", "EH", "IR", "KP", "RU", "SD", "SY"];

/// Whether this is a country's code, sold to or not.
pub(crate) fn is_country(code: &str) -> bool {
    Region::of(code).is_some() || UNSOLD.contains(&code)
}

/// The English name of a country, or its code where it is in no region.
#[must_use]
pub fn country_name(code: &str) -> &str {
    let known = Region::of(code).and_then(|region| region.countries.iter().find(|country| country.code == code));
    known.map_or(code, |country| country.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_in_one_region() {
        let listed: usize = Region::all().iter().map(|region| region.countries.len()).sum();
        assert_eq!((Region::all().len(), listed, BY_COUNTRY.len()), (15, 242, 242));
    }

    #[test]
    fn every_code_of_the_standard_is_a_country_and_the_one_in_use_for_kosovo() {
        assert!(UNSOLD.iter().all(|code| Region::of(code).is_none()));
        assert_eq!(BY_COUNTRY.len() + UNSOLD.len(), 249 + 1);
        assert!(is_country("XK") && is_country("CU") && !is_country("UK") && !is_country("us"));
    }

    #[test]
    fn guam_is_in_the_region_of_the_united_states_and_north_korea_in_none() {
        assert_eq!(Region::of("GU").map(|region| region.code.as_str()), Some("UNITED_STATES"));
        assert!(Region::of("KP").is_none());
    }
}
