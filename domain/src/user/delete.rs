//! Deletes a person of an organization.

use diesel_async::AsyncConnection;

use super::managed::{Managed, is_last_admin};
use super::{User, UserId, UserStatus, address};
use crate::activity::Event;
use crate::actor::Actor;
use crate::delegation::TenantAction;
use crate::error::{Code, Result};
use crate::store::Store;

/// Deletes a person in a tenant that the actor manages: they no longer sign in, can be restored for 30 days, and are then
/// purged. Who was deleted before is given again, unchanged.
///
/// Refuses as [`super::update()`] does; who holds GLOBAL_ADMIN takes GLOBAL_ADMINISTRATOR.
pub async fn delete(store: &Store, actor: &Actor, id: UserId) -> Result<User> {
    let now = store.now();
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut managed = Managed::lock(conn, actor, id, now).await?;
        let is_admin = managed.user.is_global_admin();
        managed.authority.check(TenantAction::ManageUsers, is_admin, "id", now)?;
        if managed.user.status == UserStatus::Deleted {
            return Ok(managed.user);
        }
        if is_admin && managed.user.status == UserStatus::Active && is_last_admin(conn, &managed.user).await? {
            return Err(Code::LastAdmin.on("id").into());
        }
        managed.user.status = UserStatus::Deleted;
        managed.user.deleted_at = Some(now);
        let deleted = managed.change(Event::CustomerUserDeleted);
        managed.save(conn, actor, now, deleted, address::taken("id")).await
    })
    .await
}
