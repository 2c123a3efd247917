//! The names of what happens: one list for activity and webhooks.

use crate::text_enum::text_enum;

text_enum! {
    /// What happened, `noun.past`.
    Event {
        /// A partner drafted an invitation.
        InvitationDrafted = "invitation.drafted",
        /// A draft was changed; details name the fields.
        InvitationEdited = "invitation.edited",
        /// A draft was sent, by mail or by hand.
        InvitationSent = "invitation.sent",
        /// A person first looked at the offer.
        InvitationOpened = "invitation.opened",
        /// It was sent again: a new link, a new deadline.
        InvitationResent = "invitation.resent",
        /// The holder of an expired link asked for a new one.
        InvitationRenewalRequested = "invitation.renewal_requested",
        /// The customer said yes.
        InvitationAccepted = "invitation.accepted",
        /// The customer said no.
        InvitationDeclined = "invitation.declined",
        /// The inviter took it back.
        InvitationRevoked = "invitation.revoked",
        /// Its deadline passed.
        InvitationExpired = "invitation.expired",
        /// A reminder was queued.
        InvitationReminded = "invitation.reminded",
        /// Its mail was given up.
        InvitationUndeliverable = "invitation.undeliverable",
        /// A partner and a customer are related.
        RelationshipEstablished = "relationship.established",
        /// One of the two ended it; details say which side, and what became of delegated administration.
        RelationshipRemoved = "relationship.removed",
        /// A partner said who supports a customer; details name the organization and the customer.
        SupportContactAssigned = "support_contact.assigned",
        /// A partner asked the vendor for something on a customer's behalf.
        ServiceRequestOpened = "service_request.opened",
        /// A partner changed how customers reach its support; details name the fields.
        SupportProfileUpdated = "support_profile.updated",
        /// An indirect provider and an indirect reseller are partners.
        PartnershipEstablished = "partnership.established",
        /// One of the two ended it.
        PartnershipEnded = "partnership.ended",
        /// A partner may administer a customer's tenant; details say what, until when, and whether it extends itself.
        AdminGrantGranted = "admin_grant.granted",
        /// The customer took a grant away.
        AdminGrantRevoked = "admin_grant.revoked",
        /// The partner gave a grant back.
        AdminGrantEnded = "admin_grant.ended",
        /// A grant extended itself; details say from which end to which.
        AdminGrantExtended = "admin_grant.extended",
        /// A grant is about to end; details say in how many days in truth, and whether it extends itself then.
        AdminGrantExpiring = "admin_grant.expiring",
        /// A grant's time is over; details say since when.
        AdminGrantExpired = "admin_grant.expired",
        /// The customer left a grant fewer roles; details name those that stay and those it lost.
        AdminGrantRolesChanged = "admin_grant.roles_changed",
        /// Either side had a grant extend itself, or no longer; details say which.
        AdminGrantAutoExtendChanged = "admin_grant.auto_extend_changed",
        /// A partner changed its business profile; details name the fields.
        BusinessProfileUpdated = "business_profile.updated",
        /// A customer accepted an agreement.
        AgreementAccepted = "agreement.accepted",
        /// A partner attested that its customer accepted an agreement; details say which customer.
        AgreementAttested = "agreement.attested",
        /// A partner added a customer that no organization was registered for.
        CustomerAdded = "customer.added",
        /// A partner imported a registered customer that the operator had loaded for it.
        CustomerImported = "customer.imported",
        /// The administrator whom a partner named took an unclaimed organization over.
        OrganizationRegistered = "organization.registered",
        /// A person of a registered organization signed in for the first time.
        UserAdded = "user.added",
        /// Somebody made a person of an organization, who has not signed in yet; details name the fields given.
        CustomerUserCreated = "customer_user.created",
        /// A person was changed; details name the fields.
        CustomerUserUpdated = "customer_user.updated",
        /// A person was deleted, restorable for 30 days.
        CustomerUserDeleted = "customer_user.deleted",
        /// A deleted person was restored.
        CustomerUserRestored = "customer_user.restored",
        /// A person was deleted 30 days ago: their data is erased.
        CustomerUserPurged = "customer_user.purged",
    }
}
