//! Who may deal with whom: region and cloud. Checked when an invitation is sent, as far as the recipient's
//! organization is known, and again when it is accepted.

use diesel_async::AsyncPgConnection;

use super::{Invitation, addressee};
use crate::admin_grant::AdminGrant;
use crate::error::{Code, Refusal, Result, refuse_all};
use crate::organization::{Organization, OrganizationDomain, Region, country_name};
use crate::relationship::Relationship;
use crate::store::Store;
use crate::text::domain_of;

/// Every rule that stands between the two organizations.
pub(super) fn between(inviter: &Organization, customer: &Organization, asks_administration: bool) -> Vec<Refusal> {
    let mut refusals = of_inviter(inviter, asks_administration);
    match (inviter.region(), customer.region()) {
        (_, None) => refusals.push(unsupported(&customer.country)),
        (Some(own), Some(other)) if own.code != other.code => {
            refusals.push(Code::RegionMismatch.on("recipient").saying(mismatch(own, other)));
        }
        _ => {}
    }
    if inviter.cloud != customer.cloud {
        refusals.push(Code::CloudMismatch.on("recipient"));
    }
    refusals
}

/// The rules that need no recipient to be known.
fn of_inviter(inviter: &Organization, asks_administration: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if inviter.region().is_none() {
        refusals.push(unsupported(&inviter.country));
    }
    if inviter.cloud.requires_delegated_administration() && !asks_administration {
        refusals.push(Code::DelegatedAdministrationRequired.on("delegatedAdministration"));
    }
    refusals
}

fn unsupported(country: &str) -> Refusal {
    Code::CountryNotSupported.on("recipient").saying(format!("{} is in no sales region", country_name(country)))
}

fn mismatch(own: &Region, other: &Region) -> String {
    format!("the partner may sell in {}, the customer is in {}", own.name, other.name)
}

/// What must hold for an invitation to be sent, or sent again: standing is the caller's to hold.
///
/// Refuses with all of: `OWN_ORGANIZATION`, `ALREADY_RELATED`, region and cloud.
pub(super) async fn check_sending(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    inviter: &Organization,
) -> Result<()> {
    let asked = invitation.administration();
    let known = addressee::before_acceptance(conn, invitation).await?;
    let own_domain = OrganizationDomain::of(conn, &[inviter.id]).await?;
    let domain = domain_of(&invitation.recipient_email);
    if known.as_ref().is_some_and(|known| known.id == inviter.id) || own_domain.iter().any(|own| own.domain == domain) {
        return Err(Code::OwnOrganization.on("recipient.email").into());
    }
    let Some(customer) = known else { return refuse_all(of_inviter(inviter, asked.is_some())) };
    refuse_all(between(inviter, &customer, asked.is_some()))?;
    if Relationship::find_active(conn, inviter.id, customer.id).await?.is_some() {
        let nothing_new = match &asked {
            None => true,
            Some(asked) => {
                AdminGrant::find_covering(conn, inviter.id, customer.id, asked, store.now()).await?.is_some()
            }
        };
        if nothing_new {
            return Err(Code::AlreadyRelated.on("recipient").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::organization::{Cloud, OrganizationId};

    fn organization(country: &str, cloud: Cloud) -> Organization {
        Organization {
            id: OrganizationId::fresh(),
            issuer: String::new(),
            tenant: String::new(),
            name: String::new(),
            country: country.into(),
            cloud,
            locale: "en".into(),
            created_at: Utc::now(),
        }
    }

    fn codes(inviter: (&str, Cloud), customer: (&str, Cloud), asks: bool) -> Vec<Code> {
        let refusals = between(&organization(inviter.0, inviter.1), &organization(customer.0, customer.1), asks);
        refusals.into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn organizations_of_one_region_and_cloud_may_deal() {
        assert_eq!(codes(("US", Cloud::Public), ("GU", Cloud::Public), false), []);
        assert_eq!(codes(("DE", Cloud::Germany), ("CH", Cloud::Germany), true), []);
    }

    #[test]
    fn every_rule_that_is_broken_is_named() {
        assert_eq!(codes(("US", Cloud::Public), ("BR", Cloud::Public), false), [Code::RegionMismatch]);
        assert_eq!(codes(("US", Cloud::Public), ("KP", Cloud::Public), false), [Code::CountryNotSupported]);
        assert_eq!(
            codes(("US", Cloud::UsGovernment), ("BR", Cloud::Public), false),
            [Code::DelegatedAdministrationRequired, Code::RegionMismatch, Code::CloudMismatch]
        );
    }
}
