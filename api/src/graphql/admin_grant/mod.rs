//! Delegated administration: what is asked for and what was granted.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, OneofObject, SimpleObject};
use domain::admin_grant::{self as rows, GranularAdministration, NewAdministration};
use domain::period::Period;

use super::context::ContextExt;
use super::error::bad_request;
use super::organization::{self, Organization};
use super::scalars::{DateTime, Duration};

/// How far delegated administration reaches.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::admin_grant::AdminScope")]
pub enum AdminScope {
    /// Classic delegated administration privileges: the partner's admin agents act as global administrators, its
    /// helpdesk agents as helpdesk administrators. No end.
    Full,
    /// The roles named, for a limited time.
    Granular,
}

/// Whether a grant holds.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::admin_grant::AdminGrantStatus")]
pub enum AdminGrantStatus {
    /// It does.
    Active,
    /// Its time is over.
    Expired,
    /// The customer took it away.
    Revoked,
    /// The partner gave it back.
    Ended,
}

/// A role of the customer's directory that a GRANULAR grant names.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::admin_grant::DirectoryRole")]
pub enum DirectoryRole {
    /// Everything, other administrators included. Rules out `autoExtend`.
    GlobalAdministrator,
    /// Reads everything, changes nothing.
    GlobalReader,
    /// Manages people and groups.
    UserAdministrator,
    /// Assigns licences.
    LicenseAdministrator,
    /// Resets passwords of people who are no administrators.
    HelpdeskAdministrator,
    /// Sees and pays bills.
    BillingAdministrator,
    /// Opens support requests.
    ServiceSupportAdministrator,
    /// Reads the directory.
    DirectoryReaders,
    /// Reads and writes basic directory data.
    DirectoryWriters,
    /// Manages applications.
    ApplicationAdministrator,
    /// Manages cloud applications.
    CloudApplicationAdministrator,
    /// Assigns roles.
    PrivilegedRoleAdministrator,
    /// Resets any person's way to sign in.
    PrivilegedAuthenticationAdministrator,
}

/// What a partner may administer in a customer's tenant. Seen by both sides.
#[derive(Clone)]
pub struct AdminGrant(pub(super) rows::AdminGrant);

impl From<rows::AdminGrant> for AdminGrant {
    fn from(row: rows::AdminGrant) -> Self {
        Self(row)
    }
}

/// What a partner may administer in a customer's tenant. Seen by both sides.
#[Object]
impl AdminGrant {
    /// `grt_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who may administer.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.partner_id).await
    }

    /// In whose tenant.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.customer_id).await
    }

    /// How far it reaches.
    async fn scope(&self) -> AdminScope {
        self.0.scope.into()
    }

    /// The directory roles of a GRANULAR grant; empty for FULL.
    async fn roles(&self) -> Vec<DirectoryRole> {
        self.0.roles.iter().copied().map(Into::into).collect()
    }

    /// Whether it holds, now.
    async fn status(&self, ctx: &Context<'_>) -> AdminGrantStatus {
        self.0.status_at(ctx.now()).into()
    }

    /// When the customer agreed.
    async fn granted_at(&self) -> DateTime {
        self.0.granted_at.into()
    }

    /// When it ends. Null: until revoked (FULL).
    async fn ends_at(&self) -> Option<DateTime> {
        self.0.ends_at.map(Into::into)
    }

    /// Whether it extends itself at its end.
    async fn auto_extend(&self) -> bool {
        self.0.auto_extend
    }

    /// When it was over. Null: it is active.
    async fn ended_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        let is_over = self.0.status_at(ctx.now()) != rows::AdminGrantStatus::Active;
        self.0.ended_at.or(self.0.ends_at.filter(|_| is_over)).map(Into::into)
    }
}

/// Which grants.
#[derive(InputObject, Default)]
pub struct AdminGrantFilter {
    /// Of this status; of any when left out.
    status: Option<AdminGrantStatus>,
    /// Ending within this time from now, or ended before; grants without an end never do.
    ends_within: Option<Duration>,
}

impl AdminGrantFilter {
    /// As the domain has it; BAD_REQUEST where the duration is none.
    pub(super) fn read(
        filter: Option<Self>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<rows::AdminGrantFilter, Error> {
        let filter = filter.unwrap_or_default();
        let end = |within: Duration| {
            let period: Option<Period> = within.0.parse().ok();
            let wrong = || bad_request("filter.endsWithin: give an ISO 8601 duration of days to years, such as P30D");
            period.and_then(|period| period.after(now)).ok_or_else(wrong)
        };
        let ends_before = filter.ends_within.map(end).transpose()?;
        Ok(rows::AdminGrantFilter { status: filter.status.map(Into::into), ends_before })
    }
}

/// Delegated administration that an invitation asks for.
#[derive(SimpleObject)]
pub struct RequestedAdministration {
    /// How far it reaches.
    scope: AdminScope,
    /// The directory roles of a GRANULAR request; empty for FULL.
    roles: Vec<DirectoryRole>,
    /// For how long, counted from acceptance. Null: until revoked (FULL).
    duration: Option<Duration>,
    /// Whether the grant would extend itself.
    auto_extend: bool,
}

impl From<rows::RequestedAdministration> for RequestedAdministration {
    fn from(asked: rows::RequestedAdministration) -> Self {
        Self {
            scope: asked.scope().into(),
            roles: asked.roles().iter().copied().map(Into::into).collect(),
            duration: asked.duration().map(|period| period.to_string().into()),
            auto_extend: asked.auto_extend(),
        }
    }
}

/// Delegated administration to ask for: exactly one of the two.
#[derive(OneofObject)]
pub enum DelegatedAdministrationInput {
    /// True asks for FULL, false for none.
    Full(bool),
    /// Asks for chosen roles and a limited time.
    Granular(GranularAdministrationInput),
}

/// Chosen roles for a limited time.
#[derive(InputObject)]
pub struct GranularAdministrationInput {
    /// At least one.
    roles: Vec<DirectoryRole>,
    /// P1D to P2Y, counted from acceptance.
    duration: Duration,
    /// Whether the grant extends itself by P180D at its end. GLOBAL_ADMINISTRATOR rules it out.
    #[graphql(default_with = "Some(false)")]
    auto_extend: Option<bool>,
}

impl From<DelegatedAdministrationInput> for NewAdministration {
    fn from(input: DelegatedAdministrationInput) -> Self {
        match input {
            DelegatedAdministrationInput::Full(asked) => Self::Full(asked),
            DelegatedAdministrationInput::Granular(granular) => Self::Granular(GranularAdministration {
                roles: granular.roles.into_iter().map(Into::into).collect(),
                duration: granular.duration.0,
                auto_extend: granular.auto_extend.unwrap_or_default(),
            }),
        }
    }
}
