//! Mails to be sent: the rows that are their own queue, and what became of them.
//!
//! ```text
//! queued ──sent──► sent
//!   │ ├──(no longer wanted)──► discarded
//!   │ └──(permanent, or tried too often)──► failed
//!   └──(transient)──► queued, later
//! ```
//! A row says what it is about, never what it says: its words are read when it is sent, so that a mail which is no
//! longer wanted is not. Owns no template and talks to no mail server.

mod admin_grant;
mod agreement;
mod delivery;
mod letter;
mod limit;
mod queue;
mod relationship;
mod service_request;
mod settle;
mod welcome;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use admin_grant::AdminGrantFacts;
pub(crate) use admin_grant::{GrantMail, queue_about_grants};
pub use agreement::AgreementFacts;
pub use delivery::DeliveryStatus;
pub(crate) use delivery::delivery_is;
pub use letter::{Facts, InvitationFacts, Letter, PartnershipFacts, Words, find_letter};
pub(crate) use limit::check_daily_limit;
pub(crate) use queue::{About, Addressee, Recipient, queue_about};
pub use relationship::RelationshipFacts;
pub use service_request::ServiceRequestFacts;
pub(crate) use settle::settle_vanished;
pub use settle::{Settled, settle_discarded, settle_failed, settle_later, settle_sent};
pub use welcome::WelcomeFacts;

use crate::admin_grant::AdminGrantId;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::partnership::PartnershipId;
use crate::relationship::RelationshipId;
use crate::schema::{emails, invitations};
use crate::service_request::ServiceRequestId;
use crate::text_enum::text_enum;
use crate::user::UserId;

/// The id of a mail, `eml_`; only in logs and the Message-ID.
pub type EmailId = Id<Email>;

text_enum! {
    /// Which mail; each has its templates, and what it is about decides who gets it.
    EmailKind {
        /// To the recipient: the request, with the link.
        Invitation = "invitation",
        /// To the recipient: the deadline is near.
        Reminder = "reminder",
        /// To who invited: the customer said yes.
        InvitationAccepted = "invitation_accepted",
        /// To who invited: the customer said no.
        InvitationDeclined = "invitation_declined",
        /// To who invited: nobody answered in time.
        InvitationExpired = "invitation_expired",
        /// To who invited: the holder of an expired link asks for a new one.
        InvitationRenewal = "invitation_renewal",
        /// To both sides' people: their partnership ended.
        PartnershipEnded = "partnership_ended",
        /// To both sides' people: a grant is about to end, or to extend itself.
        AdminGrantExpiring = "admin_grant_expiring",
        /// To both sides' people: a grant is over.
        AdminGrantEnded = "admin_grant_ended",
        /// To both sides' people: a grant has extended itself, without notice of its end.
        AdminGrantExtended = "admin_grant_extended",
        /// To the other side's people, or both's: one side had a grant extend itself, or no longer.
        AdminGrantAutoExtendChanged = "admin_grant_auto_extend_changed",
        /// To the first administrator whom a partner named: it added the organization as its customer.
        CustomerWelcome = "customer_welcome",
        /// To the other side's people: their relationship was removed.
        RelationshipRemoved = "relationship_removed",
        /// To the platform's operators: a partner asks for something on a customer's behalf.
        ServiceRequestOpened = "service_request_opened",
        /// To who is said to have signed and to those who decide for the customer: a partner attested it.
        AgreementAttested = "agreement_attested",
    }
}

text_enum! {
    /// What became of a mail.
    EmailStatus {
        /// It waits, or is tried again.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// It was given up.
        Failed = "failed",
        /// It was no longer wanted when its turn came.
        Discarded = "discarded",
    }
}

