//! What a mail needs to be written, read when its turn comes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::timeout;

use super::admin_grant::{AdminGrantFacts, about_admin_grant};
use super::agreement::{AgreementFacts, about_acceptance};
use super::relationship::{RelationshipFacts, about_relationship};
use super::service_request::{ServiceRequestFacts, about_service_request};
use super::welcome::{WelcomeFacts, about_added_customer};
use super::{Email, EmailId, EmailKind, is_wanted};
use crate::error::Result;
use crate::invitation::{Invitation, InvitationId, InvitationKind, message};
use crate::organization::{Organization, country_name};
use crate::outbox;
use crate::partnership::{Partnership, PartnershipId, PartnershipSide};
use crate::schema::{emails, invitations, organizations, users};
use crate::store::Store;
use crate::user::{User, UserStatus};

/// A mail that is wanted: to whom, in which language, with what.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its row, which says which template and which Message-ID.
    pub email: Email,
    /// The address.
    pub to: String,
    /// Whom it greets.
    pub to_name: Option<String>,
    /// BCP 47, the language asked for.
    pub locale: String,
    /// What it says.
    pub words: Words,
}

/// What a template is filled with, or the finished mail.
#[derive(Debug, Clone)]
pub enum Words {
    /// The inviter's own, finished.
    Finished(message::Message),
    /// Accord's, from a template.
    Template(Box<Facts>),
}

/// What a template is filled with.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(untagged)]
pub enum Facts {
    /// Of an invitation.
    Invitation(InvitationFacts),
    /// Of a partnership.
    Partnership(PartnershipFacts),
    /// Of an admin grant.
    AdminGrant(AdminGrantFacts),
    /// Of the acceptance of an agreement.
    Agreement(AgreementFacts),
    /// Of a customer that a partner added.
    Welcome(WelcomeFacts),
    /// Of a relationship.
    Relationship(RelationshipFacts),
    /// Of a service request.
    ServiceRequest(ServiceRequestFacts),
}

/// What a mail about an invitation is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct InvitationFacts {
    /// What was asked for.
    pub kind: InvitationKind,
    /// The partner who asks.
    pub inviter_name: String,
    /// Where it is, in English.
    pub inviter_country: String,
    /// The indirect provider who asks together with it.
    pub indirect_provider_name: Option<String>,
    /// Whether a customer of the partner's is asked for delegated administration alone.
    pub is_customer: bool,
    /// The organization that accepted or declined.
    pub recipient_organization_name: Option<String>,
    /// Where the request went.
    pub recipient_email: String,
    /// To whom.
    pub recipient_name: Option<String>,
    /// The deadline.
    pub expires_at: Option<DateTime<Utc>>,
    /// For a reminder: 7 or 1.
    pub days_left: Option<i16>,
    /// For a reminder: the personal link. In a mail to the recipient only.
    pub link: Option<String>,
    /// In the words of who declined.
    pub decline_reason: Option<String>,
    /// Where the inviter goes on.
    pub portal_url: String,
}

/// What a mail about a partnership is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PartnershipFacts {
    /// Who transacted.
    pub indirect_provider_name: String,
    /// Who sold.
    pub indirect_reseller_name: String,
    /// Which side ended it.
    pub ended_by: Option<PartnershipSide>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the provider may still administer the reseller's tenant.
    pub keeps_administration: bool,
    /// Where the reader goes on.
    pub portal_url: String,
}

/// The letter of a mail. None: it is no longer wanted, or nobody is there to get it.
///
/// Holds its connection no longer than it reads: a worker that talks SMTP afterwards holds none.
pub async fn find_letter(store: &Store, id: EmailId) -> Result<Option<Letter>> {
    let mut conn = outbox::connection(store).await?;
    let answer = timeout(outbox::PATIENCE, read(store, &mut conn, id)).await;
    outbox::in_time(conn, answer)
}

async fn read(store: &Store, conn: &mut AsyncPgConnection, id: EmailId) -> Result<Option<Letter>> {
    let email: Email = emails::table.find(id).select(Email::as_select()).first(conn).await?;
    if let Some(invitation) = email.invitation_id {
        return about_invitation(store, conn, email, invitation).await;
    }
    let Some(reader) = email.reader(conn, store.now()).await? else { return Ok(None) };
    let words = if let Some(partnership) = email.partnership_id {
        about_partnership(store, conn, partnership).await?.map(Facts::Partnership)
    } else if let Some(grant) = email.admin_grant_id {
        about_admin_grant(store, conn, &email, grant, &reader).await?.map(Facts::AdminGrant)
    } else if let Some(acceptance) = email.agreement_acceptance_id {
        about_acceptance(store, conn, acceptance).await?.map(Facts::Agreement)
    } else if let (EmailKind::CustomerWelcome, Some(relationship)) = (email.kind, email.relationship_id) {
        about_added_customer(store, conn, relationship).await?.map(Facts::Welcome)
    } else if let Some(relationship) = email.relationship_id {
        about_relationship(store, conn, relationship, &reader).await?.map(Facts::Relationship)
    } else if let Some(request) = email.service_request_id {
        about_service_request(store, conn, request).await?.map(Facts::ServiceRequest)
    } else {
        // The table lets no such row in.
        None
    };
    let words = words.map(|facts| Words::Template(Box::new(facts)));
    let to = reader.to;
    Ok(words.map(|words| Letter { email, to: to.email, to_name: to.name, locale: to.locale, words }))
}

