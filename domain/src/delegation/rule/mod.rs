//! The rule: a person's roles, their partner's grants, what is to be done. Pure.

use chrono::{DateTime, Utc};

use crate::admin_grant::{AdminGrant, AdminGrantStatus, AdminScope, DirectoryRole};
use crate::error::{Code, Refusal};
use crate::user::Role;

use DirectoryRole::{
    DirectoryReaders, GlobalAdministrator, HelpdeskAdministrator, LicenseAdministrator, UserAdministrator,
};

/// What is to be done in a customer's tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantAction {
    /// Look at its people.
    ReadUsers,
    /// Change a person: name, address, language, whether they sign in.
    EditUsers,
    /// Make, delete and restore people.
    ManageUsers,
    /// Assign licences to people, and take them back.
    AssignLicenses,
}

impl TenantAction {
    /// Every action.
    pub const ALL: &'static [Self] = &[Self::ReadUsers, Self::EditUsers, Self::ManageUsers, Self::AssignLicenses];

    /// The directory roles that allow it; none named: every one does.
    ///
    /// `on_admin`: whom it touches holds GLOBAL_ADMIN, or is given or loses a role. Nobody climbs: that takes
    /// GLOBAL_ADMINISTRATOR, whatever is done.
    fn takes(self, on_admin: bool) -> Option<&'static [DirectoryRole]> {
        match self {
            Self::ReadUsers => None,
            _ if on_admin => Some(&[GlobalAdministrator]),
            Self::EditUsers => Some(&[HelpdeskAdministrator, UserAdministrator, GlobalAdministrator]),
            Self::ManageUsers => Some(&[UserAdministrator, GlobalAdministrator]),
            Self::AssignLicenses => Some(&[LicenseAdministrator, UserAdministrator, GlobalAdministrator]),
        }
    }

    fn is_allowed(self, role: DirectoryRole, on_admin: bool) -> bool {
        self.takes(on_admin).is_none_or(|roles| roles.contains(&role))
    }
}

/// Somebody of a partner, as they come to a customer's tenant.
#[derive(Debug, Clone)]
pub struct Delegate {
    /// Their roles at the partner.
    pub roles: Vec<Role>,
    /// Whether the partner may act as one.
    pub is_authorized: bool,
    /// Whether the relationship is active, or the partnership of a provider with the reseller whose tenant it is.
    pub is_related: bool,
    /// What the partner was granted there, whether or not it still holds.
    pub grants: Vec<AdminGrant>,
}

impl Delegate {
    /// Whether they may do this now, and why not.
    ///
    /// Refuses with `NOT_AUTHORIZED_PARTNER` whose partner is suspended, with `FORBIDDEN` whose own role does not reach
    /// however much is granted, and with `NO_ADMIN_GRANT` what no grant that holds allows. See
    /// [`TenantAction`] for `on_admin`.
    pub fn may(&self, action: TenantAction, on_admin: bool, now: DateTime<Utc>) -> Result<(), Refusal> {
        if !self.is_authorized {
            return Err(Code::NotAuthorizedPartner.refusal());
        }
        let reaching: Vec<DirectoryRole> = self.roles.iter().filter_map(|role| acts_as(*role)).collect();
        if !reaching.iter().any(|most| action.is_allowed(*most, on_admin)) {
            return Err(Code::Forbidden.refusal());
        }
        if !self.is_related {
            let message = "you and this organization are no longer related, and what was granted allows nothing until you \
                           are; invite it again";
            return Err(Code::NoAdminGrant.refusal().saying(message));
        }
        let mut held = self.grants.iter().filter(|grant| grant.status_at(now) == AdminGrantStatus::Active);
        let allows = |grant: &AdminGrant| {
            let acting = reaching.iter().flat_map(|most| acting(*most, grant));
            acting.into_iter().any(|role| action.is_allowed(role, on_admin))
        };
        if held.any(allows) { Ok(()) } else { Err(wanting(action, on_admin)) }
    }
}

/// As what somebody with this role at the partner acts in a customer's tenant at most, which is what FULL gives them. None:
/// as nothing, since who decides for the partner does not work for its customers.
fn acts_as(role: Role) -> Option<DirectoryRole> {
    match role {
        Role::GlobalAdmin => None,
        Role::AdminAgent => Some(GlobalAdministrator),
        Role::SalesAgent => Some(DirectoryReaders),
        Role::HelpdeskAgent => Some(HelpdeskAdministrator),
    }
}

/// As what somebody who acts as `most` at most acts under one grant.
fn acting(most: DirectoryRole, grant: &AdminGrant) -> Vec<DirectoryRole> {
    match grant.scope {
        AdminScope::Full => vec![most],
        AdminScope::Granular => grant.roles.iter().map(|role| capped(*role, most)).collect(),
    }
}

/// A directory role as far as somebody who acts as `most` at most may use it.
fn capped(role: DirectoryRole, most: DirectoryRole) -> DirectoryRole {
    match most {
        GlobalAdministrator => role,
        HelpdeskAdministrator if TenantAction::EditUsers.is_allowed(role, false) => HelpdeskAdministrator,
        _ => DirectoryReaders,
    }
}

/// Says what would be needed.
fn wanting(action: TenantAction, on_admin: bool) -> Refusal {
    let takes = match action.takes(on_admin) {
        None => "any directory role".to_owned(),
        Some(roles) => {
            let names: Vec<String> = roles.iter().map(|role| role.as_str().to_uppercase()).collect();
            names.join(" or ")
        }
    };
    let message = format!("no admin grant that holds allows this; ask the customer for one that gives {takes}");
    Code::NoAdminGrant.refusal().saying(message)
}

#[cfg(test)]
mod tests;
