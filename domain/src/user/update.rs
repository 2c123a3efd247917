//! Changes a person of an organization.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::managed::{Managed, is_last_admin};
use super::{Role, User, UserChange, UserId, UserStatus, address};
use crate::activity::Event;
use crate::actor::Actor;
use crate::delegation::TenantAction;
use crate::error::{Code, Refusal, Result, refuse_all};
use crate::store::Store;
use crate::text::Checks;

/// Changes the fields given of a person in a tenant that the actor manages; a field left out stays, and null clears it. What
/// changes nothing is not told. An address that is changed is unverified until its owner signs in.
///
/// Who holds GLOBAL_ADMIN is changed, and roles are given and taken, under GLOBAL_ADMINISTRATOR only; so is the address of
/// somebody with a role who has not signed in, since who has that address becomes them. Refuses as [`super::create()`] does,
/// with `INVALID` who is deleted, and with `LAST_ADMIN` what would leave the organization without a global administrator.
pub async fn update(store: &Store, actor: &Actor, id: UserId, change: UserChange) -> Result<User> {
    let now = store.now();
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut managed = Managed::lock(conn, actor, id, now).await?;
        refuse_all(managed.forbids(&change, now))?;
        if managed.user.status == UserStatus::Deleted {
            let message = "this person is deleted; restore them first, by restoreCustomerUser";
            return Err(Code::Invalid.on("id").saying(message).into());
        }
        let before = managed.user.clone();
        let mut checks = Checks::default();
        let changed = change.apply(conn, &managed.organization, &mut managed.user, &mut checks).await?;
        if let Some(field) = steps_down(&before, &managed.user)
            && is_last_admin(conn, &before).await?
        {
            checks.0.push(Code::LastAdmin.on(field));
        }
        refuse_all(checks.0)?;
        if changed.is_empty() {
            return Ok(managed.user);
        }
        let updated = managed.change(Event::CustomerUserUpdated).with(json!({ "changed": changed }));
        managed.save(conn, actor, now, updated, address::taken("email")).await
    })
    .await
}

impl Managed {
    /// What of a change their right does not allow.
    fn forbids(&self, change: &UserChange, now: DateTime<Utc>) -> Vec<Refusal> {
        let check = |on_admin, field| self.authority.check(TenantAction::EditUsers, on_admin, field, now);
        if let Err(refused) = check(self.user.is_global_admin(), "id") {
            return vec![refused];
        }
        let new_roles = change.new_roles(&self.user);
        let has_role = !self.user.roles.is_empty() || new_roles.is_some();
        let hands_over = self.user.subject.is_none() && has_role && change.is_readdressed(&self.user);
        let fields = [("roles", new_roles.is_some()), ("email", hands_over)];
        fields
            .into_iter()
            .filter(|(_, is_changed)| *is_changed)
            .filter_map(|(field, _)| check(true, field).err())
            .collect()
    }
}

/// The field by which an active global administrator is no longer one. None: that does not happen.
fn steps_down(before: &User, after: &User) -> Option<&'static str> {
    let decides = |user: &User| user.status == UserStatus::Active && user.roles.contains(&Role::GlobalAdmin);
    if !decides(before) || decides(after) {
        return None;
    }
    Some(if after.is_global_admin() { "status" } else { "roles" })
}
