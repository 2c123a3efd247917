//! What is to become of a customer that a partner brings: checked against everything there is, not yet done.

use diesel_async::AsyncPgConnection;

use super::input::{Checked, NewCustomer};
use super::load;
use crate::actor::Member;
use crate::email::Recipient;
use crate::enrollment::{Enrollment, PartnerKind};
use crate::error::{Code, Refusal, Result};
use crate::invitation::{Askers, standing};
use crate::organization::{Holder, Organization, OrganizationDomain, OrganizationId};
use crate::partnership::Partnership;
use crate::store::Store;
use crate::text::is_within;

pub(super) const RESELLER: &str = "indirectResellerId";

/// A customer as it would be added, and whose its domain is.
pub(super) struct Plan {
    /// The unclaimed organization that would be made.
    pub(super) customer: Organization,
    /// Its domain; empty where that was refused.
    pub(super) domain: String,
    /// Whom to mail.
    pub(super) administrator: Recipient,
    /// The reseller whose customer it is to be too, and the partnership with it, kept so until the transaction ends.
    pub(super) reseller: Option<(Organization, Partnership)>,
    /// Whose the domain is.
    pub(super) holder: Holder,
    /// Whether the operator loaded that one for the partner.
    pub(super) is_loaded: bool,
}

/// By which verb a customer is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Adding,
    Importing,
}

impl Plan {
    /// Checks all that holds of every customer that is brought, whoever has its domain.
    ///
    /// Locks in one order: the organization that has it, if something is to be done to that one, the partnership, the
    /// enrollments.
    pub(super) async fn of(
        store: &Store,
        conn: &mut AsyncPgConnection,
        member: &Member,
        new: &NewCustomer,
        by: By,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Self> {
        let checked = new.check(member, refusals);
        let partner = &member.organization;
        let (holder, is_loaded) = find_holder(conn, partner.id, &checked.domain, by).await?;
        let reseller = match &new.indirect_reseller_id {
            Some(id) => hold_reseller(conn, member, id, refusals).await?,
            None => None,
        };
        hold_standing(conn, member, reseller.as_ref().map(|(reseller, _)| reseller), refusals).await?;
        let own: Vec<OrganizationId> =
            [partner.id].into_iter().chain(reseller.as_ref().map(|(reseller, _)| reseller.id)).collect();
        let domains = OrganizationDomain::of(conn, &own).await?;
        // What lies below is the partner's own too: it could make itself as many customers as it likes.
        if domains.iter().any(|own| is_within(&checked.domain, &own.domain)) {
            refusals.push(Code::OwnOrganization.on("domain").saying("this domain is your own, or your reseller's"));
        }
        let customer = unclaimed(store, partner, &checked);
        refusals.extend(may_deal(partner, reseller.as_ref().map(|(reseller, _)| reseller), &customer));
        let Checked { domain, administrator, .. } = checked;
        Ok(Self { customer, domain, administrator, reseller, holder, is_loaded })
    }
}

/// Whether the domain was refused for what it is: then nothing is said of who has it.
pub(super) fn is_domain_refused(refusals: &[Refusal]) -> bool {
    refusals.iter().any(|refusal| refusal.field == ["domain"])
}

/// Whose the domain is, and whether the operator loaded that one for the partner; locked until the transaction ends where it
/// may have, and where the domain is to be had.
async fn find_holder(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    domain: &str,
    by: By,
) -> Result<(Holder, bool)> {
    if domain.is_empty() {
        return Ok((Holder::Nobody, false));
    }
    match Holder::of(conn, domain).await? {
        Holder::Abandoned(id) => {
            Organization::lock(conn, id).await?;
            // It may have been claimed before the lock was had.
            Ok((Holder::of(conn, domain).await?, false))
        }
        Holder::Registered(organization) if by == By::Importing => {
            // Locked before it is asked: of a removal at the same time nothing, or all, is seen.
            let organization = Organization::lock(conn, organization.id).await?;
            let is_loaded = load::is_loaded(conn, partner, organization.id, domain).await?;
            Ok((Holder::Registered(Box::new(organization)), is_loaded))
        }
        as_it_is => Ok((as_it_is, false)),
    }
}

/// The indirect reseller that the partner has an active partnership with. Of every other, real or not, the same is said.
async fn hold_reseller(
    conn: &mut AsyncPgConnection,
    member: &Member,
    id: &str,
    refusals: &mut Vec<Refusal>,
) -> Result<Option<(Organization, Partnership)>> {
    if let Ok(id) = id.parse::<OrganizationId>()
        && let Some(partnership) = Partnership::hold_active(conn, member.organization.id, id).await?
    {
        return Ok(Some((Organization::get(conn, id).await?, partnership)));
    }
    let message = "name an indirect reseller that your organization has an active partnership with";
    refusals.push(Code::NotPartners.on(RESELLER).saying(message));
    Ok(None)
}

/// That partner and reseller are authorized, kept so until the transaction ends.
async fn hold_standing(
    conn: &mut AsyncPgConnection,
    member: &Member,
    reseller: Option<&Organization>,
    refusals: &mut Vec<Refusal>,
) -> Result<()> {
    let own = Enrollment::hold(conn, member.organization.id).await?;
    refusals.extend(standing(&member.organization.name, own.as_ref(), None, None));
    if let Some(reseller) = reseller {
        let theirs = Enrollment::hold(conn, reseller.id).await?;
        let wanted = Some(PartnerKind::IndirectReseller);
        refusals.extend(standing(&reseller.name, theirs.as_ref(), wanted, Some(RESELLER)));
    }
    Ok(())
}

/// The organization as it would be added: in the partner's cloud, in the country named.
fn unclaimed(store: &Store, partner: &Organization, checked: &Checked) -> Organization {
    Organization {
        id: OrganizationId::fresh(),
        issuer: None,
        tenant: None,
        name: checked.name.clone(),
        country: checked.country.clone(),
        cloud: partner.cloud,
        locale: checked.administrator.locale.clone(),
        created_at: store.now(),
        administrator_email: Some(checked.administrator.email.clone()),
    }
}

/// Region and cloud, as for an invitation to an organization of that country.
fn may_deal(partner: &Organization, reseller: Option<&Organization>, customer: &Organization) -> Vec<Refusal> {
    let askers = Askers { inviter: partner.clone(), provider: reseller.cloned() };
    let mut refusals = askers.between(customer, false);
    // What is no country's code was refused as such.
    let has_country = !customer.country.is_empty();
    refusals.retain(|refusal| has_country || refusal.code == Code::DelegatedAdministrationRequired);
    for refusal in &mut refusals {
        if refusal.code == Code::DelegatedAdministrationRequired {
            refusal.field.clear();
            "in your cloud a relationship comes with delegated administration: invite the customer and ask for it"
                .clone_into(&mut refusal.message);
        } else {
            refusal.field = vec!["country".to_owned()];
        }
    }
    refusals
}
