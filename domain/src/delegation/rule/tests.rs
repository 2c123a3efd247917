//! The whole of the rule, as tables that a person can review.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::admin_grant::RequestedAdministration;
use crate::organization::OrganizationId;

const NOW: &str = "2026-03-01T12:00:00Z";

/// How a grant stands, and those who it is between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    Extended,
    Overdue,
    Expired,
    Revoked,
    Ended,
    Removed,
    Suspended,
}

impl State {
    const ALL: [Self; 8] = [
        Self::Active,
        Self::Extended,
        Self::Overdue,
        Self::Expired,
        Self::Revoked,
        Self::Ended,
        Self::Removed,
        Self::Suspended,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Extended => "ACTIVE past an end that was put off",
            Self::Overdue => "past its end",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
            Self::Ended => "ENDED",
            Self::Removed => "ACTIVE after the relationship",
            Self::Suspended => "ACTIVE of a suspended partner",
        }
    }
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// A grant of one role, or FULL.
fn grant(role: Option<DirectoryRole>) -> AdminGrant {
    let asked = match role {
        None => RequestedAdministration::Full,
        Some(role) => RequestedAdministration::Granular {
            roles: vec![role],
            duration: "P30D".parse().unwrap(),
            auto_extend: false,
        },
    };
    AdminGrant::granting(&asked, OrganizationId::fresh(), OrganizationId::fresh(), None, now())
}

fn delegate(role: Role, grant: AdminGrant) -> Delegate {
    Delegate { roles: vec![role], is_authorized: true, is_related: true, grants: vec![grant] }
}

/// Somebody of this role who holds a grant in that state. None: no such grant comes to be.
fn in_state(role: Role, directory_role: Option<DirectoryRole>, state: State) -> Option<Delegate> {
    let mut grant = grant(directory_role);
    let past = Some(now() - TimeDelta::days(1));
    match state {
        State::Active | State::Removed | State::Suspended => {}
        State::Extended => {
            grant.ends_at.as_ref()?;
            (grant.ends_at, grant.auto_extend) = (past, directory_role != Some(GlobalAdministrator));
            grant.auto_extend.then_some(())?;
        }
        State::Overdue => {
            grant.ends_at.as_ref()?;
            grant.ends_at = past;
        }
        State::Expired => {
            grant.ends_at.as_ref()?;
            (grant.ends_at, grant.ended_at, grant.status) = (past, past, AdminGrantStatus::Expired);
        }
        State::Revoked => (grant.ended_at, grant.status) = (past, AdminGrantStatus::Revoked),
        State::Ended => (grant.ended_at, grant.status) = (past, AdminGrantStatus::Ended),
    }
    let mut delegate = delegate(role, grant);
    delegate.is_related = state != State::Removed;
    delegate.is_authorized = state != State::Suspended;
    Some(delegate)
}

/// What somebody may do: a cell an action, then the same to who holds GLOBAL_ADMIN.
fn cells(delegate: &Delegate) -> String {
    let cell = |action: &TenantAction, on_admin| match delegate.may(*action, on_admin, now()) {
        Ok(()) => "yes",
        Err(refused) => match refused.code {
            Code::NoAdminGrant => "no grant",
            Code::Forbidden => "never",
            Code::NotAuthorizedPartner => "suspended",
            code => panic!("{code:?}"),
        },
    };
    row(|action, on_admin| cell(action, on_admin))
}

fn row<'a>(cell: impl Fn(&TenantAction, bool) -> &'a str) -> String {
    let half = |on_admin| -> String {
        TenantAction::ALL.iter().map(|action| format!("{:<10}", cell(action, on_admin))).collect()
    };
    format!("{}| {}", half(false), half(true))
}

fn head() -> String {
    let name = |action: &TenantAction, _| match action {
        TenantAction::ReadUsers => "read",
        TenantAction::EditUsers => "edit",
        TenantAction::ManageUsers => "manage",
        TenantAction::AssignLicenses => "licenses",
    };
    let words = "no grant: NO_ADMIN_GRANT; never: FORBIDDEN; suspended: NOT_AUTHORIZED_PARTNER";
    format!("{words}\n\n{:<42}to who holds GLOBAL_ADMIN\n{}\n", "to anybody else", row(name).trim_end())
}

