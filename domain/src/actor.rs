//! Who is asking: a user of an organization, the platform's operator, a visitor, or the system.

use crate::enrollment::Enrollment;
use crate::error::{Code, Result};
use crate::id::{Id, Named};
use crate::organization::{Organization, OrganizationId};
use crate::policy::{self, Action};
use crate::user::{Role, User, UserId};

/// What a verified token says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The token's issuer.
    pub issuer: String,
    /// The tenant the person signed in to.
    pub tenant: String,
    /// The person, unique within the issuer.
    pub subject: String,
    /// The address, if the token has one.
    pub email: Option<String>,
    /// Whether the issuer vouches for the address; without that it proves nothing.
    pub email_verified: bool,
    /// For display.
    pub name: Option<String>,
    /// Whether they may take over, for their tenant, an organization that a partner added: false where the operator asks
    /// that the token says of them that they administer the tenant, and this one does not.
    pub may_claim: bool,
}

impl Identity {
    /// The address, if the issuer vouches for it.
    #[must_use]
    pub fn verified_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.email_verified)
    }
}

/// The platform's own staff.
#[derive(Debug, Clone)]
pub struct Operator;

impl Named for Operator {
    const PREFIX: &'static str = "opr";
}

/// The id of an operator.
pub type OperatorId = Id<Operator>;

/// A signed-in user of a registered organization.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person.
    pub user: User,
    /// Whose person.
    pub organization: Organization,
    /// What makes the organization a partner; none: it is a customer only.
    pub enrollment: Option<Enrollment>,
}

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Actor {
    /// A user of an organization.
    Member(Box<Member>),
    /// The platform's own staff.
    Operator(OperatorId),
    /// Anybody else: not signed in, or of no registered organization.
    Visitor,
    /// The platform itself, in the worker.
    System,
}

impl Actor {
    /// The member who may do this on the partner's side.
    ///
    /// Refuses with `NOT_AUTHORIZED_PARTNER` whose organization is no authorized partner, and with `FORBIDDEN` whose
    /// role does not reach.
    pub fn may(&self, action: Action) -> Result<&Member> {
        let Self::Member(member) = self else { return Err(Code::Forbidden.into()) };
        match &member.enrollment {
            Some(enrollment) if enrollment.is_authorized() => {}
            _ => return Err(Code::NotAuthorizedPartner.into()),
        }
        if member.can(action) { Ok(member) } else { Err(Code::Forbidden.into()) }
    }

    /// The member who may do this for their organization as a customer, whatever its standing as a partner.
    ///
    /// Refuses with `FORBIDDEN` whose role does not reach.
    pub fn may_as_customer(&self, action: Action) -> Result<&Member> {
        self.member().filter(|member| member.can(action)).ok_or_else(|| Code::Forbidden.into())
    }

    /// The member who may withdraw from what was agreed on the partner's side: the role is asked, the standing is not, since a
    /// suspended partner keeps the right to leave.
    ///
    /// Refuses with `NOT_AUTHORIZED_PARTNER` whose organization never was a partner, and with `FORBIDDEN` whose role does
    /// not reach.
    pub fn may_withdraw(&self, action: Action) -> Result<&Member> {
        let Self::Member(member) = self else { return Err(Code::Forbidden.into()) };
        if member.enrollment.is_none() {
            return Err(Code::NotAuthorizedPartner.into());
        }
        if member.can(action) { Ok(member) } else { Err(Code::Forbidden.into()) }
    }

    /// The signed-in member, if it is one.
    #[must_use]
    pub fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            _ => None,
        }
    }

    /// The organization on whose behalf it asks.
    #[must_use]
    pub fn organization_id(&self) -> Option<OrganizationId> {
        self.member().map(|member| member.organization.id)
    }

    /// Whether it is the platform's own staff.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        matches!(self, Self::Operator(_))
    }
}

impl Member {
    /// Whether one of the user's roles reaches.
    #[must_use]
    pub fn can(&self, action: Action) -> bool {
        self.user.roles.iter().any(|role| policy::allows(*role, action))
    }

    /// Whether the user may read the organization's activity: a partner's and a customer's roles differ.
    #[must_use]
    pub fn reads_activity(&self) -> bool {
        self.can(if self.enrollment.is_some() { Action::ReadActivity } else { Action::ReadAccountActivity })
    }

    /// Whether the user is the organization's global administrator.
    #[must_use]
    pub fn is_global_admin(&self) -> bool {
        self.user.roles.contains(&Role::GlobalAdmin)
    }

    /// The person's id.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// Whether the address is this person's own, and verified; in any case.
    #[must_use]
    pub fn owns_email(&self, email: &str) -> bool {
        self.user.email_verified_at.is_some() && self.user.email.to_lowercase() == email.to_lowercase()
    }
}
