//! A person's address: of their organization's domains, and nobody else's there.

use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::UserId;
use crate::error::{Code, Refusal, Result};
use crate::organization::{OrganizationDomain, OrganizationId, lower};
use crate::schema::users;
use crate::text::{Checks, domain_of};

/// Checks an address that somebody of the organization is to have; gives it trimmed. `except` has it already, or may.
pub(super) async fn check(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    email: &str,
    except: Option<UserId>,
    checks: &mut Checks,
) -> Result<String> {
    let before = checks.0.len();
    let email = checks.email("email", email);
    if checks.0.len() > before {
        return Ok(email);
    }
    let domains = OrganizationDomain::of(conn, &[organization]).await?;
    if !domains.iter().any(|own| own.domain == domain_of(&email)) {
        let names: Vec<&str> = domains.iter().map(|own| own.domain.as_str()).collect();
        let message = if names.is_empty() {
            "the organization has no verified domain yet, which its people's addresses need".to_owned()
        } else {
            format!("give an address of one of the organization's domains: {}", names.join(", "))
        };
        checks.0.push(Code::Invalid.on("email").saying(message));
    }
    if is_taken(conn, organization, &email, except).await? {
        checks.0.push(taken("email"));
    }
    Ok(email)
}

/// That somebody else has the address.
pub(super) fn taken(field: &str) -> Refusal {
    let message = "somebody else of this organization has this address; change or delete that person first";
    Code::Conflict.on(field).saying(message)
}

/// Whether somebody else of the organization, who is not deleted, has this address, in any case. Asked at each sign-in of who
/// shares one: the index `users_by_address` answers.
pub(super) async fn is_taken(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    email: &str,
    except: Option<UserId>,
) -> Result<bool> {
    let mut others = users::table
        .filter(users::organization_id.eq(organization))
        .filter(lower(users::email).eq(lower(email)))
        .filter(users::deleted_at.is_null())
        .select(users::id)
        .into_boxed();
    if let Some(except) = except {
        others = others.filter(users::id.ne(except));
    }
    Ok(select(exists(others)).get_result(conn).await?)
}
