//! What can go wrong: a refusal, which the caller can act on, or a fault, which is ours.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

/// Why a verb did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// Expected. All violations of one stage come together.
    Refused(Vec<Refusal>),
    /// Ours: logged once with its chain, never shown.
    Fault(anyhow::Error),
}

/// What a verb returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One reason to refuse: what, where in the input, and what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule.
    pub code: Code,
    /// The path of the input's field, `["recipient", "email"]`; empty where no single field is at fault.
    pub field: Vec<String>,
    /// For a person, naming the remedy.
    pub message: String,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident => $message:literal,)*) => {
        /// Every reason to refuse there is: one closed list, shared by all verbs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])* $code,)* }

        impl Code {
            /// What is said where the verb has nothing better to say.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$code => $message,)* }
            }
        }
    };
}

codes! {
    /// The caller's role does not allow it.
    Forbidden => "your role does not allow this",
    /// There is no such thing, or the caller may not see it.
    NotFound => "there is no such object, or it is not yours to see",
    /// Something that must be given is missing or empty.
    Required => "this must be given",
    /// The value is not of the form the field takes.
    Invalid => "this value is not valid here",
    /// Not one plain e-mail address with a domain.
    InvalidEmail => "give one e-mail address such as name@example.com, at most 254 characters",
    /// Longer than the field takes.
    TooLong => "this is too long",
    /// Outside the bounds the field takes.
    OutOfRange => "this is out of range",
    /// The idempotency key was used with another input in the last 24 hours.
    IdempotencyConflict => "this idempotency key was used with other input; use a new key",
    /// Something else that stands is in the way.
    Conflict => "something else is in the way",
    /// Too often or too many.
    RateLimited => "too many; try again later",
    /// The caller's organization is not an authorized partner, or the inviter no longer is one.
    NotAuthorizedPartner => "only an authorized partner may do this",
    /// The reseller has no active partnership with the indirect provider.
    NotPartners => "reseller and indirect provider have no active partnership",
    /// The partner, or the one it is done to, is of a kind for which this is not.
    WrongPartnerKind => "indirect providers partner with indirect resellers only",
    /// An indirect reseller adds no customer; its indirect provider does.
    ProviderMustAdd => "an indirect reseller adds no customers: ask your indirect provider to add this one",
    /// Anybody can have an address under this domain.
    WebmailNotAllowed => "anybody can have an address here: give a domain of the organization's own",
    /// The text lacks {{link}}, or the subject has it.
    LinkMissing => "keep {{link}} in the text, where the personal link goes, and out of the subject",
    /// There is an open invitation of this kind to this address.
    AlreadyInvited => "this address has an open invitation from you; resend or revoke that one",
    /// The recipient is of the inviter's own organization.
    OwnOrganization => "you cannot invite your own organization",
    /// The relationship stands and nothing new is asked.
    AlreadyRelated => "this customer is related to you already, and the invitation asks for nothing new",
    /// The organization's country is in no region's list.
    CountryNotSupported => "the organization's country is in no sales region",
    /// The two organizations are in different sales regions.
    RegionMismatch => "partner and customer must be in the same sales region",
    /// The two organizations are in different clouds.
    CloudMismatch => "partner and customer must be in the same cloud",
    /// In this cloud a relationship comes with delegated administration only.
    DelegatedAdministrationRequired => "in this cloud, ask for delegated administration too",
    /// GLOBAL_ADMINISTRATOR rules out extending automatically.
    AutoExtendNotAllowed => "a grant with GLOBAL_ADMINISTRATOR cannot extend itself; leave autoExtend out",
    /// The grant is over, or there is none.
    NoAdminGrant => "there is no active admin grant; ask the customer for one",
    /// The organization would be left without a global administrator.
    LastAdmin => "this is the organization's last global administrator; make somebody else one first",
    /// The relationship was removed, or there is none.
    NoRelationship => "there is no active relationship with this customer; reinstateRelationship asks for one again",
    /// Only a draft can be edited or sent.
    NotADraft => "this invitation is no longer a draft",
    /// Neither pending nor expired (resending), or neither a draft nor pending (revoking).
    NotPending => "this invitation's status does not allow this",
    /// The link is forged, incomplete, superseded or not yet sent.
    LinkNotValid => "this link is not valid; use the newest mail, or ask the sender for a new one",
    /// Not the organization or person this invitation is for.
    WrongRecipient => "this invitation is for another organization; sign in there",
    /// Its deadline has passed.
    InvitationExpired => "this invitation has expired; ask the sender for a new one",
    /// The sender took it back, or the relationship of the two ended meanwhile.
    InvitationRevoked => "this invitation was revoked; ask the sender for a new one",
    /// It was accepted or declined before.
    InvitationAnswered => "this invitation has been answered",
    /// The customer agreement in force must be accepted with it.
    AgreementRequired => "accept the customer agreement in force: give agreementId and signer",
    /// The indirect provider must be authorized with it.
    AuthorizationRequired => "authorize the indirect provider: give authorizeIndirectProvider: true",
}

