//! What a caller gives of a person, and its checking: all violations come together.

use diesel_async::AsyncPgConnection;
use serde::Serialize;

use super::{Role, User, UserStatus, address};
use crate::enrollment::Enrollment;
use crate::error::{Code, Result};
use crate::organization::{Organization, OrganizationId};
use crate::text::{Checks, LONGEST_NAME, not_null};

/// A person to be created, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewUser {
    /// Whose person.
    #[serde(skip)]
    pub organization_id: OrganizationId,
    /// For display.
    pub name: String,
    /// Of one of the organization's verified domains.
    pub email: String,
    /// BCP 47; none: the organization's.
    pub locale: Option<String>,
    /// What the person may do; none: look only.
    pub roles: Vec<Role>,
    /// Repeating the call with the same key gives the first person again.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What to change of a person, unchecked: outer none stays, inner none clears.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// For display. Cannot be cleared.
    pub name: Option<Option<String>>,
    /// Of one of the organization's verified domains. Cannot be cleared.
    pub email: Option<Option<String>>,
    /// BCP 47. Cannot be cleared.
    pub locale: Option<Option<String>>,
    /// All that the person may do.
    pub roles: Option<Option<Vec<Role>>>,
    /// Active or deactivated. Cannot be cleared.
    pub status: Option<Option<UserStatus>>,
}

/// Each role once, in the order of the design.
pub(super) fn each_once(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort_unstable();
    roles.dedup();
    roles
}

impl UserChange {
    /// The roles that the person would have. None: they stay.
    pub(super) fn new_roles(&self, user: &User) -> Option<Vec<Role>> {
        let given = each_once(self.roles.clone()?.unwrap_or_default());
        (given != each_once(user.roles.clone())).then_some(given)
    }

    /// Whether the address would be another; in any case.
    pub(super) fn is_readdressed(&self, user: &User) -> bool {
        let given = self.email.as_ref().and_then(Option::as_deref);
        given.is_some_and(|email| email.trim().to_lowercase() != user.email.to_lowercase())
    }

    /// Changes a person, as far as it can be done; gives the names of the fields that differ.
    pub(super) async fn apply(
        self,
        conn: &mut AsyncPgConnection,
        organization: &Organization,
        user: &mut User,
        checks: &mut Checks,
    ) -> Result<Vec<&'static str>> {
        let before = user.clone();
        if let Some(roles) = self.new_roles(user) {
            check_roles(conn, organization.id, &roles, checks).await?;
            user.roles = roles;
        }
        if self.is_readdressed(user) {
            user.email_verified_at = None;
        }
        if let Some(name) = not_null("name", self.name, checks) {
            user.name = checks.required_line("name", &name, LONGEST_NAME);
        }
        if let Some(email) = not_null("email", self.email, checks).filter(|email| *email != user.email) {
            user.email = address::check(conn, organization.id, &email, Some(user.id), checks).await?;
        }
        if let Some(locale) = not_null("locale", self.locale, checks) {
            user.locale = checks.locale("locale", &locale);
        }
        match not_null("status", self.status, checks) {
            Some(UserStatus::Deleted) => {
                let message = "give ACTIVE or DEACTIVATED; deleteCustomerUser deletes a person";
                checks.0.push(Code::Invalid.on("status").saying(message));
            }
            Some(status) => user.status = status,
            None => {}
        }
        let fields = [
            ("name", before.name != user.name),
            ("email", before.email != user.email),
            ("locale", before.locale != user.locale),
            ("roles", before.roles != user.roles),
            ("status", before.status != user.status),
        ];
        Ok(fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect())
    }
}

/// Checks the roles that somebody of an organization is to have: those other than GLOBAL_ADMIN are a partner's people's.
pub(super) async fn check_roles(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    roles: &[Role],
    checks: &mut Checks,
) -> Result<()> {
    let is_of_customers = |role: &Role| *role == Role::GlobalAdmin;
    if !roles.iter().all(is_of_customers) && Enrollment::of(conn, &[organization]).await?.is_empty() {
        let message = "this organization is no partner: its people hold GLOBAL_ADMIN or no role";
        checks.0.push(Code::Invalid.on("roles").saying(message));
    }
    Ok(())
}
