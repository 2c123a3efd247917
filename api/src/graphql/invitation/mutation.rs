//! What can be done to an invitation.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use domain::error::{self as refusal, Code};
use domain::invitation::{self as verbs, Delivery, InvitationId, InvitationKey};

use super::input::{
    AcceptInvitationInput, DeclineInvitationInput, DraftInvitationInput, EditInvitationInput, OpenInvitationInput,
    RequestNewInvitationInput, ResendInvitationInput, RevokeInvitationInput, SendInvitationInput, SendInvitationsInput,
};
use super::{Invitation, InvitationOffer, InvitationOutcome, outcome};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{self, UserError, payload};

/// What can be done to an invitation.
#[derive(Default)]
pub struct InvitationMutation;

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty })+) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Why it was refused; empty when it was not.
            user_errors: Vec<UserError>,
        }

        impl $name {
            fn of<T: Into<$type>>(ctx: &Context<'_>, result: refusal::Result<T>) -> Result<Self, Error> {
                let (object, user_errors) = payload(ctx, result)?;
                Ok(Self { $field: object.map(Into::into), user_errors })
            }
        }
    )+};
}

payloads! {
    /// What came of drafting.
    DraftInvitationPayload {
        /// The draft. Null: refused.
        invitation: Invitation
    }
    /// What came of editing.
    EditInvitationPayload {
        /// The draft as it is now. Null: refused.
        invitation: Invitation
    }
    /// What came of sending.
    SendInvitationPayload {
        /// The invitation, PENDING. Null: refused.
        invitation: Invitation
    }
    /// What came of sending again.
    ResendInvitationPayload {
        /// The invitation, PENDING. Null: refused.
        invitation: Invitation
    }
    /// What came of revoking.
    RevokeInvitationPayload {
        /// The invitation, REVOKED. Null: refused.
        invitation: Invitation
    }
    /// What came of asking for a new invitation.
    RequestNewInvitationPayload {
        /// The offer as it is. Null: refused.
        offer: InvitationOffer
    }
    /// What came of looking.
    OpenInvitationPayload {
        /// The offer. Null: refused.
        offer: InvitationOffer
    }
    /// What came of declining.
    DeclineInvitationPayload {
        /// The invitation, DECLINED. Null: refused.
        invitation: Invitation
    }
}

/// What came of sending many.
#[derive(SimpleObject)]
pub struct SendInvitationsPayload {
    /// A result a row, in order. Empty: refused as a whole.
    rows: Vec<SendInvitationRow>,
    /// Why it was refused as a whole; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of one row.
#[derive(SimpleObject)]
pub struct SendInvitationRow {
    /// The invitation, PENDING. Null: refused, or a dry run.
    invitation: Option<Invitation>,
    /// Why the row was refused, with paths such as `["rows", "17", "recipient", "email"]`; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of accepting.
#[derive(SimpleObject)]
pub struct AcceptInvitationPayload {
    /// The invitation, ACCEPTED. Null: refused.
    invitation: Option<Invitation>,
    /// The relationship or partnership and, if one was asked for, the admin grant; of a joint invitation both partners',
    /// the inviter's first. Made by it or standing already.
    outcome: Vec<InvitationOutcome>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to an invitation.
#[Object]
impl InvitationMutation {
    /// Writes a draft with the mail in the recipient's language; nothing is sent. GLOBAL_ADMIN and ADMIN_AGENT of an
    /// authorized partner; for a partnership, of an indirect provider. Event: `invitation.drafted`.
    async fn draft_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to ask, and of whom.")] input: DraftInvitationInput,
    ) -> Result<DraftInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        DraftInvitationPayload::of(ctx, verbs::draft(ctx.store(), actor, input.into()).await)
    }

