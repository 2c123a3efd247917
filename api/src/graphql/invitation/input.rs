//! What invitation mutations and lists take.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use domain::invitation::{self as rows, Acceptance, InvitationChange, NewInvitation, NewRecipient};

use super::{DeliveryStatus, InvitationKind, InvitationStatus};
use crate::graphql::admin_grant::DelegatedAdministrationInput;
use crate::graphql::agreement::SignerInput;
use crate::graphql::scalars::{Duration, EmailAddress, Locale};

/// Which invitations.
#[derive(InputObject, Default)]
pub struct InvitationFilter {
    /// In one of these; in any when left out.
    status: Option<Vec<InvitationStatus>>,
    /// Of this kind; of any when left out.
    kind: Option<InvitationKind>,
    /// In the recipient's address or name; under 3 characters at its start.
    search: Option<String>,
    /// Whose delivery stands in one of these; in any when left out.
    delivery_status: Option<Vec<DeliveryStatus>>,
}

impl From<InvitationFilter> for rows::InvitationFilter {
    fn from(filter: InvitationFilter) -> Self {
        Self {
            status: filter.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            kind: filter.kind.map(Into::into),
            search: filter.search,
            delivery: filter.delivery_status.unwrap_or_default().into_iter().map(Into::into).collect(),
        }
    }
}

/// In which order invitations come.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::invitation::InvitationOrder")]
pub enum InvitationOrder {
    /// The latest drafted first.
    CreatedDesc,
    /// The nearest deadline first, drafts last.
    Expires,
}

/// Of whom to ask.
#[derive(InputObject)]
pub struct RecipientInput {
    /// Where the mail goes.
    email: EmailAddress,
    /// Whom it greets; nobody by name when left out.
    name: Option<String>,
    /// The language of the mail; when left out the organization's, else the inviter's.
    locale: Option<Locale>,
    /// The organization that may accept; when left out the address decides.
    organization_id: Option<ID>,
}

impl From<RecipientInput> for NewRecipient {
    fn from(input: RecipientInput) -> Self {
        Self {
            email: input.email.0,
            name: input.name,
            locale: input.locale.map(|locale| locale.0),
            organization_id: input.organization_id.map(|id| id.0),
        }
    }
}

/// The usual time an invitation stands.
const USUAL: &str = "P30D";

fn usual() -> Option<Duration> {
    Some(USUAL.into())
}

/// An invitation to draft.
#[derive(InputObject)]
pub struct DraftInvitationInput {
    /// What to ask for.
    #[graphql(default_with = "Some(InvitationKind::ResellerRelationship)")]
    kind: Option<InvitationKind>,
    /// Of whom.
    recipient: RecipientInput,
    /// The indirect provider who asks together with you: one acceptance makes both relationships. Only for an indirect
    /// reseller, which must have an active partnership with it (NOT_PARTNERS).
    indirect_provider_id: Option<ID>,
    /// Delegated administration to ask for; leave it out to ask for none. A partnership always comes with FULL.
    delegated_administration: Option<DelegatedAdministrationInput>,
    /// Delegated administration to ask for the indirect provider of a joint invitation; leave it out to ask for none.
    indirect_provider_administration: Option<DelegatedAdministrationInput>,
    /// Of the mail, at most 200 characters; the usual one in the recipient's language when left out.
    subject: Option<String>,
    /// Of the mail, at most 10,000 characters, with `{{link}}` where the personal link goes; the usual one in the
    /// recipient's language when left out.
    text: Option<String>,
    /// P1D to P90D, counted from sending.
    #[graphql(default_with = "usual()")]
    expires_after: Option<Duration>,
    /// Repeating the call with the same key within 24 hours gives the first invitation again; 1 to 200 characters.
    idempotency_key: Option<String>,
}

impl From<DraftInvitationInput> for NewInvitation {
    fn from(input: DraftInvitationInput) -> Self {
        Self {
            kind: input.kind.unwrap_or(InvitationKind::ResellerRelationship).into(),
            recipient: input.recipient.into(),
            administration: input.delegated_administration.map(Into::into),
            indirect_provider_id: input.indirect_provider_id.map(|id| id.0),
            provider_administration: input.indirect_provider_administration.map(Into::into),
            subject: input.subject,
            text: input.text,
            expires_after: input.expires_after.map_or_else(|| USUAL.to_owned(), |period| period.0),
            idempotency_key: input.idempotency_key,
        }
    }
}

