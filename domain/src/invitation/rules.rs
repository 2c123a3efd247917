//! Who may deal with whom: standing, kind, region and cloud. Checked when an invitation is sent, as far as the
//! recipient's organization is known, and again when it is accepted.

use diesel_async::AsyncPgConnection;

use super::{Invitation, InvitationKind, addressee};
use crate::admin_grant::{AdminGrant, RequestedAdministration};
use crate::enrollment::{Enrollment, PartnerKind};
use crate::error::{Code, Refusal, Result, refuse_all};
use crate::organization::{Organization, OrganizationDomain, Region, country_name};
use crate::partnership::{Partnership, SharedCustomer};
use crate::relationship::Relationship;
use crate::store::Store;
use crate::text::domain_of;

/// Who asks: the inviter, and in a joint invitation the indirect provider it asks together with. Or who brings a customer by
/// itself, and the reseller it does that for.
#[derive(Debug)]
pub(crate) struct Askers {
    /// Who asks, or brings.
    pub(crate) inviter: Organization,
    /// The other partner whose customer it is to be.
    pub(crate) provider: Option<Organization>,
}

impl Askers {
    pub(super) async fn of(conn: &mut AsyncPgConnection, invitation: &Invitation) -> Result<Self> {
        let inviter = Organization::get(conn, invitation.inviter_id).await?;
        let provider = match invitation.indirect_provider_id {
            Some(provider) => Some(Organization::get(conn, provider).await?),
            None => None,
        };
        Ok(Self { inviter, provider })
    }

    fn all(&self) -> impl Iterator<Item = &Organization> {
        [&self.inviter].into_iter().chain(&self.provider)
    }

    /// Whether the organization is one of those who ask.
    pub(super) fn are(&self, organization: &Organization) -> bool {
        self.all().any(|asker| asker.id == organization.id)
    }

    /// That each is an authorized partner of the kind that may ask so, and the two of a joint invitation partners; kept so
    /// until the transaction ends. Gives the partnership of a joint invitation.
    ///
    /// Locks in one order: the partnership, the enrollments.
    pub(super) async fn hold_standing(
        &self,
        conn: &mut AsyncPgConnection,
        kind: InvitationKind,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Option<Partnership>> {
        let mut partnership = None;
        if let Some(provider) = &self.provider {
            partnership = Partnership::hold_active(conn, provider.id, self.inviter.id).await?;
            if partnership.is_none() {
                let message = format!("{} and {} are no longer partners", self.inviter.name, provider.name);
                refusals.push(Code::NotPartners.on("indirectProviderId").saying(message));
            }
        }
        let wanted = match kind {
            InvitationKind::IndirectProviderPartnership => Some(PartnerKind::IndirectProvider),
            InvitationKind::ResellerRelationship => self.provider.as_ref().map(|_| PartnerKind::IndirectReseller),
        };
        let enrollment = Enrollment::hold(conn, self.inviter.id).await?;
        refusals.extend(standing(&self.inviter.name, enrollment.as_ref(), wanted, None));
        if let Some(provider) = &self.provider {
            let enrollment = Enrollment::hold(conn, provider.id).await?;
            let wanted = Some(PartnerKind::IndirectProvider);
            refusals.extend(standing(&provider.name, enrollment.as_ref(), wanted, Some("indirectProviderId")));
        }
        Ok(partnership)
    }

    /// Every rule of region and cloud that stands between them and the recipient.
    pub(crate) fn between(&self, recipient: &Organization, asks_administration: bool) -> Vec<Refusal> {
        let mut refusals = self.alone(asks_administration);
        let Some(theirs) = recipient.region() else {
            refusals.push(unsupported(recipient));
            refusals.extend(self.all().filter_map(|asker| other_cloud(asker, recipient)));
            return refusals;
        };
        for asker in self.all() {
            if let Some(own) = asker.region().filter(|own| own.code != theirs.code) {
                refusals.push(Code::RegionMismatch.on("recipient").saying(mismatch(asker, own, theirs)));
            }
            refusals.extend(other_cloud(asker, recipient));
        }
        refusals
    }

    /// The rules that need no recipient to be known. Delegated administration is required of the inviter's relationship;
    /// an indirect provider's is exempt.
    fn alone(&self, asks_administration: bool) -> Vec<Refusal> {
        let mut refusals: Vec<Refusal> = self.all().filter(|asker| asker.region().is_none()).map(unsupported).collect();
        if self.inviter.cloud.requires_delegated_administration() && !asks_administration {
            refusals.push(Code::DelegatedAdministrationRequired.on("delegatedAdministration"));
        }
        refusals
    }
}

/// Why an organization, called `name`, cannot act as a partner, of the kind wanted if one is.
pub(crate) fn standing(
    name: &str,
    enrollment: Option<&Enrollment>,
    wanted: Option<PartnerKind>,
    field: Option<&str>,
) -> Option<Refusal> {
    let (code, said) = match (enrollment.filter(|enrollment| enrollment.is_authorized()), wanted) {
        (None, _) => (Code::NotAuthorizedPartner, "not an authorized partner"),
        (Some(enrollment), Some(wanted)) if enrollment.kind != wanted => (Code::WrongPartnerKind, no_such(wanted)),
        (Some(_), _) => return None,
    };
    let refusal = field.map_or_else(|| code.refusal(), |field| code.on(field));
    Some(refusal.saying(format!("{name} is {said}")))
}

fn no_such(kind: PartnerKind) -> &'static str {
    match kind {
        PartnerKind::DirectPartner => "no direct partner",
        PartnerKind::IndirectProvider => "no indirect provider",
        PartnerKind::IndirectReseller => "no indirect reseller",
    }
}

