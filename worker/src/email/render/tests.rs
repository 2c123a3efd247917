use domain::admin_grant::AdminGrantId;
use domain::email::{Email, EmailId, EmailKind, EmailStatus, InvitationFacts, PartnershipFacts};
use domain::invitation::message::Message;
use domain::invitation::{InvitationId, InvitationKind};
use domain::partnership::{PartnershipId, PartnershipSide};
use domain::relationship::RelationshipId;
use domain::user::UserId;
use uuid::Uuid;

use super::super::locale::LOCALES;
use super::*;

/// What a mail about an invitation can be about: the kind, and who asks together with the inviter.
const REQUESTS: [(&str, InvitationKind, Option<&str>); 3] = [
    ("alone", InvitationKind::ResellerRelationship, None),
    ("joint", InvitationKind::ResellerRelationship, Some("Northwind Traders")),
    ("partnership", InvitationKind::IndirectProviderPartnership, None),
];

pub(super) fn facts() -> InvitationFacts {
    InvitationFacts {
        kind: InvitationKind::ResellerRelationship,
        inviter_name: "Contoso & Söhne".to_owned(),
        inviter_country: "United States".to_owned(),
        indirect_provider_name: None,
        is_customer: false,
        recipient_organization_name: Some("Adventure Works".to_owned()),
        recipient_email: "ann@adventure-works.example".to_owned(),
        recipient_name: Some("Ann Lee".to_owned()),
        expires_at: "2026-03-08T14:05:59Z".parse().ok(),
        days_left: Some(7),
        link: Some("https://accord.example/invitations/AQ-token".to_owned()),
        decline_reason: Some("Too early.\nAsk again in spring.".to_owned()),
        portal_url: "https://accord.example".to_owned(),
    }
}

/// Of each request.
fn facts_of_requests() -> impl Iterator<Item = (&'static str, InvitationFacts)> {
    REQUESTS.into_iter().map(|(name, kind, provider)| {
        (name, InvitationFacts { kind, indirect_provider_name: provider.map(ToOwned::to_owned), ..facts() })
    })
}

fn partnership() -> PartnershipFacts {
    PartnershipFacts {
        indirect_provider_name: "Northwind Traders".to_owned(),
        indirect_reseller_name: "Contoso & Söhne".to_owned(),
        ended_by: Some(PartnershipSide::IndirectProvider),
        ended_at: "2026-03-08T14:05:59Z".parse().ok(),
        keeps_administration: false,
        portal_url: "https://accord.example".to_owned(),
    }
}

/// A mail about an invitation, or of another kind with the same names.
pub(super) fn letter(kind: EmailKind, locale: &str, facts: InvitationFacts) -> Letter {
    if kind == EmailKind::PartnershipEnded {
        let usual = partnership();
        let indirect_provider_name = facts.indirect_provider_name.unwrap_or(usual.indirect_provider_name);
        let indirect_reseller_name = facts.inviter_name;
        let facts = PartnershipFacts { indirect_provider_name, indirect_reseller_name, ..partnership() };
        return partnership_letter(locale, facts);
    }
    if super::grant_tests::is_about_grant(kind) {
        return super::grant_tests::letter(kind, locale, &facts.inviter_name);
    }
    if kind == EmailKind::CustomerWelcome {
        return super::welcome_tests::letter(locale, &facts);
    }
    if kind == EmailKind::AgreementAttested {
        return super::agreement_tests::letter(locale, &facts.inviter_name);
    }
    if super::relationship_tests::is_about_relationship(kind) {
        return super::relationship_tests::letter(kind, locale, &facts.inviter_name);
    }
    let is_to_recipient = matches!(kind, EmailKind::Invitation | EmailKind::Reminder);
    let to_name = if is_to_recipient { facts.recipient_name.clone() } else { Some("Sam Rivera".to_owned()) };
    let words = if kind == EmailKind::Invitation {
        Words::Finished(Message {
            subject: "Contoso asks to be your reseller".to_owned(),
            text: "The inviter's own words.\n".to_owned(),
            html: "<p>The inviter's own words.</p>\n".to_owned(),
            mailto_url: String::new(),
        })
    } else {
        Words::Template(Box::new(Facts::Invitation(facts)))
    };
    addressed(kind, locale, to_name, words)
}

