//! What a caller gives for a business profile, and its checking: all violations come together.

use std::collections::HashSet;

use url::Url;

use super::{BusinessProfile, BusinessProfileId};
use crate::error::{Code, Result, refuse_all};
use crate::organization::{Organization, is_country};
use crate::text::{Checks, folded, is_unseen};

/// The longest, in characters. Misspelt words are looked for in headline and services, which costs by their length.
const LONGEST_HEADLINE: usize = 150;
const LONGEST_DESCRIPTION: usize = 5_000;
const LONGEST_SERVICE: usize = 60;
const LONGEST_WEBSITE: usize = 2_000;

/// The most of a list. There are 250 countries.
const MOST_COUNTRIES: usize = 250;
const MOST_LANGUAGES: usize = 50;
const MOST_SERVICES: usize = 20;

/// What to change of a business profile, unchecked: outer none stays, inner none clears.
#[derive(Debug, Clone, Default)]
pub struct BusinessProfileChange {
    /// One line, at most 150 characters. Cannot be cleared.
    pub headline: Option<Option<String>>,
    /// At most 5,000 characters. Cannot be cleared.
    pub description: Option<Option<String>>,
    /// http or https, with a host, at most 2,000 characters.
    pub website: Option<Option<String>>,
    /// ISO 3166-1 alpha-2. Cannot be cleared.
    pub countries: Option<Option<Vec<String>>>,
    /// BCP 47, at most 50. Cannot be cleared.
    pub languages: Option<Option<Vec<String>>>,
    /// At most 20 of at most 60 characters.
    pub services: Option<Option<Vec<String>>>,
}

impl BusinessProfileChange {
    /// The profile as it will be, and the names of the fields that differ. Refuses everything that is wrong at once.
    pub(super) fn apply(
        self,
        organization: &Organization,
        before: Option<&BusinessProfile>,
    ) -> Result<(BusinessProfile, Vec<&'static str>)> {
        let mut checks = Checks::default();
        let headline = checks.kept("headline", self.headline, before.map(|it| &it.headline), |checks, text| {
            checks.required_line("headline", &text, LONGEST_HEADLINE)
        });
        let description =
            checks.kept("description", self.description, before.map(|it| &it.description), |checks, text| {
                checks.paragraphs("description", &text, LONGEST_DESCRIPTION)
            });
        let website = match self.website {
            Some(website) => website.and_then(|website| checks.web_address("website", &website)),
            None => before.and_then(|it| it.website.clone()),
        };
        let countries = checks.kept("countries", self.countries, before.map(|it| &it.countries), |checks, codes| {
            checks.some_of("countries", &codes, MOST_COUNTRIES, Checks::country)
        });
        let languages = checks.kept("languages", self.languages, before.map(|it| &it.languages), |checks, tags| {
            checks.some_of("languages", &tags, MOST_LANGUAGES, Checks::locale)
        });
        let services = match self.services {
            Some(services) => {
                let services = services.unwrap_or_default();
                checks.list("services", &services, MOST_SERVICES, |checks, field, text| {
                    checks.required_line(field, text, LONGEST_SERVICE)
                })
            }
            None => before.map(|it| it.services.clone()).unwrap_or_default(),
        };
        refuse_all(checks.0)?;
        let profile = BusinessProfile {
            id: before.map_or_else(BusinessProfileId::fresh, |it| it.id),
            organization_id: organization.id,
            headline,
            description,
            website,
            countries,
            languages,
            services,
            sort_name: organization.sort_name(),
        };
        let changed = profile.changed_since(before);
        Ok((profile, changed))
    }
}

impl BusinessProfile {
    /// The names of the fields that differ; of a first profile, those that hold something.
    fn changed_since(&self, before: Option<&Self>) -> Vec<&'static str> {
        let fields = [
            ("headline", before.is_none_or(|it| it.headline != self.headline)),
            ("description", before.is_none_or(|it| it.description != self.description)),
            ("website", before.map_or(self.website.is_some(), |it| it.website != self.website)),
            ("countries", before.is_none_or(|it| it.countries != self.countries)),
            ("languages", before.is_none_or(|it| it.languages != self.languages)),
            ("services", before.map_or(!self.services.is_empty(), |it| it.services != self.services)),
        ];
        fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
    }
}

impl Checks {
    /// A field that cannot be empty: left out it stays, which it can only where there is something already.
    pub(crate) fn kept<T: Clone + Default>(
        &mut self,
        field: &str,
        change: Option<Option<T>>,
        before: Option<&T>,
        check: impl FnOnce(&mut Self, T) -> T,
    ) -> T {
        match (change, before) {
            (Some(Some(given)), _) => check(self, given),
            (None, Some(before)) => before.clone(),
            (Some(None), _) | (None, None) => {
                self.0.push(Code::Required.on(field));
                T::default()
            }
        }
    }

