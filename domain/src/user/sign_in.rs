//! Who a verified token makes of a person.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{User, UserId, UserStatus};
use crate::activity::{self, Event};
use crate::actor::{Actor, Identity, Member, OperatorId};
use crate::enrollment::Enrollment;
use crate::error::Result;
use crate::id::Id;
use crate::organization::Organization;
use crate::schema::{enrollments, operators, organizations, users};
use crate::store::Store;

/// The actor behind a verified token.
///
/// A person is (issuer, subject), an organization (issuer, tenant). Who signs in to a registered organization for the
/// first time becomes its user, without roles: look only. Whose organization is not registered, who is deactivated or
/// deleted, or whose token names another tenant than their own, is a visitor.
pub async fn sign_in(store: &Store, identity: &Identity) -> Result<Actor> {
    let conn = &mut store.connection().await?;
    if let Some(operator) = find_operator(conn, identity).await? {
        return Ok(Actor::Operator(operator));
    }
    let found = users::table
        .inner_join(organizations::table.left_join(enrollments::table))
        .filter(users::issuer.eq(&identity.issuer))
        .filter(users::subject.eq(&identity.subject))
        .select((User::as_select(), Organization::as_select(), Option::<Enrollment>::as_select()))
        .first(conn)
        .await
        .optional()?;
    let Some((mut user, organization, enrollment)) = found else { return admit(store, conn, identity).await };
    if organization.tenant != identity.tenant || user.status != UserStatus::Active {
        return Ok(Actor::Visitor);
    }
    keep_email(store, conn, &mut user, identity).await?;
    Ok(Actor::Member(Box::new(Member { user, organization, enrollment })))
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

/// Makes a user of somebody whose organization is registered.
async fn admit(store: &Store, conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Actor> {
    let home = organizations::table
        .left_join(enrollments::table)
        .filter(organizations::issuer.eq(&identity.issuer))
        .filter(organizations::tenant.eq(&identity.tenant))
        .select((Organization::as_select(), Option::<Enrollment>::as_select()))
        .first::<(Organization, Option<Enrollment>)>(conn)
        .await
        .optional()?;
    let (Some((organization, enrollment)), Some(email)) = (home, &identity.email) else { return Ok(Actor::Visitor) };
    let user = User {
        id: UserId::fresh(),
        organization_id: organization.id,
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        name: identity.name.clone().unwrap_or_else(|| email.clone()),
        email: email.clone(),
        email_verified_at: identity.email_verified.then(|| store.now()),
        locale: organization.locale.clone(),
        roles: Vec::new(),
        status: UserStatus::Active,
        deleted_at: None,
        created_at: store.now(),
    };
    conn.transaction(async |conn| {
        let admitted = diesel::insert_into(users::table).values(&user).on_conflict_do_nothing().execute(conn).await?;
        if admitted == 1 {
            let change = activity::Change::new(Event::UserAdded, user.id).read_by([organization.id]);
            activity::record(conn, &Actor::System, store.now(), change).await?;
        }
        Ok::<_, crate::error::Error>(())
    })
    .await?;
    // Two first requests at once: the one that lost reads what the other wrote.
    let id: Id<User> = users::table
        .filter(users::issuer.eq(&identity.issuer))
        .filter(users::subject.eq(&identity.subject))
        .select(users::id)
        .first(conn)
        .await?;
    Ok(Actor::Member(Box::new(Member { user: User { id, ..user }, organization, enrollment })))
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
    diesel::update(users::table.find(user.id))
        .set((users::email.eq(&user.email), users::email_verified_at.eq(user.email_verified_at)))
        .execute(conn)
        .await?;
    Ok(())
}