async fn about_invitation(
    store: &Store,
    conn: &mut AsyncPgConnection,
    email: Email,
    id: InvitationId,
) -> Result<Option<Letter>> {
    let (invitation, inviter, creator): (Invitation, Organization, User) = invitations::table
        .inner_join(organizations::table.on(organizations::id.eq(invitations::inviter_id)))
        .inner_join(users::table.on(users::id.eq(invitations::created_by)))
        .filter(invitations::id.eq(id))
        .select((Invitation::as_select(), Organization::as_select(), User::as_select()))
        .first(conn)
        .await?;
    if !is_wanted(&email, &invitation, store.now()) {
        return Ok(None);
    }
    let to_recipient = matches!(email.kind, EmailKind::Invitation | EmailKind::Reminder);
    if to_recipient && !invitation.askers_are_partners(conn).await? {
        return Ok(None);
    }
    if !to_recipient && creator.status != UserStatus::Active {
        return Ok(None);
    }
    let provider = match invitation.indirect_provider_id {
        Some(provider) => Some(Organization::get(conn, provider).await?),
        None => None,
    };
    let link = invitation.link(store, &inviter);
    let is_customer = invitation.is_of_customer(conn).await?;
    let words = if email.kind == EmailKind::Invitation {
        let domain = message::domain_shown(conn, inviter.id).await?;
        let provider_domain = match &provider {
            Some(provider) => message::domain_shown(conn, provider.id).await?,
            None => String::new(),
        };
        let provider = provider.as_ref();
        let (domain, provider_domain) = (domain.as_str(), provider_domain.as_str());
        let parties = message::Parties { inviter: &inviter, provider, domain, provider_domain, is_customer };
        Words::Finished(message::finish(&invitation, parties, &link))
    } else {
        Words::Template(Box::new(Facts::Invitation(InvitationFacts {
            kind: invitation.kind,
            inviter_name: inviter.name.clone(),
            inviter_country: country_name(&inviter.country).to_owned(),
            indirect_provider_name: provider.map(|provider| provider.name),
            is_customer,
            recipient_organization_name: answerer(conn, &invitation).await?,
            recipient_email: invitation.recipient_email.clone(),
            recipient_name: invitation.recipient_name.clone(),
            expires_at: invitation.expires_at,
            days_left: email.days_left,
            link: to_recipient.then_some(link),
            decline_reason: invitation.decline_reason.clone(),
            portal_url: store.portals().of(inviter.cloud).to_owned(),
        })))
    };
    let (to, to_name, locale) = if to_recipient {
        (invitation.recipient_email, invitation.recipient_name, invitation.recipient_locale)
    } else {
        (creator.email, Some(creator.name), creator.locale)
    };
    Ok(Some(Letter { email, to, to_name, locale, words }))
}

/// The name of the organization whose administrator accepted or declined.
async fn answerer(conn: &mut AsyncPgConnection, invitation: &Invitation) -> Result<Option<String>> {
    let query = users::table.inner_join(organizations::table).filter(users::id.nullable().eq(invitation.answered_by));
    Ok(query.select(organizations::name).first(conn).await.optional()?)
}

async fn about_partnership(
    store: &Store,
    conn: &mut AsyncPgConnection,
    id: PartnershipId,
) -> Result<Option<PartnershipFacts>> {
    let Some(partnership) = Partnership::find(conn, &[id]).await?.pop() else { return Ok(None) };
    let provider = Organization::get(conn, partnership.provider_id).await?;
    let reseller = Organization::get(conn, partnership.reseller_id).await?;
    Ok(Some(PartnershipFacts {
        keeps_administration: partnership.administration_kept == Some(true),
        indirect_provider_name: provider.name,
        indirect_reseller_name: reseller.name,
        ended_by: partnership.ended_by,
        ended_at: partnership.ended_at,
        portal_url: store.portals().of(provider.cloud).to_owned(),
    }))
}
