//! The `mailto:` address by which a person sends the mail from their own application (RFC 6068).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::texts::Texts;
use super::{Parties, fill, shown};
use crate::invitation::{Invitation, InvitationKind};

/// Beyond this, mail applications and browsers cut a `mailto:` address off.
pub(super) const LONGEST: usize = 2_000;

/// The longest name in a body that was made short, in characters.
const LONGEST_NAME: usize = 30;

/// RFC 3986 section 2.3: all but the unreserved characters is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address with the whole text; when it would be too long, its body is two sentences and the link, and its subject is
/// cut to what there is room for.
pub(super) fn address(texts: &Texts, invitation: &Invitation, parties: Parties<'_>, text: &str, link: &str) -> String {
    let whole = compose(&invitation.recipient_email, &invitation.subject, text);
    if whole.len() <= LONGEST {
        return whole;
    }
    let sentences = match (invitation.kind, parties.provider) {
        (InvitationKind::IndirectProviderPartnership, _) => texts.partnership_short,
        (InvitationKind::ResellerRelationship, Some(_)) => texts.joint_short,
        (InvitationKind::ResellerRelationship, None) if parties.is_customer => texts.customer_short,
        (InvitationKind::ResellerRelationship, None) => texts.short,
    };
    let inviter = cut(&shown(parties.inviter));
    let provider = parties.provider.map(|provider| cut(&shown(provider))).unwrap_or_default();
    let body = fill(sentences, &[("inviter", &inviter), ("provider", &provider), ("link", link)]);
    let room = LONGEST.saturating_sub(compose(&invitation.recipient_email, "", &body).len());
    compose(&invitation.recipient_email, fitting(&invitation.subject, room), &body)
}

fn compose(to: &str, subject: &str, body: &str) -> String {
    let to = escape(to).replacen("%40", "@", 1);
    format!("mailto:{to}?subject={}&body={}", escape(subject), escape(&body.replace('\n', "\r\n")))
}

fn escape(part: &str) -> String {
    utf8_percent_encode(part, ESCAPED).to_string()
}

/// A name, or its beginning where it is long.
fn cut(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// As much of the text as takes `room` bytes once it is escaped.
fn fitting(text: &str, room: usize) -> &str {
    let mut taken = 0;
    for (at, c) in text.char_indices() {
        taken += escape(c.encode_utf8(&mut [0; 4])).len();
        if taken > room {
            return &text[..at];
        }
    }
    text
}
