//! Whose support a customer turns to: one organization for each relationship.
//!
//! By default it is the indirect provider that shares the customer with its reseller, where it says how its support is
//! reached, else the partner itself: a provider and a direct partner support their customers themselves. An organization that
//! was assigned counts while it shares the customer, whether or not it says so; once it no longer does, the partner itself is
//! left.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::{Relationship, RelationshipId, RelationshipStatus};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::partnership::{PartnershipSide, SharedCustomer};
use crate::support_profile::SupportProfile;

/// A partner that a relationship's customer is shared with, and which side of the partnership it is.
type Sharing = (PartnershipSide, OrganizationId);

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
    let asked = |it: &Relationship| (it.id, it.support_contacts(shared.get(&it.id).map_or(&[][..], Vec::as_slice)));
    let asked: Vec<(RelationshipId, Vec<OrganizationId>)> = relationships.iter().map(asked).collect();
    let organizations: Vec<OrganizationId> = asked.iter().flat_map(|(_, contacts)| contacts.clone()).collect();
    let profiles = SupportProfile::of(conn, &organizations).await?;
    let profile = |id: &OrganizationId| profiles.iter().find(|profile| profile.organization_id == *id).cloned();
    Ok(asked.into_iter().filter_map(|(id, contacts)| Some((id, contacts.iter().find_map(profile)?))).collect())
}

impl Relationship {
    /// Whose support it is, given with whom the customer is shared, the latest first: the first of these that says how it is
    /// reached.
    fn support_contacts(&self, shared: &[Sharing]) -> Vec<OrganizationId> {
        match self.support_contact_id {
            Some(assigned) if shared.iter().any(|(_, other)| *other == assigned) => vec![assigned],
            Some(_) => vec![self.partner_id],
            None => {
                let provider = shared.iter().find(|(side, _)| *side == PartnershipSide::IndirectProvider);
                provider.map(|(_, provider)| *provider).into_iter().chain([self.partner_id]).collect()
            }
        }
    }
}
