//! How an invitation reaches its recipient: what the inviter is shown, and filters by.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Email, EmailKind, EmailStatus};
use crate::invitation::Invitation;
use crate::schema::{emails, invitations};

/// How an invitation reaches its recipient, as the inviter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliveryStatus {
    /// A draft.
    NotSent,
    /// The person sends it from their own mail application.
    ByHand,
    /// The mail waits, or is tried again.
    Queued,
    /// The mail server took it.
    Sent,
    /// The mail was given up.
    Failed,
    /// The mail was no longer wanted when its turn came.
    Discarded,
}

impl DeliveryStatus {
    /// The status of an invitation whose current link this mail brings.
    #[must_use]
    pub fn of(invitation: &Invitation, email: Option<&Email>) -> Self {
        match email.map(|email| email.status) {
            _ if invitation.sent_at.is_none() => Self::NotSent,
            _ if invitation.by_hand => Self::ByHand,
            None | Some(EmailStatus::Queued) => Self::Queued,
            Some(EmailStatus::Sent) => Self::Sent,
            Some(EmailStatus::Failed) => Self::Failed,
            Some(EmailStatus::Discarded) => Self::Discarded,
        }
    }

    fn email(self) -> Option<EmailStatus> {
        match self {
            Self::NotSent | Self::ByHand => None,
            Self::Queued => Some(EmailStatus::Queued),
            Self::Sent => Some(EmailStatus::Sent),
            Self::Failed => Some(EmailStatus::Failed),
            Self::Discarded => Some(EmailStatus::Discarded),
        }
    }
}

/// What holds for some invitations.
type Condition = Box<dyn BoxableExpression<invitations::table, diesel::pg::Pg, SqlType = Bool>>;

/// That an invitation's delivery is one of these, as filters of a query over invitations of which one is to hold.
pub(crate) fn delivery_is(wanted: &[DeliveryStatus]) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    if wanted.contains(&DeliveryStatus::NotSent) {
        conditions.push(Box::new(invitations::sent_at.is_null()));
    }
    if wanted.contains(&DeliveryStatus::ByHand) {
        conditions.push(Box::new(invitations::by_hand));
    }
    let statuses: BTreeSet<EmailStatus> = wanted.iter().filter_map(|status| status.email()).collect();
    if !statuses.is_empty() {
        // Whose mail it is stands on both: with it the few that were not sent are found from their side.
        let mail = emails::table
            .filter(emails::invitation_id.assume_not_null().eq(invitations::id))
            .filter(emails::organization_id.eq(invitations::inviter_id))
            .filter(emails::kind.eq(EmailKind::Invitation))
            .filter(emails::link_version.assume_not_null().eq(invitations::link_version))
            .filter(emails::status.eq_any(statuses))
            .select(emails::id);
        conditions.push(Box::new(diesel::dsl::not(invitations::by_hand).and(diesel::dsl::exists(mail))));
    }
    conditions
}