impl Code {
    /// Refuses one field, given as a dotted path: `recipient.email`.
    #[must_use]
    pub fn on(self, path: &str) -> Refusal {
        Refusal { code: self, field: path.split('.').map(str::to_owned).collect(), message: self.message().to_owned() }
    }

    /// Refuses the call as a whole.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        Refusal { code: self, field: Vec::new(), message: self.message().to_owned() }
    }
}

impl Refusal {
    /// Says it better than the code alone does.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => {
                let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code).collect();
                write!(f, "refused: {codes:?}")
            }
            Self::Fault(fault) => write!(f, "{fault:#}"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        code.refusal().into()
    }
}

impl From<anyhow::Error> for Error {
    fn from(fault: anyhow::Error) -> Self {
        Self::Fault(fault)
    }
}

impl From<DieselError> for Error {
    fn from(fault: DieselError) -> Self {
        let ran_out = matches!(&fault, DieselError::DatabaseError(_, info) if info.message().starts_with(RAN_OUT));
        let fault = anyhow::Error::new(fault);
        Self::Fault(if ran_out { fault.context(TimedOut) } else { fault })
    }
}

/// How PostgreSQL says that a statement, or its wait for a lock, took too long. The driver passes no SQLSTATE on; of a
/// server that speaks another language it stays a fault like any other.
const RAN_OUT: &str = "canceling statement due to";

/// Why some faults are: the database, or the pool of connections to it, had no time. It passes by itself.
#[derive(Debug, Clone, Copy)]
pub struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database did not answer in time")
    }
}

impl TimedOut {
    /// Whether this is why.
    #[must_use]
    pub fn caused(fault: &anyhow::Error) -> bool {
        fault.is::<Self>()
    }
}

/// How PostgreSQL takes its leave of a connection.
const TAKES_LEAVE: &str = "terminating connection";

/// Whether a fault passes by itself: the database had no time, or there was no connection to it. Any other comes again as
/// often as the same is asked.
pub(crate) fn passes(fault: &anyhow::Error) -> bool {
    let is_of_connection = |error: &DieselError| match error {
        DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection, _) => {
            true
        }
        DieselError::DatabaseError(_, info) => info.message().starts_with(TAKES_LEAVE),
        _ => false,
    };
    let passes = |cause: &(dyn std::error::Error + 'static)| {
        cause.is::<PoolError>() || cause.downcast_ref().is_some_and(is_of_connection)
    };
    TimedOut::caused(fault) || fault.chain().any(passes)
}

/// Refuses with all of them, if there are any.
pub(crate) fn refuse_all(refusals: Vec<Refusal>) -> Result<()> {
    if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
}

/// Turns a named constraint into the refusal it stands for; every other failure stays a fault.
pub(crate) trait OnConstraint<T> {
    /// `name` is a constraint's or a unique index's.
    fn on_constraint(self, name: &str, refusal: Refusal) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, DieselError> {
    fn on_constraint(self, name: &str, refusal: Refusal) -> Result<T> {
        match self {
            Err(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::CheckViolation,
                info,
            )) if info.constraint_name() == Some(name) => Err(refusal.into()),
            other => Ok(other?),
        }
    }
}