    /// Changes a draft. GLOBAL_ADMIN and ADMIN_AGENT of the inviter. Event: `invitation.edited`.
    async fn edit_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, and what to change.")] input: EditInvitationInput,
    ) -> Result<EditInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let edited = match id(&input.id) {
            Ok(id) => verbs::edit(ctx.store(), actor, id, input.into()).await,
            Err(refused) => Err(refused),
        };
        EditInvitationPayload::of(ctx, edited)
    }

    /// Sends a draft: sets its deadline and queues the mail. GLOBAL_ADMIN and ADMIN_AGENT of the inviter. Event:
    /// `invitation.sent`.
    async fn send_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, and who brings the mail.")] input: SendInvitationInput,
    ) -> Result<SendInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let sent = match id(&input.id) {
            Ok(id) => verbs::send(ctx.store(), actor, id, delivery(input.by_hand)).await,
            Err(refused) => Err(refused),
        };
        SendInvitationPayload::of(ctx, sent)
    }

    /// Drafts and sends up to 250 at once: good rows are sent, bad rows say why. GLOBAL_ADMIN and ADMIN_AGENT of an
    /// authorized partner. Events: `invitation.drafted` and `invitation.sent` a row.
    async fn send_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rows.")] input: SendInvitationsInput,
    ) -> Result<SendInvitationsPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let rows = input.rows.into_iter().map(Into::into).collect();
        let key = input.idempotency_key.as_deref();
        let (sent, user_errors) =
            payload(ctx, verbs::send_many(ctx.store(), actor, rows, input.dry_run.unwrap_or_default(), key).await)?;
        let row = |row: verbs::SentRow| SendInvitationRow {
            invitation: row.invitation.map(Invitation),
            user_errors: error::user_errors(ctx, row.refusals),
        };
        Ok(SendInvitationsPayload { rows: sent.unwrap_or_default().into_iter().map(row).collect(), user_errors })
    }

    /// Sends a PENDING or EXPIRED invitation again: a new link, a new deadline; the older link is dead. At most five
    /// times in 24 hours. GLOBAL_ADMIN and ADMIN_AGENT of the inviter. Event: `invitation.resent`.
    async fn resend_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation, and until when.")] input: ResendInvitationInput,
    ) -> Result<ResendInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let sent = match id(&input.id) {
            Ok(id) => verbs::resend(ctx.store(), actor, id, input.expires_after(), delivery(input.by_hand)).await,
            Err(refused) => Err(refused),
        };
        ResendInvitationPayload::of(ctx, sent)
    }

    /// Takes a DRAFT or PENDING invitation back; its link is dead at once. Revoking a REVOKED one gives the same answer
    /// again. GLOBAL_ADMIN and ADMIN_AGENT of the inviter. Event: `invitation.revoked`.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation, and why.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let revoked = match id(&input.id) {
            Ok(id) => verbs::revoke(ctx.store(), actor, id, input.reason.as_deref()).await,
            Err(refused) => Err(refused),
        };
        RevokeInvitationPayload::of(ctx, revoked)
    }

    /// Asks the inviter by mail for a new invitation, once an expired link. Public: whoever holds the link. Event:
    /// `invitation.renewal_requested`.
    async fn request_new_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The expired link.")] input: RequestNewInvitationInput,
    ) -> Result<RequestNewInvitationPayload, Error> {
        RequestNewInvitationPayload::of(ctx, verbs::request_new(ctx.store(), &input.token).await)
    }

    /// Notes that a person looked at the offer, the first time. Public: whoever holds the link. Event:
    /// `invitation.opened`.
    async fn open_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] input: OpenInvitationInput,
    ) -> Result<OpenInvitationPayload, Error> {
        OpenInvitationPayload::of(ctx, verbs::open(ctx.store(), ctx.actor(), &input.token).await)
    }

    /// Accepts for your organization: relationships or partnership, admin grants and agreement, all or none. GLOBAL_ADMIN of
    /// the organization invited. A repeat by the same user gets the same answer. Events: `invitation.accepted`,
    /// `relationship.established`, `partnership.established`, `admin_grant.granted`, `agreement.accepted`;
    /// `admin_grant.ended` of what a partner kept of an earlier relationship and a new one does not ask for.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation, and the agreement.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let accepted = match key(input.token.as_deref(), input.id.as_ref()) {
            Ok(key) => verbs::accept(ctx.store(), actor, &key, &input.acceptance()).await,
            Err(refused) => Err(refused),
        };
        let (accepted, user_errors) = payload(ctx, accepted)?;
        let outcome = match &accepted {
            Some(invitation) => outcome(ctx, invitation).await?,
            None => Vec::new(),
        };
        Ok(AcceptInvitationPayload { invitation: accepted.map(Invitation), outcome, user_errors })
    }

    /// Declines; the inviter is told. Who is signed in with the recipient's verified address, or a GLOBAL_ADMIN of the
    /// organization invited. A repeat by the same user gets the same answer. Event: `invitation.declined`.
    async fn decline_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation, and why.")] input: DeclineInvitationInput,
    ) -> Result<DeclineInvitationPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let declined = match key(input.token.as_deref(), input.id.as_ref()) {
            Ok(key) => verbs::decline(ctx.store(), actor, &key, input.reason.as_deref()).await,
            Err(refused) => Err(refused),
        };
        DeclineInvitationPayload::of(ctx, declined)
    }
}

/// The invitation's id; what is none is refused as what is unknown.
fn id(id: &ID) -> refusal::Result<InvitationId> {
    id.parse().map_err(|_| Code::NotFound.on("id").into())
}

fn key(token: Option<&str>, by_id: Option<&ID>) -> refusal::Result<InvitationKey> {
    match (token, by_id) {
        (Some(token), None) => Ok(InvitationKey::Token(token.to_owned())),
        (None, Some(by_id)) => id(by_id).map(InvitationKey::Id),
        (None, None) => Err(Code::Required.on("token").saying("give the link's token, or the invitation's id").into()),
        (Some(_), Some(_)) => Err(Code::Invalid.on("token").saying("give token or id, not both").into()),
    }
}

fn delivery(by_hand: Option<bool>) -> Delivery {
    if by_hand.unwrap_or_default() { Delivery::ByHand } else { Delivery::Mail }
}
