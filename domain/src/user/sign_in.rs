//! Who a verified token makes of a person.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::admit::admit;
use super::managed::ONE_PER_ADDRESS;
use super::{User, UserStatus, address};
use crate::actor::{Actor, Identity, Member, OperatorId};
use crate::enrollment::Enrollment;
use crate::error::{Code, Error, OnConstraint, Result};
use crate::organization::Organization;
use crate::schema::{enrollments, operators, organizations, users};
use crate::store::Store;

/// The actor behind a verified token.
///
/// A person is (issuer, subject), an organization (issuer, tenant). Who signs in to a registered organization for the
/// first time becomes its user: the one that somebody made for their verified address, else a new one without roles, look
/// only. Whose organization is not registered, but who was named as the first administrator of an unclaimed one, claims it:
/// a partner that names an address of a domain names somebody of it, since the issuer vouches for the address. Everybody
/// else whose organization is not registered, who is deactivated or deleted, or whose token names another tenant than their
/// own, is a visitor.
pub async fn sign_in(store: &Store, identity: &Identity) -> Result<Actor> {
    let conn = &mut store.connection().await?;
    if let Some(operator) = find_operator(conn, identity).await? {
        return Ok(Actor::Operator(operator));
    }
    let mut found = find(conn, identity).await?;
    if found.is_none() && admit(store, conn, identity).await? {
        found = find(conn, identity).await?;
    }
    let Some(mut member) = found else { return Ok(Actor::Visitor) };
    if member.organization.tenant.as_deref() != Some(&identity.tenant) || member.user.status != UserStatus::Active {
        return Ok(Actor::Visitor);
    }
    keep_email(store, conn, &mut member.user, identity).await?;
    Ok(Actor::Member(Box::new(member)))
}

/// The person of this issuer and subject, whoever they are.
async fn find(conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Option<Member>> {
    let found = users::table
        .inner_join(organizations::table.left_join(enrollments::table))
        .filter(users::issuer.eq(&identity.issuer))
        .filter(users::subject.eq(&identity.subject))
        .select((User::as_select(), Organization::as_select(), Option::<Enrollment>::as_select()))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(user, organization, enrollment)| Member { user, organization, enrollment }))
}

/// A person who signed in, as they are now. None: they would be a visitor.
pub(crate) async fn as_they_are(conn: &mut AsyncPgConnection, before: &Member) -> Result<Option<Member>> {
    let found = users::table
        .inner_join(organizations::table.left_join(enrollments::table))
        .filter(users::id.eq(before.user.id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(organizations::tenant.eq(&before.organization.tenant))
        .select((User::as_select(), Organization::as_select(), Option::<Enrollment>::as_select()))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(user, organization, enrollment)| Member { user, organization, enrollment }))
}

/// The member as they are now, kept so until the transaction ends: whoever takes their roles or deactivates them waits, or
/// was first. Refuses with `FORBIDDEN` who is active no longer. The last of the locks; enrollment and organization stay as
/// they were read.
pub(crate) async fn hold(conn: &mut AsyncPgConnection, before: &Member) -> Result<Member> {
    let active = users::table.find(before.user.id).filter(users::status.eq(UserStatus::Active));
    let found: Option<User> = active.select(User::as_select()).for_share().first(conn).await.optional()?;
    let gone = || Code::Forbidden.refusal().saying("you are no longer an active user of your organization");
    Ok(Member { user: found.ok_or_else(gone)?, ..before.clone() })
}

async fn find_operator(conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Option<OperatorId>> {
    let query = operators::table
        .filter(operators::issuer.eq(&identity.issuer))
        .filter(operators::subject.eq(&identity.subject))
        .select(operators::id);
    Ok(query.first(conn).await.optional()?)
}

/// Keeps the address as the directory now says it; it counts as verified only while the issuer vouches for it.
async fn keep_email(store: &Store, conn: &mut AsyncPgConnection, user: &mut User, identity: &Identity) -> Result<()> {
    let Some(email) = &identity.email else { return Ok(()) };
    let same = user.email.eq_ignore_ascii_case(email);
    if same && user.email_verified_at.is_some() == identity.email_verified {
        return Ok(());
    }
    user.email.clone_from(email);
    user.email_verified_at = identity.email_verified.then(|| store.now());
    let is_taken = address::is_taken(conn, user.organization_id, email, Some(user.id)).await?;
    match write_email(conn, user, is_taken).await {
        // Somebody was given it a moment ago. The directory is right all the same.
        Err(Error::Refused(_)) => write_email(conn, user, true).await,
        written => written,
    }
}

/// Writes the address, shared with others of the organization or their own. Refuses with `CONFLICT` what is not their own.
async fn write_email(conn: &mut AsyncPgConnection, user: &User, shares: bool) -> Result<()> {
    let row = (
        users::email.eq(&user.email),
        users::email_verified_at.eq(user.email_verified_at),
        users::shares_address.eq(shares),
    );
    let written = diesel::update(users::table.find(user.id)).set(row).execute(conn).await;
    written.on_constraint(ONE_PER_ADDRESS, Code::Conflict.refusal())?;
    Ok(())
}
