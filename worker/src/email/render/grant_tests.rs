use chrono::TimeDelta;
use domain::admin_grant::{AdminGrantStatus, AdminScope, DirectoryRole, meanings};
use domain::email::{AdminGrantFacts, EmailKind};
use domain::relationship::RelationshipSide;

use super::tests::{addressed, rendered, written};
use super::*;

pub(super) fn is_about_grant(kind: EmailKind) -> bool {
    matches!(
        kind,
        EmailKind::AdminGrantExpiring
            | EmailKind::AdminGrantEnded
            | EmailKind::AdminGrantExtended
            | EmailKind::AdminGrantAutoExtendChanged
    )
}

fn facts(kind: EmailKind) -> AdminGrantFacts {
    let is_over = kind == EmailKind::AdminGrantEnded;
    let [granted_at, end] =
        ["2025-03-08T14:05:59Z", "2026-03-08T14:05:59Z"].map(|at| at.parse::<DateTime<Utc>>().unwrap());
    let extends = matches!(kind, EmailKind::AdminGrantExtended | EmailKind::AdminGrantAutoExtendChanged);
    AdminGrantFacts {
        admin_grant_id: "grt_0000000000000000000000000b".to_owned(),
        granted_at,
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
        days_left: Some(7),
        ends_at: Some(end),
        extends_until: extends.then(|| end + TimeDelta::days(180)),
        may_extend: true,
        ended_at: is_over.then_some(end),
        keeps: Vec::new(),
        changed_by: (kind == EmailKind::AdminGrantAutoExtendChanged).then_some(RelationshipSide::Partner),
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
fn the_days_that_are_left_are_said_as_people_count_them() {
    for (days, says) in [(0, "today"), (1, "tomorrow"), (2, "in 2 days"), (30, "in 30 days")] {
        let facts = AdminGrantFacts { days_left: Some(days), ..facts(EmailKind::AdminGrantExpiring) };
        let Rendered { subject, text, html } = rendered(&letter_of(EmailKind::AdminGrantExpiring, "en", facts));
        let title = format!("About to end {says}: administrator access of Contoso & Söhne to Adventure Works");
        assert_eq!(subject, title);
        let sentence = format!("ends {says}, on 8 March 2026, 14:05 UTC.");
        assert!(text.contains(&sentence), "{text}");
        assert!(html.contains(&format!("</strong> {says}, on <strong>8 March 2026, 14:05 UTC</strong>.")), "{html}");
    }
}

#[test]
fn what_the_partner_keeps_is_said_where_one_of_its_grants_ends() {
    let keeps = || meanings(AdminScope::Granular, &[DirectoryRole::GlobalReader], "en");
    for kind in [EmailKind::AdminGrantExpiring, EmailKind::AdminGrantEnded] {
        for side in RelationshipSide::ALL {
            let facts = AdminGrantFacts { side: *side, keeps: keeps(), ..facts(kind) };
            let name = format!("{}_{}_keeping_en", kind.as_str(), side.as_str());
            insta::assert_snapshot!(name, written(&letter_of(kind, "en", facts)));
        }
        for status in [AdminGrantStatus::Revoked, AdminGrantStatus::Ended] {
            let facts = AdminGrantFacts { status, keeps: keeps(), ..facts(kind) };
            let text = rendered(&letter_of(kind, "en", facts)).text;
            assert!(text.to_lowercase().contains("one of ") && !text.contains("again"), "{text}");
        }
    }
}

#[test]
fn a_change_of_auto_extension_says_to_each_side_who_made_it_and_what_follows() {
    let kind = EmailKind::AdminGrantAutoExtendChanged;
    for (by, side) in [
        (RelationshipSide::Partner, RelationshipSide::Customer),
        (RelationshipSide::Customer, RelationshipSide::Partner),
    ] {
        let on = AdminGrantFacts { side, changed_by: Some(by), ..facts(kind) };
        let off = AdminGrantFacts { extends_until: None, ..on.clone() };
        for (name, facts) in [("on", on), ("off", off)] {
            let name = format!("{}_{}_{name}_en", kind.as_str(), side.as_str());
            insta::assert_snapshot!(name, written(&letter_of(kind, "en", facts)));
        }
    }
}

#[test]
fn an_extension_says_to_each_side_what_can_be_done() {
    let kind = EmailKind::AdminGrantExtended;
    for side in RelationshipSide::ALL {
        let facts = AdminGrantFacts { side: *side, ..facts(kind) };
        insta::assert_snapshot!(
            format!("{}_{}_en", kind.as_str(), side.as_str()),
            written(&letter_of(kind, "en", facts))
        );
    }
}

#[test]
fn nobody_is_told_to_extend_what_cannot_extend_itself() {
    for side in RelationshipSide::ALL {
        let facts = AdminGrantFacts { side: *side, may_extend: false, ..facts(EmailKind::AdminGrantExpiring) };
        let text = rendered(&letter_of(EmailKind::AdminGrantExpiring, "en", facts)).text;
        assert!(text.contains("It ends by itself. If") && !text.contains("extended"), "{text}");
    }
}

#[test]
fn the_end_of_classic_privileges_says_what_they_allowed() {
    let meanings = meanings(AdminScope::Full, &[], "en");
    let facts =
        AdminGrantFacts { scope: AdminScope::Full, meanings, ends_at: None, ..facts(EmailKind::AdminGrantEnded) };
    let text = rendered(&letter_of(EmailKind::AdminGrantEnded, "en", facts)).text;
    assert!(text.contains("Its admin agents: everything your own global administrators can do"), "{text}");
}
