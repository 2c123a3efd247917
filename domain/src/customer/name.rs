//! What is a name of a company.

/// Words of so many characters, all of them capitals or digits, are taken for an abbreviation where they stand alone.
const LONGEST_ABBREVIATION: usize = 4;

/// Whether a company may be called so: neither one character nor an abbreviation alone.
///
/// Letters and digits count, whatever stands between them. A name is refused that has one of them (`A`, `7.`); whose
/// every word is one of them (`A.B.C.`, `A & B`); or that is one word of capitals and digits, at most four (`IBM`, `3M`): a
/// legal form makes it a name (`IBM Corp.`), as does writing it out. A script that writes a word or a syllable with a
/// character, as Chinese, Japanese and Korean do, has names of one.
pub(super) fn is_company_name(name: &str) -> bool {
    if name.chars().any(is_syllabic) {
        return true;
    }
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words[..] {
        [] => false,
        [word] => word.chars().count() > 1 && !is_abbreviation(word),
        _ => words.iter().any(|word| word.chars().count() > 1),
    }
}

fn is_abbreviation(word: &str) -> bool {
    let is_capital = |c: char| c.is_uppercase() || c.is_numeric();
    word.chars().count() <= LONGEST_ABBREVIATION && word.chars().all(is_capital) && word.chars().any(char::is_uppercase)
}

/// Han, kana, bopomofo and Hangul, with their extensions and compatibility forms.
fn is_syllabic(c: char) -> bool {
    c.is_alphanumeric()
        && matches!(c,
        '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_more_than_a_character_and_more_than_an_abbreviation() {
        for name in [
            "Contoso",
            "IBM Corp.",
            "SAP SE",
            "A.B.C. Ltd.",
            "A. Datum",
            "3M Company",
            "Ikea",
            "ADIDAS",
            "37signals",
            "1822",
            "eBay",
            "O2 UK",
            "Ørsted",
            "Ко",
            "شركة",
            "森",
            "三井",
            "ソニー",
            "한전",
            "A・森",
        ] {
            assert!(is_company_name(name), "{name}");
        }
    }

    #[test]
    fn one_character_or_an_abbreviation_alone_is_none() {
        for name in [
            "A", "a", "7", "Ж", "é", "e\u{301}", "A.", "(A)", "A.B.", "A.B.C.", "A B C", "A & B", "H-P", "j.j.", "1 2",
            "IBM", "3M", "HP", "NASA", "I.B.M", "AG.", "ΑΒ", "", " ", "!", "...", "・", "🦀",
        ] {
            assert!(!is_company_name(name), "{name}");
        }
    }
}