fn partnership_letter(locale: &str, facts: PartnershipFacts) -> Letter {
    let words = Words::Template(Box::new(Facts::Partnership(facts)));
    addressed(EmailKind::PartnershipEnded, locale, Some("Sam Rivera".to_owned()), words)
}

fn is_about_invitation(kind: EmailKind) -> bool {
    let is_other =
        matches!(kind, EmailKind::PartnershipEnded | EmailKind::CustomerWelcome | EmailKind::AgreementAttested);
    !is_other && !super::grant_tests::is_about_grant(kind) && !super::relationship_tests::is_about_relationship(kind)
}

pub(super) fn addressed(kind: EmailKind, locale: &str, to_name: Option<String>, words: Words) -> Letter {
    let is_about_invitation = is_about_invitation(kind);
    let is_about_grant = super::grant_tests::is_about_grant(kind);
    let is_welcome = kind == EmailKind::CustomerWelcome;
    Letter {
        email: Email {
            id: EmailId::from(Uuid::from_u128(7)),
            kind,
            invitation_id: is_about_invitation.then(|| InvitationId::from(Uuid::from_u128(8))),
            link_version: is_about_invitation.then_some(1),
            admin_grant_id: is_about_grant.then(|| AdminGrantId::from(Uuid::from_u128(11))),
            relationship_id: is_welcome.then(|| RelationshipId::from(Uuid::from_u128(12))),
            agreement_acceptance_id: (kind == EmailKind::AgreementAttested).then(|| Uuid::from_u128(12)),
            service_request_id: None,
            recipient_email: is_welcome.then(|| "ann@adventure-works.example".to_owned()),
            recipient_name: to_name.clone().filter(|_| is_welcome),
            recipient_locale: is_welcome.then(|| locale.to_owned()),
            ends_at: None,
            partnership_id: (kind == EmailKind::PartnershipEnded).then(|| PartnershipId::from(Uuid::from_u128(9))),
            recipient_id: (!is_about_invitation && !is_welcome).then(|| UserId::from(Uuid::from_u128(10))),
            days_left: None,
            status: EmailStatus::Queued,
            attempts: 1,
            next_attempt_at: DateTime::default(),
            last_error: None,
            sent_at: None,
        },
        to: "ann@adventure-works.example".to_owned(),
        to_name,
        locale: locale.to_owned(),
        words,
    }
}

pub(super) fn rendered(letter: &Letter) -> Rendered {
    Renderer::new().unwrap().render(letter).unwrap()
}

/// A mail as its snapshot has it.
pub(super) fn written(letter: &Letter) -> String {
    let Rendered { subject, text, html } = rendered(letter);
    format!("Subject: {subject}\n\n{text}\n{}\n\n{html}", "=".repeat(60))
}

#[test]
fn every_kind_in_every_language_reads_as_written_down() {
    for kind in EmailKind::ALL {
        for locale in LOCALES {
            let name = format!("{}_{locale}", kind.as_str());
            insta::assert_snapshot!(name, written(&letter(*kind, locale, facts())));
        }
    }
}

#[test]
fn every_kind_reads_as_written_down_for_two_who_ask_jointly_and_for_a_partnership() {
    let about_invitations = EmailKind::ALL.iter().filter(|kind| is_about_invitation(**kind));
    for kind in about_invitations.filter(|kind| **kind != EmailKind::Invitation) {
        for (request, facts) in facts_of_requests().skip(1) {
            for locale in LOCALES {
                let name = format!("{}_{request}_{locale}", kind.as_str());
                insta::assert_snapshot!(name, written(&letter(*kind, locale, facts.clone())));
            }
        }
    }
}