/// That a recipient can be an indirect provider's partner: an authorized indirect reseller, kept so until the
/// transaction ends. It is not named: who asks may not see it yet.
pub(super) async fn hold_reseller(conn: &mut AsyncPgConnection, recipient: &Organization) -> Result<Option<Refusal>> {
    let enrollment = Enrollment::hold(conn, recipient.id).await?;
    Ok(standing("the recipient", enrollment.as_ref(), Some(PartnerKind::IndirectReseller), Some("recipient")))
}

fn unsupported(organization: &Organization) -> Refusal {
    let message = format!("{} is in no sales region", country_name(&organization.country));
    Code::CountryNotSupported.on("recipient").saying(message)
}

fn mismatch(asker: &Organization, own: &Region, theirs: &Region) -> String {
    format!("{} may deal with organizations in {}, this one is in {}", asker.name, own.name, theirs.name)
}

fn other_cloud(asker: &Organization, recipient: &Organization) -> Option<Refusal> {
    let message = || format!("{} and this organization must be in the same cloud", asker.name);
    (asker.cloud != recipient.cloud).then(|| Code::CloudMismatch.on("recipient").saying(message()))
}

/// What must hold for an invitation to be sent, or sent again: standing is the caller's to hold.
///
/// Refuses with `OWN_ORGANIZATION`, else with all of region, cloud and a reseller's kind and standing, else with
/// `ALREADY_RELATED`.
pub(super) async fn check_sending(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    askers: &Askers,
) -> Result<()> {
    let known = addressee::before_acceptance(conn, invitation).await?;
    let own: Vec<_> = invitation.partners().collect();
    let domain = domain_of(&invitation.recipient_email);
    let is_own_domain = OrganizationDomain::of(conn, &own).await?.iter().any(|own| own.domain == domain);
    if is_own_domain || known.as_ref().is_some_and(|known| askers.are(known)) {
        return Err(Code::OwnOrganization.on("recipient.email").into());
    }
    let asks = invitation.administration().is_some();
    let Some(recipient) = known else { return refuse_all(askers.alone(asks)) };
    let mut refusals = askers.between(&recipient, asks);
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        refusals.extend(hold_reseller(conn, &recipient).await?);
    }
    refuse_all(refusals)?;
    if stands(store, conn, invitation, askers, &recipient).await? {
        let message = format!("{} is related to you already, and the invitation asks for nothing new", recipient.name);
        return Err(Code::AlreadyRelated.on("recipient").saying(message).into());
    }
    Ok(())
}

/// Whether all that is asked stands already.
async fn stands(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    askers: &Askers,
    recipient: &Organization,
) -> Result<bool> {
    let (inviter, asked) = (&askers.inviter, invitation.administration());
    if !covers(store, conn, inviter, recipient, asked.as_ref()).await? {
        return Ok(false);
    }
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        return Ok(Partnership::find_active(conn, inviter.id, recipient.id).await?.is_some());
    }
    let Some(own) = Relationship::find_active(conn, inviter.id, recipient.id).await? else { return Ok(false) };
    let Some(provider) = &askers.provider else { return Ok(true) };
    if !covers(store, conn, provider, recipient, invitation.provider_administration().as_ref()).await? {
        return Ok(false);
    }
    let theirs = Relationship::find_active(conn, provider.id, recipient.id).await?;
    match (theirs, Partnership::find_active(conn, provider.id, inviter.id).await?) {
        (Some(theirs), Some(by)) => SharedCustomer::is_shared(conn, by.id, theirs.id, own.id).await,
        _ => Ok(false),
    }
}

/// Whether a partner holds the delegated administration asked for; none is asked: it does.
async fn covers(
    store: &Store,
    conn: &mut AsyncPgConnection,
    partner: &Organization,
    customer: &Organization,
    asked: Option<&RequestedAdministration>,
) -> Result<bool> {
    match asked {
        None => Ok(true),
        Some(asked) => {
            Ok(AdminGrant::find_covering(conn, partner.id, customer.id, asked, store.now()).await?.is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::organization::{Cloud, OrganizationId};

    fn organization(country: &str, cloud: Cloud) -> Organization {
        Organization {
            id: OrganizationId::fresh(),
            issuer: None,
            tenant: None,
            name: String::new(),
            country: country.into(),
            cloud,
            locale: "en".into(),
            created_at: Utc::now(),
            administrator_email: None,
        }
    }

    fn codes(inviter: (&str, Cloud), customer: (&str, Cloud), asks: bool) -> Vec<Code> {
        let askers = Askers { inviter: organization(inviter.0, inviter.1), provider: None };
        let refusals = askers.between(&organization(customer.0, customer.1), asks);
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
    #[test]
    fn a_joint_invitations_provider_is_held_to_region_and_cloud_and_exempt_from_asking_for_administration() {
        let askers = |provider| Askers {
            inviter: organization("US", Cloud::UsGovernment),
            provider: Some(organization(provider, Cloud::UsGovernment)),
        };
        let codes = |askers: &Askers, asks| {
            let refusals = askers.between(&organization("US", Cloud::UsGovernment), asks);
            refusals.into_iter().map(|refusal| refusal.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&askers("US"), true), []);
        assert_eq!(codes(&askers("US"), false), [Code::DelegatedAdministrationRequired]);
        assert_eq!(codes(&askers("BR"), true), [Code::RegionMismatch]);
        assert_eq!(codes(&askers("KP"), true), [Code::CountryNotSupported]);
    }
}
