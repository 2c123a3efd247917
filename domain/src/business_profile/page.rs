//! The directory: authorized indirect providers by text, country and language.

use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Record, Text, Uuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::words::{range, words};
use super::{BusinessProfile, listing};
use crate::error::{Error, Result};
use crate::page::{Cursor, Keyed, Page, PageRequest, keyset};
use crate::schema::business_profiles;
use crate::text::sought;

/// The order of the directory where nothing is searched for: by case-folded name.
const BY_NAME: &str = "directory";

/// The order of what a search found: the best first, then by case-folded name.
const BY_RANK: &str = "rank";

/// So many words of a search count, and so many characters of a word: what is asked of the database is bounded.
const MOST_WORDS: usize = 10;
const LONGEST_WORD: usize = 64;

/// Shorter words are found by their beginning alone: what is similar to them is anything.
const SHORTEST_MISSPELT: usize = 3;

/// What the statement of a search runs under, in its own transaction.
///
/// The threshold is measured: of 33 companies' names misspelt by one letter left out, added, replaced or swapped with
/// the next, 90 of 100 are that much alike, and of 214 other words a tenth of one is. At 0.5 69 of 100 are, at 0.3 97,
/// but four times as many other words. `word_similarity`, which compares with parts of words, takes seven times as many
/// at 0.4.
///
/// The planner takes the comparison of trigrams to be as cheap as that of numbers, and would rather compare the words
/// of every profile than ask the index: 530 instead of 60 ms where a quarter of 20,000 is found.
const TUNING: &str = "set local pg_trgm.strict_word_similarity_threshold = 0.4; set local enable_seqscan = off";

/// How far a profile is from what is searched for: each word counts where it is found best, in the name most, then in
/// headline, services and description, and least misspelt in headline or services. Misspelt in the name it counts as it
/// is alike, 40 to 99: a likely name goes before a headline, an unlikely one does not.
const DISTANCE: [&str; 2] = [
    "(select -sum(case
        when business_profiles.name_words like '% ' || word || ' %' then 100
        when business_profiles.name_words like '% ' || word || '%' then 95
        when business_profiles.name_words %>> word
            then (100 * strict_word_similarity(word, business_profiles.name_words))::int
        when business_profiles.headline_words like '% ' || word || '%' then 60
        when business_profiles.service_words like '% ' || word || '%' then 40
        when business_profiles.description_words like '% ' || word || '%' then 20
        else 10
    end)::int from unnest(",
    ") as sought(word))",
];

diesel::infix_operator!(HasWordLike, " %>> ", backend: Pg);

/// Which providers. What is no country or no language finds none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct DirectoryFilter {
    /// Every word of it is in name, headline, services or description, the beginning of a word being enough; in all but
    /// the description it may be misspelt. Ten words count.
    pub search: Option<String>,
    /// Does business there.
    pub country: Option<String>,
    /// Speaks it, or a language that it is a prefix of: `en` finds `en-GB` (RFC 4647 section 3.3.1).
    pub language: Option<String>,
}

impl DirectoryFilter {
    /// What a cursor of this list carries.
    #[must_use]
    pub fn order(&self) -> &'static str {
        if self.text().is_some() { BY_RANK } else { BY_NAME }
    }

    /// What is searched for, if anything is.
    fn text(&self) -> Option<&str> {
        self.search.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// What is the same with and without a search.
    fn apply(&self) -> business_profiles::BoxedQuery<'static, Pg> {
        let mut query = business_profiles::table.filter(exists(listing())).into_boxed();
        if let Some(country) = &self.country {
            query = query.filter(business_profiles::countries.contains(vec![sought(country)]));
        }
        if let Some(language) = &self.language {
            query = query.filter(business_profiles::language_ranges.contains(vec![range(&sought(language))]));
        }
        query
    }
}

/// A profile in the directory.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The profile.
    pub profile: BusinessProfile,
    /// From what was searched for; negative, the less the better.
    distance: i32,
}

impl Keyed for Listed {
    fn cursor(&self, order: &'static str) -> Cursor {
        let Self { profile, distance } = self;
        match order {
            BY_RANK => Cursor::new(order, format!("{distance} {}", profile.sort_name), profile.id.uuid()),
            _ => Cursor::new(order, &profile.sort_name, profile.id.uuid()),
        }
    }
}

