//! Who takes over an organization that a partner added.

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::admit::newcomer;
use super::{Role, User};
use crate::activity::{self, Event};
use crate::actor::{Actor, Identity, Member};
use crate::error::{Code, Error, OnConstraint, Result};
use crate::organization::{self, OrganizationId};
use crate::relationship::Relationship;
use crate::schema::users;
use crate::store::Store;

/// What came of claiming.
pub(super) enum Claim {
    /// The organization is theirs, and they are its global administrator.
    Made,
    /// Somebody was faster.
    Lost,
}

/// What somebody may claim, by their verified address. None: nothing.
///
/// A verified address proves a mailbox, and not that its owner speaks for the tenant they sign in to: an issuer may vouch for
/// the home address of another tenant's guest. That they administer it is for the token to say, where the operator asks it.
pub(super) async fn find_claimable<'a>(
    conn: &mut AsyncPgConnection,
    identity: &'a Identity,
) -> Result<Option<(OrganizationId, &'a str)>> {
    let Some(email) = identity.verified_email().filter(|_| identity.may_claim) else { return Ok(None) };
    let found = organization::find_claimable(conn, email).await?;
    Ok(found.map(|id| (id, email)))
}

/// Makes the unclaimed organization theirs whose first administrator they were named as: organization, domain, user and
/// account together.
pub(super) async fn claim(
    store: &Store,
    conn: &mut AsyncPgConnection,
    identity: &Identity,
    (id, email): (OrganizationId, &str),
) -> Result<Claim> {
    let claimed = conn
        .transaction(async |conn| {
            let Some(organization) = organization::claim(conn, id, identity, store.now()).await? else {
                return Ok(false);
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
            let claimant = Actor::Member(Box::new(Member { user, organization, enrollment: None }));
            activity::record_all(conn, &claimant, store.now(), changes).await?;
            Ok(true)
        })
        .await;
    match claimed {
        Ok(true) => Ok(Claim::Made),
        Ok(false) | Err(Error::Refused(_)) => Ok(Claim::Lost),
        Err(fault) => Err(fault),
    }
}
