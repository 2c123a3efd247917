//! The request for a relationship or a partnership, by mail, with a personal link.
//!
//! ```text
//!  draft ──send──► pending ──accept──► accepted
//!    │               │ ├────decline──► declined
//!    └──revoke──┐    │ └────revoke───► revoked
//!               ▼    └────(time)─────► expired ──resend──► pending
//!            revoked
//! ```
//!
//! A reseller may ask together with its indirect provider: one acceptance makes both relationships or none. What an
//! accepted one makes is in `establish`, who may deal with whom in `rules`.
//!
//! Owns the row, the link, the words of the mail and every verb between the states. It never sends a mail: it writes
//! the row that a worker sends.

mod accept;
mod addressee;
mod asked;
mod by_link;
mod customer;
mod decline;
mod draft;
mod edit;
mod establish;
mod expire;
mod find;
mod input;
mod link;
pub mod message;
mod open;
mod outcome;
mod page;
mod remind;
mod request_new;
mod resend;
mod revoke;
mod rules;
mod send;
mod send_many;
mod state;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

pub use accept::{Acceptance, accept};
pub use by_link::{Offer, offer};
pub use decline::decline;
pub use draft::draft;
pub(crate) use draft::{draft_for, first_again};
pub use edit::edit;
pub use expire::expire;
pub(crate) use input::in_row;
pub use input::{InvitationChange, InvitationKey, NewInvitation, NewRecipient, RecipientChange};
pub use link::LinkKeys;
pub use open::open;
pub use outcome::Outcome;
pub use page::{InvitationFilter, InvitationOrder};
pub use remind::remind;
pub use request_new::request_new;
pub use resend::resend;
pub use revoke::revoke;
pub(crate) use revoke::revoke_requests;
pub(crate) use rules::{Askers, standing};
pub use send::{Delivery, send};
pub use send_many::{MOST_ROWS, SentRow, send_many};
pub(crate) use send_many::{may_send_new, send_new};
pub use state::Step;

use crate::admin_grant::{AdminScope, DirectoryRole, RequestedAdministration};
use crate::id::{Id, Named};
use crate::organization::OrganizationId;
use crate::period::Period;
use crate::schema::invitations;
use crate::text_enum::text_enum;
use crate::user::UserId;

/// The id of an invitation, `inv_`.
pub type InvitationId = Id<Invitation>;

text_enum! {
    /// What is asked for.
    InvitationKind {
        /// That the customer accepts the partner as its reseller.
        ResellerRelationship = "reseller_relationship",
        /// That the indirect reseller accepts the indirect provider as its partner.
        IndirectProviderPartnership = "indirect_provider_partnership",
    }
}

text_enum! {
    /// Where it stands.
    InvitationStatus {
        /// Written, not sent.
        Draft = "draft",
        /// Sent and not answered, before its deadline.
        Pending = "pending",
        /// The customer said yes.
        Accepted = "accepted",
        /// The customer said no.
        Declined = "declined",
        /// The inviter took it back, or the relationship it asks for was removed while it stood.
        Revoked = "revoked",
        /// Nobody answered before its deadline.
        Expired = "expired",
    }
}

