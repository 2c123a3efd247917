//! The customer leaves a granular grant fewer roles.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::{AdminGrant, AdminGrantId, DirectoryRole};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::store::Store;

/// Leaves a grant on the member's own tenant these of its roles, at any time.
///
/// Where it has just these nothing changes. Refuses with `REQUIRED` no roles at all, with `INVALID` roles it does not have and
/// a FULL grant, which has none; else as [`super::revoke()`] does.
pub async fn change_roles(
    store: &Store,
    actor: &Actor,
    id: AdminGrantId,
    mut roles: Vec<DirectoryRole>,
) -> Result<AdminGrant> {
    let member = actor.may_as_customer(Action::RevokeAdminGrant)?;
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        return Err(Code::Required.on("roles").saying("name the roles that stay; to take all away, revoke it").into());
    }
    let conn = &mut store.connection().await?;
    let changed = conn
        .transaction(async |conn| {
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            if side != RelationshipSide::Customer {
                let message = "only the customer narrows a grant; your organization may end it";
                return Err(Code::Forbidden.on("id").saying(message).into());
            }
            grant.catch_up(conn, store.now()).await?;
            let removed = grant.narrow(roles, store.now())?;
            if !removed.is_empty() {
                grant.save(conn).await?;
                let details = json!({ "roles": grant.roles, "removed": removed });
                let change = Change::new(Event::AdminGrantRolesChanged, id).read_by(grant.sides()).with(details);
                activity::record(conn, actor, store.now(), change).await?;
            }
            Ok::<_, Error>(grant)
        })
        .await?;
    // Catching up may have told of an extension.
    store.ring(Outbox::Emails);
    Ok(changed)
}
