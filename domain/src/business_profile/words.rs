//! What searches compare: words, and ranges of languages. One spelling for what is kept and for what is looked for.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::BusinessProfile;
use crate::schema::business_profiles;
use crate::text::folded;

/// The columns of a profile that searches compare.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = business_profiles, check_for_backend(diesel::pg::Pg))]
pub(super) struct Words {
    name_words: String,
    headline_words: String,
    service_words: String,
    description_words: String,
    language_ranges: Vec<String>,
}

impl Words {
    /// Of a profile whose organization has this name.
    pub(super) fn of(profile: &BusinessProfile, name: &str) -> Self {
        Self {
            name_words: spaced(name),
            headline_words: spaced(&profile.headline),
            service_words: spaced(&profile.services.join(" ")),
            description_words: spaced(&profile.description),
            language_ranges: ranges(&profile.languages),
        }
    }
}

/// The words of a text, case-folded: letters and digits that stand together. Chinese and Japanese do not space words,
/// so that there each character is one.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in folded(text).chars() {
        let stands_alone = is_unspaced(c);
        if stands_alone || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.push(c);
        }
        if stands_alone {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A character of the scripts that are written without spaces: Han, Hiragana, Katakana.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The words of a text with a space before and behind each.
fn spaced(text: &str) -> String {
    let mut spaced = " ".to_owned();
    for word in words(text) {
        spaced.push_str(&word);
        spaced.push(' ');
    }
    spaced
}

/// Every prefix of these tags that ends with a subtag, in lower case: what a language range finds them by, in RFC 4647's
/// basic filtering.
fn ranges(tags: &[String]) -> Vec<String> {
    let mut ranges = BTreeSet::new();
    for tag in tags {
        let tag = range(tag);
        ranges.extend(tag.match_indices('-').map(|(end, _)| tag[..end].to_owned()));
        ranges.insert(tag);
    }
    ranges.into_iter().collect()
}

/// A language range as [`Words`] has them: languages are the same in any case.
pub(super) fn range(tag: &str) -> String {
    tag.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_that_stand_together_in_lower_case() {
        assert_eq!(
            words("  Azure & Microsoft-365 (O'Neil) ΛΟΓΟΣ"),
            ["azure", "microsoft", "365", "o", "neil", "λογοσ"]
        );
        assert_eq!(words("% _ \\ \0 +++"), Vec::<String>::new());
    }

    #[test]
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(words("雲端Azure解決 方案"), ["雲", "端", "azure", "解", "決", "方", "案"]);
        assert_eq!(words("클라우드 서비스"), ["클라우드", "서비스"]);
    }

    #[test]
    fn a_text_is_kept_with_a_space_around_each_word() {
        assert_eq!(spaced("Northwind Traders, Inc."), " northwind traders inc ");
        assert_eq!(spaced("?"), " ");
    }

    #[test]
    fn a_language_is_found_by_every_prefix_that_ends_with_a_subtag() {
        let tags = ["zh-Hant-TW", "en", "en-GB"].map(str::to_owned);
        assert_eq!(ranges(&tags), ["en", "en-gb", "zh", "zh-hant", "zh-hant-tw"]);
    }
}
