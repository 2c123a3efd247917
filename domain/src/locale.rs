//! The nearest of the languages there are to the one asked for.

/// The nearest of `have`, of which there is at least one: the tag is cut from its end until one fits (RFC 4647 section
/// 3.4), else English, else the first. Chinese is told apart by its script, which a region stands for where none is given.
#[must_use]
pub fn nearest<'a>(asked: &str, have: &[&'a str]) -> &'a str {
    let mut tag = asked.replace('_', "-").to_ascii_lowercase();
    let is_chinese = tag.split('-').next() == Some("zh");
    let has = |part: &str| tag.split('-').skip(1).any(|other| other == part);
    if is_chinese && !has("hans") && !has("hant") {
        let is_traditional = ["tw", "hk", "mo"].into_iter().any(has);
        tag = if is_traditional { "zh-hant" } else { "zh-hans" }.to_owned();
    }
    let find = |tag: &str| have.iter().copied().find(|one| one.eq_ignore_ascii_case(tag));
    loop {
        if let Some(found) = find(&tag) {
            return found;
        }
        match tag.rfind('-') {
            Some(end) => tag.truncate(end),
            None => return find("en").or_else(|| have.first().copied()).unwrap_or("en"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_there_is_is_taken_and_else_english() {
        let have = ["zh-Hans", "en", "de", "zh-Hant"];
        for (asked, got) in [
            ("en", "en"),
            ("en-GB", "en"),
            ("EN_us", "en"),
            ("de-CH", "de"),
            ("zh-Hant", "zh-Hant"),
            ("zh-TW", "zh-Hant"),
            ("zh-hk", "zh-Hant"),
            ("zh-Hant-CN", "zh-Hant"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-Hans-TW", "zh-Hans"),
            ("fr", "en"),
            ("zho", "en"),
            ("", "en"),
            ("-", "en"),
        ] {
            assert_eq!(nearest(asked, &have), got, "{asked}");
        }
        assert_eq!(nearest("fr", &["de", "zh-Hans"]), "de");
    }
}
