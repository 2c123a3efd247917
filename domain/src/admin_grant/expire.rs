//! Writes down what a grant's end has done: it expired, or extended itself. Everybody has read it so since then.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantStatus};
use crate::activity;
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::schema::admin_grants;
use crate::store::Store;

/// Expires or extends up to `most` grants whose end has come, each with activity, and mails both sides of what expired, and
/// of what extended itself without notice of the end; returns how many. In few statements, however many grants.
///
/// However late, an end is put off to the future at once, and what expired did so at its end. Any number of workers may be at
/// it: rows that another one holds, or that somebody is changing, are passed over.
pub async fn expire(store: &Store, most: i64) -> Result<usize> {
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    let ended = conn
        .transaction(async |conn| {
            let due = admin_grants::table
                .filter(admin_grants::status.eq(AdminGrantStatus::Active))
                .filter(admin_grants::ends_at.le(store.now()))
                .order(admin_grants::ends_at)
                .limit(most);
            let mut rows: Vec<AdminGrant> =
                due.select(AdminGrant::as_select()).for_no_key_update().skip_locked().load(conn).await?;
            if rows.is_empty() {
                return Ok(0);
            }
            let (mut changes, mut untold) = (Vec::with_capacity(rows.len()), Vec::new());
            for grant in &mut rows {
                if let Some(extended) = grant.extend(store.now()) {
                    changes.push(extended.change);
                    untold.extend((!extended.was_told).then_some(grant.id));
                } else {
                    changes.extend(grant.expire(store.now()));
                }
            }
            AdminGrant::save_times(conn, &rows).await?;
            activity::record_all(conn, &Actor::System, store.now(), changes).await?;
            let expired = rows.iter().filter(|grant| grant.status == AdminGrantStatus::Expired);
            let expired: Vec<_> = expired.map(News::ended).collect();
            tell(conn, EmailKind::AdminGrantEnded, &expired, store.now()).await?;
            let extended = rows.iter().filter(|grant| untold.contains(&grant.id));
            let extended: Vec<_> = extended.map(News::extended).collect();
            tell(conn, EmailKind::AdminGrantExtended, &extended, store.now()).await?;
            Ok::<_, Error>(rows.len())
        })
        .await?;
    if ended > 0 {
        store.ring(Outbox::Emails);
    }
    Ok(ended)
}