fn name_of(directory_role: Option<DirectoryRole>) -> String {
    directory_role.map_or_else(|| "FULL".to_owned(), |role| role.as_str().to_uppercase())
}

/// FULL, and each directory role of a GRANULAR grant.
fn grants() -> impl Iterator<Item = Option<DirectoryRole>> {
    [None].into_iter().chain(DirectoryRole::ALL.iter().copied().map(Some))
}

/// The grants of one state by what they let somebody of this role do, in the order they come.
fn alike(role: Role, state: State) -> Vec<(String, String)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for granted in grants() {
        let Some(delegate) = in_state(role, granted, state) else { continue };
        let cells = cells(&delegate);
        match groups.iter_mut().find(|(same, _)| *same == cells) {
            Some((_, names)) => names.push(name_of(granted)),
            None => groups.push((cells, vec![name_of(granted)])),
        }
    }
    if groups.len() == 1 {
        return groups.into_iter().map(|(cells, _)| (cells, "any grant".to_owned())).collect();
    }
    groups.into_iter().map(|(cells, names)| (cells, names.join(", "))).collect()
}

#[test]
fn what_each_grant_lets_whom_do_in_which_state_is_as_designed() {
    let mut table = head();
    for role in Role::ALL {
        let _ = writeln!(table, "\n{}", role.as_str().to_uppercase());
        // Rows with the same cells and the same grants are one, of several states.
        let mut rows: Vec<((String, String), Vec<&str>)> = Vec::new();
        for state in State::ALL {
            for row in alike(*role, state) {
                match rows.iter_mut().find(|(same, _)| *same == row) {
                    Some((_, states)) => states.push(state.name()),
                    None => rows.push((row, vec![state.name()])),
                }
            }
        }
        for ((cells, granted), states) in rows {
            let _ = writeln!(table, "{cells}{granted}: {}", states.join(", "));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn of_several_grants_and_roles_each_adds_what_it_allows() {
    let (users, licenses) = (grant(Some(UserAdministrator)), grant(Some(LicenseAdministrator)));
    let mut both = delegate(Role::AdminAgent, users);
    both.grants.push(licenses);
    assert!(TenantAction::ALL.iter().all(|action| both.may(*action, false, now()).is_ok()));

    let mut narrow = delegate(Role::SalesAgent, grant(None));
    assert_eq!(narrow.may(TenantAction::EditUsers, false, now()).unwrap_err().code, Code::Forbidden);
    narrow.roles.push(Role::HelpdeskAgent);
    assert_eq!(narrow.may(TenantAction::EditUsers, false, now()), Ok(()));
}

#[test]
fn who_has_no_role_or_no_grant_does_nothing() {
    let mut nobody = delegate(Role::AdminAgent, grant(None));
    nobody.grants.clear();
    let codes = |delegate: &Delegate| {
        TenantAction::ALL.iter().map(|action| delegate.may(*action, false, now()).unwrap_err().code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&nobody), [Code::NoAdminGrant; 4]);
    nobody.roles.clear();
    assert_eq!(codes(&nobody), [Code::Forbidden; 4]);
}

#[test]
fn a_refusal_names_what_would_be_needed() {
    let reader = delegate(Role::AdminAgent, grant(Some(DirectoryReaders)));
    let said = |action: TenantAction, on_admin| reader.may(action, on_admin, now()).unwrap_err().message;
    assert!(
        said(TenantAction::EditUsers, false)
            .ends_with("one that gives HELPDESK_ADMINISTRATOR or USER_ADMINISTRATOR or GLOBAL_ADMINISTRATOR")
    );
    assert!(said(TenantAction::EditUsers, true).ends_with("one that gives GLOBAL_ADMINISTRATOR"));
    let nobody = Delegate { grants: Vec::new(), ..reader };
    let message = nobody.may(TenantAction::ReadUsers, false, now()).unwrap_err().message;
    assert!(message.ends_with("one that gives any directory role"), "{message}");
}
