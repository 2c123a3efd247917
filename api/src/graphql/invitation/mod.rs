//! Invitations: the type, what it shows to whom, and the offer behind a link.

mod delivery;
mod input;
mod message;
mod mutation;
mod offer;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject, Union};
use domain::invitation::{self as rows, Outcome};
use futures_util::future::try_join_all;

pub use delivery::{Delivery, DeliveryStatus};
pub use input::{InvitationFilter, InvitationOrder, RecipientInput};
pub use message::InvitationMessage;
pub use mutation::InvitationMutation;
pub use offer::InvitationOffer;

use super::admin_grant::{AdminGrant, RequestedAdministration};
use super::context::ContextExt;
use super::loaders::{OutcomesOf, Visible};
use super::organization::{self, Organization};
use super::partnership::Partnership;
use super::relationship::Relationship;
use super::scalars::{DateTime, EmailAddress, Locale, Url};
use super::user::{self, User};

/// What an invitation asks for.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::invitation::InvitationKind")]
pub enum InvitationKind {
    /// That the customer accepts the partner as its reseller.
    ResellerRelationship,
    /// That the indirect reseller accepts the indirect provider as its partner.
    IndirectProviderPartnership,
}

/// Where an invitation stands. From its deadline on it reads EXPIRED everywhere.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::invitation::InvitationStatus")]
pub enum InvitationStatus {
    /// Written, not sent.
    Draft,
    /// Sent and not answered, before its deadline.
    Pending,
    /// The customer said yes.
    Accepted,
    /// The customer said no.
    Declined,
    /// The inviter took it back, or the relationship of the two was removed while it was PENDING.
    Revoked,
    /// Nobody answered before its deadline; it can be sent again.
    Expired,
}

/// A partner's request, by mail, with a personal link.
#[derive(Clone)]
pub struct Invitation(pub(super) rows::Invitation);

impl From<rows::Invitation> for Invitation {
    fn from(row: rows::Invitation) -> Self {
        Self(row)
    }
}

/// A partner's request, by mail, with a personal link: to a customer for a relationship, or to an indirect reseller for a
/// partnership.
///
/// Seen by the inviter's people, by the organization that accepted it, and once it is sent by who is signed in with the
/// recipient's verified address and by the people of the indirect provider who asks together with the inviter.
#[Object]
impl Invitation {
    /// `inv_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What is asked for.
    async fn kind(&self) -> InvitationKind {
        self.0.kind.into()
    }

    /// Where it stands, now.
    async fn status(&self, ctx: &Context<'_>) -> InvitationStatus {
        self.0.status_at(ctx.now()).into()
    }