/// An invitation, as its row has it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct Invitation {
    /// Its id, which the link carries too.
    pub id: InvitationId,
    /// What is asked for.
    pub kind: InvitationKind,
    /// As last written; read [`Invitation::status_at`].
    pub status: InvitationStatus,
    /// The partner who asks.
    pub inviter_id: OrganizationId,
    /// Who drafted it; is told what became of it.
    pub created_by: UserId,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// Where the mail goes.
    pub recipient_email: String,
    /// Whom it greets.
    pub recipient_name: Option<String>,
    /// BCP 47, the language of the mail.
    pub recipient_locale: String,
    /// The organization that may accept; none: the address decides.
    pub recipient_organization_id: Option<OrganizationId>,
    admin_scope: Option<AdminScope>,
    admin_roles: Vec<DirectoryRole>,
    admin_duration: Option<Period>,
    admin_auto_extend: bool,
    /// The indirect provider who asks together with the reseller; none: the inviter asks alone.
    pub indirect_provider_id: Option<OrganizationId>,
    provider_admin_scope: Option<AdminScope>,
    provider_admin_roles: Vec<DirectoryRole>,
    provider_admin_duration: Option<Period>,
    provider_admin_auto_extend: bool,
    /// Of the mail.
    pub subject: String,
    /// Text of the mail with `{{link}}`.
    pub template: String,
    /// How long it stands, counted from sending.
    pub expires_after: Period,
    /// Which link is alive.
    pub link_version: i32,
    /// The person sends the mail from their own application.
    pub by_hand: bool,
    /// When it was last sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// The deadline.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the next reminder is due.
    pub remind_at: Option<DateTime<Utc>>,
    /// When a person first looked; advice only.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who accepted or declined.
    pub answered_by: Option<UserId>,
    /// In the words of who declined.
    pub decline_reason: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// In the inviter's words.
    pub revoke_reason: Option<String>,
}

impl Named for Invitation {
    const PREFIX: &'static str = "inv";
}

impl Invitation {
    /// The delegated administration asked for; none: none is.
    #[must_use]
    pub fn administration(&self) -> Option<RequestedAdministration> {
        let roles = &self.admin_roles;
        requested(self.admin_scope?, roles, self.admin_duration, self.admin_auto_extend)
    }

    /// The delegated administration asked for the indirect provider of a joint invitation; none: none is.
    #[must_use]
    pub fn provider_administration(&self) -> Option<RequestedAdministration> {
        let roles = &self.provider_admin_roles;
        requested(self.provider_admin_scope?, roles, self.provider_admin_duration, self.provider_admin_auto_extend)
    }

    /// Asks for this delegated administration instead.
    pub(crate) fn ask(&mut self, administration: Option<&RequestedAdministration>) {
        self.admin_scope = administration.map(RequestedAdministration::scope);
        self.admin_roles = administration.map(|asked| asked.roles().to_vec()).unwrap_or_default();
        self.admin_duration = administration.and_then(RequestedAdministration::duration);
        self.admin_auto_extend = administration.is_some_and(RequestedAdministration::auto_extend);
    }

    /// Asks for this delegated administration for the indirect provider instead.
    pub(crate) fn ask_for_provider(&mut self, administration: Option<&RequestedAdministration>) {
        self.provider_admin_scope = administration.map(RequestedAdministration::scope);
        self.provider_admin_roles = administration.map(|asked| asked.roles().to_vec()).unwrap_or_default();
        self.provider_admin_duration = administration.and_then(RequestedAdministration::duration);
        self.provider_admin_auto_extend = administration.is_some_and(RequestedAdministration::auto_extend);
    }

    /// The status as everybody sees it: a pending one past its deadline is expired, whether or not that was written.
    #[must_use]
    pub fn status_at(&self, now: DateTime<Utc>) -> InvitationStatus {
        match (self.status, self.expires_at) {
            (InvitationStatus::Pending, Some(deadline)) if deadline <= now => InvitationStatus::Expired,
            (status, _) => status,
        }
    }

    /// Whether its deadline passed and nobody has written that down.
    pub(crate) fn is_overdue_at(&self, now: DateTime<Utc>) -> bool {
        self.status == InvitationStatus::Pending && self.status_at(now) == InvitationStatus::Expired
    }

    /// Whether it can still be answered, or will be able to be once it is sent.
    #[must_use]
    pub fn is_open_at(&self, now: DateTime<Utc>) -> bool {
        matches!(self.status_at(now), InvitationStatus::Draft | InvitationStatus::Pending)
    }
}

/// Delegated administration as the columns of a row have it.
fn requested(
    scope: AdminScope,
    roles: &[DirectoryRole],
    duration: Option<Period>,
    auto_extend: bool,
) -> Option<RequestedAdministration> {
    match (scope, duration) {
        (AdminScope::Granular, Some(duration)) => {
            Some(RequestedAdministration::Granular { roles: roles.to_vec(), duration, auto_extend })
        }
        _ => Some(RequestedAdministration::Full),
    }
}
