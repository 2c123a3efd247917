//! What stands around the inviter's words, whatever they are: who asks for what, and on whose behalf it was sent.

use super::texts::Texts;
use super::{Parties, fill, shown};
use crate::admin_grant::{RequestedAdministration, explained};
use crate::invitation::{Invitation, InvitationKind};
use crate::organization::country_name;
use crate::text::escape_html;

/// The words of the frame, filled in.
pub(super) struct Frame {
    asks: Ask,
    /// How it is answered, where that needs saying.
    answer: Option<&'static str>,
    pub(super) from: String,
    pub(super) unknown: String,
}

/// What is asked, and what it means, a point each; none where one line says all.
struct Ask {
    line: String,
    points: Vec<Ask>,
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
        let is_joint = parties.provider.is_some() && invitation.kind == InvitationKind::ResellerRelationship;
        Self {
            asks: Ask::of(texts, invitation, is_joint, parties.is_customer, &names),
            answer: is_joint.then_some(texts.both_or_neither),
            from: fill(texts.from, &names),
            unknown: fill(texts.unknown, &names),
        }
    }

    /// Who asks for what, as plain text.
    pub(super) fn asks_text(&self) -> String {
        let mut lines = vec![self.asks.line.clone()];
        Ask::text(&self.asks.points, "", &mut lines);
        lines.extend(self.answer.map(str::to_owned));
        lines.join("\n")
    }

    /// Who asks for what, as HTML within a block.
    pub(super) fn asks_html(&self) -> String {
        self.asks.html() + &self.answer.map(|answer| format!("\n{}", escape_html(answer))).unwrap_or_default()
    }
}

impl Ask {
    fn of(texts: &Texts, invitation: &Invitation, is_joint: bool, is_customer: bool, names: &[(&str, &str)]) -> Self {
        if invitation.kind == InvitationKind::IndirectProviderPartnership {
            let points = texts.authorization.iter().map(|point| Self { line: fill(point, names), points: Vec::new() });
            return Self { line: fill(texts.asks_partnership, names), points: points.collect() };
        }
        let own = invitation.administration();
        if !is_joint {
            let [full, granular] = if is_customer {
                [texts.customer_asks_full, texts.customer_asks_granular]
            } else {
                [texts.asks_full, texts.asks_granular]
            };
            let words = [texts.asks, full, granular];
            return Self::administration(texts, own.as_ref(), words, names);
        }
        let theirs = invitation.provider_administration();
        let resellers = [texts.reseller_asks, texts.reseller_asks_full, texts.reseller_asks_granular];
        let providers = [texts.provider_asks, texts.provider_asks_full, texts.provider_asks_granular];
        let points = [(own, resellers), (theirs, providers)];
        let points = points.map(|(asked, words)| Self::administration(texts, asked.as_ref(), words, names));
        Self { line: fill(texts.asks_joint, names), points: points.into() }
    }

    /// The words for none, FULL or GRANULAR; how long it lasts and what it allows.
    fn administration(
        texts: &Texts,
        asked: Option<&RequestedAdministration>,
        [none, full, granular]: [&str; 3],
        names: &[(&str, &str)],
    ) -> Self {
        let line = match asked {
            None => return Self { line: fill(none, names), points: Vec::new() },
            Some(RequestedAdministration::Full) => full,
            Some(RequestedAdministration::Granular { .. }) => granular,
        };
        let (lasts, points) = asked.map(|asked| explained(asked, texts.locale)).unwrap_or_default();
        let points = points.into_iter().map(|line| Self { line, points: Vec::new() }).collect();
        Self { line: format!("{} {lasts}", fill(line, names)), points }
    }

    /// Adds a line a point, those of points further in.
    fn text(points: &[Self], indent: &str, lines: &mut Vec<String>) {
        for point in points {
            lines.push(format!("{indent}- {}", point.line));
            Self::text(&point.points, &format!("{indent}  "), lines);
        }
    }

    fn html(&self) -> String {
        let html = escape_html(&self.line);
        if self.points.is_empty() {
            return html;
        }
        let points: String = self.points.iter().map(|point| format!("<li>{}</li>\n", point.html())).collect();
        format!("{html}\n<ul style=\"margin:8px 0;padding-left:20px\">\n{points}</ul>")
    }
}