    /// The partner who asks.
    async fn inviter(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.inviter_id).await
    }

    /// The indirect provider who asks together with the inviter: one acceptance makes both relationships. Null: the
    /// inviter asks alone.
    async fn indirect_provider(&self, ctx: &Context<'_>) -> Result<Option<Organization>, Error> {
        match self.0.indirect_provider_id {
            Some(id) => organization::referred(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Of whom it is asked.
    async fn recipient(&self) -> Recipient {
        Recipient {
            email: self.0.recipient_email.as_str().into(),
            name: self.0.recipient_name.clone(),
            locale: self.0.recipient_locale.as_str().into(),
        }
    }

    /// The delegated administration asked for. Null: none is.
    async fn delegated_administration(&self) -> Option<RequestedAdministration> {
        let locale = &self.0.recipient_locale;
        self.0.administration().map(|asked| RequestedAdministration::explained(&asked, locale))
    }

    /// The delegated administration asked for the indirect provider. Null: none is.
    async fn indirect_provider_administration(&self) -> Option<RequestedAdministration> {
        let locale = &self.0.recipient_locale;
        self.0.provider_administration().map(|asked| RequestedAdministration::explained(&asked, locale))
    }

    /// The mail. Null but for the inviter's GLOBAL_ADMIN and ADMIN_AGENT, and but while DRAFT or PENDING.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<InvitationMessage>, Error> {
        if !self.0.shows_message_to(ctx.store(), ctx.actor()) {
            return Ok(None);
        }
        InvitationMessage::of(ctx, &self.0).await.map(Some)
    }

    /// The recipient's personal link: keep it secret. Null as `message` is.
    async fn link(&self, ctx: &Context<'_>) -> Result<Option<Url>, Error> {
        if !self.0.shows_message_to(ctx.store(), ctx.actor()) {
            return Ok(None);
        }
        let inviter = ctx.referred(self.0.inviter_id).await?;
        Ok(Some(self.0.link(ctx.store(), &inviter).into()))
    }

    /// How it reaches its recipient. Null but for the inviter's people and the platform's staff.
    async fn delivery(&self, ctx: &Context<'_>) -> Result<Option<Delivery>, Error> {
        if !self.0.is_inviters(ctx.actor()) && !ctx.actor().is_operator() {
            return Ok(None);
        }
        Delivery::of(ctx, &self.0).await.map(Some)
    }

    /// When it was drafted.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Who drafted it. Null: a person who was purged since.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<User>, Error> {
        user::referred(ctx, Some(self.0.created_by)).await
    }

    /// When it was last sent. Null: it was not.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(Into::into)
    }

    /// When a person first opened the offer; advice only. Null: nobody did.
    async fn opened_at(&self) -> Option<DateTime> {
        self.0.opened_at.map(Into::into)
    }

    /// The deadline. Null on a draft.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }

    /// When it was accepted or declined. Null: it was not.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(Into::into)
    }

    /// Who accepted or declined. Null: nobody did, or a person who was purged since.
    async fn answered_by(&self, ctx: &Context<'_>) -> Result<Option<User>, Error> {
        user::referred(ctx, self.0.answered_by).await
    }

    /// In the words of who declined. Null: not declined, or without a reason.
    async fn decline_reason(&self) -> Option<&str> {
        self.0.decline_reason.as_deref()
    }

    /// When it became REVOKED. Null: it did not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }

    /// Why the inviter took it back, in its own words. Null: not revoked, without a reason, or but for the inviter's
    /// people.
    async fn revoke_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.revoke_reason.as_deref().filter(|_| self.0.is_inviters(ctx.actor()))
    }

    /// What came of it, made by it or standing already. Empty unless ACCEPTED, and for who is on neither side.
    async fn outcome(&self, ctx: &Context<'_>) -> Result<Vec<InvitationOutcome>, Error> {
        if self.0.status != rows::InvitationStatus::Accepted {
            return Ok(Vec::new());
        }
        outcome(ctx, &self.0).await
    }
}

/// What came of an invitation, as far as the caller may see it.
async fn outcome(ctx: &Context<'_>, row: &rows::Invitation) -> Result<Vec<InvitationOutcome>, Error> {
    let found = ctx.loaders().load_one(OutcomesOf(row.id)).await?.unwrap_or_default();
    let seen = try_join_all(found.into_iter().map(|outcome| visible(ctx, outcome))).await?;
    Ok(seen.into_iter().flatten().collect())
}

async fn visible(ctx: &Context<'_>, outcome: Outcome) -> Result<Option<InvitationOutcome>, Error> {
    Ok(match outcome {
        Outcome::Relationship(id) => {
            let row = ctx.loaders().load_one(Visible(id)).await?;
            row.map(|row| InvitationOutcome::Relationship(Box::new(Relationship(row))))
        }
        Outcome::AdminGrant(id) => {
            ctx.loaders().load_one(Visible(id)).await?.map(|row| InvitationOutcome::AdminGrant(AdminGrant(row)))
        }
        Outcome::Partnership(id) => {
            ctx.loaders().load_one(Visible(id)).await?.map(|row| InvitationOutcome::Partnership(Partnership(row)))
        }
    })
}

/// One thing that came of an invitation.
#[derive(Union)]
pub enum InvitationOutcome {
    /// The relationship.
    Relationship(Box<Relationship>),
    /// The admin grant.
    AdminGrant(AdminGrant),
    /// The partnership.
    Partnership(Partnership),
}

/// Of whom something is asked.
#[derive(SimpleObject)]
pub struct Recipient {
    /// Where the mail goes.
    email: EmailAddress,
    /// Whom it greets. Null: nobody by name.
    name: Option<String>,
    /// The language of the mail.
    locale: Locale,
}
