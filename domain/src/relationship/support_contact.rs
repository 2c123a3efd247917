//! Whose support a customer turns to: one organization for each relationship.
//!
//! By default it is the indirect provider that shares the customer with its reseller, else the partner itself: a provider and
//! a direct partner support their customers themselves. An organization that was assigned counts while it shares the
//! customer; once it no longer does, the partner itself is left.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::{Relationship, RelationshipId, RelationshipStatus};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::partnership::{PartnershipSide, SharedCustomer};
use crate::support_profile::SupportProfile;

/// A partner that a relationship's customer is shared with, and which side of the partnership it is.
pub(super) type Sharing = (PartnershipSide, OrganizationId);

/// How the support of each of these relationships is reached. None of a removed one, and where the contact has no support
/// profile.
pub async fn support_contacts(
    conn: &mut AsyncPgConnection,
    ids: &[RelationshipId],
) -> Result<Vec<(RelationshipId, SupportProfile)>> {
    let mut relationships = Relationship::find(conn, ids).await?;
    relationships.retain(|it| it.status == RelationshipStatus::Active);
    let mut shared: HashMap<RelationshipId, Vec<Sharing>> = HashMap::new();
    for (relationship, side, other) in SharedCustomer::partners_of(conn, ids).await? {
        shared.entry(relationship).or_default().push((side, other));
    }
    let contact = |it: &Relationship| (it.id, it.support_contact(shared.get(&it.id).map_or(&[][..], Vec::as_slice)));
    let contacts: Vec<(RelationshipId, OrganizationId)> = relationships.iter().map(contact).collect();
    let organizations: Vec<OrganizationId> = contacts.iter().map(|(_, contact)| *contact).collect();
    let profiles = SupportProfile::of(conn, &organizations).await?;
    let profile = |id| profiles.iter().find(|profile| profile.organization_id == id).cloned();
    Ok(contacts.into_iter().filter_map(|(id, contact)| Some((id, profile(contact)?))).collect())
}

impl Relationship {
    /// Whose support it is, given with whom the customer is shared, the latest first.
    pub(super) fn support_contact(&self, shared: &[Sharing]) -> OrganizationId {
        match self.support_contact_id {
            Some(assigned) if shared.iter().any(|(_, other)| *other == assigned) => assigned,
            Some(_) => self.partner_id,
            None => {
                let provider = shared.iter().find(|(side, _)| *side == PartnershipSide::IndirectProvider);
                provider.map_or(self.partner_id, |(_, provider)| *provider)
            }
        }
    }
}
