//! What stands around the inviter's words, whatever they are: who asks for what, and on whose behalf it was sent.

use super::texts::Texts;
use super::{Parties, fill, shown};
use crate::admin_grant::RequestedAdministration;
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
            asks: asks(texts, invitation, parties).into_iter().map(|line| fill(line, &names)).collect(),
            from: fill(from, &names),
            unknown: fill(texts.unknown, &names),
        }
    }
}

/// The lines that say who asks for what.
fn asks(texts: &Texts, invitation: &Invitation, parties: Parties<'_>) -> Vec<&'static str> {
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        return [texts.asks_partnership].into_iter().chain(texts.authorization.iter().copied()).collect();
    }
    let by_scope = |asked: Option<RequestedAdministration>, [none, full, granular]: [&'static str; 3]| match asked {
        None => none,
        Some(RequestedAdministration::Full) => full,
        Some(RequestedAdministration::Granular { .. }) => granular,
    };
    let own = by_scope(invitation.administration(), [texts.asks, texts.asks_full, texts.asks_granular]);
    if parties.provider.is_none() {
        return vec![own];
    }
    let theirs = [texts.provider_asks, texts.provider_asks_full, texts.provider_asks_granular];
    vec![own, by_scope(invitation.provider_administration(), theirs), texts.both_or_neither]
}
