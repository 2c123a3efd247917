//! Who a verified token makes of a person.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::managed::ONE_PER_ADDRESS;
use super::{User, UserId, UserStatus, address};
use crate::activity::{self, Event};
use crate::actor::{Actor, Identity, Member, OperatorId};
use crate::enrollment::Enrollment;
use crate::error::{Code, Error, OnConstraint, Result};
use crate::organization::{Organization, OrganizationId, lower};
use crate::schema::{enrollments, operators, organizations, users};
use crate::store::Store;

/// The actor behind a verified token.
///
/// A person is (issuer, subject), an organization (issuer, tenant). Who signs in to a registered organization for the
/// first time becomes its user: the one that somebody made for their verified address, else a new one without roles, look
/// only. Whose organization is not registered, who is deactivated or deleted, or whose token names another tenant than
/// their own, is a visitor.
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
    if member.organization.tenant != identity.tenant || member.user.status != UserStatus::Active {
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

async fn find_operator(conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Option<OperatorId>> {
    let query = operators::table
        .filter(operators::issuer.eq(&identity.issuer))
        .filter(operators::subject.eq(&identity.subject))
        .select(operators::id);
    Ok(query.first(conn).await.optional()?)
}

/// Makes a user of somebody whose organization is registered. False: they are a visitor.
async fn admit(store: &Store, conn: &mut AsyncPgConnection, identity: &Identity) -> Result<bool> {
    let home = organizations::table
        .filter(organizations::issuer.eq(&identity.issuer))
        .filter(organizations::tenant.eq(&identity.tenant))
        .select(Organization::as_select())
        .first::<Organization>(conn)
        .await
        .optional()?;
    let (Some(organization), Some(email)) = (home, &identity.email) else { return Ok(false) };
    let admitted = conn
        .transaction(async |conn| {
            let expected = match identity.verified_email() {
                Some(email) => expected(conn, organization.id, email).await?,
                None => Vec::new(),
            };
            let user = match expected.iter().find(|user| user.status == UserStatus::Active) {
                Some(user) => adopt(store, conn, user, identity, email).await?,
                // Who was deactivated or deleted before they first signed in does not come in by another door.
                None if !expected.is_empty() => return Ok(false),
                None => None,
            };
            let user = match user {
                Some(user) => Some(user),
                None => make(store, conn, &organization, identity, email).await?,
            };
            if let Some(user) = user {
                let change = activity::Change::new(Event::UserAdded, user).read_by([organization.id]);
                activity::record(conn, &Actor::System, store.now(), change).await?;
            }
            Ok(true)
        })
        .await;
    match admitted {
        // Of two first requests at once the one that lost reads what the other wrote.
        Err(Error::Refused(_)) => Ok(true),
        admitted => admitted,
    }
}

/// Who was made for this address in an organization and has not signed in; one of them at most is active.
async fn expected(conn: &mut AsyncPgConnection, organization: OrganizationId, email: &str) -> Result<Vec<User>> {
    let query = users::table
        .filter(users::organization_id.eq(organization))
        .filter(users::subject.is_null())
        .filter(users::purged_at.is_null())
        .filter(lower(users::email).eq(lower(email)));
    Ok(query.select(User::as_select()).load(conn).await?)
}

/// Makes who signs in the person that was made for them. None: somebody else became it, or it was changed, meanwhile.
async fn adopt(
    store: &Store,
    conn: &mut AsyncPgConnection,
    user: &User,
    identity: &Identity,
    email: &str,
) -> Result<Option<UserId>> {
    let still = users::table
        .find(user.id)
        .filter(users::subject.is_null())
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::email.eq(&user.email));
    let now_theirs =
        (users::subject.eq(&identity.subject), users::email.eq(email), users::email_verified_at.eq(store.now()));
    let adopted = diesel::update(still).set(now_theirs).execute(conn).await;
    let adopted = adopted.on_constraint("users_one_per_subject", Code::Conflict.refusal())?;
    Ok((adopted == 1).then_some(user.id))
}

/// Makes a new person without roles. None: they are there since a moment ago.
async fn make(
    store: &Store,
    conn: &mut AsyncPgConnection,
    organization: &Organization,
    identity: &Identity,
    email: &str,
) -> Result<Option<UserId>> {
    let user = User {
        id: UserId::fresh(),
        organization_id: organization.id,
        issuer: identity.issuer.clone(),
        subject: Some(identity.subject.clone()),
        name: identity.name.clone().unwrap_or_else(|| email.to_owned()),
        email: email.to_owned(),
        email_verified_at: identity.email_verified.then(|| store.now()),
        locale: organization.locale.clone(),
        roles: Vec::new(),
        status: UserStatus::Active,
        deleted_at: None,
        created_at: store.now(),
    };
    // First with an address of their own; where the directory gives it to several, they share it.
    for shares in [false, true] {
        let made = diesel::insert_into(users::table)
            .values((&user, users::shares_address.eq(shares)))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        if made == 1 {
            return Ok(Some(user.id));
        }
    }
    Ok(None)
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
