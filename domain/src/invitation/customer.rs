//! Whether an invitation asks an existing customer for delegated administration alone: it is worded otherwise then.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::{Invitation, InvitationId, InvitationKind};
use crate::error::Result;
use crate::organization::{OrganizationDomain, OrganizationId};
use crate::relationship::Relationship;
use crate::text::domain_of;
use crate::user::User;

impl Invitation {
    /// Of these, the ones that ask for delegated administration where the relationship stands without them: as far as the
    /// recipient's organization is known before anybody answers, and of the answered ones as it is known since. In a
    /// statement for each of domains, people and relationships, however many.
    ///
    /// A joint invitation asks for a second relationship, and is none of them.
    pub async fn of_customers(conn: &mut AsyncPgConnection, of: &[Self]) -> Result<Vec<InvitationId>> {
        let asks_alone =
            |it: &&Self| it.kind == InvitationKind::ResellerRelationship && it.indirect_provider_id.is_none();
        let asking: Vec<&Self> = of.iter().filter(asks_alone).filter(|it| it.admin_scope.is_some()).collect();
        let recipients = recipients(conn, &asking).await?;
        let pairs: Vec<_> = asking.iter().filter_map(|it| Some((it.inviter_id, *recipients.get(&it.id)?))).collect();
        let standing = Relationship::active_of_pairs(conn, &pairs).await?;
        let is_customers = |it: &&Self| {
            let recipient = recipients.get(&it.id);
            let of_both =
                |other: &&Relationship| other.partner_id == it.inviter_id && Some(&other.customer_id) == recipient;
            standing.iter().find(of_both).is_some_and(|other| other.invitation_id != Some(it.id))
        };
        Ok(asking.into_iter().filter(is_customers).map(|it| it.id).collect())
    }

    /// Whether it is one of them.
    pub(crate) async fn is_of_customer(&self, conn: &mut AsyncPgConnection) -> Result<bool> {
        Ok(!Self::of_customers(conn, std::slice::from_ref(self)).await?.is_empty())
    }
}

/// The recipients' organizations, as far as they are known: the one named, else that of the address's domain, else that of
/// who answered.
async fn recipients(conn: &mut AsyncPgConnection, of: &[&Invitation]) -> Result<HashMap<InvitationId, OrganizationId>> {
    let unnamed = || of.iter().filter(|it| it.recipient_organization_id.is_none());
    let domains: Vec<String> = unnamed().map(|it| domain_of(&it.recipient_email)).collect();
    let people: Vec<_> = unnamed().filter_map(|it| it.answered_by).collect();
    let mut owners = HashMap::new();
    if !domains.is_empty() {
        owners.extend(OrganizationDomain::owners(conn, &domains).await?);
    }
    let mut answerers = HashMap::new();
    if !people.is_empty() {
        answerers.extend(User::organizations(conn, &people).await?);
    }
    let recipient = |it: &&Invitation| {
        let by_domain = || owners.get(&domain_of(&it.recipient_email)).copied();
        let by_person = || it.answered_by.and_then(|person| answerers.get(&person).copied());
        Some((it.id, it.recipient_organization_id.or_else(by_domain).or_else(by_person)?))
    };
    Ok(of.iter().filter_map(recipient).collect())
}
