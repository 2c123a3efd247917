//! Queues mails about what is no invitation and no grant.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Email, EmailId, EmailKind};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::partnership::PartnershipId;
use crate::relationship::RelationshipId;
use crate::schema::emails;
use crate::service_request::ServiceRequestId;
use crate::user::{User, UserId, UserStatus};

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    /// A partnership.
    Partnership(PartnershipId),
    /// A relationship.
    Relationship(RelationshipId),
    /// The acceptance of an agreement.
    AgreementAcceptance(Uuid),
    /// A service request.
    ServiceRequest(ServiceRequestId),
}

impl About {
    fn partnership(self) -> Option<PartnershipId> {
        if let Self::Partnership(id) = self { Some(id) } else { None }
    }

    fn relationship(self) -> Option<RelationshipId> {
        if let Self::Relationship(id) = self { Some(id) } else { None }
    }

    fn agreement_acceptance(self) -> Option<Uuid> {
        if let Self::AgreementAcceptance(id) = self { Some(id) } else { None }
    }

    fn service_request(self) -> Option<ServiceRequestId> {
        if let Self::ServiceRequest(id) = self { Some(id) } else { None }
    }
}

/// Whom a mail goes to.
#[derive(Debug, Clone)]
pub(crate) enum Addressee {
    /// A user, at the address they have when it is sent.
    User(UserId),
    /// Somebody who is no user yet.
    Stranger(Recipient),
}

/// Where a mail goes.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    /// Their address.
    pub(crate) email: String,
    /// Whom the mail greets.
    pub(crate) name: Option<String>,
    /// BCP 47.
    pub(crate) locale: String,
}

impl Addressee {
    fn user(&self) -> Option<UserId> {
        if let Self::User(id) = self { Some(*id) } else { None }
    }

    fn stranger(&self) -> Option<&Recipient> {
        if let Self::Stranger(stranger) = self { Some(stranger) } else { None }
    }
}

/// Queues a mail to each of these, in the transaction that causes it; `sender` is on whose behalf. Who was mailed the same
/// before is not mailed again.
pub(crate) async fn queue_about(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    about: About,
    sender: OrganizationId,
    recipients: &[Addressee],
    now: DateTime<Utc>,
) -> Result<()> {
    let row = |recipient: &Addressee| {
        (
            emails::id.eq(EmailId::fresh()),
            emails::kind.eq(kind),
            emails::partnership_id.eq(about.partnership()),
            emails::relationship_id.eq(about.relationship()),
            emails::agreement_acceptance_id.eq(about.agreement_acceptance()),
            emails::service_request_id.eq(about.service_request()),
            emails::recipient_id.eq(recipient.user()),
            emails::recipient_email.eq(recipient.stranger().map(|stranger| stranger.email.clone())),
            emails::recipient_name.eq(recipient.stranger().and_then(|stranger| stranger.name.clone())),
            emails::recipient_locale.eq(recipient.stranger().map(|stranger| stranger.locale.clone())),
            emails::organization_id.eq(sender),
            emails::created_at.eq(now),
            emails::next_attempt_at.eq(now),
        )
    };
    let rows: Vec<_> = recipients.iter().map(row).collect();
    diesel::insert_into(emails::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// Who reads a mail.
pub(super) struct Reader {
    /// Where it goes.
    pub(super) to: Recipient,
    /// Whose person it is; none: no user yet.
    pub(super) organization: Option<OrganizationId>,
}

impl Email {
    /// Who reads it, if the row says. None: the invitation says, or the user is no longer there to get it.
    pub(super) async fn reader(&self, conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<Option<Reader>> {
        if let (Some(email), Some(locale)) = (&self.recipient_email, &self.recipient_locale) {
            let (email, name, locale) = (email.clone(), self.recipient_name.clone(), locale.clone());
            return Ok(Some(Reader { to: Recipient { email, name, locale }, organization: None }));
        }
        let Some(id) = self.recipient_id else { return Ok(None) };
        let user = User::find(conn, &[id], now).await?.pop().filter(|user| user.status == UserStatus::Active);
        Ok(user.map(|user| Reader {
            to: Recipient { email: user.email, name: Some(user.name), locale: user.locale },
            organization: Some(user.organization_id),
        }))
    }
}
