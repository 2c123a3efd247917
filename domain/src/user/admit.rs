//! Who signs in for the first time.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::claim::{Claim, claim, find_claimable};
use super::{User, UserId, UserStatus};
use crate::activity::{self, Event};
use crate::actor::{Actor, Identity};
use crate::error::{Code, Error, OnConstraint, Result};
use crate::organization::{Organization, OrganizationId, lower};
use crate::schema::{organizations, users};
use crate::store::Store;

/// Makes a user of somebody whose organization is registered, or now is since they claim it. False: they are a visitor.
pub(super) async fn admit(store: &Store, conn: &mut AsyncPgConnection, identity: &Identity) -> Result<bool> {
    // Looked for first: what is claimed in between is found as the home, and not as neither.
    let claimable = find_claimable(conn, identity).await?;
    let home = match (find_home(conn, identity).await?, claimable) {
        (None, Some(claimable)) => match claim(store, conn, identity, claimable).await? {
            Claim::Made => return Ok(true),
            // A colleague was faster: the organization is registered by now.
            Claim::Lost => find_home(conn, identity).await?,
        },
        (home, _) => home,
    };
    let (Some(organization), Some(email)) = (home, &identity.email) else { return Ok(false) };
    let admitted = conn
        .transaction(async |conn| {
            // First with an address of their own. Where that is somebody's it may be theirs, of a moment ago; else the
            // directory gives it to several, who share it.
            for shares_address in [false, true] {
                match arrive(store, conn, &organization, identity, email, shares_address).await? {
                    Arrival::Turned => return Ok(false),
                    Arrival::Missed => {}
                    Arrival::Became(user) => {
                        let change = activity::Change::new(Event::UserAdded, user).read_by([organization.id]);
                        activity::record(conn, &Actor::System, store.now(), change).await?;
                        break;
                    }
                }
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

/// The organization of the identity's tenant.
async fn find_home(conn: &mut AsyncPgConnection, identity: &Identity) -> Result<Option<Organization>> {
    let home = organizations::table
        .filter(organizations::issuer.eq(&identity.issuer))
        .filter(organizations::tenant.eq(&identity.tenant))
        .select(Organization::as_select());
    Ok(home.first(conn).await.optional()?)
}

/// What came of a first sign-in.
enum Arrival {
    /// This user is theirs from now on.
    Became(UserId),
    /// Somebody was quicker: the same person, or who has the address.
    Missed,
    /// They were deactivated or deleted before they first signed in, and do not come in by another door.
    Turned,
}

async fn arrive(
    store: &Store,
    conn: &mut AsyncPgConnection,
    organization: &Organization,
    identity: &Identity,
    email: &str,
    shares_address: bool,
) -> Result<Arrival> {
    let expected = expected(conn, organization.id, email).await?;
    let became = match expected.iter().find(|user| user.status == UserStatus::Active) {
        Some(user) if identity.email_verified => adopt(store, conn, user, identity, email).await?,
        // Turned away are those, too, for whose address nobody vouches: it proves nothing that lets them in.
        None if !expected.is_empty() => return Ok(Arrival::Turned),
        _ => insert(conn, newcomer(store, identity, organization, email), shares_address).await?,
    };
    Ok(became.map_or(Arrival::Missed, Arrival::Became))
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

/// The user that somebody becomes who signs in for the first time: without roles.
pub(super) fn newcomer(store: &Store, identity: &Identity, organization: &Organization, email: &str) -> User {
    User {
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
    }
}

/// Stores a new person. None: they are there since a moment ago, or somebody has the address that they do not share.
async fn insert(conn: &mut AsyncPgConnection, user: User, shares_address: bool) -> Result<Option<UserId>> {
    let made = diesel::insert_into(users::table)
        .values((&user, users::shares_address.eq(shares_address)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok((made == 1).then_some(user.id))
}