/// A draft's fields to change: what is left out stays, null clears.
#[derive(InputObject)]
pub struct EditInvitationInput {
    /// Which draft.
    pub(super) id: ID,
    /// Replaced as a whole; cannot be null.
    recipient: MaybeUndefined<RecipientInput>,
    /// Cannot be null.
    subject: MaybeUndefined<String>,
    /// Cannot be null.
    text: MaybeUndefined<String>,
    /// P1D to P90D; cannot be null.
    expires_after: MaybeUndefined<Duration>,
    /// Null asks for none. Not for a partnership.
    delegated_administration: MaybeUndefined<DelegatedAdministrationInput>,
    /// Null asks for none. Only for a joint invitation.
    indirect_provider_administration: MaybeUndefined<DelegatedAdministrationInput>,
}

impl From<EditInvitationInput> for InvitationChange {
    fn from(input: EditInvitationInput) -> Self {
        Self {
            recipient: change(input.recipient, Into::into),
            subject: change(input.subject, |subject| subject),
            text: change(input.text, |text| text),
            expires_after: change(input.expires_after, |period| period.0),
            administration: change(input.delegated_administration, Into::into),
            provider_administration: change(input.indirect_provider_administration, Into::into),
        }
    }
}

/// Left out: none; null: none inside.
fn change<T, U>(field: MaybeUndefined<T>, into: impl FnOnce(T) -> U) -> Option<Option<U>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(into(value))),
    }
}

/// A draft to send.
#[derive(InputObject)]
pub struct SendInvitationInput {
    /// Which draft.
    pub(super) id: ID,
    /// You send the mail from your own mail application, by `message.mailtoUrl`; Accord sends none.
    #[graphql(default_with = "Some(false)")]
    pub(super) by_hand: Option<bool>,
}

/// Many invitations to draft and send.
#[derive(InputObject)]
pub struct SendInvitationsInput {
    /// 1 to 250; the whole request at most 1 MiB.
    pub(super) rows: Vec<DraftInvitationInput>,
    /// Check all rows, duplicates among them too, and send nothing.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
    /// Repeating the call with the same key within 24 hours sends only what was not sent; 1 to 200 characters.
    pub(super) idempotency_key: Option<String>,
}

/// An invitation to send again.
#[derive(InputObject)]
pub struct ResendInvitationInput {
    /// Which, PENDING or EXPIRED.
    pub(super) id: ID,
    /// P1D to P90D from now.
    #[graphql(default_with = "usual()")]
    expires_after: Option<Duration>,
    /// You send the mail from your own mail application; Accord sends none.
    #[graphql(default_with = "Some(false)")]
    pub(super) by_hand: Option<bool>,
}

impl ResendInvitationInput {
    pub(super) fn expires_after(&self) -> &str {
        self.expires_after.as_ref().map_or(USUAL, |period| period.0.as_str())
    }
}

/// An invitation to take back.
#[derive(InputObject)]
pub struct RevokeInvitationInput {
    /// Which, DRAFT or PENDING.
    pub(super) id: ID,
    /// For your own people, at most 1,000 characters.
    pub(super) reason: Option<String>,
}

/// An expired invitation to ask a new one for.
#[derive(InputObject)]
pub struct RequestNewInvitationInput {
    /// The token of its link.
    pub(super) token: String,
}

/// An offer that a person looks at.
#[derive(InputObject)]
pub struct OpenInvitationInput {
    /// The token of its link.
    pub(super) token: String,
}

/// A yes. Exactly one of `token` and `id`.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The token of the link.
    pub(super) token: Option<String>,
    /// The invitation's id; only for who is signed in with the recipient's verified address.
    pub(super) id: Option<ID>,
    /// The customer agreement in force; needed unless your organization accepted that version already or a partner attested
    /// it, or it is a partnership that is asked for. Given where it is attested only, it is accepted beside that.
    agreement_id: Option<ID>,
    /// Who signs for your organization; needed with it.
    signer: Option<SignerInput>,
    /// That you authorize the indirect provider, as the offer's `authorization` says; needed for a partnership.
    #[graphql(default_with = "Some(false)")]
    authorize_indirect_provider: Option<bool>,
}

impl AcceptInvitationInput {
    pub(super) fn acceptance(&self) -> Acceptance {
        Acceptance {
            authorize_indirect_provider: self.authorize_indirect_provider.unwrap_or_default(),
            agreement_id: self.agreement_id.as_ref().map(|id| id.0.clone()),
            signer: self.signer.clone().map(Into::into),
        }
    }
}

/// A no. Exactly one of `token` and `id`.
#[derive(InputObject)]
pub struct DeclineInvitationInput {
    /// The token of the link.
    pub(super) token: Option<String>,
    /// The invitation's id; only for who is signed in with the recipient's verified address.
    pub(super) id: Option<ID>,
    /// Told to the inviter, at most 1,000 characters.
    pub(super) reason: Option<String>,
}
