//! How a refusal and a fault reach the client.
//!
//! In a mutation a refusal is data: a `userErrors` row. Top-level errors carry a [`Code`], and nothing of the server's
//! inside.

use async_graphql::{Context, Enum, Error, SimpleObject};
use domain::error::{self as refusal, Refusal, TimedOut};

use crate::code::Code;
use crate::metrics::ApiMetrics;

/// Why a mutation did not do what was asked. One closed list for all mutations; more may be added.
#[derive(Enum, Debug, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::error::Code")]
pub enum UserErrorCode {
    /// Your role does not allow it.
    Forbidden,
    /// There is no such object, or it is not yours to see.
    NotFound,
    /// Something that must be given is missing or empty.
    Required,
    /// The value is not of the form the field takes.
    Invalid,
    /// Not one plain e-mail address with a domain, or over 254 characters.
    InvalidEmail,
    /// Longer than the field takes; the message says how long it may be.
    TooLong,
    /// Outside the bounds the field takes; the message says which.
    OutOfRange,
    /// The idempotency key was used with another input in the last 24 hours.
    IdempotencyConflict,
    /// Something else that stands is in the way, such as another organization with the domain; the message says what.
    Conflict,
    /// Too often or too many; the message says when or how many.
    RateLimited,
    /// Your organization is not an authorized partner; or the inviter, the indirect provider of a joint invitation or the
    /// indirect reseller invited to a partnership is none, or no longer; the message says which.
    NotAuthorizedPartner,
    /// Reseller and indirect provider have no ACTIVE partnership.
    NotPartners,
    /// This is not for a partner of that kind: indirect providers partner with indirect resellers only, and an indirect
    /// reseller attests no agreement; the message says whose kind is another.
    WrongPartnerKind,
    /// An indirect reseller adds no customers; its indirect provider does.
    ProviderMustAdd,
    /// Anybody can have an address under this domain, as at a web mail service.
    WebmailNotAllowed,
    /// The text lacks `{{link}}`, or the subject has it.
    LinkMissing,
    /// There is an open invitation of this kind to this address.
    AlreadyInvited,
    /// The recipient is of your own organization or domain.
    OwnOrganization,
    /// The relationships or the partnership asked for stand, and nothing new is asked.
    AlreadyRelated,
    /// The organization's country is in no sales region.
    CountryNotSupported,
    /// The two organizations are in different sales regions.
    RegionMismatch,
    /// The two organizations are in different clouds.
    CloudMismatch,
    /// In this cloud a relationship comes with delegated administration only.
    DelegatedAdministrationRequired,
    /// GLOBAL_ADMINISTRATOR rules out extending automatically.
    AutoExtendNotAllowed,
    /// The admin grant is over, or there is none that allows this; the message says since when, or what would be needed.
    NoAdminGrant,
    /// The organization would be left without a GLOBAL_ADMIN who can sign in.
    LastAdmin,
    /// There is no ACTIVE relationship; the message says since when.
    NoRelationship,
    /// Only a draft can be edited or sent.
    NotADraft,
    /// Resending takes a pending or expired invitation, revoking a draft or a pending one.
    NotPending,
    /// The link is forged, incomplete, superseded or not yet sent.
    LinkNotValid,
    /// This invitation is for another organization or person.
    WrongRecipient,
    /// The invitation's deadline has passed.
    InvitationExpired,
    /// The invitation was revoked: the inviter took it back, or the relationship of the two was removed meanwhile.
    InvitationRevoked,
    /// The invitation was accepted or declined before.
    InvitationAnswered,
    /// Accept the customer agreement in force, or attest that one: give `agreementId` and `signer`.
    AgreementRequired,
    /// The indirect provider must be authorized with it: `authorizeIndirectProvider: true`.
    AuthorizationRequired,
}

/// A refusal that the caller can act on.
#[derive(SimpleObject)]
pub struct UserError {
    /// Which rule.
    code: UserErrorCode,
    /// The path of the field within the input, such as `["recipient", "email"]`. Null: no single field is at fault.
    field: Option<Vec<String>>,
    /// For a person, naming the remedy.
    message: String,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        let field = (!refusal.field.is_empty()).then_some(refusal.field);
        Self { code: refusal.code.into(), field, message: refusal.message }
    }
}

/// The object of a payload and its `userErrors`; a fault becomes a top-level error.
pub(super) fn payload<T>(ctx: &Context<'_>, result: refusal::Result<T>) -> Result<(Option<T>, Vec<UserError>), Error> {
    match result {
        Ok(object) => Ok((Some(object), Vec::new())),
        Err(refusal::Error::Refused(refusals)) => Ok((None, user_errors(ctx, refusals))),
        Err(refusal::Error::Fault(fault)) => Err(internal(&fault)),
    }
}

/// Refusals as the client reads them, counted where the request has somebody who counts.
pub(super) fn user_errors(ctx: &Context<'_>, refusals: Vec<Refusal>) -> Vec<UserError> {
    let errors: Vec<UserError> = refusals.into_iter().map(Into::into).collect();
    if let Some(metrics) = ctx.data_opt::<ApiMetrics>() {
        errors.iter().for_each(|error| metrics.user_error(error.code));
    }
    errors
}

/// A fault in a query. Queries are not refused: what is not theirs is null.
pub(super) fn fault(error: refusal::Error) -> Error {
    match error {
        refusal::Error::Refused(refusals) => internal(&anyhow::anyhow!(
            "a query was refused: {:?}",
            refusals.into_iter().map(|r| r.code).collect::<Vec<_>>()
        )),
        refusal::Error::Fault(fault) => internal(&fault),
    }
}

/// Logged here, once, with its chain; the client learns that it happened and the request's id.
fn internal(fault: &anyhow::Error) -> Error {
    if TimedOut::caused(fault) {
        tracing::warn!(error = format!("{fault:#}"), "a request timed out");
        return Code::Timeout.error("the database did not answer in time; try again later");
    }
    tracing::error!(error = format!("{fault:#}"), "a request failed");
    Code::Internal.error("internal error")
}

/// An argument that cannot be taken; the message names it and the remedy.
pub(super) fn bad_request(message: impl Into<String>) -> Error {
    Code::BadRequest.error(message)
}

/// Whoever asks is not signed in.
pub(super) fn unauthenticated() -> Error {
    Code::Unauthenticated.error("sign in: send a bearer token, in the Authorization header or in connection_init")
}
