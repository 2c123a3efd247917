//! The mail of an invitation: the inviter's own words in a frame that is not theirs to edit.
//!
//! Finished as text, HTML and `mailto:`, so that the person may send it from their own mail application. Only the
//! personal link becomes a link; other addresses in the text stay plain text.

mod frame;
mod mailto;
mod texts;

use diesel_async::AsyncPgConnection;

use self::frame::Frame;
use self::texts::{Texts, texts_in};
use super::{Invitation, InvitationKind};
use crate::error::Result;
use crate::organization::{Organization, OrganizationDomain, OrganizationId};
use crate::text::{escape_html, is_unseen};

/// Where the personal link goes.
pub const PLACEHOLDER: &str = "{{link}}";

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
    /// The provider's, which the frame shows too; empty where there is none.
    pub provider_domain: &'a str,
    /// Whether a customer of the partner's is asked for delegated administration alone.
    pub is_customer: bool,
}

/// The words a draft starts with.
pub(super) struct Usual {
    pub(super) subject: String,
    pub(super) template: String,
}

/// What the usual words of a draft depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub(super) kind: InvitationKind,
    pub(super) inviter: &'a Organization,
    /// The indirect provider who asks together with it.
    pub(super) provider: Option<&'a Organization>,
    /// Whom the mail greets.
    pub(super) recipient: Option<&'a str>,
    /// Whether delegated administration is asked for the inviter.
    pub(super) asks_administration: bool,
    /// Whether it is asked for the provider.
    pub(super) asks_provider_administration: bool,
    /// Whether a customer of the inviter's is asked for it alone.
    pub(super) is_customer: bool,
}

/// The usual subject and text, in the nearest language there is.
pub(super) fn usual(locale: &str, occasion: Occasion<'_>) -> Usual {
    let texts = texts_in(locale);
    let [inviter, provider] = [Some(occasion.inviter), occasion.provider].map(|it| it.map(shown).unwrap_or_default());
    let recipient = occasion.recipient.map(one_line);
    let greeting = recipient.map_or_else(|| texts.hello.to_owned(), |name| fill(texts.hello_name, &[("name", &name)]));
    let names = [("greeting", greeting.as_str()), ("inviter", &inviter), ("provider", &provider)];
    if occasion.kind == InvitationKind::IndirectProviderPartnership {
        let (subject, template) = (texts.partnership_subject, texts.partnership_usual);
        return Usual { subject: fill(subject, &names), template: fill(template, &names) };
    }
    if occasion.provider.is_some() {
        let administration = match (occasion.asks_administration, occasion.asks_provider_administration) {
            (false, false) => "",
            (true, false) => texts.joint_administration,
            (false, true) => texts.joint_administration_of_provider,
            (true, true) => texts.joint_administration_of_both,
        };
        let administration = fill(administration, &names);
        let [greeting, inviter, provider] = names;
        let template = fill(texts.joint_usual, &[greeting, inviter, provider, ("administration", &administration)]);
        return Usual { subject: fill(texts.joint_subject, &names), template };
    }
    if occasion.is_customer {
        let (subject, template) = (texts.customer_subject, texts.customer_usual);
        return Usual { subject: fill(subject, &names), template: fill(template, &names) };
    }
    let asked = if occasion.asks_administration { texts.usual_with_administration } else { texts.usual };
    Usual { subject: fill(texts.usual_subject, &names), template: fill(asked, &names) }
}

/// What authorizing an indirect provider allows it, a sentence each, in the nearest language there is.
#[must_use]
pub fn authorization(locale: &str, provider: &Organization) -> Vec<String> {
    texts_in(locale).authorization.iter().map(|text| fill(text, &[("inviter", &shown(provider))])).collect()
}

/// The language of Accord's own words for who asked for this one, BCP 47.
#[must_use]
pub fn locale_of(locale: &str) -> &'static str {
    texts_in(locale).locale
}

/// Finishes the mail of an invitation.
#[must_use]
pub fn finish(invitation: &Invitation, parties: Parties<'_>, link: &str) -> Message {
    let texts = texts_in(&invitation.recipient_locale);
    let frame = Frame::new(texts, invitation, parties);
    let body = invitation.template.trim();
    let asks = frame.asks_text();
    let text = format!("{asks}\n\n{}\n\n--\n{}\n{}\n", with_link(body, link), frame.from, frame.unknown);
    Message {
        subject: invitation.subject.clone(),
        html: html(texts, &invitation.subject, &frame, body, link),
        mailto_url: mailto::address(texts, invitation, parties, &text, link),
        text,
    }
}

/// The domain that the frame shows of who asks: the primary one.
pub async fn domain_shown(conn: &mut AsyncPgConnection, asker: OrganizationId) -> Result<String> {
    let domains = OrganizationDomain::of(conn, &[asker]).await?;
    Ok(domains.into_iter().next().map(|domain| domain.domain).unwrap_or_default())
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
         <div style=\"padding:12px;background:#f1f4f9;border-radius:4px\">{asks}</div>\n{paragraphs}\
         <hr style=\"border:0;border-top:1px solid #ddd\">\n<p style=\"color:#5f6368;font-size:0.9em\">{from}<br>\n{unknown}</p>\n\
         </body>\n</html>\n",
        lang = texts.locale,
        subject = escape_html(subject),
        asks = frame.asks_html(),
        from = escape_html(&frame.from),
        unknown = escape_html(&frame.unknown),
    )
}

/// An organization's name within our words.
fn shown(organization: &Organization) -> String {
    one_line(&organization.name)
}

/// A name that stays within its line and is no place for the link.
fn one_line(name: &str) -> String {
    let seen: String = name.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    seen.replace("{{", "{ {")
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
