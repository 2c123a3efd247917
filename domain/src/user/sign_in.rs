//! Who a verified token makes of a person.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{Role, User, UserId, UserStatus};
use crate::activity::{self, Event};
use crate::actor::{Actor, Identity, Member, OperatorId};
use crate::enrollment::Enrollment;
use crate::error::{Code, Error, OnConstraint, Result};
use crate::organization::{self, Organization};
use crate::relationship::Relationship;
use crate::schema::{enrollments, operators, organizations, users};
use crate::store::Store;

/// The actor behind a verified token.
///
/// A person is (issuer, subject), an organization (issuer, tenant). Who signs in to a registered organization for the
/// first time becomes its user, without roles: look only. Whose organization is not registered, but who was named as the
/// first administrator of an unclaimed one, claims it: a partner that names an address of a domain names somebody of it,
/// since the issuer vouches for the address. Everybody else whose organization is not registered, who is deactivated or
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
    if organization.tenant.as_deref() != Some(&identity.tenant) || user.status != UserStatus::Active {
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
    let home = match find_home(conn, identity).await? {
        Some(home) => Some(home),
        None => match claim(store, conn, identity).await? {
            Claim::Made(member) => return Ok(Actor::Member(member)),
            // A colleague was faster: the organization is registered by now.
            Claim::Lost => find_home(conn, identity).await?,
            Claim::Nothing => None,
        },
    };
    let (Some((organization, enrollment)), Some(email)) = (home, &identity.email) else { return Ok(Actor::Visitor) };
    let user = newcomer(store, identity, &organization, email);
    conn.transaction(async |conn| {
        let admitted = diesel::insert_into(users::table).values(&user).on_conflict_do_nothing().execute(conn).await?;
        if admitted == 1 {
            let change = activity::Change::new(Event::UserAdded, user.id).read_by([organization.id]);
            activity::record(conn, &Actor::System, store.now(), change).await?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    // Two first requests at once: the one that lost reads what the other wrote.
    let user = users::table
        .filter(users::issuer.eq(&identity.issuer))
        .filter(users::subject.eq(&identity.subject))
        .select(User::as_select())
        .first(conn)
        .await?;
    Ok(Actor::Member(Box::new(Member { user, organization, enrollment })))
}

/// The organization of the identity's tenant.
async fn find_home(
    conn: &mut AsyncPgConnection,
    identity: &Identity,
) -> Result<Option<(Organization, Option<Enrollment>)>> {
    let home = organizations::table
        .left_join(enrollments::table)
        .filter(organizations::issuer.eq(&identity.issuer))
        .filter(organizations::tenant.eq(&identity.tenant))
        .select((Organization::as_select(), Option::<Enrollment>::as_select()));
    Ok(home.first(conn).await.optional()?)
}

/// The user that somebody becomes who signs in for the first time.
fn newcomer(store: &Store, identity: &Identity, organization: &Organization, email: &str) -> User {
    User {
        id: UserId::fresh(),
        organization_id: organization.id,
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        name: identity.name.clone().unwrap_or_else(|| email.to_owned()),
        email: email.to_owned(),
        email_verified_at: identity.email_verified.then(|| store.now()),
        locale: organization.locale.clone(),
        roles: Vec::new(),
        status: UserStatus::Active,
        deleted_at: None,
        created_at: store.now(),
    }
}

/// What came of claiming.
enum Claim {
    /// The organization is theirs, and they are its global administrator.
    Made(Box<Member>),
    /// Somebody was faster.
    Lost,
    /// There is nothing to claim.
    Nothing,
}

/// Makes the unclaimed organization theirs whose first administrator they were named as: organization, domain, user and
/// account together.
async fn claim(store: &Store, conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Claim> {
    let Some(email) = identity.verified_email() else { return Ok(Claim::Nothing) };
    let Some(id) = organization::find_claimable(conn, email).await? else { return Ok(Claim::Nothing) };
    let claimed = conn
        .transaction(async |conn| {
            let Some(organization) = organization::claim(conn, id, identity, store.now()).await? else {
                return Ok(None);
            };
            let user = User { roles: vec![Role::GlobalAdmin], ..newcomer(store, identity, &organization, email) };
            diesel::insert_into(users::table)
                .values(&user)
                .execute(conn)
                .await
                .on_constraint("users_one_per_subject", Code::Conflict.refusal())?;
            let partners = Relationship::partners_of(conn, organization.id).await?;
            let changes = vec![
                activity::Change::new(Event::OrganizationRegistered, organization.id)
                    .read_by(partners)
                    .read_by([organization.id]),
                activity::Change::new(Event::UserAdded, user.id).read_by([organization.id]),
            ];
            let member = Box::new(Member { user, organization, enrollment: None });
            activity::record_all(conn, &Actor::Member(member.clone()), store.now(), changes).await?;
            Ok::<_, Error>(Some(member))
        })
        .await;
    match claimed {
        Ok(Some(member)) => Ok(Claim::Made(member)),
        Ok(None) | Err(Error::Refused(_)) => Ok(Claim::Lost),
        Err(fault) => Err(fault),
    }
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
