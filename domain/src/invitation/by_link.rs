//! What the holder of a genuine link may read before signing in: enough to decide, nothing private.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::rules::Askers;
use super::{Invitation, InvitationKind, InvitationStatus, addressee, message};
use crate::admin_grant::RequestedAdministration;
use crate::agreement::{Agreement, AgreementKind};
use crate::error::Result;
use crate::schema::invitations;
use crate::store::Store;

/// What is asked, by whom, until when.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What is asked for.
    pub kind: InvitationKind,
    /// As everybody sees it.
    pub status: InvitationStatus,
    /// Who asks.
    pub inviter_name: String,
    /// Where they are, ISO 3166-1 alpha-2.
    pub inviter_country: String,
    /// The indirect provider who asks together with them; none once it is closed.
    pub indirect_provider_name: Option<String>,
    /// Where it is, ISO 3166-1 alpha-2; none as the name is.
    pub indirect_provider_country: Option<String>,
    /// The address it went to, with all but the first character hidden.
    pub recipient_hint: String,
    /// Delegated administration asked for; none once it is closed.
    pub administration: Option<RequestedAdministration>,
    /// Delegated administration asked for the indirect provider; none once it is closed.
    pub provider_administration: Option<RequestedAdministration>,
    /// What authorizing the indirect provider allows it, a sentence each; empty but for a partnership, and once it is
    /// closed.
    pub authorization: Vec<String>,
    /// The language of these sentences, as of Accord's own words in the mail; BCP 47.
    pub locale: &'static str,
    /// Whether who asks is the recipient's reseller already, and asks for delegated administration alone; false once it is
    /// closed.
    pub is_customer: bool,
    /// The customer agreement in force; none for a partnership, and once it is closed.
    pub agreement: Option<Agreement>,
    /// The deadline.
    pub expires_at: DateTime<Utc>,
    /// Where customers of that cloud accept.
    pub portal_url: String,
}

/// The offer behind a link. None: forged, superseded, or not yet sent. Reading it changes nothing.
///
/// Once it is closed, only its status is told and nothing about what was asked.
pub async fn offer(store: &Store, token: &str) -> Result<Option<Offer>> {
    let Some(link) = store.links.read(token) else { return Ok(None) };
    let conn = &mut store.connection().await?;
    let Some(invitation) = Invitation::find(conn, &[link.id]).await?.pop() else { return Ok(None) };
    if !invitation.is_current(link.version) {
        return Ok(None);
    }
    Offer::of(store, conn, &invitation).await
}

impl Offer {
    /// The offer of an invitation that was sent.
    pub(super) async fn of(
        store: &Store,
        conn: &mut AsyncPgConnection,
        invitation: &Invitation,
    ) -> Result<Option<Self>> {
        let Some(expires_at) = invitation.expires_at else { return Ok(None) };
        let Askers { inviter, provider } = Askers::of(conn, invitation).await?;
        let status = invitation.status_at(store.now());
        let is_open = status == InvitationStatus::Pending;
        let provider = provider.filter(|_| is_open);
        let is_partnership = invitation.kind == InvitationKind::IndirectProviderPartnership;
        let agreement = if is_open && !is_partnership {
            let known = addressee::before_acceptance(conn, invitation).await?;
            let country = known.as_ref().map_or(&inviter.country, |known| &known.country);
            Agreement::in_force(conn, AgreementKind::Customer, country, &invitation.recipient_locale, store.now())
                .await?
        } else {
            None
        };
        let authorization = if is_open && is_partnership {
            message::authorization(&invitation.recipient_locale, &inviter)
        } else {
            Vec::new()
        };
        Ok(Some(Self {
            kind: invitation.kind,
            status,
            inviter_name: inviter.name.clone(),
            inviter_country: inviter.country.clone(),
            indirect_provider_name: provider.as_ref().map(|provider| provider.name.clone()),
            indirect_provider_country: provider.map(|provider| provider.country),
            recipient_hint: hint(&invitation.recipient_email),
            administration: invitation.administration().filter(|_| is_open),
            provider_administration: invitation.provider_administration().filter(|_| is_open),
            authorization,
            locale: message::locale_of(&invitation.recipient_locale),
            is_customer: is_open && invitation.is_of_customer(conn).await?,
            agreement,
            expires_at,
            portal_url: store.portals.of(inviter.cloud).to_owned(),
        }))
    }
}

impl Invitation {
    /// Whether a link of this version is alive: the current one of an invitation that was sent.
    pub(super) fn is_current(&self, version: i32) -> bool {
        self.sent_at.is_some() && self.link_version == version
    }

    /// The invitation behind a token, locked until the transaction ends. None: forged, superseded, or not yet sent.
    pub(super) async fn lock_by_token(
        store: &Store,
        conn: &mut AsyncPgConnection,
        token: &str,
    ) -> Result<Option<Self>> {
        let Some(link) = store.links.read(token) else { return Ok(None) };
        let query = invitations::table.find(link.id).select(Self::as_select()).for_no_key_update();
        let found: Option<Self> = query.first(conn).await.optional()?;
        Ok(found.filter(|invitation| invitation.is_current(link.version)))
    }
}

/// `a•••@contoso.example`: tells the recipient which mailbox, and nobody else an address.
fn hint(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}
