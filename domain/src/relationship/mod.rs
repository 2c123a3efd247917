//! One partner and one customer who agreed. Both sides see the same row.
//!
//! ```text
//! active ──(either side)──► removed        a removed row stays for history
//! ```

mod page;
mod shared;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use page::{CustomerFilter, CustomerOrder};

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
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
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
    /// When both had agreed.
    pub since: DateTime<Utc>,
    /// Set exactly while removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Which side ended it.
    pub removed_by: Option<RelationshipSide>,
    /// What it came from.
    pub invitation_id: Option<InvitationId>,
    partner_sort_name: String,
    customer_sort_name: String,
    customer_country: String,
    partner_search: String,
    customer_search: String,
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
        let domains = OrganizationDomain::of(conn, &[partner.id, customer.id]).await?;
        let invited = invitation.map(|invitation| invitation.recipient_email.as_str());
        let relationship = Self {
            id: RelationshipId::fresh(),
            partner_id: partner.id,
            customer_id: customer.id,
            status: RelationshipStatus::Active,
            since: now,
            removed_at: None,
            removed_by: None,
            invitation_id: invitation.map(|invitation| invitation.id),
            partner_sort_name: partner.sort_name(),
            customer_sort_name: customer.sort_name(),
            customer_country: customer.country.clone(),
            partner_search: search_text(partner, &domains, None),
            customer_search: search_text(customer, &domains, invited),
        };
        diesel::insert_into(relationships::table).values(&relationship).execute(conn).await?;
        Ok(relationship)
    }

    /// The relationship that stands between the two.
    pub(crate) async fn find_active(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
    ) -> Result<Option<Self>> {
        let query = relationships::table
            .filter(relationships::partner_id.eq(partner))
            .filter(relationships::customer_id.eq(customer))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        Ok(query.select(Self::as_select()).first(conn).await.optional()?)
    }

    /// The relationships that stand between these partners and customers, in one statement.
    pub(crate) async fn active_of_pairs(
        conn: &mut AsyncPgConnection,
        pairs: &[(OrganizationId, OrganizationId)],
    ) -> Result<Vec<Self>> {
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        let (partners, customers): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let query = relationships::table
            .filter(relationships::partner_id.eq_any(partners))
            .filter(relationships::customer_id.eq_any(customers))
            .filter(relationships::status.eq(RelationshipStatus::Active));
        let mut found: Vec<Self> = query.select(Self::as_select()).load(conn).await?;
        found.retain(|it| pairs.contains(&(it.partner_id, it.customer_id)));
        Ok(found)
    }

    /// The relationships of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[RelationshipId]) -> Result<Vec<Self>> {
        Ok(relationships::table.filter(relationships::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: those where its organization is one of the two sides. Operators see all.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[RelationshipId],
    ) -> Result<Vec<Self>> {
        let mut found = Self::find(conn, ids).await?;
        let own = actor.organization_id();
        found.retain(|it| actor.is_operator() || own == Some(it.partner_id) || own == Some(it.customer_id));
        Ok(found)
    }
}

/// What a search looks in: name, domains and the address invited, a space before each so that a short search can ask
/// for the start of a word.
fn search_text(organization: &Organization, domains: &[OrganizationDomain], invited: Option<&str>) -> String {
    let mut text = format!(" {}", folded(&organization.name));
    let own = domains.iter().filter(|domain| domain.organization_id == organization.id);
    for word in own.map(|domain| domain.domain.as_str()).chain(invited) {
        text.push(' ');
        text.push_str(&folded(word));
    }
    text
}
