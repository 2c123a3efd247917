//! Agreements, and who accepted which version.

mod in_force;
mod input;
mod mutation;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use domain::agreement as rows;

pub(super) use self::in_force::AcceptanceInForce;
pub use self::input::SignerInput;
pub use self::mutation::AgreementMutation;
use super::context::ContextExt;
use super::organization::{self, Organization};
use super::scalars::{DateTime, EmailAddress, Locale, Url};

/// Who accepts an agreement.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::agreement::AgreementKind")]
pub enum AgreementKind {
    /// Customers.
    Customer,
    /// Partners.
    Partner,
}

/// A version of an agreement, in one language. Public.
#[derive(Clone)]
pub struct Agreement(pub(super) rows::Agreement);

impl From<rows::Agreement> for Agreement {
    fn from(row: rows::Agreement) -> Self {
        Self(row)
    }
}

/// A version of an agreement, in one language. Public.
#[Object]
impl Agreement {
    /// `agr_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who accepts it.
    async fn kind(&self) -> AgreementKind {
        self.0.kind.into()
    }

    /// The publisher's name for the version; its languages share it.
    async fn version(&self) -> &str {
        &self.0.version
    }

    /// For display, in its language.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Where the text can be read.
    async fn url(&self) -> Url {
        self.0.url.as_str().into()
    }

    /// The language of this text.
    async fn locale(&self) -> Locale {
        self.0.locale.as_str().into()
    }
}

/// That an organization accepted a version, and who signed. Never changed: a new version in force is accepted anew. Of one
/// version there may be an attestation and, later, the organization's own acceptance.
pub struct AgreementAcceptance(pub(super) rows::AgreementAcceptance);

/// That an organization accepted a version, and who signed. Never changed: a new version in force is accepted anew. Of one
/// version there may be an attestation and, later, the organization's own acceptance.
#[Object]
impl AgreementAcceptance {
    /// The version, in the language that was shown.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Agreement, Error> {
        ctx.referred(self.0.agreement_id).await.map(Agreement)
    }

    /// When; of an attestation, as the partner says.
    async fn accepted_at(&self) -> DateTime {
        self.0.accepted_at.into()
    }

    /// Who signed for the organization.
    async fn signer(&self, ctx: &Context<'_>) -> Signer {
        let is_shown = self.0.shows_all(ctx.actor());
        Signer {
            first_name: self.0.signer_first_name.clone(),
            last_name: self.0.signer_last_name.clone(),
            email: is_shown.then(|| self.0.signer_email.as_str().into()),
            phone: self.0.signer_phone.clone().filter(|_| is_shown),
        }
    }

    /// The partner who attested it on the organization's behalf. Null: accepted by itself; or you are of another organization,
    /// which did not attest it.
    async fn attested_by(&self, ctx: &Context<'_>) -> Result<Option<Organization>, Error> {
        match self.0.attested_by.filter(|_| self.0.shows_all(ctx.actor())) {
            Some(id) => organization::referred(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Who signed for an organization. Its own people read how to reach them, and so does the partner that attested it.
#[derive(SimpleObject)]
pub struct Signer {
    /// Given name.
    first_name: String,
    /// Family name.
    last_name: String,
    /// Where to reach them. Null: you are of another organization, which did not attest it.
    email: Option<EmailAddress>,
    /// Where to reach them. Null: not given, or as `email` is.
    phone: Option<String>,
}
