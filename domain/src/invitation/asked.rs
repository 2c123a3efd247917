//! What an invitation asks for besides the relationship: which kind of partner may ask it, and of whom.

use diesel_async::AsyncPgConnection;

use super::{InvitationKind, NewInvitation};
use crate::actor::Member;
use crate::admin_grant::RequestedAdministration;
use crate::enrollment::PartnerKind;
use crate::error::{Code, Result};
use crate::organization::{Organization, OrganizationId};
use crate::partnership::Partnership;
use crate::store::Store;
use crate::text::Checks;

/// The fields that ask for delegated administration.
pub(super) const ADMINISTRATION: &str = "delegatedAdministration";
pub(super) const PROVIDER_ADMINISTRATION: &str = "indirectProviderAdministration";
const PROVIDER: &str = "indirectProviderId";

/// What is asked for, checked.
pub(super) struct Asked {
    /// The indirect provider who asks together with the inviter.
    pub(super) provider: Option<Organization>,
    /// For the inviter.
    pub(super) administration: Option<RequestedAdministration>,
    /// For the indirect provider.
    pub(super) provider_administration: Option<RequestedAdministration>,
}

impl NewInvitation {
    /// Checks what is asked for, and that the inviter is one who may ask it.
    pub(super) async fn check_asked(
        &self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        member: &Member,
        checks: &mut Checks,
    ) -> Result<Asked> {
        if self.kind == InvitationKind::IndirectProviderPartnership {
            self.check_partnership(member, checks);
            let administration = Some(RequestedAdministration::Full);
            return Ok(Asked { provider: None, administration, provider_administration: None });
        }
        let now = store.now();
        let provider = match &self.indirect_provider_id {
            Some(id) => find_provider(conn, member, id, checks).await?,
            None => None,
        };
        if self.indirect_provider_id.is_none() && self.provider_administration.is_some() {
            checks.0.push(Code::Required.on(PROVIDER).saying("name the indirect provider that is to administer too"));
        }
        let theirs = self.provider_administration.as_ref();
        Ok(Asked {
            provider,
            administration: self.administration.as_ref().and_then(|asked| asked.check(ADMINISTRATION, checks, now)),
            provider_administration: theirs.and_then(|asked| asked.check(PROVIDER_ADMINISTRATION, checks, now)),
        })
    }

    /// A partnership is an indirect provider's to ask for, and asks for one thing alone.
    fn check_partnership(&self, member: &Member, checks: &mut Checks) {
        if member.enrollment.as_ref().map(|enrollment| enrollment.kind) != Some(PartnerKind::IndirectProvider) {
            checks.0.push(Code::WrongPartnerKind.on("kind").saying("only an indirect provider asks for a partnership"));
        }
        let besides = [
            (self.administration.is_some(), ADMINISTRATION),
            (self.indirect_provider_id.is_some(), PROVIDER),
            (self.provider_administration.is_some(), PROVIDER_ADMINISTRATION),
        ];
        for (_, field) in besides.into_iter().filter(|(is_given, _)| *is_given) {
            checks.0.push(Code::Invalid.on(field).saying(NOTHING_BESIDES));
        }
    }
}

/// What is said of more than a partnership.
pub(super) const NOTHING_BESIDES: &str =
    "leave this out: a partnership comes with full delegated administration of the reseller's tenant, and no more";

/// The indirect provider that the inviter has an active partnership with. Of every other, real or not, the same is said.
async fn find_provider(
    conn: &mut AsyncPgConnection,
    member: &Member,
    id: &str,
    checks: &mut Checks,
) -> Result<Option<Organization>> {
    if let Ok(id) = id.parse::<OrganizationId>()
        && Partnership::find_active(conn, id, member.organization.id).await?.is_some()
    {
        return Organization::get(conn, id).await.map(Some);
    }
    let message = "name an indirect provider that your organization has an active partnership with";
    checks.0.push(Code::NotPartners.on(PROVIDER).saying(message));
    Ok(None)
}
