//! What the holder of a genuine link may read before signing in: enough to decide, nothing private.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Invitation, InvitationKind, InvitationStatus, addressee};
use crate::admin_grant::RequestedAdministration;
use crate::agreement::{Agreement, AgreementKind};
use crate::error::Result;
use crate::organization::Organization;
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
    /// The address it went to, with all but the first character hidden.
    pub recipient_hint: String,
    /// Delegated administration asked for; none once it is closed.
    pub administration: Option<RequestedAdministration>,
    /// The customer agreement in force; none once it is closed.
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
        let inviter = Organization::get(conn, invitation.inviter_id).await?;
        let status = invitation.status_at(store.now());
        let is_open = status == InvitationStatus::Pending;
        let agreement = if is_open {
            let known = addressee::before_acceptance(conn, invitation).await?;
            let country = known.as_ref().map_or(&inviter.country, |known| &known.country);
            Agreement::in_force(conn, AgreementKind::Customer, country, &invitation.recipient_locale, store.now())
                .await?
        } else {
            None
        };
        Ok(Some(Self {
            kind: invitation.kind,
            status,
            inviter_name: inviter.name.clone(),
            inviter_country: inviter.country.clone(),
            recipient_hint: hint(&invitation.recipient_email),
            administration: invitation.administration().filter(|_| is_open),
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
