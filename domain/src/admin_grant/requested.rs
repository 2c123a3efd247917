//! Delegated administration as it is asked for, before anybody granted it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::state::may_extend;
use super::{AdminScope, DirectoryRole};
use crate::error::Code;
use crate::period::Period;
use crate::text::Checks;

/// The shortest and longest granular grant.
const SHORTEST: Period = Period::days(1);
const LONGEST: Period = Period::years(2);

/// What a partner asks to administer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RequestedAdministration {
    /// Classic delegated administration privileges.
    Full,
    /// Chosen roles for a limited time.
    Granular {
        /// At least one.
        roles: Vec<DirectoryRole>,
        /// P1D to P2Y.
        duration: Period,
        /// Whether the grant extends itself.
        auto_extend: bool,
    },
}

/// What a caller asks to administer, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum NewAdministration {
    /// Full, or not: `full: false` asks for none.
    Full(bool),
    /// Chosen roles for a limited time.
    Granular(GranularAdministration),
}

/// The roles and the time asked for, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GranularAdministration {
    /// In any order, perhaps twice.
    pub roles: Vec<DirectoryRole>,
    /// ISO 8601.
    pub duration: String,
    /// Whether the grant extends itself.
    pub auto_extend: bool,
}

impl From<&RequestedAdministration> for NewAdministration {
    /// The same, to be asked again.
    fn from(asked: &RequestedAdministration) -> Self {
        match asked {
            RequestedAdministration::Full => Self::Full(true),
            RequestedAdministration::Granular { roles, duration, auto_extend } => {
                Self::Granular(GranularAdministration {
                    roles: roles.clone(),
                    duration: duration.to_string(),
                    auto_extend: *auto_extend,
                })
            }
        }
    }
}

impl NewAdministration {
    /// Checks what is asked; paths begin with `field`.
    pub(crate) fn check(
        &self,
        field: &str,
        checks: &mut Checks,
        now: DateTime<Utc>,
    ) -> Option<RequestedAdministration> {
        let asked = match self {
            Self::Full(asked) => return asked.then_some(RequestedAdministration::Full),
            Self::Granular(asked) => asked,
        };
        let mut roles = asked.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            let field = format!("{field}.granular.roles");
            checks.0.push(Code::Required.on(&field).saying("name at least one role"));
        }
        if asked.auto_extend && !may_extend(&roles) {
            checks.0.push(Code::AutoExtendNotAllowed.on(&format!("{field}.granular.autoExtend")));
        }
        let field = format!("{field}.granular.duration");
        let duration = checks.period(&field, &asked.duration, SHORTEST, LONGEST, now);
        Some(RequestedAdministration::Granular { roles, duration, auto_extend: asked.auto_extend })
    }
}

impl RequestedAdministration {
    /// How far it reaches.
    #[must_use]
    pub fn scope(&self) -> AdminScope {
        match self {
            Self::Full => AdminScope::Full,
            Self::Granular { .. } => AdminScope::Granular,
        }
    }

    /// The roles; none for full.
    #[must_use]
    pub fn roles(&self) -> &[DirectoryRole] {
        match self {
            Self::Full => &[],
            Self::Granular { roles, .. } => roles,
        }
    }

    /// For how long; none: until revoked.
    #[must_use]
    pub fn duration(&self) -> Option<Period> {
        match self {
            Self::Full => None,
            Self::Granular { duration, .. } => Some(*duration),
        }
    }

    /// When a grant of it made now ends; none: until revoked. Two years are a day longer with a leap day among them, so what
    /// was within bounds when it was asked for is bounded again.
    pub(super) fn end_from(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ends = [self.duration()?, LONGEST].map(|period| period.after(now));
        ends.into_iter().flatten().min()
    }

    /// Whether it extends itself.
    #[must_use]
    pub fn auto_extend(&self) -> bool {
        matches!(self, Self::Granular { auto_extend: true, .. })
    }
}
