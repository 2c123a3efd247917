//! What the directory and the mutation of a business profile take.

use async_graphql::{InputObject, MaybeUndefined};
use domain::business_profile::{self as rows, BusinessProfileChange};

use crate::graphql::scalars::{CountryCode, Locale, Url};

/// Which indirect providers.
#[derive(InputObject, Default)]
pub struct DirectoryFilter {
    /// Every word of it, up to ten, is in name, headline, services or description; the beginning of a word is enough.
    /// In name, headline and services words are found misspelt too. Without any letter or digit it finds none; blank or
    /// left out it finds all.
    search: Option<String>,
    /// Where they do business; what is no country finds none.
    country: Option<CountryCode>,
    /// Which language they speak: `en` finds `en-GB` too, `en-GB` does not find `en`; what is no language finds none.
    language: Option<Locale>,
}

impl From<DirectoryFilter> for rows::DirectoryFilter {
    fn from(filter: DirectoryFilter) -> Self {
        Self {
            search: filter.search,
            country: filter.country.map(|country| country.0),
            language: filter.language.map(|language| language.0),
        }
    }
}

/// A business profile's fields to change: what is left out stays, null clears. The first time headline, description,
/// countries and languages are needed.
#[derive(InputObject)]
pub struct UpdateBusinessProfileInput {
    /// One line, at most 150 characters; cannot be null.
    headline: MaybeUndefined<String>,
    /// Plain text, at most 5,000 characters; cannot be null.
    description: MaybeUndefined<String>,
    /// `https:` or `http:`, without user and password, at most 2,000 characters; null for none.
    website: MaybeUndefined<Url>,
    /// At least one, of ISO 3166-1; cannot be null.
    countries: MaybeUndefined<Vec<CountryCode>>,
    /// 1 to 50; cannot be null.
    languages: MaybeUndefined<Vec<Locale>>,
    /// At most 20 of at most 60 characters; null for none.
    services: MaybeUndefined<Vec<String>>,
}

impl From<UpdateBusinessProfileInput> for BusinessProfileChange {
    fn from(input: UpdateBusinessProfileInput) -> Self {
        Self {
            headline: change(input.headline, |headline| headline),
            description: change(input.description, |description| description),
            website: change(input.website, |website| website.0),
            countries: change(input.countries, |codes| codes.into_iter().map(|code| code.0).collect()),
            languages: change(input.languages, |tags| tags.into_iter().map(|tag| tag.0).collect()),
            services: change(input.services, |services| services),
        }
    }
}

/// Left out: none; null: none inside.
pub(in crate::graphql) fn change<T, U>(field: MaybeUndefined<T>, into: impl FnOnce(T) -> U) -> Option<Option<U>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(into(value))),
    }
}
