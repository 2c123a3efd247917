//! Who may: the table of roles and actions, and nothing else. What a partner's people may do in a customer's tenant depends
//! on its grants too: [`crate::delegation`].

use crate::user::Role;

/// What a person may or may not do for their own organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Draft, edit, send, resend and revoke invitations; read their message and link.
    Invite,
    /// Add and import customers.
    AddCustomer,
    /// End a partnership.
    EndPartnership,
    /// End an admin grant that the organization holds, and set whether it extends itself.
    EndAdminGrant,
    /// Remove a relationship with a customer.
    RemoveRelationship,
    /// Ask a customer again for a relationship that was removed.
    ReinstateRelationship,
    /// Say who supports a customer.
    AssignSupportContact,
    /// Ask the vendor for something on a customer's behalf.
    OpenServiceRequest,
    /// Change how customers reach the partner's support.
    UpdateSupportProfile,
    /// Read the partner's activity.
    ReadActivity,
    /// Attest that a customer accepted the agreement in force, and read whether it did.
    AttestAgreement,
    /// Change the partner's business profile.
    UpdateBusinessProfile,
    /// Accept an invitation for the organization: as a customer, or a partnership.
    Accept,
    /// Revoke an admin grant on the organization's own tenant, narrow its roles, and set whether it extends itself.
    RevokeAdminGrant,
    /// Make, change, delete and restore the organization's own people.
    ManageUsers,
    /// Remove a relationship with a partner.
    RemovePartner,
    /// Read the customer's activity.
    ReadAccountActivity,
}

impl Action {
    /// Every action, partner's side first.
    pub const ALL: &'static [Self] = &[
        Self::Invite,
        Self::AddCustomer,
        Self::EndPartnership,
        Self::EndAdminGrant,
        Self::RemoveRelationship,
        Self::ReinstateRelationship,
        Self::AssignSupportContact,
        Self::OpenServiceRequest,
        Self::UpdateSupportProfile,
        Self::ReadActivity,
        Self::AttestAgreement,
        Self::UpdateBusinessProfile,
        Self::Accept,
        Self::RevokeAdminGrant,
        Self::ManageUsers,
        Self::RemovePartner,
        Self::ReadAccountActivity,
    ];
}

/// Whether `role` alone reaches `action`. Looking needs no role: every user of an organization may.
#[must_use]
pub fn allows(role: Role, action: Action) -> bool {
    use Role::{AdminAgent, GlobalAdmin, HelpdeskAgent, SalesAgent};
    match action {
        Action::Invite
        | Action::EndPartnership
        | Action::EndAdminGrant
        | Action::RemoveRelationship
        | Action::ReinstateRelationship
        | Action::OpenServiceRequest
        | Action::UpdateSupportProfile
        | Action::ReadActivity
        | Action::UpdateBusinessProfile => matches!(role, GlobalAdmin | AdminAgent),
        Action::AttestAgreement => matches!(role, AdminAgent | SalesAgent),
        Action::AddCustomer => matches!(role, GlobalAdmin | AdminAgent | SalesAgent),
        Action::AssignSupportContact => matches!(role, GlobalAdmin | AdminAgent | HelpdeskAgent),
        Action::Accept
        | Action::RevokeAdminGrant
        | Action::ManageUsers
        | Action::RemovePartner
        | Action::ReadAccountActivity => {
            matches!(role, GlobalAdmin)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn the_table_of_roles_and_actions_is_as_designed() {
        let mut table = String::new();
        for action in Action::ALL {
            let _ = write!(table, "{action:?}:");
            for role in Role::ALL {
                let _ = write!(table, " {}={}", role.as_str(), if allows(*role, *action) { "yes" } else { "no" });
            }
            table.push('\n');
        }
        insta::assert_snapshot!(table, @r"
        Invite: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        AddCustomer: global_admin=yes admin_agent=yes sales_agent=yes helpdesk_agent=no
        EndPartnership: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        EndAdminGrant: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        RemoveRelationship: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        ReinstateRelationship: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        AssignSupportContact: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=yes
        OpenServiceRequest: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        UpdateSupportProfile: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        ReadActivity: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        AttestAgreement: global_admin=no admin_agent=yes sales_agent=yes helpdesk_agent=no
        UpdateBusinessProfile: global_admin=yes admin_agent=yes sales_agent=no helpdesk_agent=no
        Accept: global_admin=yes admin_agent=no sales_agent=no helpdesk_agent=no
        RevokeAdminGrant: global_admin=yes admin_agent=no sales_agent=no helpdesk_agent=no
        ManageUsers: global_admin=yes admin_agent=no sales_agent=no helpdesk_agent=no
        RemovePartner: global_admin=yes admin_agent=no sales_agent=no helpdesk_agent=no
        ReadAccountActivity: global_admin=yes admin_agent=no sales_agent=no helpdesk_agent=no
        ");
    }
}
