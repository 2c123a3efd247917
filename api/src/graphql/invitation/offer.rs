//! What the holder of a genuine link may read before signing in.

use async_graphql::SimpleObject;
use domain::invitation::Offer;

use super::{InvitationKind, InvitationStatus};
use crate::graphql::admin_grant::RequestedAdministration;
use crate::graphql::agreement::Agreement;
use crate::graphql::scalars::{CountryCode, DateTime, Locale, Url};

/// What the holder of a genuine link may read before signing in: enough to decide, nothing private.
#[derive(SimpleObject)]
pub struct InvitationOffer {
    /// What is asked for.
    kind: InvitationKind,
    /// Where it stands, now.
    status: InvitationStatus,
    /// Who asks.
    inviter_name: String,
    /// Where they are.
    inviter_country: CountryCode,
    /// The indirect provider who asks together with them: accepting makes both relationships. Null: they ask alone, or it
    /// is no longer PENDING.
    indirect_provider_name: Option<String>,
    /// Where it is. Null as `indirectProviderName` is.
    indirect_provider_country: Option<CountryCode>,
    /// The address it went to, all but hidden: `a•••@contoso.example`.
    recipient_hint: String,
    /// The delegated administration asked for. Null: none is, or it is no longer PENDING.
    delegated_administration: Option<RequestedAdministration>,
    /// The delegated administration asked for the indirect provider who asks together with them. Null: none is, or it is
    /// no longer PENDING.
    indirect_provider_administration: Option<RequestedAdministration>,
    /// What authorizing the inviter as indirect provider allows it, a point each, in the language of `locale`. Empty but for
    /// a PENDING partnership.
    authorization: Vec<String>,
    /// The language of `authorization` and of Accord's own words in the mail: the nearest there is to the recipient's.
    locale: Locale,
    /// Whether who asks is the recipient's reseller already, as far as the recipient's organization is known, and asks for
    /// delegated administration alone. False once it is no longer PENDING.
    is_existing_customer: bool,
    /// The customer agreement in force. Null: none is, a partnership needs none, or it is no longer PENDING.
    agreement: Option<Agreement>,
    /// The deadline.
    expires_at: DateTime,
    /// Where customers of that cloud accept.
    portal_url: Url,
}

impl From<Offer> for InvitationOffer {
    fn from(offer: Offer) -> Self {
        let explained = |asked| RequestedAdministration::explained(&asked, offer.locale);
        Self {
            kind: offer.kind.into(),
            status: offer.status.into(),
            inviter_name: offer.inviter_name,
            inviter_country: offer.inviter_country.into(),
            indirect_provider_name: offer.indirect_provider_name,
            indirect_provider_country: offer.indirect_provider_country.map(Into::into),
            recipient_hint: offer.recipient_hint,
            delegated_administration: offer.administration.map(explained),
            indirect_provider_administration: offer.provider_administration.map(explained),
            authorization: offer.authorization,
            locale: offer.locale.into(),
            is_existing_customer: offer.is_customer,
            agreement: offer.agreement.map(Agreement),
            expires_at: offer.expires_at.into(),
            portal_url: offer.portal_url.into(),
        }
    }
}