#[test]
fn an_existing_customer_is_not_asked_to_become_one() {
    for kind in [EmailKind::Reminder, EmailKind::InvitationAccepted] {
        let facts = InvitationFacts { is_customer: true, ..facts() };
        let letter = letter(kind, "en", facts);
        insta::assert_snapshot!(format!("{}_customer_en", kind.as_str()), written(&letter));
    }
}

#[test]
fn the_end_of_a_partnership_says_which_side_ended_it_and_what_became_of_administration() {
    let kept = PartnershipFacts {
        ended_by: Some(PartnershipSide::IndirectReseller),
        keeps_administration: true,
        ..partnership()
    };
    for (facts, ended_by, administration) in [
        (partnership(), "Northwind Traders ended", "that came with the partnership has ended"),
        (kept, "Contoso & Söhne ended", "need not do anything"),
    ] {
        let Rendered { text, html, .. } = rendered(&partnership_letter("en", facts));
        assert!(text.contains(ended_by) && text.contains(administration), "{text}");
        assert!(html.contains(administration), "{html}");
    }
}

#[test]
fn a_joint_request_names_both_who_ask() {
    let [_, (_, joint), _] = <[_; 3]>::try_from(facts_of_requests().collect::<Vec<_>>()).unwrap();
    let kinds = [
        EmailKind::Reminder,
        EmailKind::InvitationAccepted,
        EmailKind::InvitationDeclined,
        EmailKind::InvitationExpired,
        EmailKind::InvitationRenewal,
    ];
    for kind in kinds {
        let Rendered { text, html, .. } = rendered(&letter(kind, "en", joint.clone()));
        assert!(text.contains("Northwind Traders") && html.contains("Northwind Traders"), "{kind:?}: {text}");
    }
}

#[test]
fn a_mail_is_written_without_what_is_not_known() {
    for (_, facts) in facts_of_requests() {
        let sparse = InvitationFacts { recipient_name: None, decline_reason: None, days_left: Some(1), ..facts };
        for kind in EmailKind::ALL {
            let mut letter = letter(*kind, "de", sparse.clone());
            letter.to_name = None;
            let Rendered { text, .. } = rendered(&letter);
            assert_eq!(text.contains("This last reminder"), *kind == EmailKind::Reminder);
        }
    }
}

#[test]
fn what_is_not_known_is_an_error_where_a_template_does_not_ask_first() {
    let templates = Renderer::new().unwrap().templates;
    for source in ["{{ nothing }}", "{{ none }}", "{{ nothing.at_all }}"] {
        assert!(templates.render_str(source, ()).is_err(), "{source}");
    }
}

#[test]
fn only_mails_to_the_recipient_carry_the_link() {
    for (_, facts) in facts_of_requests() {
        for kind in EmailKind::ALL {
            let Rendered { subject, text, html } = rendered(&letter(*kind, "en", facts.clone()));
            let is_reminder = *kind == EmailKind::Reminder;
            assert!(!subject.contains("AQ-token"));
            assert_eq!([text.contains("AQ-token"), html.contains("AQ-token")], [is_reminder; 2], "{kind:?}");
        }
    }
}

#[test]
fn what_people_wrote_is_text_in_html_and_quoted_in_text() {
    let evil = "<script>alert('x')</script>\"&\r\nBcc: eve@evil.example";
    let hostile = InvitationFacts {
        inviter_name: evil.to_owned(),
        indirect_provider_name: Some(evil.to_owned()),
        recipient_name: Some(evil.to_owned()),
        decline_reason: Some(format!("{evil}\n{{{{ link }}}}")),
        ..facts()
    };
    for kind in EmailKind::ALL {
        let Rendered { html, text, .. } = rendered(&letter(*kind, "en", hostile.clone()));
        assert!(!html.contains("<script"), "{kind:?}: {html}");
        if *kind == EmailKind::InvitationDeclined {
            assert!(text.contains("\n> Bcc: eve@evil.example\n> {{ link }}\n"), "{text}");
        }
    }
}
