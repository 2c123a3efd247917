//! How an invitation reaches its recipient, as its mail's row has it.

use async_graphql::{Context, Enum, Error, SimpleObject};
use domain::email::{DeliveryStatus as RowDeliveryStatus, EmailStatus};
use domain::invitation as rows;

use crate::graphql::context::ContextExt;
use crate::graphql::loaders::MailOf;
use crate::graphql::scalars::DateTime;

/// How an invitation reaches its recipient.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::email::DeliveryStatus")]
pub enum DeliveryStatus {
    /// A draft.
    NotSent,
    /// A person sends it from their own mail application.
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

/// How an invitation reaches its recipient.
#[derive(SimpleObject)]
pub struct Delivery {
    /// Where it stands.
    status: DeliveryStatus,
    /// Tries begun.
    attempts: i32,
    /// Why the last try failed. Null: none did.
    last_error: Option<String>,
    /// Not before then. Null: nothing is queued.
    next_attempt_at: Option<DateTime>,
    /// When the mail server took it. Null: it has not.
    sent_at: Option<DateTime>,
    /// The mail's Message-ID, without brackets, the same on every try. Null: Accord sends none.
    message_id: Option<String>,
}

impl Delivery {
    pub(super) async fn of(ctx: &Context<'_>, row: &rows::Invitation) -> Result<Self, Error> {
        let mail = ctx.loaders().load_one(MailOf(row.id)).await?.filter(|_| !row.by_hand);
        let status = RowDeliveryStatus::of(row, mail.as_ref());
        Ok(Self {
            status: status.into(),
            attempts: mail.as_ref().map_or(0, |mail| mail.attempts),
            next_attempt_at: mail
                .as_ref()
                .filter(|mail| mail.status == EmailStatus::Queued)
                .map(|mail| mail.next_attempt_at.into()),
            sent_at: mail.as_ref().and_then(|mail| mail.sent_at).map(Into::into),
            message_id: mail.as_ref().map(|mail| mail.message_id(ctx.store().mail_host())),
            last_error: mail.and_then(|mail| mail.last_error),
        })
    }
}
