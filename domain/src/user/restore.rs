//! Restores a deleted person of an organization.

use diesel_async::AsyncConnection;

use super::managed::Managed;
use super::{User, UserId, UserStatus, address};
use crate::activity::Event;
use crate::actor::Actor;
use crate::delegation::TenantAction;
use crate::error::Result;
use crate::store::Store;

/// Restores a person who was deleted at most 30 days ago in a tenant that the actor manages: active, with the roles they had.
/// Who is not deleted is given again, unchanged.
///
/// Refuses with `CONFLICT` where somebody else has their address since; with `NOT_FOUND` who was deleted longer ago; else as
/// [`super::delete()`] does.
pub async fn restore(store: &Store, actor: &Actor, id: UserId) -> Result<User> {
    let now = store.now();
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut managed = Managed::lock(conn, actor, id, now).await?;
        let is_admin = managed.user.is_global_admin();
        managed.authority.check(TenantAction::ManageUsers, is_admin, "id", now)?;
        if managed.user.status != UserStatus::Deleted {
            return Ok(managed.user);
        }
        if address::is_taken(conn, managed.organization.id, &managed.user.email, Some(id)).await? {
            return Err(address::taken("id").into());
        }
        managed.user.status = UserStatus::Active;
        managed.user.deleted_at = None;
        let restored = managed.change(Event::CustomerUserRestored);
        managed.save(conn, actor, now, restored, address::taken("id")).await
    })
    .await
}
