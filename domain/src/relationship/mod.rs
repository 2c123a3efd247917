//! One partner and one customer who agreed. Both sides see the same row.
//!
//! ```text
//! active ──(either side)──► removed        a removed row stays for history
//! ```
//!
//! A removed one is not made active again: the partner asks anew, and what is agreed then is a row of its own.

mod assign_support_contact;
mod find;
mod page;
mod reinstate;
mod remove;
mod shared;
mod state;
mod support_contact;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use assign_support_contact::assign_support_contact;
pub use page::{CustomerFilter, CustomerOrder};
pub use reinstate::{Reinstatement, reinstate};
pub use remove::{Removal, remove};
pub use support_contact::support_contacts;

use crate::actor::Actor;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::invitation::{Invitation, InvitationId};
use crate::organization::{Organization, OrganizationDomain, OrganizationId};
use crate::schema::relationships;
use crate::text::folded;
use crate::text_enum::text_enum;

/// The id of a relationship, `rel_`.
pub type RelationshipId = Id<Relationship>;

text_enum! {
    /// Whether it stands.
    RelationshipStatus {
        /// It does.
        Active = "active",
        /// One side ended it.
        Removed = "removed",
    }
}

text_enum! {
    /// Which side.
    RelationshipSide {
        /// The partner's.
        Partner = "partner",
        /// The customer's.
        Customer = "customer",
    }
}

/// One partner and one customer who agreed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = relationships, check_for_backend(diesel::pg::Pg))]
pub struct Relationship {
    /// Its id.
    pub id: RelationshipId,
    /// Who works on the customer's behalf.
    pub partner_id: OrganizationId,
    /// On whose behalf.
    pub customer_id: OrganizationId,
    /// Whether it stands.
    pub status: RelationshipStatus,
    /// When both had agreed, or the partner added or imported the customer.
    pub since: DateTime<Utc>,
    /// Set exactly while removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Which side ended it.
    pub removed_by: Option<RelationshipSide>,
    /// What it came from; none: the partner added or imported the customer.
    pub invitation_id: Option<InvitationId>,
    partner_sort_name: String,
    customer_sort_name: String,
    customer_country: String,
    partner_search: String,
    customer_search: String,
    /// Whether the partner's grants outlive it; none: it stands, or there were none when it was removed.
    pub administration_kept: Option<bool>,
    /// Who was assigned to support the customer; read [`support_contacts`].
    support_contact_id: Option<OrganizationId>,
}

impl Named for Relationship {
    const PREFIX: &'static str = "rel";
}

impl Relationship {
    /// Makes the relationship of two organizations that have none; `invitation` is what they agreed by.
    pub async fn establish(
        conn: &mut AsyncPgConnection,
        partner: &Organization,
        customer: &Organization,
        invitation: Option<&Invitation>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let invited = invitation.map(|invitation| invitation.recipient_email.as_str());
        let by = invitation.map(|invitation| invitation.id);
        Self::insert(conn, RelationshipId::fresh(), [partner, customer], by, invited.as_slice(), now).await
    }

    /// Makes the relationship of a partner and a customer that it brings by itself; the customer is found by `words` too:
    /// its unverified domain, its administrator's address.
    pub(crate) async fn establish_uninvited(
        conn: &mut AsyncPgConnection,
        id: RelationshipId,
        partner: &Organization,
        customer: &Organization,
        words: &[&str],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Self::insert(conn, id, [partner, customer], None, words, now).await
    }

    async fn insert(
        conn: &mut AsyncPgConnection,
        id: RelationshipId,
        [partner, customer]: [&Organization; 2],
        invitation_id: Option<InvitationId>,
        words: &[&str],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let domains = OrganizationDomain::of(conn, &[partner.id, customer.id]).await?;
        let relationship = Self {
            id,
            partner_id: partner.id,
            customer_id: customer.id,
            status: RelationshipStatus::Active,
            since: now,
            removed_at: None,
            removed_by: None,
            invitation_id,
            partner_sort_name: partner.sort_name(),
            customer_sort_name: customer.sort_name(),
            customer_country: customer.country.clone(),
            partner_search: search_text(partner, &domains, &[]),
            customer_search: search_text(customer, &domains, words),
            administration_kept: None,
            support_contact_id: None,
        };
        diesel::insert_into(relationships::table).values(&relationship).execute(conn).await?;
        Ok(relationship)
    }

    /// Whether the actor's organization is one of the two sides, or the actor an operator.
    #[must_use]
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        actor.is_operator() || actor.organization_id().is_some_and(|own| self.side_of(own).is_some())
    }

    /// Partner and customer.
    #[must_use]
    pub fn sides(&self) -> [OrganizationId; 2] {
        [self.partner_id, self.customer_id]
    }

    /// Which side of it an organization is; none: neither.
    #[must_use]
    pub fn side_of(&self, organization: OrganizationId) -> Option<RelationshipSide> {
        match organization {
            it if it == self.partner_id => Some(RelationshipSide::Partner),
            it if it == self.customer_id => Some(RelationshipSide::Customer),
            _ => None,
        }
    }
}

/// What a search looks in: name, domains and other words such as the address invited, a space before each so that a short search can ask
/// for the start of a word.
fn search_text(organization: &Organization, domains: &[OrganizationDomain], words: &[&str]) -> String {
    let mut text = format!(" {}", folded(&organization.name));
    let own = domains.iter().filter(|domain| domain.organization_id == organization.id);
    for word in own.map(|domain| domain.domain.as_str()).chain(words.iter().copied()) {
        text.push(' ');
        text.push_str(&folded(word));
    }
    text
}