impl BusinessProfile {
    /// A page of the directory: by rank where something is searched for, else by case-folded name.
    pub async fn directory(
        conn: &mut AsyncPgConnection,
        filter: &DirectoryFilter,
        page: &PageRequest,
    ) -> Result<Page<Listed>> {
        let rows: Vec<(Self, i32)> = match filter.text() {
            Some(text) => found(conn, filter, &words_of(text), page).await?,
            None => {
                let query = filter.apply().select((Self::as_select(), sql::<Integer>("0")));
                let query =
                    keyset!(query, page, true, business_profiles::sort_name, str::to_owned, business_profiles::id);
                query.load(conn).await?
            }
        };
        let listed = rows.into_iter().map(|(profile, distance)| Listed { profile, distance });
        Ok(Page::cut(listed.collect(), page))
    }
}

/// The words that count of a search, each once.
fn words_of(text: &str) -> Vec<String> {
    let mut counted: Vec<String> = Vec::new();
    for word in words(text) {
        let word: String = word.chars().take(LONGEST_WORD).collect();
        if counted.len() < MOST_WORDS && !counted.contains(&word) {
            counted.push(word);
        }
    }
    counted
}

/// A page of what every one of these words is found in, and one row more. No word at all, such as `+++`, finds nothing.
async fn found(
    conn: &mut AsyncPgConnection,
    filter: &DirectoryFilter,
    words: &[String],
    page: &PageRequest,
) -> Result<Vec<(BusinessProfile, i32)>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let distance = || sql::<Integer>(DISTANCE[0]).bind::<Array<Text>, _>(words.to_vec()).sql(DISTANCE[1]);
    let place = || {
        let place = (distance(), business_profiles::sort_name, business_profiles::id);
        place.into_sql::<Record<(Integer, Text, Uuid)>>()
    };
    let mut query = filter.apply().select((BusinessProfile::as_select(), distance()));
    for word in words {
        // Words are letters and digits, which mean nothing else in a pattern.
        let begins = business_profiles::all_words.like(format!("% {word}%"));
        query = if word.chars().count() < SHORTEST_MISSPELT {
            query.filter(begins)
        } else {
            let is_alike = HasWordLike::new(business_profiles::title_words, word.clone().into_sql::<Text>());
            query.filter(begins.or(is_alike))
        };
    }
    let (name, id) = (business_profiles::sort_name, business_profiles::id);
    if let Some(cursor) = &page.cursor {
        let (distance, name) = key_place(cursor.key());
        let there = (distance, name, cursor.id());
        query = if page.forward { query.filter(place().gt(there)) } else { query.filter(place().lt(there)) };
    }
    let query = if page.forward {
        query.order((distance().asc(), name.asc(), id.asc()))
    } else {
        query.order((distance().desc(), name.desc(), id.desc()))
    };
    let query = query.limit(page.reading());
    conn.transaction(async |conn| {
        conn.batch_execute(TUNING).await?;
        Ok::<_, Error>(query.load(conn).await?)
    })
    .await
}

/// Reads distance and name back from a cursor's key; a forged key only moves the page.
fn key_place(key: &str) -> (i32, String) {
    let (distance, name) = key.split_once(' ').unwrap_or((key, ""));
    (distance.parse().unwrap_or_default(), name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_words_of_a_search_count_each_once() {
        let many: Vec<String> = (0..20).map(|n| format!("w{} W{}", n, n)).collect();
        assert_eq!(words_of(&many.join(" ")).len(), MOST_WORDS);
        assert_eq!(words_of("Cloud, cloud & CLOUD"), ["cloud"]);
        assert_eq!(words_of(&"a".repeat(100_000)), ["a".repeat(LONGEST_WORD)]);
    }

    #[test]
    fn a_blank_search_is_none() {
        let order = |search: Option<&str>| {
            DirectoryFilter { search: search.map(str::to_owned), ..DirectoryFilter::default() }.order()
        };
        assert_eq!([order(None), order(Some(" ")), order(Some("+"))], [BY_NAME, BY_NAME, BY_RANK]);
    }

    #[test]
    fn a_forged_key_only_moves_the_page() {
        assert_eq!(key_place("-190 contoso ltd"), (-190, "contoso ltd".to_owned()));
        for forged in ["", "x", "99999999999 x"] {
            assert_eq!(key_place(forged).0, 0, "{forged}");
        }
    }
}
