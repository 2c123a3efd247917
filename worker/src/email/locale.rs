//! Which language a mail is in: the nearest to the one asked for that there are templates in.

/// The languages that every template is there in.
pub(super) const LOCALES: [&str; 1] = ["en"];

/// The nearest of `LOCALES`.
pub(super) fn nearest(asked: &str) -> &'static str {
    domain::locale::nearest(asked, &LOCALES)
}
