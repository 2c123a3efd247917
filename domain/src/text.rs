//! Text that people give: what every field of the same kind is checked for.

use chrono::{DateTime, Utc};
use email_address::{EmailAddress, Options};
use oxilangtag::LanguageTag;

use crate::error::{Code, Refusal};
use crate::period::Period;

/// The longest name of a person or organization, in characters.
pub(crate) const LONGEST_NAME: usize = 200;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 1_000;

/// The longest address that a mail's envelope carries: RFC 5321 section 4.5.3.1.3, without its brackets.
const LONGEST_EMAIL: usize = 254;

/// Collects the refusals of one stage while values pass through.
#[derive(Default)]
pub(crate) struct Checks(pub(crate) Vec<Refusal>);

impl Checks {
    /// One line: no line breaks or other control characters, which would forge headers of a mail.
    pub(crate) fn line(&mut self, field: &str, text: &str, longest: usize) -> String {
        let text = text.trim();
        if text.chars().any(is_unseen) {
            self.0.push(Code::Invalid.on(field).saying("give one line without control characters"));
        } else if text.chars().count() > longest {
            self.0.push(Code::TooLong.on(field).saying(format!("give at most {longest} characters")));
        }
        text.to_owned()
    }

    /// A name that may be left out; an empty one is none.
    pub(crate) fn name(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let name = self.line(field, text?, LONGEST_NAME);
        (!name.is_empty()).then_some(name)
    }

    /// A line that must not be empty.
    pub(crate) fn required_line(&mut self, field: &str, text: &str, longest: usize) -> String {
        if text.trim().is_empty() {
            self.0.push(Code::Required.on(field));
        }
        self.line(field, text, longest)
    }

    /// Several lines of plain text that must not be empty.
    pub(crate) fn paragraphs(&mut self, field: &str, text: &str, longest: usize) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
        if text.is_empty() {
            self.0.push(Code::Required.on(field));
        } else if text.chars().count() > longest {
            self.0.push(Code::TooLong.on(field).saying(format!("give at most {longest} characters")));
        } else if text.chars().any(|c| is_unseen(c) && c != '\n' && c != '\t') {
            self.0.push(Code::Invalid.on(field).saying("give text without control characters"));
        }
        text
    }

    /// Several lines that may be left out.
    pub(crate) fn reason(&mut self, text: Option<&str>) -> Option<String> {
        let text = text?.trim();
        if text.chars().any(|c| is_unseen(c) && c != '\n' && c != '\r' && c != '\t') {
            self.0.push(Code::Invalid.on("reason").saying("give text without control characters"));
        } else if text.chars().count() > LONGEST_REASON {
            self.0.push(Code::TooLong.on("reason").saying(format!("give at most {LONGEST_REASON} characters")));
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// One plain address with a domain.
    pub(crate) fn email(&mut self, field: &str, text: &str) -> String {
        let text = text.trim_matches(' ');
        if !is_email(text) {
            self.0.push(Code::InvalidEmail.on(field));
        }
        text.to_owned()
    }

    /// A calendar duration between two bounds, counted from now.
    pub(crate) fn period(
        &mut self,
        field: &str,
        text: &str,
        least: Period,
        most: Period,
        now: DateTime<Utc>,
    ) -> Period {
        match text.parse::<Period>() {
            Ok(period) if period.is_within(least, most, now) => period,
            Ok(_) => {
                self.0.push(Code::OutOfRange.on(field).saying(format!("give {least} to {most}")));
                least
            }
            Err(_) => {
                self.0.push(Code::Invalid.on(field).saying("give an ISO 8601 duration of days to years, such as P30D"));
                least
            }
        }
    }

    /// A well-formed BCP 47 tag in its usual case.
    pub(crate) fn locale(&mut self, field: &str, text: &str) -> String {
        match LanguageTag::parse_and_normalize(text) {
            Ok(tag) if text.len() <= 35 => tag.into_inner(),
            _ => {
                self.0.push(Code::Invalid.on(field).saying("give a language tag such as en, de-CH or zh-Hant"));
                text.to_owned()
            }
        }
    }
}

/// A field of an edit: absent stays, null is refused where nothing cannot be.
pub(crate) fn not_null<T>(field: &str, change: Option<Option<T>>, checks: &mut Checks) -> Option<T> {
    match change {
        Some(None) => {
            checks.0.push(Code::Required.on(field));
            None
        }
        Some(given) => given,
        None => None,
    }
}

/// Whether this is one plain address with a domain name: no display name, no comment, no bare host, no IP address.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let plain = !text.chars().any(|c| is_unseen(c) || c.is_whitespace() || matches!(c, '"' | ',' | ';' | '<' | '>'));
    let is_host = domain_of(text).rsplit('.').next().is_some_and(|label| !label.chars().all(|c| c.is_ascii_digit()));
    plain && is_host && text.len() <= LONGEST_EMAIL && EmailAddress::parse_with_options(text, options).is_ok()
}

/// The domain of an address as the DNS has it: lower case, other letters than ASCII's in Punycode.
#[must_use]
pub fn domain_of(email: &str) -> String {
    let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}

/// Whether a domain is `of` or lies below it; both as the DNS has them.
pub(crate) fn is_within(domain: &str, of: &str) -> bool {
    domain.strip_suffix(of).is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Control characters, and those that turn the direction of text or hide in it: none belongs in a name.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Text to be looked for among rows. The database knows no NUL and refuses a question that has one, so that another
/// character which no row has stands for it: nothing is found.
pub(crate) fn sought(text: &str) -> String {
    text.replace('\0', "\u{FFFF}")
}

/// Text as searches compare it: each letter lower-case by itself, and the Greek sigma at the end of a word as any other.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// Text as HTML shows it, character for character.
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_address_with_a_domain_is_an_address() {
        for email in ["a@b.example", "o'neil+x@sub.contoso.example", "ünï@exämple.example", "A@B.EXAMPLE"] {
            assert!(is_email(email), "{email}");
        }
        let long = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
        assert!(is_email(&long));
    }

    #[test]
    fn anything_else_is_not() {
        let long = format!("a@{}.example", vec!["b".repeat(60); 5].join("."));
        for email in [
            "",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a b@c.example",
            "a@b.example\r\nBcc: x@y.example",
            "a@b.example, c@d.example",
            "Ann <a@b.example>",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b..example",
            "a@@b.example",
            "a@b.example\n",
            "\"a b\"@c.example",
            &long,
        ] {
            assert!(!is_email(email), "{email:?}");
        }
    }

    #[test]
    fn a_line_break_or_a_turned_direction_in_a_name_is_refused() {
        for name in ["a\r\nBcc: b", "a\0", "a\u{202E}b"] {
            let mut checks = Checks::default();
            checks.name("recipient.name", Some(name));
            assert_eq!(checks.0[0].code, Code::Invalid, "{name:?}");
        }
    }

    #[test]
    fn language_tags_are_kept_in_their_usual_case() {
        let mut checks = Checks::default();
        assert_eq!(checks.locale("locale", "zh-hant-tw"), "zh-Hant-TW");
        assert!(checks.0.is_empty());
        checks.locale("locale", "not a tag");
        assert_eq!(checks.0[0].code, Code::Invalid);
    }

    #[test]
    fn a_domain_lies_within_itself_and_those_above() {
        assert!(is_within("contoso.com", "contoso.com") && is_within("a.b.contoso.com", "contoso.com"));
        assert!(!is_within("notcontoso.com", "contoso.com") && !is_within("com", "contoso.com"));
    }
}
