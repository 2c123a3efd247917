use domain::admin_grant::{AdminGrantStatus, AdminScope, DirectoryRole, meanings};
use domain::email::{AdminGrantFacts, EmailKind};
use domain::relationship::RelationshipSide;

use super::tests::{addressed, rendered, written};
use super::*;

pub(super) fn is_about_grant(kind: EmailKind) -> bool {
    matches!(kind, EmailKind::AdminGrantExpiring | EmailKind::AdminGrantEnded)
}

fn facts(kind: EmailKind) -> AdminGrantFacts {
    let is_over = kind == EmailKind::AdminGrantEnded;
    let end = "2026-03-08T14:05:59Z".parse().ok();
    AdminGrantFacts {
        partner_name: "Contoso & Söhne".to_owned(),
        customer_name: "Adventure Works".to_owned(),
        side: RelationshipSide::Customer,
        scope: AdminScope::Granular,
        meanings: meanings(
            AdminScope::Granular,
            &[DirectoryRole::UserAdministrator, DirectoryRole::LicenseAdministrator],
            "en",
        ),
        status: if is_over { AdminGrantStatus::Expired } else { AdminGrantStatus::Active },
        days_left: (!is_over).then_some(7),
        ends_at: end,
        extends_until: None,
        ended_at: end.filter(|_| is_over),
        portal_url: "https://accord.example".to_owned(),
    }
}

fn letter_of(kind: EmailKind, locale: &str, facts: AdminGrantFacts) -> Letter {
    let words = Words::Template(Box::new(Facts::AdminGrant(facts)));
    addressed(kind, locale, Some("Sam Rivera".to_owned()), words)
}

/// A mail about a grant whose two sides have this name.
pub(super) fn letter(kind: EmailKind, locale: &str, name: &str) -> Letter {
    let names = AdminGrantFacts { partner_name: name.to_owned(), customer_name: name.to_owned(), ..facts(kind) };
    letter_of(kind, locale, names)
}

#[test]
fn a_notice_says_to_each_side_what_ends_or_is_extended_and_what_can_be_done() {
    let extends_until = "2026-09-04T14:05:59Z".parse().ok();
    for side in RelationshipSide::ALL {
        for (name, extends_until) in [("ends", None), ("extends", extends_until)] {
            let facts = AdminGrantFacts { side: *side, extends_until, ..facts(EmailKind::AdminGrantExpiring) };
            let name = format!("admin_grant_expiring_{}_{name}_en", side.as_str());
            insta::assert_snapshot!(name, written(&letter_of(EmailKind::AdminGrantExpiring, "en", facts)));
        }
    }
}

#[test]
fn the_end_of_a_grant_says_to_each_side_who_ended_it() {
    let statuses = [AdminGrantStatus::Expired, AdminGrantStatus::Revoked, AdminGrantStatus::Ended];
    for side in RelationshipSide::ALL {
        for status in statuses {
            let facts = AdminGrantFacts { side: *side, status, ..facts(EmailKind::AdminGrantEnded) };
            let name = format!("admin_grant_ended_{}_{}_en", side.as_str(), status.as_str());
            insta::assert_snapshot!(name, written(&letter_of(EmailKind::AdminGrantEnded, "en", facts)));
        }
    }
}

#[test]
fn one_day_is_written_as_one() {
    let facts = AdminGrantFacts { days_left: Some(1), ..facts(EmailKind::AdminGrantExpiring) };
    let subject = rendered(&letter_of(EmailKind::AdminGrantExpiring, "en", facts)).subject;
    assert_eq!(subject, "About to end in 1 day: administrator access of Contoso & Söhne to Adventure Works");
}

#[test]
fn the_end_of_classic_privileges_says_what_they_allowed() {
    let meanings = meanings(AdminScope::Full, &[], "en");
    let facts =
        AdminGrantFacts { scope: AdminScope::Full, meanings, ends_at: None, ..facts(EmailKind::AdminGrantEnded) };
    let text = rendered(&letter_of(EmailKind::AdminGrantEnded, "en", facts)).text;
    assert!(text.contains("Its admin agents: everything your own global administrators can do"), "{text}");
}
