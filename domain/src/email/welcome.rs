//! What the mail to a customer's first administrator is filled with, whom the partner who added the customer named.

use diesel_async::AsyncPgConnection;

use crate::error::Result;
use crate::invitation::message::domain_shown;
use crate::organization::{Organization, country_name};
use crate::partnership::SharedCustomer;
use crate::relationship::{Relationship, RelationshipId, RelationshipStatus};
use crate::store::Store;

/// What a welcome is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct WelcomeFacts {
    /// The partner who added the customer.
    pub partner_name: String,
    /// The partner's primary domain.
    pub partner_domain: String,
    /// Where it is, in English.
    pub partner_country: String,
    /// The indirect reseller whose customer it is too; none: the partner's alone.
    pub indirect_reseller_name: Option<String>,
    /// The customer, as the partner calls it.
    pub customer_name: String,
    /// Its domain, as the partner named it.
    pub customer_domain: String,
    /// Whom the partner named: who signs in with this address takes the organization over.
    pub administrator_email: String,
    /// Where.
    pub portal_url: String,
}

/// What a welcome says. None: it is no longer wanted, since the customer was claimed or the partner has left it.
pub(super) async fn about_added_customer(
    store: &Store,
    conn: &mut AsyncPgConnection,
    id: RelationshipId,
) -> Result<Option<WelcomeFacts>> {
    let found = Relationship::find(conn, &[id]).await?.pop();
    let Some(relationship) = found.filter(|it| it.status == RelationshipStatus::Active) else { return Ok(None) };
    let customer = Organization::get(conn, relationship.customer_id).await?;
    let Some(administrator_email) = customer.administrator_email.clone() else { return Ok(None) };
    let partner = Organization::get(conn, relationship.partner_id).await?;
    let reseller = match SharedCustomer::resellers_of(conn, &[id]).await?.pop() {
        Some((_, reseller)) => Some(Organization::get(conn, reseller).await?),
        None => None,
    };
    Ok(Some(WelcomeFacts {
        partner_domain: domain_shown(conn, partner.id).await?,
        partner_country: country_name(&partner.country).to_owned(),
        portal_url: store.portals().of(partner.cloud).to_owned(),
        partner_name: partner.name,
        indirect_reseller_name: reseller.map(|reseller| reseller.name),
        customer_domain: customer.unverified_domain(),
        customer_name: customer.name,
        administrator_email,
    }))
}
