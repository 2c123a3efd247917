//! Which language a mail is in: the nearest to the one asked for that there are templates in.

/// The languages that every template is there in. English is first, and what all else falls back to.
pub(super) const LOCALES: [&str; 1] = ["en"];

/// The nearest of `LOCALES`.
pub(super) fn nearest(asked: &str) -> &'static str {
    nearest_of(asked, &LOCALES)
}

/// RFC 4647 section 3.4: the tag is cut from its end until one fits, else the first of `have`. Chinese is told apart by
/// its script, which a region stands for where none is given.
fn nearest_of<'a>(asked: &str, have: &[&'a str]) -> &'a str {
    let mut tag = asked.replace('_', "-").to_ascii_lowercase();
    let is_chinese = tag.split('-').next() == Some("zh");
    let has = |part: &str| tag.split('-').skip(1).any(|other| other == part);
    if is_chinese && !has("hans") && !has("hant") {
        let is_traditional = ["tw", "hk", "mo"].into_iter().any(has);
        tag = if is_traditional { "zh-hant" } else { "zh-hans" }.to_owned();
    }
    loop {
        if let Some(found) = have.iter().find(|one| one.eq_ignore_ascii_case(&tag)) {
            return found;
        }
        match tag.rfind('-') {
            Some(end) => tag.truncate(end),
            None => return have.first().copied().unwrap_or("en"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_there_is_is_taken_and_else_english() {
        let have = ["en", "zh-Hant", "zh-Hans"];
        for (asked, got) in [
            ("en", "en"),
            ("en-GB", "en"),
            ("EN_us", "en"),
            ("zh-Hant", "zh-Hant"),
            ("zh-TW", "zh-Hant"),
            ("zh-hk", "zh-Hant"),
            ("zh-Hant-CN", "zh-Hant"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-Hans-TW", "zh-Hans"),
            ("de-CH", "en"),
            ("zho", "en"),
            ("", "en"),
            ("-", "en"),
        ] {
            assert_eq!(nearest_of(asked, &have), got, "{asked}");
            assert_eq!(nearest(asked), "en");
        }
    }
}