/// A mail's row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = emails, check_for_backend(diesel::pg::Pg))]
pub struct Email {
    /// Its id, of which the Message-ID is made.
    pub id: EmailId,
    /// Which mail.
    pub kind: EmailKind,
    /// The invitation it is about; none: something else.
    pub invitation_id: Option<InvitationId>,
    /// The link it carries; none: it is about no invitation.
    pub link_version: Option<i32>,
    /// The partnership it is about; none: something else.
    pub partnership_id: Option<PartnershipId>,
    /// Which user it goes to; none: the invitation says, or an address that is no user's yet.
    pub recipient_id: Option<UserId>,
    /// The admin grant it is about; none: something else.
    pub admin_grant_id: Option<AdminGrantId>,
    /// The relationship it is about; none: something else.
    pub relationship_id: Option<RelationshipId>,
    /// The acceptance of an agreement it is about; none: something else.
    pub agreement_acceptance_id: Option<Uuid>,
    /// The service request it is about; none: something else.
    pub service_request_id: Option<ServiceRequestId>,
    /// The address it goes to where that is no user's yet.
    pub recipient_email: Option<String>,
    /// Whom it greets there.
    pub recipient_name: Option<String>,
    /// BCP 47, their language; set exactly with the address.
    pub recipient_locale: Option<String>,
    /// For a reminder 7 or 1, for a notice of a grant's end 30, 7 or 1: which it is, not what is left.
    pub days_left: Option<i16>,
    /// For a notice of a grant's end and for an extension: that end. For a change of auto-extension: when it was made.
    pub ends_at: Option<DateTime<Utc>>,
    /// What became of it.
    pub status: EmailStatus,
    /// Tries begun.
    pub attempts: i32,
    /// Not before then.
    pub next_attempt_at: DateTime<Utc>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

impl Named for Email {
    const PREFIX: &'static str = "eml";
}

impl Email {
    /// The Message-ID, without its brackets: the same on every try.
    #[must_use]
    pub fn message_id(&self, host: &str) -> String {
        format!("{}@{host}", self.id)
    }

    /// The mails that brought these invitations' current links, as far as one was queued.
    pub async fn bringing(conn: &mut AsyncPgConnection, ids: &[InvitationId]) -> Result<Vec<Self>> {
        let query = emails::table
            .inner_join(invitations::table)
            .filter(emails::invitation_id.eq_any(ids))
            .filter(emails::kind.eq(EmailKind::Invitation))
            .filter(emails::link_version.assume_not_null().eq(invitations::link_version));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }
}

/// Queues a mail about an invitation, in the transaction that causes it. False: it was queued before.
pub(crate) async fn queue(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    invitation: &Invitation,
    now: DateTime<Utc>,
) -> Result<bool> {
    insert(conn, kind, invitation, None, now).await
}

/// Queues a reminder. False: this one went out before.
pub(crate) async fn queue_reminder(
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    days_left: i16,
    now: DateTime<Utc>,
) -> Result<bool> {
    insert(conn, EmailKind::Reminder, invitation, Some(days_left), now).await
}

async fn insert(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    invitation: &Invitation,
    days_left: Option<i16>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = (
        emails::id.eq(EmailId::fresh()),
        emails::kind.eq(kind),
        emails::invitation_id.eq(invitation.id),
        emails::link_version.eq(invitation.link_version),
        emails::days_left.eq(days_left),
        emails::organization_id.eq(invitation.inviter_id),
        emails::created_at.eq(now),
        emails::next_attempt_at.eq(now),
    );
    Ok(diesel::insert_into(emails::table).values(row).on_conflict_do_nothing().execute(conn).await? == 1)
}

/// Whether a mail about an invitation in this status is still wanted.
fn is_wanted(email: &Email, invitation: &Invitation, now: DateTime<Utc>) -> bool {
    let carries_its_link = email.link_version == Some(invitation.link_version);
    match email.kind {
        EmailKind::Invitation | EmailKind::Reminder => {
            invitation.status_at(now) == InvitationStatus::Pending && carries_its_link
        }
        // Who is concerned is told what happened, whatever happened since.
        EmailKind::InvitationAccepted | EmailKind::InvitationDeclined => true,
        // Unless they have sent it again, which is all that could be done about it.
        EmailKind::InvitationExpired | EmailKind::InvitationRenewal => carries_its_link,
        // These are about no invitation.
        EmailKind::PartnershipEnded
        | EmailKind::AdminGrantExpiring
        | EmailKind::AdminGrantEnded
        | EmailKind::AdminGrantExtended
        | EmailKind::AdminGrantAutoExtendChanged
        | EmailKind::CustomerWelcome
        | EmailKind::RelationshipRemoved
        | EmailKind::ServiceRequestOpened
        | EmailKind::AgreementAttested => false,
    }
}