    /// An address that browsers open, spelt as they do; an empty one is none. A user or password in it would be shown
    /// to everybody.
    pub(crate) fn web_address(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        let is_web = |url: &Url| {
            let names_nobody = url.username().is_empty() && url.password().is_none();
            matches!(url.scheme(), "http" | "https") && url.has_host() && names_nobody
        };
        let is_plain = !text.chars().any(|c| is_unseen(c) || c.is_whitespace() || c == '\\');
        match Url::parse(text).ok().filter(|url| is_plain && is_web(url)) {
            Some(url) if url.as_str().len() <= LONGEST_WEBSITE => return Some(url.into()),
            Some(_) => {
                let longest = format!("give at most {LONGEST_WEBSITE} characters");
                self.0.push(Code::TooLong.on(field).saying(longest));
            }
            None if text.is_empty() => {}
            None => {
                let remedy = "give an address such as https://contoso.example, without user and password";
                self.0.push(Code::Invalid.on(field).saying(remedy));
            }
        }
        None
    }

    /// At least one of a list.
    fn some_of(
        &mut self,
        field: &str,
        given: &[String],
        most: usize,
        check: impl Fn(&mut Self, &str, &str) -> String,
    ) -> Vec<String> {
        if given.is_empty() {
            self.0.push(Code::Required.on(field).saying("give at least one"));
        }
        self.list(field, given, most, check)
    }

    /// Each of a list once, in any case; paths such as `countries.1`.
    fn list(
        &mut self,
        field: &str,
        given: &[String],
        most: usize,
        check: impl Fn(&mut Self, &str, &str) -> String,
    ) -> Vec<String> {
        if given.len() > most {
            self.0.push(Code::OutOfRange.on(field).saying(format!("give at most {most}")));
            return Vec::new();
        }
        let mut seen = HashSet::new();
        let checked = given.iter().enumerate().map(|(place, text)| check(self, &format!("{field}.{place}"), text));
        checked.filter(|text| seen.insert(folded(text))).collect()
    }

    fn country(&mut self, field: &str, code: &str) -> String {
        if !is_country(code) {
            self.0.push(Code::Invalid.on(field).saying("give a country's code of ISO 3166-1, such as US"));
        }
        code.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn website(text: &str) -> (Option<String>, Vec<Code>) {
        let mut checks = Checks::default();
        let website = checks.web_address("website", text);
        (website, checks.0.into_iter().map(|refusal| refusal.code).collect())
    }

    #[test]
    fn a_website_is_spelt_as_browsers_do() {
        for (text, spelt) in [
            (" HTTPS://Contoso.example ", "https://contoso.example/"),
            (
                "http://bücher.example/a b?x=ü".replace(' ', "%20").as_str(),
                "http://xn--bcher-kva.example/a%20b?x=%C3%BC",
            ),
        ] {
            assert_eq!(website(text), (Some(spelt.to_owned()), Vec::new()), "{text}");
        }
        assert_eq!(website(" "), (None, Vec::new()));
    }

    #[test]
    fn what_browsers_do_not_open_or_what_names_somebody_is_no_website() {
        for text in [
            "contoso.example",
            "ftp://contoso.example",
            "javascript:alert(1)",
            "mailto:a@contoso.example",
            "https://",
            "https://user@contoso.example",
            "https://:secret@contoso.example",
            "https://contoso.example/\n",
            "https:\\\\contoso.example",
            "https://conto so.example",
        ]
        .map(|text| format!("{text}{}", if text.ends_with('\n') { "x" } else { "" }))
        {
            assert_eq!(website(&text), (None, vec![Code::Invalid]), "{text:?}");
        }
        assert_eq!(website(&format!("https://contoso.example/{}", "a".repeat(2_000))), (None, vec![Code::TooLong]));
    }

    #[test]
    fn each_of_a_list_is_kept_once_and_what_is_wrong_says_where() {
        let mut checks = Checks::default();
        let given = ["de-ch", "en", "DE-CH", "not a tag"].map(str::to_owned);
        let kept = checks.some_of("languages", &given, 5, Checks::locale);
        assert_eq!(kept[..2], ["de-CH", "en"]);
        let wrong: Vec<_> = checks.0.iter().map(|refusal| refusal.field.join(".")).collect();
        assert_eq!(wrong, ["languages.3"]);
    }

    #[test]
    fn a_list_has_bounds() {
        let codes = |given: &[String]| {
            let mut checks = Checks::default();
            checks.some_of("countries", given, 1, Checks::country);
            checks.0.into_iter().map(|refusal| refusal.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&[]), [Code::Required]);
        assert_eq!(codes(&["US".to_owned()]), []);
        assert_eq!(codes(&["US".to_owned(), "CA".to_owned()]), [Code::OutOfRange]);
    }
}
