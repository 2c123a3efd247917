//! Delegated administration: what is asked for and what was granted.

mod input;
mod mutation;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use domain::admin_grant as rows;

pub use self::input::{AdminGrantFilter, DelegatedAdministrationInput};
pub use self::mutation::AdminGrantMutation;
use super::context::ContextExt;
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
    /// The partner gave it back, or it was kept when a relationship was removed and the next one of the two did not ask for it.
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

    /// When it ends; of an ACTIVE one that extends itself the next time it does; a REVOKED or ENDED one keeps the end it would
    /// have had. Null: until revoked (FULL).
    async fn ends_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        self.0.end_at(ctx.now()).map(Into::into)
    }

    /// Whether it extends itself by P180D at its end, again and again. Always false for FULL and with
    /// GLOBAL_ADMINISTRATOR.
    async fn auto_extend(&self) -> bool {
        self.0.auto_extend
    }

    /// When it was over. Null: it is ACTIVE.
    async fn ended_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        self.0.ended_at(ctx.now()).map(Into::into)
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
    /// What it allows, in words for the recipient and in the language of the mail: a line for each of `roles`, in their
    /// order; of FULL a line for each kind of the partner's people that may act.
    meanings: Vec<AdministrationMeaning>,
}

/// One line of what delegated administration allows, in words for a customer.
#[derive(SimpleObject)]
pub struct AdministrationMeaning {
    /// The directory role that it is about. Null: FULL, which names none.
    role: Option<DirectoryRole>,
    /// The role's name; of FULL, which of the partner's people, such as `Its admin agents`.
    name: &'static str,
    /// What it allows, as it stands behind a colon: `assign and remove licenses`.
    meaning: &'static str,
}

impl RequestedAdministration {
    /// What is asked for, explained in the nearest language there is.
    pub(super) fn explained(asked: &rows::RequestedAdministration, locale: &str) -> Self {
        let meanings = rows::meanings(asked.scope(), asked.roles(), locale).into_iter();
        Self {
            scope: asked.scope().into(),
            roles: asked.roles().iter().copied().map(Into::into).collect(),
            duration: asked.duration().map(|period| period.to_string().into()),
            auto_extend: asked.auto_extend(),
            meanings: meanings
                .map(|it| AdministrationMeaning { role: it.role.map(Into::into), name: it.name, meaning: it.meaning })
                .collect(),
        }
    }
}
