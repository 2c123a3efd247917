//! What is given to ask for delegated administration, to find grants and to change them.

use async_graphql::{Error, ID, InputObject, OneofObject};
use domain::admin_grant::{self as rows, GranularAdministration, NewAdministration};
use domain::period::Period;

use super::{AdminGrantStatus, DirectoryRole};
use crate::graphql::error::bad_request;
use crate::graphql::scalars::Duration;

/// Which grants.
#[derive(InputObject, Default)]
pub struct AdminGrantFilter {
    /// Of this status; of any when left out.
    status: Option<AdminGrantStatus>,
    /// With an `endsAt` within this time from now, or before: without `status` also what is over, whose `endsAt` has passed or
    /// is the one it would have had. Grants without an end never are.
    ends_within: Option<Duration>,
}

impl AdminGrantFilter {
    /// As the domain has it; BAD_REQUEST where the duration is none.
    pub(in crate::graphql) fn read(
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

/// Which grant to take away.
#[derive(InputObject)]
pub struct RevokeAdminGrantInput {
    /// The grant.
    pub(super) id: ID,
}

/// Which grant to give back.
#[derive(InputObject)]
pub struct EndAdminGrantInput {
    /// The grant.
    pub(super) id: ID,
}

/// Which roles a grant keeps.
#[derive(InputObject)]
pub struct ChangeAdminGrantRolesInput {
    /// The grant, GRANULAR.
    pub(super) id: ID,
    /// The roles that stay: at least one, of those it has.
    pub(super) roles: Vec<DirectoryRole>,
}

/// Whether a grant extends itself.
#[derive(InputObject)]
pub struct SetAdminGrantAutoExtendInput {
    /// The grant, GRANULAR.
    pub(super) id: ID,
    /// True: at its end it is extended by P180D, again and again. False: it ends. GLOBAL_ADMINISTRATOR rules true out.
    pub(super) auto_extend: bool,
}
