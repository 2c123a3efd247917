//! What a mail about the acceptance of an agreement is filled with.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::agreement::{Agreement, AgreementAcceptance};
use crate::error::Result;
use crate::organization::Organization;
use crate::store::Store;

/// What a mail about the acceptance of an agreement is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AgreementFacts {
    /// The partner who attested it.
    pub partner_name: String,
    /// Who is bound.
    pub customer_name: String,
    /// Who is said to have signed.
    pub signer_name: String,
    /// Where they are reached, as the partner says.
    pub signer_email: String,
    /// When, as the partner says.
    pub accepted_at: DateTime<Utc>,
    /// What the text is called, in its language.
    pub agreement_title: String,
    /// The publisher's name for the version.
    pub agreement_version: String,
    /// Where the text can be read.
    pub agreement_url: String,
    /// Where the reader goes on.
    pub portal_url: String,
}

/// None: it is no attestation.
pub(super) async fn about_acceptance(
    store: &Store,
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> Result<Option<AgreementFacts>> {
    let Some(acceptance) = AgreementAcceptance::find(conn, id).await? else { return Ok(None) };
    let Some(partner) = acceptance.attested_by else { return Ok(None) };
    let Some(agreement) = Agreement::find(conn, &[acceptance.agreement_id]).await?.pop() else { return Ok(None) };
    let partner = Organization::get(conn, partner).await?;
    let customer = Organization::get(conn, acceptance.organization_id).await?;
    Ok(Some(AgreementFacts {
        partner_name: partner.name,
        portal_url: store.portals().of(customer.cloud).to_owned(),
        customer_name: customer.name,
        signer_name: format!("{} {}", acceptance.signer_first_name, acceptance.signer_last_name),
        signer_email: acceptance.signer_email,
        accepted_at: acceptance.accepted_at,
        agreement_title: agreement.title,
        agreement_version: agreement.version,
        agreement_url: agreement.url,
    }))
}
