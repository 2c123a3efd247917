//! The mail of an invitation: the inviter's own words in a frame that is not theirs to edit.
//!
//! Finished as text, HTML and `mailto:`, so that the person may send it from their own mail application. Only the
//! personal link becomes a link; other addresses in the text stay plain text.

mod texts;

use diesel_async::AsyncPgConnection;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::texts::{Texts, texts_in};
use super::{Invitation, InvitationKind};
use crate::admin_grant::RequestedAdministration;
use crate::error::Result;
use crate::organization::{Organization, OrganizationDomain, OrganizationId, country_name};
use crate::text::escape_html;

/// Where the personal link goes.
pub const PLACEHOLDER: &str = "{{link}}";

/// Beyond this, mail applications and browsers cut a `mailto:` address off.
const LONGEST_MAILTO: usize = 2_000;

/// RFC 3986 section 2.3: all but the unreserved characters is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// Plain text, lines ending in `\n`.
    pub text: String,
    /// A whole HTML document.
    pub html: String,
    /// RFC 6068.
    pub mailto_url: String,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// The partner who asks.
    pub inviter: &'a Organization,
    /// The indirect provider who asks together with it.
    pub provider: Option<&'a Organization>,
    /// The inviter's primary domain, which the frame shows.
    pub domain: &'a str,
}

/// The words a draft starts with.
pub(super) struct Usual {
    pub(super) subject: String,
    pub(super) template: String,
}

/// The usual subject and text, in the nearest language there is.
pub(super) fn usual(
    locale: &str,
    kind: InvitationKind,
    inviter: &Organization,
    provider: Option<&Organization>,
    recipient: Option<&str>,
    administration: Option<&RequestedAdministration>,
) -> Usual {
    let texts = texts_in(locale);
    let greeting = recipient.map_or_else(|| texts.hello.to_owned(), |name| fill(texts.hello_name, &[("name", name)]));
    let asked = if administration.is_some() { texts.usual_with_administration } else { texts.usual };
    Usual {
        subject: fill(texts.usual_subject, &[("inviter", &inviter.name)]),
        template: fill(asked, &[("greeting", &greeting), ("inviter", &inviter.name)]),
    }
}

/// What authorizing an indirect provider allows it, a sentence each, in the nearest language there is.
#[must_use]
pub fn authorization(locale: &str, provider: &Organization) -> Vec<String> {
    texts_in(locale).authorization.iter().map(|text| fill(text, &[("inviter", &provider.name)])).collect()
}

/// Finishes the mail of an invitation.
#[must_use]
pub fn finish(invitation: &Invitation, parties: Parties<'_>, link: &str) -> Message {
    let Parties { inviter, domain, .. } = parties;
    let texts = texts_in(&invitation.recipient_locale);
    let frame = Frame::new(texts, invitation, inviter, domain);
    let body = invitation.template.trim();
    let text = format!("{}\n\n{}\n\n--\n{}\n{}\n", frame.asks, with_link(body, link), frame.from, frame.unknown);
    Message {
        subject: invitation.subject.clone(),
        html: html(texts, &invitation.subject, &frame, body, link),
        mailto_url: mailto(texts, invitation, inviter, &text, link),
        text,
    }
}

/// The domain that the frame shows: the inviter's primary one.
pub async fn domain_shown(conn: &mut AsyncPgConnection, inviter: OrganizationId) -> Result<String> {
    let domains = OrganizationDomain::of(conn, &[inviter]).await?;
    Ok(domains.into_iter().next().map(|domain| domain.domain).unwrap_or_default())
}

/// What stands around the inviter's words, whatever they are.
struct Frame {
    asks: String,
    from: String,
    unknown: String,
}

impl Frame {
    fn new(texts: &Texts, invitation: &Invitation, inviter: &Organization, domain: &str) -> Self {
        let names =
            [("inviter", inviter.name.as_str()), ("domain", domain), ("country", country_name(&inviter.country))];
        let asks = match invitation.administration() {
            None => texts.asks,
            Some(RequestedAdministration::Full) => texts.asks_full,
            Some(RequestedAdministration::Granular { .. }) => texts.asks_granular,
        };
        Self { asks: fill(asks, &names), from: fill(texts.from, &names), unknown: fill(texts.unknown, &names) }
    }
}

/// Puts each link alone on its line.
fn with_link(body: &str, link: &str) -> String {
    let mut lines = Vec::new();
    for line in body.lines() {
        let parts: Vec<&str> = line.split(PLACEHOLDER).collect();
        if let [whole] = parts[..] {
            lines.push(whole.trim_end());
            continue;
        }
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                lines.push(link);
            }
            if !part.trim().is_empty() {
                lines.push(part.trim());
            }
        }
    }
    lines.join("\n")
}

fn html(texts: &Texts, subject: &str, frame: &Frame, body: &str, link: &str) -> String {
    let button = format!(
        r#"<a href="{0}" style="display:inline-block;padding:10px 18px;background:#0b57d0;color:#fff;text-decoration:none;border-radius:4px">{1}</a>"#,
        escape_html(link),
        escape_html(texts.review)
    );
    let paragraphs: String = body
        .split("\n\n")
        .map(|paragraph| {
            let escaped = escape_html(paragraph.trim()).replace('\n', "<br>\n");
            format!("<p>{}</p>\n", escaped.replace(PLACEHOLDER, &button))
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
         <body style=\"font-family:system-ui,sans-serif;line-height:1.5;color:#1f1f1f;max-width:40em;margin:0 auto;padding:16px\">\n\
         <p style=\"padding:12px;background:#f1f4f9;border-radius:4px\">{asks}</p>\n{paragraphs}\
         <hr style=\"border:0;border-top:1px solid #ddd\">\n<p style=\"color:#5f6368;font-size:0.9em\">{from}<br>\n{unknown}</p>\n\
         </body>\n</html>\n",
        lang = texts.locale,
        subject = escape_html(subject),
        asks = escape_html(&frame.asks),
        from = escape_html(&frame.from),
        unknown = escape_html(&frame.unknown),
    )
}

/// The `mailto:` address (RFC 6068); when it would be too long, its body is two sentences and the link.
fn mailto(texts: &Texts, invitation: &Invitation, inviter: &Organization, text: &str, link: &str) -> String {
    let address = |body: &str| {
        let body = body.replace('\n', "\r\n");
        let escape = |part: &str| utf8_percent_encode(part, ESCAPED).to_string();
        let to = escape(&invitation.recipient_email).replacen("%40", "@", 1);
        format!("mailto:{to}?subject={}&body={}", escape(&invitation.subject), escape(&body))
    };
    let whole = address(text);
    if whole.len() <= LONGEST_MAILTO {
        return whole;
    }
    address(&fill(texts.short, &[("inviter", &inviter.name), ("link", link)]))
}

/// Fills `{name}` in Accord's own texts; values are put in once and never read for names again.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        filled.push_str(before);
        let known =
            values.iter().find(|(name, _)| from[1..].starts_with(name) && from[1 + name.len()..].starts_with('}'));
        match known {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &from[name.len() + 2..];
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
