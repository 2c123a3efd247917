//! What stands around the inviter's words, whatever they are: who asks for what, and on whose behalf it was sent.

use std::iter;

use super::texts::Texts;
use super::{Parties, fill, shown};
use crate::admin_grant::RequestedAdministration;
use crate::invitation::{Invitation, InvitationKind};
use crate::organization::country_name;
use crate::text::escape_html;

/// The words of the frame, filled in.
pub(super) struct Frame {
    /// Who asks for what.
    pub(super) asks: String,
    /// What it means, a point each; none where one line says all.
    pub(super) points: Vec<String>,
    /// How it is answered, where that needs saying.
    pub(super) answer: Option<&'static str>,
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
            ("provider_domain", parties.provider_domain),
            ("provider_country", parties.provider.map_or("", |provider| country_name(&provider.country))),
        ];
        let Asks { line, points, answer } = Asks::of(texts, invitation, parties);
        Self {
            asks: fill(line, &names),
            points: points.into_iter().map(|point| fill(point, &names)).collect(),
            answer,
            from: fill(texts.from, &names),
            unknown: fill(texts.unknown, &names),
        }
    }

    /// Who asks for what, as plain text.
    pub(super) fn asks_text(&self) -> String {
        let points = self.points.iter().map(|point| format!("- {point}"));
        let lines: Vec<_> = iter::once(self.asks.clone()).chain(points).chain(self.answer.map(str::to_owned)).collect();
        lines.join("\n")
    }

    /// Who asks for what, as HTML within a block.
    pub(super) fn asks_html(&self) -> String {
        let mut html = escape_html(&self.asks);
        if !self.points.is_empty() {
            let points = self.points.iter().map(|point| format!("<li>{}</li>\n", escape_html(point)));
            html += &format!("\n<ul style=\"margin:8px 0;padding-left:20px\">\n{}</ul>", points.collect::<String>());
        }
        html + &self.answer.map(|answer| format!("\n{}", escape_html(answer))).unwrap_or_default()
    }
}

/// Who asks for what, not yet filled in.
struct Asks {
    line: &'static str,
    points: Vec<&'static str>,
    answer: Option<&'static str>,
}

impl Asks {
    fn of(texts: &Texts, invitation: &Invitation, parties: Parties<'_>) -> Self {
        if invitation.kind == InvitationKind::IndirectProviderPartnership {
            return Self { line: texts.asks_partnership, points: texts.authorization.to_vec(), answer: None };
        }
        let by_scope = |asked: Option<RequestedAdministration>, [none, full, granular]: [&'static str; 3]| match asked {
            None => none,
            Some(RequestedAdministration::Full) => full,
            Some(RequestedAdministration::Granular { .. }) => granular,
        };
        let own = invitation.administration();
        if parties.provider.is_none() {
            let line = by_scope(own, [texts.asks, texts.asks_full, texts.asks_granular]);
            return Self { line, points: Vec::new(), answer: None };
        }
        let resellers = [texts.reseller_asks, texts.reseller_asks_full, texts.reseller_asks_granular];
        let providers = [texts.provider_asks, texts.provider_asks_full, texts.provider_asks_granular];
        let points = vec![by_scope(own, resellers), by_scope(invitation.provider_administration(), providers)];
        Self { line: texts.asks_joint, points, answer: Some(texts.both_or_neither) }
    }
}
