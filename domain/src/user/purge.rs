//! Erases the data of people who were deleted 30 days ago. Nobody has seen them since then.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{RESTORABLE, Role, UserId, UserStatus};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::organization::OrganizationId;
use crate::schema::users;
use crate::store::Store;

/// Purges up to `most` people, each with activity that their organization reads; returns how many. Name, address, subject
/// and roles are erased; the row stays for what refers to it, and the address is free for others.
///
/// Any number of workers may be at it: rows that another one holds, or that somebody is restoring, are passed over.
pub async fn purge(store: &Store, most: i64) -> Result<usize> {
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let due = users::table
            .filter(users::status.eq(UserStatus::Deleted))
            .filter(users::purged_at.is_null())
            .filter(users::deleted_at.le(store.now() - RESTORABLE))
            .order(users::deleted_at)
            .limit(most);
        let due: Vec<(UserId, OrganizationId)> =
            due.select((users::id, users::organization_id)).for_no_key_update().skip_locked().load(conn).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let ids: Vec<UserId> = due.iter().map(|(id, _)| *id).collect();
        let erased = (
            users::subject.eq(None::<String>),
            users::name.eq(""),
            users::email.eq(""),
            users::email_verified_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            users::roles.eq(Vec::<Role>::new()),
            users::shares_address.eq(false),
            users::purged_at.eq(store.now()),
        );
        diesel::update(users::table.filter(users::id.eq_any(&ids))).set(erased).execute(conn).await?;
        let purged =
            due.iter().map(|(id, organization)| Change::new(Event::CustomerUserPurged, *id).read_by([*organization]));
        activity::record_all(conn, &Actor::System, store.now(), purged.collect()).await?;
        Ok::<_, Error>(due.len())
    })
    .await
}
