//! What stands around the inviter's words, whatever they are: who asks for what, and on whose behalf it was sent.

use super::texts::Texts;
use super::{Parties, fill, shown};
use crate::admin_grant::{RequestedAdministration, explained};
use crate::invitation::{Invitation, InvitationKind};
use crate::organization::country_name;

/// The words of the frame, filled in.
pub(super) struct Frame {
    /// A line each.
    pub(super) asks: Vec<String>,
    pub(super) from: String,
    pub(super) unknown: String,
}

impl Frame {
    pub(super) fn new(texts: &Texts, invitation: &Invitation, parties: Parties<'_>) -> Self {
        let inviter = shown(parties.inviter);
        let provider = parties.provider.map(shown).unwrap_or_default();
        let names = [
            ("inviter", inviter.as_str()),
            ("domain", parties.domain),
            ("country", country_name(&parties.inviter.country)),
            ("provider", &provider),
            ("provider_country", parties.provider.map_or("", |provider| country_name(&provider.country))),
        ];
        let from = if parties.provider.is_some() { texts.from_both } else { texts.from };
        Self {
            asks: asks(texts, invitation, parties, &names),
            from: fill(from, &names),
            unknown: fill(texts.unknown, &names),
        }
    }
}

/// The lines that say who asks for what, and what each role means.
fn asks(texts: &Texts, invitation: &Invitation, parties: Parties<'_>, names: &[(&str, &str)]) -> Vec<String> {
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        let lines = [texts.asks_partnership].into_iter().chain(texts.authorization.iter().copied());
        return lines.map(|line| fill(line, names)).collect();
    }
    let by_scope = |asked: Option<&RequestedAdministration>, [none, full, granular]: [&str; 3]| {
        let line = match asked {
            None => none,
            Some(RequestedAdministration::Full) => full,
            Some(RequestedAdministration::Granular { .. }) => granular,
        };
        let explained = asked.map(|asked| explained(asked, texts.locale)).unwrap_or_default();
        [fill(line, names)].into_iter().chain(explained).collect::<Vec<_>>()
    };
    let own = invitation.administration();
    let mut lines = by_scope(own.as_ref(), [texts.asks, texts.asks_full, texts.asks_granular]);
    if parties.provider.is_some() {
        let theirs = invitation.provider_administration();
        let words = [texts.provider_asks, texts.provider_asks_full, texts.provider_asks_granular];
        lines.extend(by_scope(theirs.as_ref(), words));
        lines.push(fill(texts.both_or_neither, names));
    }
    lines
}
