use domain::email::{EmailKind, RelationshipFacts, ServiceRequestFacts};
use domain::relationship::RelationshipSide;

use super::tests::{addressed, rendered, written};
use super::*;

pub(super) fn is_about_relationship(kind: EmailKind) -> bool {
    matches!(kind, EmailKind::RelationshipRemoved | EmailKind::ServiceRequestOpened)
}

fn removed() -> RelationshipFacts {
    RelationshipFacts {
        partner_name: "Contoso & Söhne".to_owned(),
        customer_name: "Adventure Works".to_owned(),
        side: RelationshipSide::Customer,
        removed_by: Some(RelationshipSide::Partner),
        removed_at: "2026-03-08T14:05:59Z".parse().ok(),
        administration_kept: None,
        portal_url: "https://accord.example".to_owned(),
    }
}

fn request() -> ServiceRequestFacts {
    ServiceRequestFacts {
        service_request_id: "srq_00000000000000000000000012".to_owned(),
        partner_name: "Contoso & Söhne".to_owned(),
        customer_name: "Adventure Works".to_owned(),
        opened_by_name: "Sam Rivera".to_owned(),
        opened_by_email: "sam@contoso.example".to_owned(),
        opened_at: "2026-03-08T14:05:59Z".parse().unwrap(),
        subject: "Nobody can sign in".to_owned(),
        description: "Since this morning.\n\nTheir directory answers 503.".to_owned(),
        portal_url: "https://accord.example".to_owned(),
    }
}

fn letter_of(kind: EmailKind, locale: &str, facts: Facts) -> Letter {
    addressed(kind, locale, Some("Ann Lee".to_owned()), Words::Template(Box::new(facts)))
}

/// A mail about a relationship or a service request whose two sides, and whatever the partner wrote, have this name.
pub(super) fn letter(kind: EmailKind, locale: &str, name: &str) -> Letter {
    let own = || name.to_owned();
    let facts = match kind {
        EmailKind::RelationshipRemoved => {
            Facts::Relationship(RelationshipFacts { partner_name: own(), customer_name: own(), ..removed() })
        }
        _ => Facts::ServiceRequest(ServiceRequestFacts {
            partner_name: own(),
            customer_name: own(),
            opened_by_name: own(),
            subject: own(),
            description: own(),
            ..request()
        }),
    };
    letter_of(kind, locale, facts)
}

#[test]
fn a_removal_says_to_each_side_who_removed_it_and_what_became_of_administration() {
    let kept_or_not = [("without", None), ("kept", Some(true)), ("ended", Some(false))];
    for (side, by) in [
        (RelationshipSide::Customer, RelationshipSide::Partner),
        (RelationshipSide::Partner, RelationshipSide::Customer),
    ] {
        for (name, administration_kept) in kept_or_not {
            if side == RelationshipSide::Partner && administration_kept == Some(true) {
                continue;
            }
            let facts = RelationshipFacts { side, removed_by: Some(by), administration_kept, ..removed() };
            let letter = letter_of(EmailKind::RelationshipRemoved, "en", Facts::Relationship(facts));
            insta::assert_snapshot!(format!("relationship_removed_{}_{name}_en", side.as_str()), written(&letter));
        }
    }
}

#[test]
fn what_a_partner_asks_the_vendor_is_written_as_it_was_given() {
    let letter = letter_of(EmailKind::ServiceRequestOpened, "en", Facts::ServiceRequest(request()));
    insta::assert_snapshot!("service_request_opened_given_en", written(&letter));
}

#[test]
fn a_partners_words_are_quoted_line_by_line_and_are_no_markup() {
    let description = "<a href=\"https://evil.example\">here</a>\n--\nKind regards\nAccord".to_owned();
    let facts = ServiceRequestFacts { description, ..request() };
    let letter = letter_of(EmailKind::ServiceRequestOpened, "en", Facts::ServiceRequest(facts));
    let Rendered { text, html, .. } = rendered(&letter);
    assert!(text.contains("\n> --\n> Kind regards\n> Accord\n"), "{text}");
    assert!(!html.contains("<a href=\"https://evil"), "{html}");
}
