//! What delegated administration means, in words that a customer understands: for mail, offer and page alike.
//!
//! In the nearest language there is; English so far.

use serde::Serialize;

use super::state::may_extend;
use super::{AdminScope, DirectoryRole, RequestedAdministration};
use crate::period::Period;

/// One line of what delegated administration allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// The directory role that it is about; none: FULL, which names none.
    pub role: Option<DirectoryRole>,
    /// The role's name; of FULL, which of the partner's people.
    pub name: &'static str,
    /// What it allows, as it stands behind a colon.
    pub meaning: &'static str,
}

/// What delegated administration allows, a line a role, in the order of the design; of FULL a line for each of the partner's
/// roles that it lets act.
#[must_use]
pub fn meanings(scope: AdminScope, roles: &[DirectoryRole], _locale: &str) -> Vec<Meaning> {
    match scope {
        AdminScope::Full => FULL.to_vec(),
        AdminScope::Granular => roles.iter().copied().map(meaning_of).collect(),
    }
}

/// What is asked for in the words of a mail: a sentence that says how long it lasts, and a point for each meaning.
pub(crate) fn explained(asked: &RequestedAdministration, locale: &str) -> (String, Vec<String>) {
    let lasts = match asked {
        RequestedAdministration::Full => "It lasts until one of you ends it, and allows:".to_owned(),
        RequestedAdministration::Granular { roles, duration, auto_extend: false } => {
            let unless = if may_extend(roles) { " unless one of you has it extended" } else { "" };
            format!("It ends by itself after {}{unless}, and allows:", spelled(*duration))
        }
        RequestedAdministration::Granular { duration, auto_extend: true, .. } => {
            let time = spelled(*duration);
            format!("It lasts {time}, then 180 days more at a time until one of you ends it, and allows:")
        }
    };
    let meanings = meanings(asked.scope(), asked.roles(), locale);
    (lasts, meanings.iter().map(|it| format!("{}: {}", it.name, it.meaning)).collect())
}

const FULL: [Meaning; 2] = [
    Meaning { role: None, name: "Its admin agents", meaning: "everything your own global administrators can do" },
    Meaning { role: None, name: "Its helpdesk agents", meaning: "what your own helpdesk administrators can do" },
];

fn meaning_of(role: DirectoryRole) -> Meaning {
    let (name, meaning) = match role {
        DirectoryRole::GlobalAdministrator => {
            ("Global administrator", "everything your own global administrators can do")
        }
        DirectoryRole::GlobalReader => ("Global reader", "see everything administrators see, change nothing"),
        DirectoryRole::UserAdministrator => {
            ("User administrator", "create, change and delete users and their licenses")
        }
        DirectoryRole::LicenseAdministrator => ("License administrator", "assign and remove licenses"),
        DirectoryRole::HelpdeskAdministrator => {
            ("Helpdesk administrator", "help users who are not administrators, such as with passwords")
        }
        DirectoryRole::BillingAdministrator => ("Billing administrator", "see and manage purchases and bills"),
        DirectoryRole::ServiceSupportAdministrator => {
            ("Service support administrator", "open and follow service requests")
        }
        DirectoryRole::DirectoryReaders => ("Directory reader", "see your users, groups and other directory entries"),
        DirectoryRole::DirectoryWriters => ("Directory writer", "see and change basic directory entries"),
        DirectoryRole::ApplicationAdministrator => {
            ("Application administrator", "manage every application connected to your directory")
        }
        DirectoryRole::CloudApplicationAdministrator => {
            ("Cloud application administrator", "manage cloud applications connected to your directory")
        }
        DirectoryRole::PrivilegedRoleAdministrator => {
            ("Privileged role administrator", "give administrator roles to others, and take them away")
        }
        DirectoryRole::PrivilegedAuthenticationAdministrator => {
            ("Privileged authentication administrator", "reset the ways anyone signs in, administrators included")
        }
    };
    Meaning { role: Some(role), name, meaning }
}

/// A duration in words: `1 year and 6 months`.
fn spelled(duration: Period) -> String {
    let parts: Vec<String> = duration
        .parts()
        .into_iter()
        .zip(["year", "month", "day"])
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
        .collect();
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_spelled_as_people_say_it() {
        let spelled = |text: &str| spelled(text.parse().unwrap());
        assert_eq!(spelled("P1D"), "1 day");
        assert_eq!(spelled("P2Y"), "2 years");
        assert_eq!(spelled("P18M"), "1 year and 6 months");
        assert_eq!(spelled("P1Y1M1W"), "1 year, 1 month and 7 days");
    }

    #[test]
    fn every_role_is_named_and_explained_in_one_line_of_its_own() {
        let all = meanings(AdminScope::Granular, DirectoryRole::ALL, "en");
        let mut lines: Vec<_> = all.iter().map(|it| (it.name, it.meaning)).collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), DirectoryRole::ALL.len());
        assert!(all.iter().all(|it| it.meaning.len() < 80 && !it.meaning.ends_with('.')), "{all:?}");
    }
}
